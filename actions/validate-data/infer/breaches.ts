import type { ColumnRule, DataContract } from '../../../shared/contracts/data-contract.js'
import { asNumber, asText, isNumeric, isTemporal, typedValue } from '../../../shared/data/column-types.js'
import type { Dataset, DatasetColumn } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { double, literal, literalList } from '../../../shared/data/engine/sql.js'
import { formatCondition } from '../../../shared/data/formats.js'
import { dateFormats, withTimes } from '../date-columns.js'

/** Keys of a column that tolerate `max-unknown`. */
export type BoundKey = 'values' | 'range' | 'length' | 'format' | 'pattern' | 'date-format'

/** What a column of the data breaks of its rule in the contract. */
export interface ColumnBreach {
  /** Values that are outside, by key; keys that do not fit the type are absent. */
  readonly outside: ReadonlyMap<BoundKey, number>
  /** Values that stand outside of the set, the most frequent first; one more than may be added at most. */
  readonly newValues: readonly string[]
  /** Forbidden values that stand there. */
  readonly forbidden: number
  /** Shortest and longest text, where the contract bounds them; what is no text is measured as it is written. */
  readonly lengths: { readonly min: number; readonly max: number } | null
  /** Steps down, steps up, and steps without change, in the order of the files. */
  readonly steps: { readonly down: number; readonly up: number; readonly same: number } | null
}

/** New values that are listed at most. */
export const MOST_NEW = 100

/** Measures every declared column that is there, by the name of the column. */
export async function measureBreaches(
  engine: DataEngine,
  dataset: Dataset,
  contract: DataContract,
): Promise<Map<string, ColumnBreach>> {
  const found = new Map<string, ColumnBreach>()
  const timed = await withTimes(engine, dataset, dateFormats(contract))
  for (const rule of contract.columns) {
    const at = dataset.columns.findIndex(({ name }) => name === rule.name)
    const [column, clock] = [dataset.columns[at], timed.columns[at]]
    if (column !== undefined && clock !== undefined) {
      found.set(rule.name, await measure(engine, dataset, rule, column, clock))
    }
  }
  return found
}

async function measure(
  engine: DataEngine,
  { table }: Dataset,
  rule: ColumnRule,
  column: DatasetColumn,
  clock: DatasetColumn,
): Promise<ColumnBreach> {
  const text = asText(column.type, column.sql)
  const conditions = new Map<BoundKey, string>()
  if (rule.values !== undefined) conditions.set('values', `NOT list_contains(${literalList(rule.values)}, ${text})`)
  const range = rangeCondition(rule, clock)
  if (range !== null) conditions.set('range', range)
  if (rule.length !== undefined) {
    const { min = 0, max } = rule.length
    conditions.set('length', `(length(${text}) < ${min}${max === undefined ? '' : ` OR length(${text}) > ${max}`})`)
  }
  if (rule.format !== undefined) conditions.set('format', `NOT ${formatCondition(rule.format, text)}`)
  if (rule.pattern !== undefined) conditions.set('pattern', `NOT regexp_full_match(${text}, ${literal(rule.pattern)})`)
  if (clock !== column) conditions.set('date-format', `${clock.sql} IS NULL`)
  const keys = [...conditions.keys()]
  const counts = keys.map((key, i) => `count(*) FILTER (WHERE ${conditions.get(key)}) AS k${i}`)
  const forbidden = rule.forbidden === undefined ? 'false' : `list_contains(${literalList(rule.forbidden)}, ${text})`
  const [row = {}] = await engine.all(
    `SELECT ${[...counts, `count(*) FILTER (WHERE ${forbidden}) AS forbidden`, `min(length(${text})) AS l0`, `max(length(${text})) AS l1`].join(', ')} FROM ${table} WHERE ${text} IS NOT NULL`,
  )
  const outside = new Map(keys.map((key, i) => [key, Number(row[`k${i}`])]))
  const added =
    (outside.get('values') ?? 0) === 0
      ? []
      : await engine.all(
          `SELECT ${text} AS v, count(*) AS n FROM ${table} WHERE ${text} IS NOT NULL AND ${conditions.get('values')} GROUP BY 1 ORDER BY n DESC, v LIMIT ${MOST_NEW + 1}`,
        )
  return {
    outside,
    newValues: added.map(({ v }) => String(v)),
    forbidden: Number(row.forbidden),
    lengths: rule.length === undefined || row.l0 == null ? null : { min: Number(row.l0), max: Number(row.l1) },
    steps: rule.order === undefined ? null : await stepsOf(engine, table, clock),
  }
}

function rangeCondition({ range }: ColumnRule, { sql, type }: DatasetColumn): string | null {
  const bounds = [range?.min, range?.max].filter((bound) => bound !== undefined)
  const isNumber = bounds.every((bound) => typeof bound === 'number')
  if (range === undefined || bounds.length === 0 || !(isNumber ? isNumeric(type) : isTemporal(type))) return null
  const x = isNumber ? asNumber(type, sql) : `CAST(${sql} AS TIMESTAMP)`
  const bound = (value: number | string) =>
    typeof value === 'number' ? double(value) : `(${typedValue('timestamp', literal(value))})`
  const parts: string[] = []
  if (range.min !== undefined) parts.push(`${x} ${range['strict-min'] ? '<=' : '<'} ${bound(range.min)}`)
  if (range.max !== undefined) {
    // A day as upper bound ends with the day.
    const isDay = typeof range.max === 'string' && range.max.length === 10 && !range['strict-max']
    parts.push(
      isDay
        ? `${x} >= ${bound(range.max)} + INTERVAL 1 DAY`
        : `${x} ${range['strict-max'] ? '>=' : '>'} ${bound(range.max)}`,
    )
  }
  return `(${parts.join(' OR ')})`
}

async function stepsOf(engine: DataEngine, table: string, { sql }: DatasetColumn): Promise<ColumnBreach['steps']> {
  const [row = {}] = await engine.all(
    `SELECT count(*) FILTER (WHERE x < b) AS down, count(*) FILTER (WHERE x > b) AS up, count(*) FILTER (WHERE x = b) AS same FROM (SELECT ${sql} AS x, lag(${sql}) OVER (ORDER BY rowid) AS b FROM ${table} WHERE ${sql} IS NOT NULL)`,
  )
  return { down: Number(row.down), up: Number(row.up), same: Number(row.same) }
}
