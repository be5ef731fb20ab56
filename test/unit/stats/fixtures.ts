import { needsPositives } from '../../../shared/stats/metrics/estimators/ranking.js'
import type { Numbers } from '../../../shared/stats/numeric.js'
import { rankedAveragePrecision } from '../../../shared/stats/ranked/average-precision.js'
import { classWeights, rankDescending, weightsInOrder } from '../../../shared/stats/ranked/ranking.js'
import type { BinarySample, MulticlassSample, RegressionSample, Sample } from '../../../shared/stats/sample.js'
import { BLOCKS } from '../../../shared/stats/sampling/bootstrap.js'
import { defined, undefinedBecause, type Value } from '../../../shared/stats/types.js'

/** 20 rows with ties, a score of 0 and one of 1. */
export const TRUTH = [0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0]
export const SCORE = [
  0.1, 0.9, 0.8, 0.3, 0.35, 0.6, 0.2, 0.6, 0.7, 0.05, 0.4, 0.35, 0.55, 0.5, 0.5, 0.0, 0.15, 1.0, 0.45, 0.8,
]
/** Another model on the same rows. */
export const OTHER_SCORE = [
  0.2, 0.7, 0.9, 0.4, 0.5, 0.5, 0.1, 0.3, 0.6, 0.15, 0.3, 0.45, 0.65, 0.5, 0.4, 0.1, 0.05, 0.9, 0.55, 0.6,
]

export function blocksOf(n: number): Uint16Array {
  return Uint16Array.from({ length: n }, (_, i) => (i * 7919) % BLOCKS)
}

export function binary(truth: readonly number[], score: readonly number[], threshold = 0.5): BinarySample {
  return {
    task: 'binary',
    n: truth.length,
    classes: ['no', 'yes'],
    truth: Uint16Array.from(truth),
    label: Uint16Array.from(score, (value) => Number(value > threshold)),
    score: Float64Array.from(score),
    blocks: blocksOf(truth.length),
    weights: null,
    clustered: false,
  }
}

export function multiclass(
  truth: readonly number[],
  label: readonly number[],
  classes: number,
  probabilities: readonly number[] | null = null,
): MulticlassSample {
  return {
    task: 'multiclass',
    n: truth.length,
    classes: Array.from({ length: classes }, (_, k) => `c${k}`),
    truth: Uint16Array.from(truth),
    label: Uint16Array.from(label),
    probabilities: probabilities && Float64Array.from(probabilities),
    blocks: blocksOf(truth.length),
    weights: null,
    clustered: false,
  }
}

export function regression(truth: readonly number[], value: readonly number[]): RegressionSample {
  return {
    task: 'regression',
    n: truth.length,
    truth: Float64Array.from(truth),
    value: Float64Array.from(value),
    blocks: blocksOf(truth.length),
    weights: null,
    clustered: false,
  }
}

/** The same rows with weights. */
export function weighted<S extends Sample>(sample: S, weights: readonly number[]): S {
  return { ...sample, weights: Float64Array.from(weights) }
}

/** The same rows as clusters of so many rows each, in their order. */
export function clustered<S extends Sample>(sample: S, size: number): S {
  const blocks = Uint16Array.from({ length: sample.n }, (_, i) => (Math.floor(i / size) * 7919) % BLOCKS)
  return { ...sample, blocks, clustered: true }
}

/** Average precision of scores as the metric has it. */
export function averagePrecision(truth: Numbers, score: Numbers, weights: Numbers | null = null): Value {
  const ranking = rankDescending(truth, score)
  const ordered = weightsInOrder(ranking.order, weights)
  const reason = needsPositives(classWeights(ranking, ordered))
  return reason === null ? defined(rankedAveragePrecision(ranking, ordered)) : undefinedBecause(reason)
}
