import { UserError } from '../../core/errors.js'
import { nearestNames } from '../../core/nearest.js'
import { type DataEngine, EngineError } from '../engine/engine.js'
import { identifier, literal } from '../engine/sql.js'
import { queryTree } from '../engine/syntax.js'
import { requireKnownColumns } from './missing.js'
import type { Relation } from './relation.js'
import type { TableSource } from './source.js'
import { requireDifferentNames, typedColumns } from './typed.js'

let attached = 0

export interface Attachment {
  /** What the rows are said to lie in. */
  readonly name: string
  /** SQL that attaches the database under a name. */
  attach(alias: string): string
  /** Whether the rows are copied before they are read: they may be others when they are read again. */
  readonly materialize: boolean
  /** May be given text that is secret: what it returns is shown. */
  explain(error: EngineError): UserError
  link?(copy: string, columns: readonly string[]): NonNullable<Relation['link']>
}

/** Rows of a table or query of a database that the engine can attach. */
export async function attachedRelation(
  engine: DataEngine,
  source: TableSource,
  { name, attach, materialize, explain, link }: Attachment,
): Promise<Relation> {
  attached += 1
  const alias = `source_${attached}`
  const copy = `rows_of_${alias}`
  const close = async () => {
    await engine.run(`DROP TABLE IF EXISTS temp.${copy}`)
    await engine.run(`DETACH DATABASE IF EXISTS ${alias}`)
  }
  try {
    if (source.query !== null) await requireSelect(engine, source.query, name)
    await engine.run(attach(alias))
    const rows = source.query === null ? await qualifiedTable(engine, alias, source, name) : null
    let from = rows ?? `temp.${copy}`
    if (materialize || rows === null) {
      // The query names tables of its own database, without saying which that is.
      const [before] = await engine.all('SELECT current_database() AS name')
      await engine.run(`USE ${alias}`)
      try {
        const query = rows === null ? (source.query as string).replace(/[\s;]+$/, '') : `SELECT * FROM ${rows}`
        // On a line of its own, for the query may end with a comment.
        await engine.run(`CREATE TEMP TABLE ${copy} AS SELECT * FROM (\n${query}\n)`)
      } finally {
        await engine.run(`USE ${identifier(String(before?.name))}`)
      }
      from = `temp.${copy}`
    }
    const described = await engine.all(`DESCRIBE SELECT * FROM ${from}`)
    const columns = described.map((row) => ({
      name: String(row.column_name),
      engineName: String(row.column_name),
      sqlType: String(row.column_type),
    }))
    const names = columns.map((column) => column.name)
    requireDifferentNames(names, name)
    requireKnownColumns(source.missing, names, name)
    const typed = await typedColumns(engine, from, columns, source.missing)
    return {
      parts: [name],
      columns: typed.columns,
      from,
      fileIndex: '0',
      explain: async (error) => explain(error),
      notes: async () => typed.notes,
      ...(link === undefined ? {} : { link: link(from, names) }),
      close,
    }
  } catch (error) {
    await close().catch(() => undefined)
    throw error instanceof EngineError ? explain(error) : error
  }
}

/** Throws UserError when a text is not one SELECT. */
export async function requireSelect(engine: DataEngine, query: string, where: string): Promise<void> {
  const tree = JSON.parse(await queryTree(engine, query)) as {
    error: boolean
    error_message?: string
    statements?: readonly unknown[]
  }
  if (!tree.error && tree.statements?.length === 1) return
  const several = !tree.error && tree.statements?.length !== 1
  throw new UserError(
    `the query is not one SELECT${several ? `: it has ${tree.statements?.length} statements` : `: ${tree.error_message}`}`,
    { where, cure: 'write one SELECT (or WITH … SELECT) that gives the rows' },
  )
}

async function qualifiedTable(engine: DataEngine, alias: string, source: TableSource, where: string): Promise<string> {
  const wanted = source.table as string
  const tables = await engine.all(
    `SELECT schema_name AS s, table_name AS t FROM duckdb_tables() WHERE database_name = ${literal(alias)}
     UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = ${literal(alias)} AND NOT internal ORDER BY ALL`,
  )
  const all = tables.map(({ s, t }) => ({ schema: String(s), table: String(t) }))
  const usual = ['main', 'public']
  const found =
    all.find(({ schema, table }) => usual.includes(schema) && table === wanted) ??
    all.find(({ schema, table }) => `${schema}.${table}` === wanted)
  if (found !== undefined) return `${alias}.${identifier(found.schema)}.${identifier(found.table)}`
  const own = all.filter(({ schema }) => schema !== 'information_schema' && schema !== 'pg_catalog')
  const names = own.map(({ schema, table }) => (usual.includes(schema) ? table : `${schema}.${table}`))
  throw noSuchTable(wanted, names, where)
}

export function noSuchTable(wanted: string, names: readonly string[], where: string): UserError {
  const [near] = nearestNames(wanted, names)
  return new UserError(`${where} has no table ${JSON.stringify(wanted)}`, {
    where,
    cure:
      near !== undefined
        ? `did you mean ${JSON.stringify(near)}?`
        : names.length === 0
          ? 'it has no tables at all'
          : `its tables: ${names.slice(0, 20).join(', ')}`,
  })
}
