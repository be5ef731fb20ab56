import type { ClassSample } from './sample.js'
import { EPSILON } from './scores.js'

// Not let go with what else is kept of a sample: slices and the report go by these losses, too.
const known = new WeakMap<ClassSample, Float64Array>()

/**
 * −ln of the probability that a model gave to the true class of each row, clipped to [EPSILON, 1 − EPSILON]; made once
 * for a sample, so nobody may write into it.
 *
 * @throws TypeError for a model that answers with labels alone.
 */
export function logLosses(sample: ClassSample): Float64Array {
  const found = known.get(sample)
  if (found !== undefined) return found
  const losses = sample.task === 'binary' ? ofTwo(sample.truth, sample.score) : ofSeveral(sample)
  if (losses === null) throw new TypeError('log loss needs probabilities')
  known.set(sample, losses)
  return losses
}

// Plain loops: a call with a number for each of ten million rows would make an object of most of them.
function ofTwo(truth: Uint16Array, score: Float64Array | null): Float64Array | null {
  if (score === null) return null
  const [least, most] = [EPSILON, 1 - EPSILON]
  const losses = new Float64Array(truth.length)
  for (let i = 0; i < losses.length; i++) {
    const probability = truth[i] === 1 ? (score[i] as number) : 1 - (score[i] as number)
    losses[i] = -Math.log(Math.min(most, Math.max(least, probability)))
  }
  return losses
}

function ofSeveral({ truth, probabilities, classes }: Extract<ClassSample, { task: 'multiclass' }>) {
  if (probabilities === null) return null
  const [least, most] = [EPSILON, 1 - EPSILON]
  const width = classes.length
  const losses = new Float64Array(truth.length)
  for (let i = 0; i < losses.length; i++) {
    const probability = probabilities[i * width + (truth[i] as number)] as number
    losses[i] = -Math.log(Math.min(most, Math.max(least, probability)))
  }
  return losses
}
