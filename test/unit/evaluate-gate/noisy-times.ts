import type { Times } from '../../../actions/evaluate-gate/performance/measure.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'

/** Latencies around `middle` ms: exponential noise on top of nine tenths of it. */
export function noisy(middle: number, seed: string) {
  const random = seededRandom(seed)
  return (rows: number) => middle * (0.9 - 0.1 * Math.log(1 - random.uniform())) * (1 + (rows - 1) / 100)
}

/** Times of so many starts, one after the other and of equal length. */
export function inStarts(values: Float64Array, starts = 5): Times {
  return { values, starts: Uint16Array.from(values, (_, i) => Math.floor((i * starts) / values.length)) }
}
