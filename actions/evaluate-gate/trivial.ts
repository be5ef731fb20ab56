import { perSample } from '../../shared/stats/metrics/estimators/common.js'
import type { Metric } from '../../shared/stats/metrics/index.js'
import { sumOf } from '../../shared/stats/numeric.js'
import { type ClassSample, isClassSample, type RegressionSample, type Sample } from '../../shared/stats/sample.js'
import type { Value } from '../../shared/stats/types.js'
import { trivialNameOfTask, trivialOfTask } from './tasks/trivial.js'

/**
 * The model that looks at no feature, on the same rows: it answers with the share of each class, or with the mean, of
 * these very rows. A model that is not better has learnt nothing. Null for a task that has no such model.
 */
export function trivialSample(sample: Sample, threshold: number | null): Sample | null {
  const { n, weights } = sample
  if (sample.task === 'regression') return { ...sample, value: new Float64Array(n).fill(weightedMean(sample)) }
  if (!isClassSample(sample)) return trivialOfTask(sample, threshold)
  const counts = new Float64Array(sample.classes.length)
  let total = 0
  for (let i = 0; i < n; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    const t = sample.truth[i] as number
    counts[t] = (counts[t] as number) + weight
    total += weight
  }
  const shares = Array.from(counts, (count) => count / total)
  if (sample.task === 'binary') {
    const prior = shares[1] as number
    const label = new Uint16Array(n)
    if (prior > (threshold ?? 0.5)) label.fill(1)
    return { ...sample, score: new Float64Array(n).fill(prior), label }
  }
  const commonest = shares.indexOf(Math.max(...shares))
  const probabilities = new Float64Array(n * shares.length)
  for (let i = 0; i < n; i++) probabilities.set(shares, i * shares.length)
  return { ...sample, label: new Uint16Array(n).fill(commonest), probabilities }
}

/**
 * The value of a metric of a trivial model. One that says the same of every row is a row for each true class that weighs as
 * much as they do: what is undefined of weighted rows is measured on all of them.
 */
export function trivialValue(metric: Metric, sample: Sample): Value {
  const short = isClassSample(sample) && sample.n > MANY ? shortOf(sample) : null
  const value = short && metric.value(short)
  return value === null || value.reason !== null ? metric.value(sample) : value
}

const MANY = 100_000

const shortOf = perSample(({ n, truth, weights, classes, ...sample }: ClassSample): ClassSample => {
  const size = classes.length
  const sums = new Float64Array(size)
  for (let i = 0; i < n; i++) {
    const t = truth[i] as number
    sums[t] = (sums[t] as number) + (weights === null ? 1 : (weights[i] as number))
  }
  const rows = {
    n: size,
    classes,
    truth: Uint16Array.from(sums.keys()),
    label: new Uint16Array(size).fill(sample.label[0] as number),
    weights: sums,
    blocks: new Uint16Array(size),
    clustered: false,
  }
  if (sample.task === 'binary') {
    const score = sample.score && new Float64Array(size).fill(sample.score[0] as number)
    return { ...rows, task: 'binary', score }
  }
  const first = sample.probabilities?.subarray(0, size)
  const probabilities = first === undefined ? null : new Float64Array(size * size)
  for (let row = 0; row < size && first !== undefined; row++) probabilities?.set(first, row * size)
  return { ...rows, task: 'multiclass', probabilities }
})

function weightedMean({ n, truth, weights }: RegressionSample): number {
  const weightOf = (i: number) => (weights === null ? 1 : (weights[i] as number))
  return sumOf(n, (i) => weightOf(i) * (truth[i] as number)) / sumOf(n, weightOf)
}

/** What the trivial model of a task answers with. */
export function trivialName(sample: Sample): string {
  if (isClassSample(sample)) return 'the shares of the classes'
  return sample.task === 'regression' ? 'the mean of the true values' : trivialNameOfTask(sample)
}
