/** A value as the engine returns it: 64-bit integers as bigint or number, dates as text. */
export type Cell = string | number | bigint | boolean | null

/** SQL over files and tables, in memory. One engine per stage run; it is closed by `execute`. */
export interface DataEngine {
  readonly version: string
  /** Rows of a query, keyed by column name. Use `?`/`$name` parameters or the quoting helpers for anything from outside. */
  all(sql: string): Promise<Record<string, Cell>[]>
  /** Runs statements without result. */
  run(sql: string): Promise<void>
  close(): void
}
