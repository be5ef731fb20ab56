import type { FormatName } from '../../../shared/contracts/data-checks.js'
import type { ColumnProfile, DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { UserError } from '../../../shared/core/errors.js'
import { asNumber, isNumeric } from '../../../shared/data/column-types.js'
import type { Dataset, DatasetColumn } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { double } from '../../../shared/data/engine/sql.js'
import { measureNullSpellings, measureVariants, STAND_IN_NUMBERS } from '../../../shared/data/variants.js'
import { formatInteger, plural } from '../../../shared/report/format.js'
import { profiledTimes } from '../date-columns.js'
import { type Comparison, findComparisons } from './compare.js'
import { findDateFormats } from './date-formats.js'
import { findFormats } from './formats.js'
import { findOrders, type Order } from './order.js'

/** A value that stands for no value, with its rows. */
export interface StandIn {
  readonly value: string
  readonly count: number
}

/** What inference needs of the data beyond their profile; maps are by the name of the column. */
export interface Look {
  readonly formats: ReadonlyMap<string, FormatName>
  readonly orders: ReadonlyMap<string, Order>
  readonly comparisons: readonly Comparison[]
  readonly standIns: ReadonlyMap<string, readonly StandIn[]>
  /** Spellings of one value, such as `“ok!” for “Ok”`. */
  readonly variants: ReadonlyMap<string, readonly string[]>
  /** Columns that together name a row, as asked for. */
  readonly key: readonly string[] | null
  /** Columns whose dates are not written in ISO: the format, and what they are when they are read by it. */
  readonly dates: ReadonlyMap<string, { readonly format: string; readonly profile: ColumnProfile }>
  /** Columns of dates whose values fit two formats alike. */
  readonly ambiguous: ReadonlyMap<string, readonly [string, string]>
}

/** Values of a text column whose spellings are compared. */
const MOST_VALUES = 100_000

/**
 * Looks at the data for all of it. `key`: columns that are said to name a row. Throws UserError when they are not there or
 * two rows are alike in them.
 */
export async function lookAtData(
  engine: DataEngine,
  dataset: Dataset,
  profile: DatasetProfile,
  options: { readonly key?: readonly string[] } = {},
): Promise<Look> {
  if (options.key !== undefined) await requireKey(engine, dataset, options.key)
  const formats = await findFormats(engine, dataset, profile)
  const standIns = new Map<string, StandIn[]>()
  const variants = new Map<string, string[]>()
  for (const [i, column] of dataset.columns.entries()) {
    const about = profile.columns[i] as ColumnProfile
    const found = await standInsOf(engine, dataset, column, about)
    if (found.length > 0) standIns.set(column.name, found)
    if (column.type !== 'string' || formats.has(column.name) || isWithheld(about)) continue
    if (about.distinct < 2 || about.distinct > MOST_VALUES || about.distinct > 0.9 * about.rows) continue
    const { examples } = await measureVariants(engine, dataset, column, 3)
    if (examples.length > 0) {
      variants.set(
        column.name,
        examples.map(({ value, usual }) => `${JSON.stringify(value)} for ${JSON.stringify(usual)}`),
      )
    }
  }
  const written = await findDateFormats(engine, dataset, profile)
  const known = new Map([...written].flatMap(([name, { format }]) => (format === undefined ? [] : [[name, format]])))
  const timed = await profiledTimes(engine, { dataset, profile }, known)
  return {
    formats,
    orders: await findOrders(engine, timed.dataset, timed.profile),
    comparisons: await findComparisons(engine, timed.dataset, timed.profile),
    standIns,
    variants,
    key: options.key ?? null,
    dates: new Map(
      timed.profile.columns.flatMap((column) => {
        const format = known.get(column.name)
        return format === undefined ? [] : [[column.name, { format, profile: column }] as const]
      }),
    ),
    ambiguous: new Map(
      [...written].flatMap(([name, { ambiguous }]) => (ambiguous === undefined ? [] : [[name, ambiguous]])),
    ),
  }
}

/** Whether the values of a column stay out of everything that is written down. */
export const isWithheld = ({ sensitive }: ColumnProfile): boolean => sensitive !== null && sensitive !== undefined

/** The profile with the columns of dates as times. */
export const withDates = (profile: DatasetProfile, look: Look | undefined): DatasetProfile => ({
  ...profile,
  columns: profile.columns.map((column) => look?.dates.get(column.name)?.profile ?? column),
})

/** Zeros that stand apart, and median steps between different values that they stand apart by. */
const FEWEST_ZEROS = 5
const STEPS = 5
const FEWEST_STEPS = 20

/** Zeros at one end of numbers whose next value is far from them by the steps that the others keep. */
async function zeros(
  engine: DataEngine,
  { table }: Dataset,
  { type, sql }: DatasetColumn,
  { zeros: count = 0, min, max }: NonNullable<ColumnProfile['numeric']>,
): Promise<StandIn[]> {
  if (count < FEWEST_ZEROS || (min < 0 && max > 0) || min === max) return []
  const [row = {}] = await engine.all(
    `SELECT count(*) AS n, min(x) AS next, median(x - before) AS step FROM
     (SELECT x, lag(x) OVER (ORDER BY x) AS before FROM (SELECT DISTINCT abs(${asNumber(type, sql)}) AS x FROM ${table}) WHERE x > 0)`,
  )
  const isApart = Number(row.n) >= FEWEST_STEPS && Number(row.step) > 0 && Number(row.next) >= STEPS * Number(row.step)
  return isApart ? [{ value: '0', count }] : []
}

/** Null spellings among texts; among numbers an extreme that is a number of nines or so, far from all the others. */
async function standInsOf(
  engine: DataEngine,
  dataset: Dataset,
  column: DatasetColumn,
  { numeric, type }: ColumnProfile,
): Promise<StandIn[]> {
  if (type === 'string') return measureNullSpellings(engine, dataset, column)
  if (!isNumeric(type) || numeric === null) return []
  const suspects = [numeric.min, numeric.max].filter((value) => STAND_IN_NUMBERS.includes(value))
  const x = asNumber(type, column.sql)
  const found = await zeros(engine, dataset, column, numeric)
  if (suspects.length === 0 || numeric.min === numeric.max) return found
  for (const value of suspects) {
    const [row = {}] = await engine.all(
      `SELECT count(*) FILTER (WHERE x = ${double(value)}) AS n, min(x) FILTER (WHERE x != ${double(value)}) AS low, max(x) FILTER (WHERE x != ${double(value)}) AS high FROM (SELECT ${x} AS x FROM ${dataset.table})`,
    )
    const [low, high] = [Number(row.low), Number(row.high)]
    const gap = value < low ? low - value : value - high
    if (gap > high - low) found.push({ value: String(value), count: Number(row.n) })
  }
  return found
}

async function requireKey(engine: DataEngine, dataset: Dataset, key: readonly string[]): Promise<void> {
  const columns = key.map((name) => {
    const column = dataset.columns.find((one) => one.name === name)
    if (column !== undefined) return column
    throw new UserError(`there is no column ${JSON.stringify(name)} to be part of a key`, {
      where: '--key',
      cure: `name columns of the data: ${dataset.columns
        .map((one) => one.name)
        .slice(0, 20)
        .join(', ')}`,
    })
  })
  const list = columns.map(({ sql }) => sql).join(', ')
  const [row = {}] = await engine.all(
    `SELECT count(*) - 1 AS extra FROM ${dataset.table} GROUP BY ${list} HAVING count(*) > 1 OR ${columns.map(({ sql }) => `${sql} IS NULL`).join(' OR ')} ORDER BY extra DESC LIMIT 1`,
  )
  if (row.extra === undefined) return
  const [copies = {}] = await engine.all(
    `SELECT ${dataset.rows} - count(*) AS extra FROM (SELECT 1 FROM ${dataset.table} GROUP BY ${list})`,
  )
  const extra = Number(copies.extra)
  throw new UserError(
    extra === 0
      ? `${key.join(', ')} cannot be a key: a value is missing`
      : `${key.join(', ')} cannot be a key: ${plural(extra, 'row is', 'rows are')} alike in it, of ${formatInteger(dataset.rows)}`,
    { where: '--key', cure: 'name other columns, or remove the copies first' },
  )
}
