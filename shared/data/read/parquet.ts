import type { Files } from '../../core/context.js'
import { type Problem, problemsError, UserError } from '../../core/errors.js'
import { type DataEngine, EngineError, reasonOf } from '../engine/engine.js'
import { literalList } from '../engine/sql.js'
import { requireKnownColumns, tokensOf } from './missing.js'
import { plainColumns, requireEnds, requireHonestFooters, requireHonestPages } from './parquet-footer.js'
import { fitTogether } from './parquet-types.js'
import { partitionColumns, requireApart } from './partitions.js'
import type { Relation } from './relation.js'
import type { FileSource } from './source.js'
import { requireDifferentNames, type SqlColumn, typedColumns } from './typed.js'
import { MOST_COLUMNS, tooManyColumns } from './width.js'

const LISTED = 20

/** Parquet: types as they are; nested values and bytes as text. Files of one dataset need the same columns. */
export async function openParquet(engine: DataEngine, files: Files, source: FileSource): Promise<Relation> {
  for (const file of source.files) await requireEnds(files.resolve(file), file)
  const paths = source.files.map((file) => files.resolve(file))
  const nameOf = (path: string) => source.files[paths.indexOf(path)] ?? (source.files[0] as string)
  const explain = async (error: EngineError) => {
    const named = source.files.find((_, i) => error.message.includes(paths[i] as string))
    const file = named ?? (source.files.length === 1 ? (source.files[0] as string) : null)
    return new UserError(`${file ?? 'the Parquet data'} cannot be read: ${reasonOf(error, files.root)}`, {
      where: file ?? (source.files[0] as string),
      cure: 'write the file again: its content does not fit its own description',
      cause: error,
    })
  }
  try {
    const { columns, widened } = await commonColumns(engine, paths, nameOf)
    const first = source.files[0] as string
    const names = columns.map(({ name }) => name)
    requireKnownColumns(source.missing, [...names, ...(source.partitions?.names ?? [])], first)
    if (source.partitions !== null) requireApart(source.partitions, names, first, first)
    const isFlat = ({ sqlType }: SqlColumn) => !/^(STRUCT|MAP|UNION|VARIANT)|\]$/.test(sqlType)
    const flat = columns.filter(isFlat).map(({ name }) => name)
    await requireHonestFooters(engine, paths, flat, nameOf)
    // Files that lie elsewhere are read by their footers alone.
    if (engine.remote === undefined) await requireHonestPages(engine, paths, flat, nameOf)
    const from = `read_parquet(${literalList(paths)}, hive_partitioning = false${widened ? ', union_by_name = true' : ''})`
    const typed = await typedColumns(engine, from, columns, source.missing, await plainColumns(engine, paths, flat))
    return {
      parts: source.files,
      columns: [
        ...typed.columns,
        ...partitionColumns(source.partitions, tokensOf.bind(null, source.missing), 'file_index'),
      ],
      from,
      ...(paths.length === 1 && engine.remote === undefined
        ? { numbered: `read_parquet(${literalList(paths)}, hive_partitioning = false, file_row_number = true)` }
        : {}),
      fileIndex: 'file_index',
      explain,
      notes: async () => typed.notes,
    }
  } catch (error) {
    if (error instanceof EngineError) throw await explain(error)
    throw error
  }
}

/** The columns that all files have; `widened` when some have them in a narrower type. */
async function commonColumns(
  engine: DataEngine,
  paths: readonly string[],
  nameOf: (path: string) => string,
): Promise<{ columns: SqlColumn[]; widened: boolean }> {
  const [first, ...others] = await oneOfEachShape(engine, paths)
  const columns = await columnsOf(engine, first as string, nameOf)
  const problems: Problem[] = []
  const types = new Map(columns.map(({ name, sqlType }) => [name, sqlType]))
  let widened = false
  for (const path of others) {
    const found = await columnsOf(engine, path, nameOf)
    const wrong = difference(columns, found, nameOf(first as string)) ?? misfit(types, found, nameOf(first as string))
    if (wrong === null) widened ||= found.some(({ name, sqlType }) => types.get(name) !== sqlType)
    else problems.push({ where: nameOf(path), ...wrong })
    if (problems.length >= LISTED) break
  }
  if (problems.length > 0) throw problemsError('the columns of the data do not fit together', problems)
  if (!widened) return { columns, widened }
  const wide = await describe(
    engine,
    `read_parquet(${literalList(paths)}, hive_partitioning = false, union_by_name = true)`,
  )
  return { columns: columns.map((column, i) => ({ ...column, sqlType: wide[i]?.sqlType ?? column.sqlType })), widened }
}

/** The first file, and the first of each other shape: thousands of files have a few shapes. */
async function oneOfEachShape(engine: DataEngine, paths: readonly string[]): Promise<string[]> {
  const shapes = await engine.all(
    `SELECT min(i) AS i FROM (SELECT list_position(${literalList([...paths])}, file_name) AS i,
       list((name, type, num_children, logical_type, precision, scale) ORDER BY column_id) AS shape
     FROM parquet_schema(${literalList([...paths])}) GROUP BY file_name) GROUP BY shape ORDER BY i`,
  )
  return shapes.map(({ i }) => paths[Number(i) - 1] as string)
}

async function describe(engine: DataEngine, from: string): Promise<{ engineName: string; sqlType: string }[]> {
  const rows = await engine.all(`DESCRIBE SELECT * FROM ${from}`)
  return rows.map((row) => ({ engineName: String(row.column_name), sqlType: String(row.column_type) }))
}

async function columnsOf(engine: DataEngine, path: string, nameOf: (path: string) => string): Promise<SqlColumn[]> {
  const where = nameOf(path)
  const schema = await engine.all(
    `SELECT name, num_children, logical_type, duckdb_type FROM parquet_schema(${literalList([path])}) ORDER BY column_id`,
  )
  const tooWide = schema.filter(
    ({ logical_type }) => Number(/precision=(\d+)/.exec(String(logical_type))?.[1] ?? 0) > 38,
  )
  if (tooWide.length > 0) {
    // The engine reads them as doubles, and wrongly.
    throw problemsError(
      `${where} has decimals that cannot be read`,
      tooWide.map(({ name }) => ({
        where,
        message: `${JSON.stringify(String(name))} has decimals of more than 38 digits`,
        cure: 'write it as DECIMAL(38, …), as a double or as text',
      })),
    )
  }
  const names = topLevel(schema.map((row) => ({ name: String(row.name), children: Number(row.num_children ?? 0) })))
  if (names.length > MOST_COLUMNS) throw tooManyColumns(where, names.length)
  requireDifferentNames(names, where)
  const described = await describe(engine, `read_parquet(${literalList([path])}, hive_partitioning = false)`)
  return described.map((column, i) => ({ ...column, name: names[i] ?? column.engineName }))
}

/** Names of the children of the root, out of a schema in the order of its tree. */
function topLevel(schema: readonly { name: string; children: number }[]): string[] {
  const names: string[] = []
  let at = 1
  const skip = () => {
    let left = schema[at]?.children ?? 0
    at += 1
    for (; left > 0 && at < schema.length; left--) skip()
  }
  while (at < schema.length) {
    names.push(schema[at]?.name as string)
    skip()
  }
  return names
}

type Wrong = Pick<Problem, 'message'> & { cure: string }

function difference(columns: readonly SqlColumn[], found: readonly SqlColumn[], first: string): Wrong | null {
  const names = (list: readonly SqlColumn[]) => list.map(({ name }) => name).join('\n')
  if (names(columns) === names(found)) return null
  const lacking = columns.filter(({ name }) => !found.some((column) => column.name === name))
  const extra = found.filter(({ name }) => !columns.some((column) => column.name === name))
  return {
    message: `the columns differ from those of ${first}: ${[...lacking.map((c) => `lacks ${JSON.stringify(c.name)}`), ...extra.map((c) => `has ${JSON.stringify(c.name)} besides`)].slice(0, 6).join(', ') || 'another order'}`,
    cure: 'files of one dataset need the same columns in the same order',
  }
}

function misfit(types: ReadonlyMap<string, string>, found: readonly SqlColumn[], first: string): Wrong | null {
  const wrong = found.find(({ name, sqlType }) => !fitTogether(types.get(name) as string, sqlType))
  if (wrong === undefined) return null
  return {
    message: `${JSON.stringify(wrong.name)} is ${wrong.sqlType}, and ${types.get(wrong.name)} in ${first}`,
    cure: 'write the column in one type: reading it in the type of the first file would change values',
  }
}
