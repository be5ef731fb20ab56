import {
  hellingerDistance,
  jensenShannonDistance,
  kullbackLeibler,
  largestShareChange,
  totalVariation,
} from '../../stats/drift.js'
import { type Numbers, total } from '../../stats/numeric.js'
import { chiSquareTest, cramersV, isRare, pooledCells, proportionsTest } from '../../stats/two-sample/categorical.js'
import { ksBounds, ksTest } from '../../stats/two-sample/kolmogorov-smirnov.js'
import { LEAST_SPREAD, wassersteinOfCells } from '../../stats/two-sample/wasserstein.js'
import type { Value } from '../../stats/types.js'
import type { DriftMethod } from './methods.js'
import type { NumberCells } from './numbers.js'
import type { ColumnDrift, Compared } from './types.js'

/** What a method finds in a column. */
export interface Measure {
  readonly method: DriftMethod
  readonly statistic: number
  /** How far apart the two sides are, whatever their size. */
  readonly effect: number
  /** The effect cannot be further from its exact value than this; 0 where it is exact. */
  readonly bound: number
  /** Chance of such a difference in equal data. */
  readonly pValue: number
  readonly pMethod: string
  /** Cells that chance can move, for how large chance alone gets. */
  readonly cells: number
  /** Values of each side. */
  readonly n: number
  readonly m: number
  /** What the cumulative shares of numbers were counted from: every value of both sides, or what the baseline keeps. */
  readonly from?: string
}

/** Rows of each cell but the last, which holds the missing ones; cells that are empty on both sides are left out. */
function countsOf({ cells }: ColumnDrift): { before: number[]; now: number[] } {
  const used = cells.slice(0, -1).filter(({ baseline, current }) => baseline + current > 0)
  return { before: used.map(({ baseline }) => baseline), now: used.map(({ current }) => current) }
}

/**
 * A column measured by one method other than PSI, or why it cannot be. Missing values, NaN and infinities are left out of both
 * sides. Methods for numbers fall back to Jensen–Shannon on categories, as their values have no distance.
 */
export function measureBy(drift: ColumnDrift, compared: Compared, wanted: DriftMethod): Measure | { reason: string } {
  const { before, now } = countsOf(drift)
  const [n, m] = [total(before), total(now)]
  if (n === 0) return { reason: 'the baseline has no values' }
  if (m === 0) return { reason: 'the current data have no values' }
  const numbers = compared.numbers
  const ordered = wanted === 'ks' || wanted === 'wasserstein'
  const measure = ordered && numbers !== null ? measureNumbers(numbers, wanted) : null
  return measure ?? measureCells(before, now, ordered ? 'jensen-shannon' : wanted)
}

/** Numbers by Kolmogorov–Smirnov or the Wasserstein distance, with what is not known of them; null where a side has none. */
export function measureNumbers(numbers: NumberCells, wanted: 'ks' | 'wasserstein'): Measure | null {
  const { below, exact } = numbers
  const atom = (cell: number) => numbers.atoms[cell] as boolean
  const gap = ksBounds(numbers.before, numbers.now, atom, below)
  const moved = wassersteinOfCells(numbers.edges, numbers.before, numbers.now, atom, below)
  if (gap === null || moved === null) return null
  const [n, m] = [total(numbers.before), total(numbers.now)]
  const ks = exact?.ks ?? gap.low
  const test = ksTest(ks, n, m)
  const pMethod = `Kolmogorov–Smirnov, ${test.method}`
  const facts = { pValue: test.pValue, pMethod, cells: 0, n, m, from: basisOf(numbers) }
  if (wanted === 'ks') {
    return { ...facts, method: 'ks', statistic: ks, effect: ks, bound: exact ? 0 : gap.high - gap.low }
  }
  const spread = Math.max(numbers.spread, LEAST_SPREAD)
  const distance = (exact?.wasserstein ?? moved.distance) / spread
  const bound = exact ? 0 : moved.bound / spread
  return { ...facts, method: 'wasserstein', statistic: distance, effect: distance, bound }
}

/** In words, as a report names it. */
function basisOf({ exact, basis }: NumberCells): string {
  if (exact !== undefined) return 'every value of both sides'
  switch (basis?.of) {
    case 'quantiles':
      return `${basis.points} quantiles of the baseline`
    case 'bins':
      return `${basis.points} bins of the baseline`
    case 'profiles':
      return `${basis.points} places of ${basis.profiles ?? 1} profiles put together`
    default:
      return 'exact counts of every value'
  }
}

const DISTANCES: Readonly<Partial<Record<DriftMethod, (b: Numbers, c: Numbers) => Value>>> = {
  'jensen-shannon': jensenShannonDistance,
  hellinger: hellingerDistance,
  'total-variation': totalVariation,
  'l-infinity': largestShareChange,
  kl: kullbackLeibler,
}

/** Counts in the same cells, both sides with rows. A distance has the p of chi-square beside it. */
export function measureCells(before: readonly number[], now: readonly number[], method: DriftMethod): Measure {
  const [n, m] = [total(before), total(now)]
  const pooled = pooledCells(before, now)
  const cells = pooled.before.length
  const base = { method, bound: 0, n, m, cells }
  if (method === 'z-test' || cells === 1 || before.length === 2) {
    const moved = largestMove(before, now)
    const test = proportionsTest({ hits: before[moved] ?? 0, n }, { hits: now[moved] ?? 0, n: m })
    // The share was picked as the one that moved most: Bonferroni over the shares that could have been.
    const picked = before.length <= 2 ? 1 : before.length
    const pValue = Math.min(1, picked * (test?.pValue ?? 1))
    const pMethod = `${test?.method === 'z' ? 'z-test of proportions' : 'Fisher’s exact test'}${picked > 1 ? `, times ${picked} shares` : ''}`
    const change = Math.abs((now[moved] ?? 0) / m - (before[moved] ?? 0) / n)
    const [statistic, effect] =
      method === 'z-test'
        ? [test?.statistic ?? 0, change]
        : method === 'chi-square'
          ? [(test?.statistic ?? 0) ** 2, cramersV(before, now)]
          : twice(distanceOf(method, before, now))
    return { ...base, statistic, effect, pValue, pMethod, cells: 2 }
  }
  const test = chiSquareTest(pooled.before, pooled.now) as NonNullable<ReturnType<typeof chiSquareTest>>
  const rare = rareCells(before, now)
  // Newcomers are rare in both sides together where the baseline is large: in a cell with others they would not show.
  const exact = Math.min(
    1,
    ...rare.map((hits) => proportionsTest({ hits: hits.before, n }, { hits: hits.now, n: m })?.pValue ?? 1),
  )
  const facts =
    rare.length === 0
      ? { ...base, pValue: test.pValue, pMethod: 'chi-square' }
      : {
          ...base,
          pValue: Math.min(1, 2 * Math.min(test.pValue, rare.length * exact)),
          pMethod:
            2 * rare.length * exact < 2 * test.pValue
              ? `Fisher’s exact test, times ${2 * rare.length} tests`
              : 'chi-square, times 2 tests',
        }
  if (method === 'chi-square') {
    return { ...facts, statistic: test.statistic, effect: cramersV(pooled.before, pooled.now) }
  }
  const distance = distanceOf(method, before, now)
  return { ...facts, statistic: distance, effect: distance }
}

/** Cells that are too rare for chi-square. */
function rareCells(before: readonly number[], now: readonly number[]): { before: number; now: number }[] {
  const [n, m] = [total(before), total(now)]
  return before
    .map((count, i) => ({ before: count, now: now[i] as number }))
    .filter((cell) => isRare(cell.before + cell.now, n, m))
}

const twice = (value: number): readonly [number, number] => [value, value]

const distanceOf = (method: DriftMethod, before: Numbers, now: Numbers): number =>
  (DISTANCES[method] ?? jensenShannonDistance)(before, now).value

/** Index of the cell whose share changed most. */
function largestMove(before: readonly number[], now: readonly number[]): number {
  const [n, m] = [total(before), total(now)]
  let most = 0
  before.forEach((count, i) => {
    const change = (at: number) => Math.abs((now[at] as number) / m - (before[at] as number) / n)
    if (count >= 0 && change(i) > change(most)) most = i
  })
  return most
}
