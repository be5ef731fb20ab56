import type { Metric } from '../../shared/stats/metrics/index.js'
import { sumOf } from '../../shared/stats/numeric.js'
import {
  type BinarySample,
  type ClassSample,
  isClassSample,
  type MulticlassSample,
  type RegressionSample,
  type Sample,
  selectRows,
} from '../../shared/stats/sample.js'
import type { Value } from '../../shared/stats/types.js'
import { trivialNameOfTask, trivialOfTask } from './tasks/trivial.js'

/** The answers of a model that looks at no feature. */
export interface Trivial {
  /** To all rows; made when they are asked for. */
  whole(): Sample
  /**
   * Of very many rows that it says the same of: a row for each true class, that weighs as much as they do. Null where rows
   * are few, or it does not say the same of each.
   */
  readonly short: ClassSample | null
  /** To some rows: the sample of them, and which they are. */
  on(part: Sample, rows: Uint32Array): Trivial
}

/** What the model says of every row. */
type Constant =
  | { readonly task: 'binary'; readonly score: number; readonly label: number }
  | { readonly task: 'multiclass'; readonly shares: readonly number[]; readonly label: number }
  | { readonly task: 'regression'; readonly value: number }

/**
 * The model that looks at no feature, on the same rows: it answers with the share of each class, or with the mean, of
 * these very rows. A model that is not better has learnt nothing. Null for a task that has no such model.
 */
export function trivialOf(sample: Sample, threshold: number | null): Trivial | null {
  if (isClassSample(sample) || sample.task === 'regression') return constantly(sample, constantOf(sample, threshold))
  const answers = trivialOfTask(sample, threshold)
  return answers && asAnswered(answers)
}

/** A trivial model that has answered already. */
export function asAnswered(answers: Sample): Trivial {
  return { whole: () => answers, short: null, on: (_part, rows) => asAnswered(selectRows(answers, rows)) }
}

/**
 * The value of a metric of a trivial model. What is undefined of weighted rows is measured on all of them.
 */
export function trivialValue(metric: Metric, { short, whole }: Trivial): Value {
  const value = short && metric.value(short)
  return value === null || value.reason !== null ? metric.value(whole()) : value
}

function constantly(sample: ClassSample | RegressionSample, answer: Constant): Trivial {
  const answers = isClassSample(sample) ? sample.n * sample.classes.length : sample.n
  let kept: Sample | null = null
  return {
    whole() {
      // A rule on each of many classes asks for the same answers again and again.
      if (answers > FEW) return answeredWith(sample, answer)
      kept ??= answeredWith(sample, answer)
      return kept
    },
    short:
      isClassSample(sample) && (sample.n > MANY || answers > FEW)
        ? (answeredWith(classesOf(sample), answer) as ClassSample)
        : null,
    on: (part) => constantly(part as typeof sample, answer),
  }
}

function constantOf(sample: ClassSample | RegressionSample, threshold: number | null): Constant {
  if (sample.task === 'regression') return { task: 'regression', value: weightedMean(sample) }
  const sums = sumsOfClasses(sample)
  const total = sums.reduce((sum, weight) => sum + weight, 0)
  const shares = Array.from(sums, (sum) => sum / total)
  if (sample.task === 'multiclass') return { task: 'multiclass', shares, label: shares.indexOf(Math.max(...shares)) }
  const score = shares[1] as number
  return { task: 'binary', score, label: Number(score > (threshold ?? 0.5)) }
}

function answeredWith(sample: ClassSample | RegressionSample, answer: Constant): Sample {
  const { n } = sample
  switch (answer.task) {
    case 'regression':
      return { ...(sample as RegressionSample), value: new Float64Array(n).fill(answer.value) }
    case 'binary': {
      const score = new Float64Array(n).fill(answer.score)
      return { ...(sample as BinarySample), label: new Uint16Array(n).fill(answer.label), score }
    }
    case 'multiclass': {
      const width = answer.shares.length
      const probabilities = new Float64Array(n * width)
      for (let i = 0; i < n; i++) probabilities.set(answer.shares, i * width)
      return { ...(sample as MulticlassSample), label: new Uint16Array(n).fill(answer.label), probabilities }
    }
  }
}

const MANY = 100_000
/** So many numbers may be kept. */
const FEW = 2_500_000

/** The true classes, each a row with the weight of its rows. */
function classesOf(sample: ClassSample): ClassSample {
  const weights = sumsOfClasses(sample)
  const n = weights.length
  const rows = { n, weights, blocks: new Uint16Array(n), clustered: false, truth: Uint16Array.from(weights.keys()) }
  return { ...sample, ...rows, label: rows.truth }
}

function sumsOfClasses({ n, truth, weights, classes }: ClassSample): Float64Array {
  const sums = new Float64Array(classes.length)
  for (let i = 0; i < n; i++) {
    const t = truth[i] as number
    sums[t] = (sums[t] as number) + (weights === null ? 1 : (weights[i] as number))
  }
  return sums
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
