import type { DatasetProfile, SliceProfile } from '../../contracts/data-profile.js'
import { normalCdf } from '../../stats/distributions.js'
import { holm } from '../../stats/multiple.js'
import { proportionsTest } from '../../stats/two-sample/categorical.js'
import type { Measure } from './measures.js'

/** Rows of a slice that a side needs before anything is said of it. */
export const FEWEST_ROWS = 20

/** A column within one slice: its values, or what a profile says of it, its mean and its missing values. */
export interface SliceDrift {
  readonly slice: string
  readonly value: string | null
  readonly column: string
  readonly of: 'mean' | 'missing' | 'values'
  /** How its values were compared; only where the rows of both sides were there. */
  readonly measure?: Measure
  readonly before: number
  readonly now: number
  /** Difference of the means in standard deviations of the whole baseline, or difference of the shares. */
  readonly effect: number
  readonly adjusted: number
  readonly rowsBefore: number
  readonly rowsNow: number
}

/** What can be compared of the slices of two profiles. */
export interface SliceComparison {
  /** Those at least as large as the limit and not by chance, largest effect first. */
  readonly drifted: readonly SliceDrift[]
  readonly compared: number
  /** Slices with too few rows on a side. */
  readonly tooSmall: number
  /** Whether whole distributions were compared, by the rows of both sides; else means and missing values alone. */
  readonly whole: boolean
}

/** A comparison with its p. */
export type SliceTest = Omit<SliceDrift, 'adjusted'> & { readonly limit: number; readonly p: number }

/** Those that are large enough and not by chance, Holm over all; the largest first, measured by what counts. */
export function verdictOf(tests: readonly SliceTest[], alpha: number): Pick<SliceComparison, 'drifted' | 'compared'> {
  const adjusted = holm(tests.map(({ p }) => p))
  const drifted = tests
    .map(({ p: _, ...one }, i) => ({ ...one, adjusted: adjusted[i] as number }))
    .filter((one) => one.effect >= one.limit && one.adjusted <= alpha)
    .sort((a, b) => b.effect / b.limit - a.effect / a.limit || (a.column < b.column ? -1 : 1))
    .map(({ limit: _, ...one }) => one)
  return { drifted, compared: tests.length }
}

/**
 * Means and missing shares of columns in each slice that both profiles have: a difference counts when its effect is at least
 * `limit` and its p, after Holm over everything compared, at most `alpha`. Means by a z-test with the standard deviations of the
 * whole columns, as slices keep none of their own. Null without slices in both.
 */
export function compareSlices(
  before: DatasetProfile,
  now: DatasetProfile,
  limit: number,
  alpha: number,
): SliceComparison | null {
  if (before.slices === undefined || now.slices === undefined) return null
  let tooSmall = 0
  const found: SliceTest[] = []
  for (const slice of now.slices) {
    const old = before.slices.find(({ column }) => column === slice.column)
    for (const one of slice.values) {
      const was = old?.values.find(({ value }) => value === one.value)
      if (old === undefined || was === undefined) continue
      if (Math.min(was.rows, one.rows) < FEWEST_ROWS) tooSmall += 1
      else found.push(...sliceTests(before, now, old, slice, was, one).map((test) => ({ ...test, limit })))
    }
  }
  return { ...verdictOf(found, alpha), tooSmall, whole: false }
}

type Value = SliceProfile['values'][number]

function sliceTests(
  before: DatasetProfile,
  now: DatasetProfile,
  old: SliceProfile,
  slice: SliceProfile,
  was: Value,
  one: Value,
): Omit<SliceTest, 'limit'>[] {
  return slice.sliced.flatMap((column, i) => {
    const [cellNow, cellBefore] = [one.columns[i], was.columns[old.sliced.indexOf(column)]]
    if (cellNow === undefined || cellBefore === undefined || column === slice.column) return []
    const base = { slice: slice.column, value: one.value, column, rowsBefore: was.rows, rowsNow: one.rows }
    const shares = { before: cellBefore.missing / was.rows, now: cellNow.missing / one.rows }
    const test = proportionsTest({ hits: cellBefore.missing, n: was.rows }, { hits: cellNow.missing, n: one.rows })
    const missing = {
      ...base,
      ...shares,
      of: 'missing' as const,
      effect: Math.abs(shares.now - shares.before),
      p: test?.pValue ?? 1,
    }
    const sdOf = (profile: DatasetProfile) => profile.columns.find(({ name }) => name === column)?.numeric?.sd ?? 0
    const [a, b] = [sdOf(before), sdOf(now)]
    const [n, m] = [was.rows - cellBefore.missing, one.rows - cellNow.missing]
    if (cellBefore.mean === null || cellNow.mean === null || a === 0 || Math.min(n, m) < FEWEST_ROWS) return [missing]
    const change = cellNow.mean - cellBefore.mean
    const p = 2 * normalCdf(-Math.abs(change) / Math.sqrt((a * a) / n + (b * b) / m))
    const means = { before: cellBefore.mean, now: cellNow.mean }
    return [missing, { ...base, ...means, of: 'mean' as const, effect: Math.abs(change) / a, p }]
  })
}
