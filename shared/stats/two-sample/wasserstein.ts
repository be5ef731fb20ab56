import { type Numbers, total } from '../numeric.js'
import type { BelowBounds } from './kolmogorov-smirnov.js'

/** The smallest standard deviation that a distance is divided by, so that a constant baseline gives a number (Evidently). */
export const LEAST_SPREAD = 0.001

/**
 * Wasserstein-1 distance ∫ |F − G| of two samples known by their counts in cells [edge i, edge i + 1), the values of a cell
 * spread evenly over it. `bound`: how far the exact distance can lie from it, Σ (p + q) · width / 2 over the cells that are
 * no atoms. In the unit of the values; null when a side is empty. `edges` has one more item than there are cells. `below`: bounds
 * of the values of the first sample below the end of each cell but the last, where `before` is only likely; `bound` is wider then.
 */
export function wassersteinOfCells(
  edges: Numbers,
  before: Numbers,
  now: Numbers,
  atom: (cell: number) => boolean = () => false,
  below?: BelowBounds,
): { distance: number; bound: number } | null {
  const [n, m] = [total(before), total(now)]
  if (n === 0 || m === 0) return null
  let [f, g, distance, bound] = [0, 0, 0, 0]
  for (let i = 0; i < before.length; i++) {
    const [p, q] = [before[i] as number, now[i] as number]
    const width = (edges[i + 1] as number) - (edges[i] as number)
    const from = (f * m - g * n) / n / m
    f += p
    g += q
    const to = (f * m - g * n) / n / m
    if (below !== undefined)
      bound += width * unknownShare(below, i, { p, q, f, n, m, last: before.length - 1 }, atom(i))
    if (atom(i)) {
      // All of its values lie at its beginning.
      distance += Math.abs(to) * width
    } else if (width > 0 && (p > 0 || q > 0)) {
      // Linear from `from` to `to`: two triangles where it crosses 0.
      const same = from * to >= 0
      distance += (width * (same ? Math.abs(from + to) : (from * from + to * to) / Math.abs(to - from))) / 2
      if (below === undefined) bound += ((p / n + q / m) * width) / 2
    } else distance += Math.abs(to) * width
  }
  return { distance, bound }
}

/** How far the gap of the cumulative shares in a cell may be from the one that is taken, on average over the cell. */
function unknownShare(
  { low, high }: BelowBounds,
  i: number,
  { p, q, f, n, m, last }: { p: number; q: number; f: number; n: number; m: number; last: number },
  isAtom: boolean,
): number {
  const [least, most] = i === last ? [f, f] : [low[i] as number, high[i] as number]
  if (isAtom) return Math.max(f - least, most - f) / n
  const middle = f - p / 2
  return Math.max(middle - (i === 0 ? 0 : (low[i - 1] as number)), most - middle) / n + q / m / 2
}
