import { mean } from '../../shared/stats/numeric.js'
import type { Sample } from '../../shared/stats/sample.js'

/**
 * The model that looks at no feature, on the same rows: it answers with the share of each class, or with the mean, of
 * these very rows. A model that is not better has learnt nothing.
 */
export function trivialSample(sample: Sample, threshold: number | null): Sample {
  const { n } = sample
  if (sample.task === 'regression') return { ...sample, value: new Float64Array(n).fill(mean(sample.truth)) }
  const shares = sample.classes.map((_, k) => sample.truth.reduce((rows, t) => rows + Number(t === k), 0) / n)
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

/** What the trivial model of a task is called. */
export function trivialName(sample: Sample): string {
  return sample.task === 'regression' ? 'the mean of the true values' : 'the shares of the classes'
}
