import { rename, rm } from 'node:fs/promises'
import { formatInteger, plural } from '../report/format.js'
import { asText } from './column-types.js'
import type { Dataset } from './dataset.js'
import type { DataEngine } from './engine/engine.js'
import { identifier, literal } from './engine/sql.js'

/** Rows that break one rule, as SQL made with the helpers of sql.ts. */
export interface BadRowFinding {
  /** Stable code, such as `value-range`. */
  readonly rule: string
  readonly subject: string
  /** The column that is judged; null for a rule over several. */
  readonly column: string | null
  /** What stands after FROM. Default: the table of the dataset. */
  readonly from?: string
  /** Index of the row in the dataset, from 0, as a column of `from`. Default: `rowid`. */
  readonly row?: string
  /** True in the rows that break the rule. Default: in all rows of `from`. */
  readonly condition?: string
  /** The value that is shown, as SQL of type VARCHAR; null when the rows say enough. */
  readonly shown: string | null
  /** Names of all columns that `shown` is made of. Default: `column`; without either the value counts as sensitive. */
  readonly reads?: readonly string[]
}

export interface BadRowTable {
  readonly dataset: Dataset
  readonly findings: readonly BadRowFinding[]
}

export interface BadRowOptions {
  /** Column that names a row (`data.id`), shown as `key`. */
  readonly id?: string | undefined
  /** Columns whose values are left out, as `value` and as `key`. */
  readonly sensitive?: ReadonlySet<string>
}

export interface WriteBadRowsOptions extends BadRowOptions {
  /** Absolute path of the file; it is written whole or not at all. */
  readonly path: string
  /** Rows kept of one finding, the first ones. Default: 100,000. */
  readonly perFinding?: number
  /** Rows kept of all findings together. Default: 1,000,000. */
  readonly total?: number
}

export interface BadRowsFile {
  readonly rows: number
  /** Findings that have rows in the file. */
  readonly findings: number
  /** What the caps have left out, in a sentence; null when every bad row is in the file. Also in its metadata, as `note`. */
  readonly note: string | null
}

export const BAD_ROWS_PER_FINDING = 100_000
export const BAD_ROWS_IN_ALL = 1_000_000
/** Characters kept of a value or a key. */
const LONGEST_VALUE = 1000

const TABLE = 'plumbline_bad_rows'
const COLUMNS = ['rule', 'subject', 'dataset', 'file', 'row', 'key', 'column', 'value']

/**
 * Writes the rows that break each rule as one Parquet file: rule, subject, dataset, file, row (the first after a header is
 * 1), key, column, value; in the order of the findings and of the rows, the same bytes for the same data. Null, and no
 * file, when there is no such row. Rows are copied inside the engine and never held here. Throws `EngineError`.
 */
export async function writeBadRows(
  engine: DataEngine,
  tables: readonly BadRowTable[],
  options: WriteBadRowsOptions,
): Promise<BadRowsFile | null> {
  const perFinding = options.perFinding ?? BAD_ROWS_PER_FINDING
  const total = options.total ?? BAD_ROWS_IN_ALL
  const types = COLUMNS.map((name) => `${identifier(name)} ${name === 'row' ? 'BIGINT' : 'VARCHAR'}`)
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${TABLE} (${types.join(', ')})`)
  try {
    let rows = 0
    let cut = 0
    for (const { dataset, findings } of tables) {
      const places = await placesOf(engine, dataset)
      for (const finding of findings) {
        const room = Math.min(perFinding, total - rows)
        if (room > 0) await engine.run(`INSERT INTO ${TABLE} ${selectBad(dataset, finding, places, options, room)}`)
        const after = room > 0 ? await countOf(engine, TABLE) : rows
        if (after - rows === room && (await hasMore(engine, dataset, finding, room))) cut += 1
        rows = after
      }
      if (places !== null) await engine.run(`DROP TABLE ${places}`)
    }
    if (rows === 0) {
      // That of an earlier run would be taken for this one's.
      await rm(options.path, { force: true })
      return null
    }
    const note = cut === 0 ? null : noteOf(cut, perFinding, total)
    await copy(engine, options.path, note)
    const [{ n = 0 } = {}] = await engine.all(`SELECT count(DISTINCT (rule, subject, dataset)) AS n FROM ${TABLE}`)
    return { rows, findings: Number(n), note }
  } finally {
    await engine.run(`DROP TABLE IF EXISTS ${TABLE}`)
  }
}

async function countOf(engine: DataEngine, from: string): Promise<number> {
  const [{ n = 0 } = {}] = await engine.all(`SELECT count(*) AS n FROM ${from}`)
  return Number(n)
}

const hasMore = async (engine: DataEngine, { table }: Dataset, { from, condition }: BadRowFinding, than: number) =>
  (await countOf(engine, `(SELECT 1 FROM ${from ?? table} WHERE ${condition ?? 'true'} LIMIT ${than + 1})`)) > than

function noteOf(cut: number, perFinding: number, total: number): string {
  return `${plural(cut, 'finding')} with more rows than stand here: at most ${formatInteger(perFinding)} of each and ${formatInteger(total)} in all are kept, the first ones`
}

/** Where each file of a dataset begins, as a table; null for one file, whose rows are those of the table. */
async function placesOf(engine: DataEngine, { parts }: Dataset): Promise<string | null> {
  const filled = parts.filter(({ rows }) => rows > 0)
  if (filled.length < 2) return null
  let start = 0
  const values = filled.map(({ file, rows }) => {
    const value = `(${start}, ${literal(file)})`
    start += rows
    return value
  })
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${TABLE}_files AS SELECT * FROM (VALUES ${values.join(', ')}) t(start, file)`,
  )
  return `${TABLE}_files`
}

function selectBad(
  dataset: Dataset,
  finding: BadRowFinding,
  places: string | null,
  options: BadRowOptions,
  most: number,
): string {
  const first = badRows(dataset, finding, options, most, LONGEST_VALUE)
  const only = dataset.parts.find(({ rows }) => rows > 0)?.file ?? ''
  const [from, file, start] =
    places === null
      ? [first, literal(only), '0']
      : [`${first} b ASOF JOIN ${places} f ON b.r >= f.start`, 'file', 'start']
  const cells = [
    literal(finding.rule),
    literal(finding.subject),
    literal(dataset.name),
    file,
    `r - ${start} + 1`,
    'k',
    finding.column === null ? 'NULL' : literal(finding.column),
    'v',
  ]
  return `SELECT ${cells.join(', ')} FROM ${from} ORDER BY r`
}

/** The first rows of a finding as a relation: index `r`, key `k`, value `v`, the last two NULL where they are sensitive. */
function badRows(
  { table, columns }: Dataset,
  { column, shown, reads, from, row = 'rowid', condition = 'true' }: BadRowFinding,
  { id, sensitive }: BadRowOptions,
  most: number,
  longest: number,
): string {
  const named = columns.find(({ name }) => name === id)
  const read = reads ?? (column === null ? null : [column])
  const secret =
    sensitive !== undefined && sensitive.size > 0 && (read === null || read.some((name) => sensitive.has(name)))
  const nothing = 'CAST(NULL AS VARCHAR)'
  const value = shown === null || secret ? nothing : `left(${shown}, ${longest})`
  const key =
    named === undefined || sensitive?.has(named.name) ? null : `left(${asText(named.type, named.sql)}, ${longest})`
  const inPlace = key === null || from === undefined
  const first = `(SELECT ${row} AS r, ${inPlace ? (key ?? nothing) : nothing} AS k, ${value} AS v FROM ${from ?? table} WHERE ${condition} ORDER BY r LIMIT ${most})`
  if (inPlace) return first
  return `(SELECT b.r AS r, n.k AS k, b.v AS v FROM ${first} b JOIN (SELECT rowid AS r, ${key} AS k FROM ${table}) n ON n.r = b.r)`
}

async function copy(engine: DataEngine, path: string, note: string | null): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    const metadata = note === null ? '' : `, KV_METADATA {note: ${literal(note)}}`
    await engine.run(`COPY ${TABLE} TO ${literal(temporary)} (FORMAT parquet, COMPRESSION zstd${metadata})`)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
