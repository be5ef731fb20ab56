/** A value as the engine returns it: integers as number, or bigint beyond 2⁵³; dates and everything else as text. */
export type Cell = string | number | bigint | boolean | null

/** SQL over files and tables, in memory. One engine per stage run; it is closed by `execute`. */
export interface DataEngine {
  readonly version: string
  /**
   * Rows of a query, keyed by column name. Everything from outside goes through the quoting helpers of sql.ts.
   * Throws `EngineError` when the engine refuses the statement.
   */
  all(sql: string): Promise<Record<string, Cell>[]>
  /** The same, column by column: less memory for many rows. */
  columns(sql: string): Promise<Record<string, Cell[]>>
  /** Runs statements without result. */
  run(sql: string): Promise<void>
  close(): void
}

/** The engine refused a statement. Callers turn it into a UserError where the reason lies in the user's data or SQL. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
}

/** The first line of what the engine said, without the folder that the workspace lies in. */
export const reasonOf = (error: EngineError, root: string): string =>
  (error.message.split('\n')[0] ?? '').replaceAll(`${root}/`, '').replaceAll(`${root}\\`, '')
