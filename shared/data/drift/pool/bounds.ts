import type { Below } from '../../profile/quantile-bounds.js'

/** What one sample tells of how many of its n values lie below each of some ascending cuts. */
export interface Sample extends Below {
  readonly n: number
}

/** The place among ascending cuts of the last one that is at most x; −1 where there is none. */
function lastAtMost(cuts: readonly number[], x: number): number {
  let [low, high] = [0, cuts.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((cuts[middle] as number) <= x) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Bounds of the values below x, and the likeliest count: between two cuts values are taken as evenly spread. */
export function belowAt(
  { n, cuts, low, high, likely }: Sample,
  x: number,
): { low: number; high: number; likely: number } {
  const at = lastAtMost(cuts, x)
  const [from, to] = [cuts[at], cuts[at + 1]]
  if (from === x || (from !== undefined && to === undefined && low[at] === n)) {
    return { low: low[at] as number, high: high[at] as number, likely: likely[at] as number }
  }
  const least = at < 0 ? 0 : (low[at] as number)
  const most = to === undefined ? n : (high[at + 1] as number)
  const [before, after] = [at < 0 ? 0 : (likely[at] as number), to === undefined ? n : (likely[at + 1] as number)]
  const share = from === undefined || to === undefined ? 1 : (x - from) / (to - from)
  const between = from === undefined ? before : before + (after - before) * share
  return { low: least, high: most, likely: Math.max(least, Math.min(most, between)) }
}

/**
 * Several samples as one, at the cuts of all and at `more`: bounds add up, and so do the likeliest counts. What is not known of one sample at a
 * cut of another is at most what lies between the two cuts around it.
 */
export function poolSamples(samples: readonly Sample[], more: readonly number[] = []): Sample {
  const cuts = [...new Set([...samples.flatMap((sample) => sample.cuts), ...more])].sort((a, b) => a - b)
  const told = cuts.map((cut) => samples.map((sample) => belowAt(sample, cut)))
  const sum = (of: (one: { low: number; high: number; likely: number }) => number) =>
    told.map((all) => all.reduce((total, one) => total + of(one), 0))
  return {
    n: samples.reduce((total, { n }) => total + n, 0),
    cuts,
    low: sum(({ low }) => low),
    high: sum(({ high }) => high),
    likely: sum(({ likely }) => likely).map(Math.round),
  }
}

/** A sample at some of its cuts only, given by their places. */
export const atSome = ({ n, cuts, low, high, likely }: Sample, kept: readonly number[]): Sample => {
  const some = (list: readonly number[]) => kept.map((i) => list[i] as number)
  return { n, cuts: some(cuts), low: some(low), high: some(high), likely: some(likely) }
}

/** Counts of the cells between the cuts, as they are likeliest. */
export const cellsOf = ({ n, likely }: Pick<Sample, 'n' | 'likely'>): number[] =>
  [...likely, n].map((below, i) => below - (i === 0 ? 0 : (likely[i - 1] as number)))

/** A sample whose counts in cells between cuts are known, or bounded by `below`. */
export function sampleOf(
  cuts: readonly number[],
  counts: readonly number[],
  below?: { readonly low: readonly number[]; readonly high: readonly number[] },
): Sample {
  let total = 0
  const likely = counts.slice(0, -1).map((count) => {
    total += count
    return total
  })
  return { n: total + (counts.at(-1) ?? 0), cuts, likely, low: below?.low ?? likely, high: below?.high ?? likely }
}
