import { open } from 'node:fs/promises'
import type { Files } from '../core/context.js'
import { type Problem, problemsError, UserError } from '../core/errors.js'
import { logicalType } from './column-types.js'
import { type DataEngine, EngineError, reasonOf } from './engine.js'
import type { RawColumn, Relation } from './relation.js'
import type { ResolvedSource } from './source.js'
import { identifier, literalList } from './sql.js'

const MAGIC = 'PAR1'

/** Parquet: types as they are; nested values and bytes as text. Files of one dataset need the same columns. */
export async function openParquet(engine: DataEngine, files: Files, source: ResolvedSource): Promise<Relation> {
  for (const file of source.files) await checkEnds(files.resolve(file), file)
  const explain = async (error: EngineError) =>
    new UserError(
      `${source.files.length === 1 ? source.files[0] : 'the Parquet data'} cannot be read: ${reasonOf(error, files.root)}`,
      {
        where: source.files[0] as string,
        cure: 'write the file again: its content does not fit its own description',
        cause: error,
      },
    )
  try {
    const columns = await commonColumns(engine, files, source)
    return {
      columns: columns.map(({ name, sqlType }): RawColumn => {
        const type = logicalType(sqlType)
        const missing = literalList(['', ...source.missing])
        const text = `CAST(${identifier(name)} AS VARCHAR)`
        if (type === 'string')
          return { name, type, value: `CASE WHEN NOT list_contains(${missing}, ${text}) THEN ${text} END` }
        return { name, type, value: nativeValue(type, identifier(name)) }
      }),
      from: `read_parquet(${literalList(source.files.map((file) => files.resolve(file)))})`,
      fileIndex: 'file_index',
      explain,
    }
  } catch (error) {
    if (error instanceof EngineError) throw await explain(error)
    throw error
  }
}

function nativeValue(type: string, column: string): string {
  if (type === 'integer') return `CAST(${column} AS BIGINT)`
  if (type === 'number') return `CAST(${column} AS DOUBLE)`
  // The session is in UTC, so that a zoned timestamp becomes UTC.
  return type === 'timestamp' ? `CAST(${column} AS TIMESTAMP)` : column
}

interface ParquetColumn {
  readonly name: string
  readonly sqlType: string
}

async function commonColumns(engine: DataEngine, files: Files, source: ResolvedSource): Promise<ParquetColumn[]> {
  const describe = async (file: string): Promise<ParquetColumn[]> => {
    const rows = await engine.all(`DESCRIBE SELECT * FROM read_parquet(${literalList([files.resolve(file)])})`)
    return rows.map((row) => ({ name: String(row.column_name), sqlType: String(row.column_type) }))
  }
  const [first, ...others] = source.files as [string, ...string[]]
  const columns = await describe(first)
  const expected = columns.map(({ name }) => name).join('\n')
  const problems: Problem[] = []
  for (const file of others) {
    const found = await describe(file)
    if (found.map(({ name }) => name).join('\n') === expected) continue
    const lacking = columns.filter(({ name }) => !found.some((column) => column.name === name))
    const extra = found.filter(({ name }) => !columns.some((column) => column.name === name))
    problems.push({
      where: file,
      message: `the columns differ from those of ${first}: ${[...lacking.map((c) => `lacks ${JSON.stringify(c.name)}`), ...extra.map((c) => `has ${JSON.stringify(c.name)} besides`)].slice(0, 6).join(', ') || 'another order'}`,
      cure: 'files of one dataset need the same columns in the same order',
    })
  }
  if (problems.length > 0) throw problemsError('the columns of the data do not fit together', problems)
  return columns
}

/** A file that was cut off in a copy lacks the four letters at its end. */
async function checkEnds(absolute: string, file: string): Promise<void> {
  const handle = await open(absolute, 'r')
  try {
    const { size } = await handle.stat()
    if (size === 0) throw new UserError(`${file} is empty`, { where: file, cure: 'write the file again' })
    const ends = Buffer.alloc(8)
    await handle.read(ends, 0, 4, 0)
    await handle.read(ends, 4, 4, Math.max(0, size - 4))
    if (ends.toString('latin1', 0, 4) !== MAGIC) {
      throw new UserError(`${file} is not a Parquet file`, {
        where: file,
        cure: 'check the format of the file and its name',
      })
    }
    if (ends.toString('latin1', 4) !== MAGIC || size < 12) {
      throw new UserError(`${file} is cut off: the end of a Parquet file is missing`, {
        where: file,
        cure: 'copy or write the file again, and compare its size',
      })
    }
  } finally {
    await handle.close()
  }
}
