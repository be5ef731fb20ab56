import { sumOf } from '../../shared/stats/numeric.js'
import { isClassSample, type RegressionSample, type Sample } from '../../shared/stats/sample.js'
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
    const label = new Uint16Array(n).fill(Number(prior > (threshold ?? 0.5)))
    return { ...sample, score: new Float64Array(n).fill(prior), label }
  }
  const commonest = shares.indexOf(Math.max(...shares))
  const probabilities = new Float64Array(n * shares.length)
  for (let i = 0; i < n; i++) probabilities.set(shares, i * shares.length)
  return { ...sample, label: new Uint16Array(n).fill(commonest), probabilities }
}

function weightedMean({ n, truth, weights }: RegressionSample): number {
  const weightOf = (i: number) => (weights === null ? 1 : (weights[i] as number))
  return sumOf(n, (i) => weightOf(i) * (truth[i] as number)) / sumOf(n, weightOf)
}

/** What the trivial model of a task answers with. */
export function trivialName(sample: Sample): string {
  if (isClassSample(sample)) return 'the shares of the classes'
  return sample.task === 'regression' ? 'the mean of the true values' : trivialNameOfTask(sample)
}
