import type { DatasetProfile, SliceProfile } from '../../../contracts/data-profile.js'
import { normalCdf } from '../../../stats/distributions.js'
import { holm } from '../../../stats/multiple.js'
import { proportionsTest } from '../../../stats/two-sample/categorical.js'
import { FEWEST_ROWS } from '../../profile/slices.js'
import type { Measure } from '../by-method.js'
import { METHOD_FACTS } from '../methods.js'
import type { Since } from '../since/periods.js'

/** Effect of a mean where no limit is declared. */
const MEAN_LIMIT = 0.2

/** A column within one slice: its values, or what an older profile says of them, its mean; its texts by length; what is missing. */
export interface SliceDrift {
  readonly slice: string
  readonly value: string | null
  readonly column: string
  readonly of: 'mean' | 'missing' | 'values' | 'length'
  /** How values or lengths were compared. */
  readonly measure?: Measure
  readonly before: number
  readonly now: number
  /** By the measure, a difference of shares, or one of means in standard deviations of the whole baseline. */
  readonly effect: number
  readonly adjusted: number
  readonly rowsBefore: number
  readonly rowsNow: number
  /** Since when it is off, of the largest ones in dated data. */
  readonly since?: Since
}

/** What of a slicing column was not compared. */
export interface Untold {
  readonly slice: string
  /** Values of these data that were not, and their rows. */
  readonly values: number
  readonly rows: number
  /** Why nothing of the column was; null where its commonest values were. */
  readonly reason: string | null
}

/** What was compared of the slices of two sides. */
export interface SliceComparison {
  /** Those at least as large as the limit and not by chance, largest effect first. */
  readonly drifted: readonly SliceDrift[]
  readonly compared: number
  /** Comparisons of means alone, where the baseline keeps no more. */
  readonly means: number
  /** Slices with too few rows on a side. */
  readonly tooSmall: number
  readonly untold: readonly Untold[]
  /** Whether the rows of both sides were compared, or those of one with a profile. */
  readonly withRows: boolean
}

/** Values of a slicing column that its profile does not tell apart, and told ones that are not `compared`; none when there are none. */
export function untoldOf(
  { column, values, otherValues, otherRows }: SliceProfile,
  compared: (value: string | null) => boolean,
): Untold[] {
  const left = values.filter(({ value }) => !compared(value))
  const rows = left.reduce((sum, one) => sum + one.rows, otherRows)
  return left.length + otherValues === 0
    ? []
    : [{ slice: column, values: left.length + otherValues, rows, reason: null }]
}

/** A slicing column of which nothing was compared. */
export const allUntold = ({ column, values, otherValues, otherRows }: SliceProfile, reason: string): Untold => ({
  slice: column,
  values: values.length + otherValues,
  rows: values.reduce((sum, one) => sum + one.rows, otherRows),
  reason,
})

/** A comparison with its p. */
export type SliceTest = Omit<SliceDrift, 'adjusted'> & { readonly limit: number; readonly p: number }

/** Rows of a slice, and those of them with a value to compare. */
export interface Half {
  readonly rows: number
  readonly present: number
}

/** One column within one slice that both sides have, baseline first. */
export interface SlicePart {
  readonly slice: string
  readonly value: string | null
  readonly column: string
  readonly sides: readonly [Half, Half]
  readonly of: 'values' | 'length'
  /** Null where a side has no value. */
  measure(): Measure | null
}

/**
 * Tests of parts: the whole distribution by its measure, and missing values as a share. `limit`: the effect from which on it counts;
 * default: that of each method. Slices below twenty rows on a side are counted as too small.
 */
export function testParts(
  parts: readonly SlicePart[],
  limit: number | undefined,
): { tests: SliceTest[]; tooSmall: Set<string> } {
  const tests: SliceTest[] = []
  const tooSmall = new Set<string>()
  for (const { slice, value, column, sides, of, measure } of parts) {
    const [before, now] = sides
    if (Math.min(before.rows, now.rows) < FEWEST_ROWS) {
      tooSmall.add(`${slice}\0${value}`)
      continue
    }
    const base = { slice, value, column, rowsBefore: before.rows, rowsNow: now.rows }
    const gone = { before: before.rows - before.present, now: now.rows - now.present }
    if (gone.before + gone.now > 0) tests.push(missingTest(base, gone, limit))
    const one = measure()
    if (one === null || Math.min(one.n, one.m) < FEWEST_ROWS) continue
    const least = limit ?? METHOD_FACTS[one.method].limit
    tests.push({ ...base, of, measure: one, before: 0, now: 0, effect: one.effect, limit: least, p: one.pValue })
  }
  return { tests, tooSmall }
}

type Base = Pick<SliceDrift, 'slice' | 'value' | 'column' | 'rowsBefore' | 'rowsNow'>

function missingTest(base: Base, gone: { before: number; now: number }, limit: number | undefined): SliceTest {
  const test = proportionsTest({ hits: gone.before, n: base.rowsBefore }, { hits: gone.now, n: base.rowsNow })
  const shares = { before: gone.before / base.rowsBefore, now: gone.now / base.rowsNow }
  const effect = Math.abs(shares.now - shares.before)
  return {
    ...base,
    ...shares,
    of: 'missing',
    effect,
    limit: limit ?? METHOD_FACTS['z-test'].limit,
    p: test?.pValue ?? 1,
  }
}

/** Those that are large enough and not by chance, Holm over all; the largest first, measured by what counts. */
export function verdictOf(
  tests: readonly SliceTest[],
  alpha: number,
): Pick<SliceComparison, 'drifted' | 'compared' | 'means'> {
  const adjusted = holm(tests.map(({ p }) => p))
  const drifted = tests
    .map(({ p: _, ...one }, i) => ({ ...one, adjusted: adjusted[i] as number }))
    .filter((one) => one.effect >= one.limit && one.adjusted <= alpha)
    .sort((a, b) => b.effect / b.limit - a.effect / a.limit || (a.column < b.column ? -1 : 1))
    .map(({ limit: _, ...one }) => one)
  return { drifted, compared: tests.length, means: tests.filter(({ of }) => of === 'mean').length }
}

/**
 * What profiles tell of a column within a slice without its distribution: the mean, by a z-test with the standard deviations of the
 * whole columns, and the share of missing values. `limit`: default 0.2 standard deviations, and that of shares.
 */
export function testMeans(
  [before, now]: readonly [DatasetProfile, DatasetProfile],
  [old, slice]: readonly [SliceProfile, SliceProfile],
  [was, one]: readonly [SliceValue, SliceValue],
  column: string,
  limit: number | undefined,
): SliceTest[] {
  const cellNow = one.columns[slice.sliced.indexOf(column)]
  const cellBefore = was.columns[old.sliced.indexOf(column)]
  if (cellNow === undefined || cellBefore === undefined) return []
  const base = { slice: slice.column, value: one.value, column, rowsBefore: was.rows, rowsNow: one.rows }
  const missing = missingTest(base, { before: cellBefore.missing, now: cellNow.missing }, limit)
  const sdOf = (profile: DatasetProfile) => profile.columns.find(({ name }) => name === column)?.numeric?.sd ?? 0
  const [a, b] = [sdOf(before), sdOf(now)]
  const [n, m] = [was.rows - cellBefore.missing, one.rows - cellNow.missing]
  if (cellBefore.mean === null || cellNow.mean === null || a === 0 || Math.min(n, m) < FEWEST_ROWS) return [missing]
  const change = cellNow.mean - cellBefore.mean
  const p = 2 * normalCdf(-Math.abs(change) / Math.sqrt((a * a) / n + (b * b) / m))
  const means = { before: cellBefore.mean, now: cellNow.mean }
  return [missing, { ...base, ...means, of: 'mean', effect: Math.abs(change) / a, limit: limit ?? MEAN_LIMIT, p }]
}

export type SliceValue = SliceProfile['values'][number]
