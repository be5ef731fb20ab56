import type { ColumnType } from '../../contracts/data-contract.js'
import { asText, isTemporal } from '../column-types.js'
import type { DataEngine } from '../engine/engine.js'
import { sortNumbers } from '../engine/sort-numbers.js'
import { literal } from '../engine/sql.js'
import type { ColumnSource, NonFinite, NumberValues } from './values.js'

/** Rows whose numbers are held at once, in 16 bytes each. */
const MOST_ROWS = 8_000_000
/** Of more rows than this some are looked at, to know whether to count their values in the engine. */
const MANY_ROWS = 1_000_000
const LOOKED_AT = 20_000
const MOSTLY_DIFFERENT = 0.98
/** Whole numbers and microseconds from here on are not told apart as doubles. */
const EXACT = 2 ** 53
/** Values that are written into one query. */
const MOST_WRITTEN = 1000
const SECOND = 1e6
const DAY = 86_400

/**
 * The numbers or times of a column in memory, where they are not too many and every one of them is a double of its own;
 * null where they are not, or the engine does not have them at hand.
 */
export async function readNumbers(engine: DataEngine, column: ColumnSource): Promise<NumberValues | null> {
  if (column.oneByOne !== true || column.rows > MOST_ROWS) return null
  const read = (await repeats(engine, column)) ? await readCounted(engine, column) : await readEach(engine, column)
  if (read === null) return null
  if (column.type === 'timestamp') {
    // As the engine's epoch(v) / 86400.0.
    for (let i = 0; i < read.numbers.length; i++) read.numbers[i] = (read.numbers[i] as number) / SECOND / DAY
  }
  return {
    kind: 'numbers',
    distinct: read.numbers.length,
    ...read,
    table: `(SELECT v, n FROM (${column.raw}) WHERE v IS NOT NULL)`,
    values: `(SELECT v, n FROM (${column.values}) WHERE v IS NOT NULL)`,
  }
}

type Read = Pick<NumberValues, 'numbers' | 'ends' | 'nonFinite'>

/** Whether many rows have so few values that the engine counts them sooner than they are read. */
async function repeats(engine: DataEngine, { rows, raw }: ColumnSource): Promise<boolean> {
  if (rows <= MANY_ROWS) return false
  const [first] = await engine.all(`SELECT count(DISTINCT v) AS n FROM (SELECT v FROM (${raw}) LIMIT ${LOOKED_AT})`)
  return Number(first?.n) < MOSTLY_DIFFERENT * LOOKED_AT
}

/** SQL for `v` as a double of its own. */
function keyOf(type: ColumnType): string {
  if (type === 'timestamp') return 'CAST(epoch_us(v) AS DOUBLE)'
  return type === 'date' ? 'epoch(v) / 86400.0' : 'CAST(v AS DOUBLE)'
}

const isExact = (type: ColumnType, key: number): boolean => type === 'number' || Math.abs(key) < EXACT

async function readEach(engine: DataEngine, { type, raw, rows }: ColumnSource): Promise<Read | null> {
  const keys = new Float64Array(rows)
  const nonFinite = { nan: 0, positive: 0, negative: 0 }
  let n = 0
  let exact = true
  await engine.numbers(`SELECT ${keyOf(type)} AS k FROM (${raw}) WHERE v IS NOT NULL`, ([column], size) => {
    for (let i = 0; i < size; i++) {
      const key = column?.[i] as number
      if (!Number.isFinite(key)) nonFinite[kindOf(key)] += 1
      else {
        exact &&= isExact(type, key)
        keys[n] = key
        n += 1
      }
    }
  })
  return exact ? { ...countedInPlace(sortNumbers(keys.subarray(0, n))), nonFinite } : null
}

async function readCounted(engine: DataEngine, { type, values }: ColumnSource): Promise<Read | null> {
  const [keys, ends]: [number[], number[]] = [[], []]
  const nonFinite = { nan: 0, positive: 0, negative: 0 }
  let total = 0
  let exact = true
  await engine.numbers(
    `SELECT ${keyOf(type)} AS k, CAST(n AS DOUBLE) AS n FROM (${values}) WHERE v IS NOT NULL ORDER BY v`,
    ([column, counts], size) => {
      for (let i = 0; i < size; i++) {
        const [key, count] = [column?.[i] as number, counts?.[i] as number]
        if (!Number.isFinite(key)) nonFinite[kindOf(key)] += count
        else {
          exact &&= isExact(type, key)
          total += count
          keys.push(key)
          ends.push(total)
        }
      }
    },
  )
  return exact ? { numbers: Float64Array.from(keys), ends: Uint32Array.from(ends), nonFinite } : null
}

const kindOf = (value: number): keyof NonFinite => (Number.isNaN(value) ? 'nan' : value > 0 ? 'positive' : 'negative')

/** Each of ascending numbers once, in the same memory. */
function countedInPlace(sorted: Float64Array): Pick<Read, 'numbers' | 'ends'> {
  const ends = new Uint32Array(sorted.length)
  let distinct = 0
  let last = Number.NaN
  for (let i = 0; i < sorted.length; i++) {
    const value = sorted[i] as number
    if (value !== last) {
      sorted[distinct] = value
      distinct += 1
      last = value
    }
    ends[distinct - 1] = i + 1
  }
  return { numbers: sorted.subarray(0, distinct), ends: ends.subarray(0, distinct) }
}

/** How often the value at an index stands there. */
export const countAt = (ends: Uint32Array, i: number): number =>
  (ends[i] as number) - (i === 0 ? 0 : (ends[i - 1] as number))

/** The most frequent values as text; ties in the order of their text. */
export async function mostFrequentNumbers(
  engine: DataEngine,
  type: ColumnType,
  { numbers, ends, values }: NumberValues,
  most: number,
): Promise<{ value: string; count: number }[]> {
  const least = leastOf(ends, most)
  const found: { value: string; count: number }[] = []
  for (let i = 0; i < ends.length && found.length <= MOST_WRITTEN; i++) {
    const count = countAt(ends, i)
    if (count >= least) found.push({ value: String(numbers[i]), count })
  }
  const isShort = found.length <= MOST_WRITTEN
  if (isShort && type === 'integer') {
    return found.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, most)
  }
  // Times and fractions are written by the engine alone.
  const named = found.map(({ value, count }) => `(CAST(${literal(value)} AS DOUBLE), ${count})`)
  const from = isShort && type === 'number' ? `(VALUES ${named.join(', ')}) t(v, n)` : values
  if (isTemporal(type) && hasFourDigits(numbers)) {
    // Their texts are in the order of time then, so that none but those that are told are written.
    const first = `SELECT v, n FROM ${values} ORDER BY n DESC, v LIMIT ${most}`
    return told(engine, `SELECT ${asText(type, 'v')} AS t, n FROM (${first}) ORDER BY n DESC, v`)
  }
  const finite = type === 'number' ? 'WHERE isfinite(v)' : ''
  return told(engine, `SELECT ${asText(type, 'v')} AS t, n FROM ${from} ${finite} ORDER BY n DESC, t LIMIT ${most}`)
}

const told = async (engine: DataEngine, sql: string): Promise<{ value: string; count: number }[]> =>
  (await engine.all(sql)).map(({ t, n }) => ({ value: String(t), count: Number(n) }))

/** Whether all years have four digits. `days` ascend. */
const hasFourDigits = (days: Float64Array): boolean =>
  (days[0] as number) >= Date.UTC(1000, 0, 1) / 1000 / DAY &&
  (days.at(-1) as number) < Date.UTC(9999, 0, 1) / 1000 / DAY

/** Counts below this are counted themselves. */
const SMALL_COUNT = 1 << 16

/** The count of the value that is at the place `most` of the most frequent ones, or of the last. */
function leastOf(ends: Uint32Array, most: number): number {
  const often = new Uint32Array(SMALL_COUNT)
  const large: number[] = []
  for (let i = 0; i < ends.length; i++) {
    const count = countAt(ends, i)
    if (count < SMALL_COUNT) often[count] = (often[count] as number) + 1
    else large.push(count)
  }
  const place = Math.min(most, ends.length)
  if (large.length >= place) return large.sort((a, b) => b - a)[place - 1] as number
  let rest = place - large.length
  let count = SMALL_COUNT
  while (rest > 0) {
    count -= 1
    rest -= often[count] as number
  }
  return count
}
