import { binaryConfidence, type Confidence, classConfidence, topLabelConfidence } from '../../calibration.js'
import type { BinarySample, ClassSample } from '../../sample.js'

/**
 * What is held against the truth. `positive`: the probability of the positive class. `toplabel`: the highest probability
 * against whether its class is right. `classwise`: the probability of each class against the rest.
 */
export type ConfidenceKind = 'positive' | 'toplabel' | 'classwise'

/** The kind that a task has when none is named. */
export function usualKind(task: ClassSample['task']): 'positive' | 'toplabel' {
  return task === 'binary' ? 'positive' : 'toplabel'
}

const known = new WeakMap<ClassSample, Confidence>()

/** Confidences of a sample with scores: one, or one for each class when it is `classwise`. The usual one is kept. */
export function confidencesOf(sample: ClassSample, kind: ConfidenceKind = usualKind(sample.task)): Confidence[] {
  if (kind !== usualKind(sample.task)) return made(sample, kind)
  const found = known.get(sample) ?? (made(sample, kind)[0] as Confidence)
  known.set(sample, found)
  return [found]
}

function made(sample: ClassSample, kind: ConfidenceKind): Confidence[] {
  if (sample.task === 'binary') {
    const score = sample.score as Float64Array
    if (kind === 'positive') return [binaryConfidence(sample.truth, score, sample.weights)]
    if (kind === 'toplabel') return [topOfTwo(sample, score)]
  } else {
    const { truth, weights, classes } = sample
    const probabilities = sample.probabilities as Float64Array
    if (kind === 'toplabel') return [topLabelConfidence(truth, probabilities, classes.length, weights)]
    if (kind === 'classwise') {
      return classes.map((_, one) => classConfidence(truth, probabilities, classes.length, one, weights))
    }
  }
  throw new TypeError(`a ${sample.task} sample has no ${kind} confidence`)
}

/** Confidence of a sample with scores: `positive` for two classes, `toplabel` for more. */
export function confidenceOf(sample: ClassSample): Confidence {
  return confidencesOf(sample)[0] as Confidence
}

/** The higher of p and 1 − p; at a half the first class. */
function topOfTwo({ truth, weights, n }: BinarySample, positive: Float64Array): Confidence {
  const score = new Float64Array(n)
  const event = new Uint8Array(n)
  for (let i = 0; i < n; i++) {
    const p = positive[i] as number
    const label = p > 0.5 ? 1 : 0
    score[i] = label === 1 ? p : 1 - p
    event[i] = Number(label === truth[i])
  }
  return { score, event, weights }
}
