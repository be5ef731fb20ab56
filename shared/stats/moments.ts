import { Accumulator, type Numbers } from './numeric.js'

/** Moments of a sample: `sd` with n − 1 (0 for one value), the others biased. Null without spread. */
export interface Moments {
  readonly mean: number
  readonly sd: number
  /** m3 / m2^1.5: `scipy.stats.skew(x, bias=True)`. */
  readonly skewness: number | null
  /** m4 / m2² − 3: `scipy.stats.kurtosis(x, fisher=True, bias=True)`. */
  readonly kurtosis: number | null
}

/** Means of the first four powers of scaled deviations (x / scale − centre) / spread. */
export interface PowerMeans {
  readonly n: number
  readonly scale: number
  readonly centre: number
  readonly spread: number
  readonly powers: readonly [number, number, number, number]
}

/** The smallest power of two that is at least as large, between 2⁻¹⁰⁰⁰ and 2¹⁰²³; 1 for zero. Division by it is exact. */
export function powerOfTwo(size: number): number {
  if (size === 0) return 1
  const power = Math.max(-1000, Math.min(1023, Math.ceil(Math.log2(size))))
  const found = 2 ** power
  return found < size && power < 1023 ? found * 2 : found
}

/** Moments out of the means of powers, which may be taken around any centre near the mean. */
export function momentsOf({ n, scale, centre, spread, powers: [p1, p2, p3, p4] }: PowerMeans): Moments {
  const m2 = p2 - p1 ** 2
  const m3 = p3 - 3 * p1 * p2 + 2 * p1 ** 3
  const m4 = p4 - 4 * p1 * p3 + 6 * p1 ** 2 * p2 - 3 * p1 ** 4
  const mean = centre + p1 * spread
  // What scipy takes for no spread: the deviations are the rounding of the mean.
  const flat = !(m2 > 0) || m2 * spread ** 2 <= (Number.EPSILON * mean) ** 2
  return {
    mean: mean * scale,
    sd: n < 2 || !(m2 > 0) ? 0 : Math.sqrt((m2 * n) / (n - 1)) * spread * scale,
    skewness: flat ? null : m3 / m2 ** 1.5,
    kurtosis: flat ? null : m4 / m2 ** 2 - 3,
  }
}

/** Moments of finite values that stand there so many times; the same order of values gives the same bits. Throws nothing. */
export function weightedMoments(values: Numbers, counts: Numbers): Moments {
  let [n, largest] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    n += counts[i] as number
    largest = Math.max(largest, Math.abs(values[i] as number))
  }
  const scale = powerOfTwo(largest)
  const total = new Accumulator()
  for (let i = 0; i < values.length; i++) total.add(((values[i] as number) / scale) * (counts[i] as number))
  const centre = total.sum / n
  let farthest = 0
  for (let i = 0; i < values.length; i++)
    farthest = Math.max(farthest, Math.abs((values[i] as number) / scale - centre))
  const spread = powerOfTwo(farthest)
  const sums = [new Accumulator(), new Accumulator(), new Accumulator(), new Accumulator()] as const
  for (let i = 0; i < values.length; i++) {
    const d = ((values[i] as number) / scale - centre) / spread
    const weight = counts[i] as number
    sums[0].add(d * weight)
    sums[1].add(d * d * weight)
    sums[2].add(d * d * d * weight)
    sums[3].add(d * d * (d * d) * weight)
  }
  const [p1, p2, p3, p4] = sums.map(({ sum }) => sum / n) as [number, number, number, number]
  return momentsOf({ n, scale, centre, spread, powers: [p1, p2, p3, p4] })
}
