import type { ClassSample } from './sample.js'
import { EPSILON } from './scores.js'

/**
 * −ln of the probability that a model gave to the true class, clipped to [EPSILON, 1 − EPSILON], of each row.
 *
 * @throws TypeError for a model that answers with labels alone.
 */
export function logLosses(sample: ClassSample): Float64Array {
  return fillLogLosses(sample, 0, new Float64Array(sample.n))
}

/** The same of some rows, one after the other. */
export function logLossesOf(sample: ClassSample, rows: Uint32Array, into: Float64Array): Float64Array {
  return fill(sample, (i) => rows[i] as number, into)
}

/** The same of as many rows as there is room for, from one on. */
export function fillLogLosses(sample: ClassSample, from: number, into: Float64Array): Float64Array {
  return fill(sample, (i) => from + i, into)
}

function fill(sample: ClassSample, rowOf: (place: number) => number, into: Float64Array): Float64Array {
  const { task, truth } = sample
  const said = task === 'binary' ? sample.score : sample.probabilities
  if (said === null) throw new TypeError('log loss needs probabilities')
  const [least, most] = [EPSILON, 1 - EPSILON]
  const width = sample.classes.length
  const isBinary = task === 'binary'
  for (let i = 0; i < into.length; i++) {
    const row = rowOf(i)
    const t = truth[row] as number
    const score = said[isBinary ? row : row * width + t] as number
    const probability = isBinary && t !== 1 ? 1 - score : score
    into[i] = -Math.log(Math.min(most, Math.max(least, probability)))
  }
  return into
}
