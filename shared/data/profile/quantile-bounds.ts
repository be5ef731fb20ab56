import type { ColumnType } from '../../contracts/data-contract.js'
import { quantileRanks } from '../order-statistics.js'

/** Profiles keep twelve digits: two values that differ later are the same. */
const SAME = 1e-11

/** How far a number of a profile may lie from the value that it stands for, with room. */
export const slack = (value: number): number => (value === 0 ? 1e-300 : Math.abs(value) * SAME)

/** Where twelve digits leave open more than this part of the range of a column, values beside one another are taken for one. */
const BLURRED = 1e-6

/**
 * Which cells lie around values that twelve digits do not tell apart, from one another or from those of another sample, such as
 * 1e9 + 0.001 and 1e9 + 0.002: there the place of a value is known by the cell alone. `listed` ascends, as `starts` of the cells do.
 */
export function crowdedIn(
  type: ColumnType,
  listed: readonly { readonly value: number }[],
  starts: readonly number[],
): boolean[] {
  const range = (listed.at(-1)?.value ?? 0) - (listed[0]?.value ?? 0)
  const crowds = listed.flatMap(({ value }, i) => {
    const next = listed[i + 1]?.value ?? Number.POSITIVE_INFINITY
    const isClose = next - slack(next) < value + slack(value)
    const isBlurred = type !== 'integer' && range > 0 && slack(value) > BLURRED * range
    const end = isClose ? next : value
    return isClose || isBlurred ? [[value - slack(value), end + slack(end)] as const] : []
  })
  let at = 0
  return starts.map((start) => {
    while (at < crowds.length && (crowds[at] as readonly [number, number])[1] <= start) at += 1
    const crowd = crowds[at]
    return crowd !== undefined && crowd[0] <= start
  })
}

/** Bounds of how many values of a baseline lie below each of some ascending cuts, and the likeliest count between them. */
export interface Below {
  readonly cuts: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly likely: readonly number[]
}

interface Known {
  low: number
  high: number
  likely: number | null
}

/**
 * What exact quantiles tell of n values (type 7 of Hyndman and Fan, as profiles keep them): with k = ⌊(n − 1) p⌋ at least k + 1
 * values are at most the quantile, and at most k are below it, or k + 1 where it was interpolated. A cut lies just below and just
 * above each, so that a value that stands there often is a cell of its own. `exact`: counts below further cuts.
 */
export function countsBelow(
  n: number,
  quantiles: readonly { readonly p: number; readonly value: number }[],
  exact: readonly { readonly cut: number; readonly count: number }[] = [],
): Below {
  const known = new Map<number, Known>()
  const at = (cut: number): Known => {
    const found = known.get(cut) ?? { low: 0, high: n, likely: null }
    known.set(cut, found)
    return found
  }
  for (const { p, value } of quantiles) {
    const { low, weight } = quantileRanks(n, p)
    const before = at(value - slack(value))
    before.high = Math.min(before.high, weight === 0 ? low : low + 1)
    before.likely = before.high
    const after = at(value + slack(value))
    after.low = Math.max(after.low, low + 1)
    after.likely = after.low
  }
  for (const { cut, count } of exact) Object.assign(at(cut), { low: count, high: count, likely: count })
  const cuts = [...known.keys()].filter(Number.isFinite).sort((a, b) => a - b)
  const all = cuts.map((cut) => known.get(cut) as Known)
  const low = running(all.map((one) => one.low))
  const high = running(all.map((one) => -one.high).reverse())
    .map((count) => 0 - count)
    .reverse()
  const likely = running(
    all.map((one, i) => Math.min(high[i] as number, Math.max(low[i] as number, one.likely ?? (low[i] as number)))),
  )
  return { cuts, low, high, likely }
}

/** Each number, or the largest before it. */
function running(numbers: readonly number[]): number[] {
  let most = Number.NEGATIVE_INFINITY
  return numbers.map((one) => {
    most = Math.max(most, one)
    return most
  })
}
