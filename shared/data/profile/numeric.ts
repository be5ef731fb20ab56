import type { ColumnProfile, Outliers } from '../../contracts/data-profile.js'
import type { Moments } from '../../stats/moments.js'
import { round12 } from '../engine/sql.js'
import { binCount, edgesOf, massPoints } from '../histogram.js'
import { quantileRanks } from '../order-statistics.js'
import type { Detail } from './detail.js'
import { medianDeviation, type Ordered } from './ordered.js'

type Numeric = NonNullable<ColumnProfile['numeric']>

const QUANTILES = { p01: 0.01, p05: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95, p99: 0.99 } as const

/** Numbers of a column with at least one finite value: extremes, moments, exact quantiles and the equal-mass histogram. */
export async function numericOf(
  ordered: Ordered,
  moments: (known: { n: number; min: number; max: number }) => Promise<Moments>,
  detail: Detail,
  options: { readonly grid: boolean },
): Promise<Numeric> {
  const { n } = ordered
  const bins = binCount(n, detail.bins)
  const points = options.grid ? detail.grid : 0
  const asked = [
    ...Object.values(QUANTILES),
    ...Array.from({ length: bins }, (_, i) => i / bins),
    ...Array.from({ length: points }, (_, i) => i / (points - 1)),
  ]
  await ordered.prepare(asked.flatMap((p) => [quantileRanks(n, p).low, quantileRanks(n, p).high]))
  const [min, max] = [await ordered.at(0), await ordered.at(n - 1)]
  const quantile = async (p: number) => Math.min(max, Math.max(min, kept(await quantileOf(ordered, p))))
  const { mean, sd, skewness, kurtosis } = await moments({ n, min, max })
  const quantiles = {} as Record<keyof typeof QUANTILES, number>
  for (const [name, p] of Object.entries(QUANTILES)) quantiles[name as keyof typeof QUANTILES] = await quantile(p)
  const numeric: Numeric = {
    min,
    max,
    mean: clamp(mean),
    sd: clamp(sd),
    quantiles,
    histogram: await histogramOf(ordered, min, max, bins, quantile),
    zeros: (await ordered.count(0, true)) - (await ordered.count(0, false)),
    negatives: await ordered.count(0, false),
    skewness: skewness === null ? null : round12(skewness),
    kurtosis: kurtosis === null ? null : round12(kurtosis),
  }
  if (points > 0) {
    numeric.grid = []
    for (let i = 0; i < points; i++) numeric.grid.push(await quantile(i / (points - 1)))
  }
  if (!detail.more) return numeric
  const mad = await medianDeviation(ordered, await quantileOf(ordered, 0.5))
  return { ...numeric, mad: clamp(mad), outliers: await outliersOf(ordered, { mean, sd, mad }) }
}

async function quantileOf(ordered: Ordered, p: number): Promise<number> {
  const { low, high, weight } = quantileRanks(ordered.n, p)
  const from = await ordered.at(low)
  if (weight === 0) return from
  const to = await ordered.at(high)
  const step = to - from
  // The difference of two huge numbers may be none.
  return Number.isFinite(step) ? from + step * weight : from * (1 - weight) + to * weight
}

async function histogramOf(
  ordered: Ordered,
  min: number,
  max: number,
  bins: number,
  quantile: (p: number) => Promise<number>,
): Promise<Numeric['histogram']> {
  const cuts: number[] = []
  for (let i = 1; i < bins; i++) cuts.push(await quantile(i / bins))
  const after: number[] = []
  for (const point of massPoints(min, cuts, max)) {
    let next = await ordered.next(point)
    while (next !== null && kept(next) <= point) next = await ordered.next(next)
    if (next !== null) after.push(kept(next))
  }
  const edges = edgesOf(min, cuts, max, after)
  const below = [0]
  for (const edge of edges.slice(1, -1)) below.push(await ordered.count(edge, false))
  below.push(ordered.n)
  return {
    kind: 'equal-mass',
    edges,
    counts: below.slice(1).map((count, i) => count - (below[i] as number)),
  }
}

async function outliersOf(
  ordered: Ordered,
  { mean, sd, mad }: { mean: number; sd: number; mad: number },
): Promise<Outliers> {
  const outside = async (low: number, high: number) =>
    (await ordered.count(low, false)) + ordered.n - (await ordered.count(high, true))
  const [p25, p50, p75] = [
    await quantileOf(ordered, 0.25),
    await quantileOf(ordered, 0.5),
    await quantileOf(ordered, 0.75),
  ]
  const range = p75 - p25
  const far = (3.5 * mad) / 0.6745
  return {
    z: sd > 0 ? await outside(mean - 3 * sd, mean + 3 * sd) : null,
    robust: mad > 0 ? await outside(p50 - far, p50 + far) : null,
    iqr: range > 0 ? await outside(p25 - 1.5 * range, p75 + 1.5 * range) : null,
  }
}

/** Twelve digits, but whole numbers as they are: times in milliseconds have thirteen. */
const kept = (value: number) => (Number.isInteger(value) ? value : round12(value))

const clamp = (value: number) => round12(Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value)))
