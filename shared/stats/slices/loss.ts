import { logLosses, logLossesOf } from '../log-losses.js'
import { ndcgOf } from '../metrics/ranking/ndcg.js'
import { queryAt } from '../metrics/ranking/queries.js'
import { tokenF1s } from '../metrics/text/matches.js'
import {
  isClassSample,
  type MultilabelSample,
  type QuantileSample,
  type RegressionSample,
  type Sample,
} from '../sample.js'

/** What a wrong answer costs, for one row. */
export type LossKind =
  | 'log-loss'
  | 'zero-one'
  | 'hamming'
  | 'absolute-error'
  | 'squared-error'
  | 'pinball'
  | 'one-minus-ndcg'
  | 'one-minus-token-f1'

/** The loss of a row in words, with its conventions. */
export const LOSSES: Readonly<Record<LossKind, { readonly title: string; readonly definition: string }>> = {
  'log-loss': {
    title: 'log loss',
    definition: '−ln of the probability given to the true class, clipped to [2⁻⁵², 1 − 2⁻⁵²]',
  },
  'zero-one': { title: 'error rate', definition: '1 where the predicted class is not the true one, else 0' },
  hamming: { title: 'Hamming loss', definition: 'share of the classes that are predicted wrongly' },
  'absolute-error': { title: 'absolute error', definition: '|truth − value|' },
  'squared-error': { title: 'squared error', definition: '(truth − value)²' },
  pinball: {
    title: 'pinball loss',
    definition: 'mean over the levels α of max(α e, (α − 1) e), e = truth − forecast',
  },
  'one-minus-ndcg': {
    title: '1 − NDCG',
    definition:
      '1 − NDCG of a query over all its ranked items: linear gain, mean discount within equal scores; queries without a relevant item are left out',
  },
  'one-minus-token-f1': {
    title: '1 − token F1',
    definition:
      '1 − F1 of the words of the output and the best of the references (SQuAD 1.1 normalisation), 0 when they share none',
  },
}

/** The loss that rows of these models are compared by: the finest that all of them answer. */
export function lossKindOf(samples: readonly Sample[], regression: 'absolute' | 'squared' = 'absolute'): LossKind {
  switch (samples[0]?.task) {
    case 'binary':
    case 'multiclass':
      return samples.every(givesProbabilities) ? 'log-loss' : 'zero-one'
    case 'multilabel':
      return 'hamming'
    case 'quantile':
      return 'pinball'
    case 'ranking':
      return 'one-minus-ndcg'
    case 'text':
      return 'one-minus-token-f1'
    default:
      return regression === 'squared' ? 'squared-error' : 'absolute-error'
  }
}

/**
 * Loss of each row (of each query of a ranking), 0 or more; NaN where a row has none. A loss above 1e150 counts as that
 * much, so that squares stay finite.
 *
 * @throws TypeError when the sample does not have what the kind needs.
 */
export function lossOf(sample: Sample, kind: LossKind = lossKindOf([sample])): Float64Array {
  const losses = rawLosses(sample, kind)
  for (let i = 0; i < losses.length; i++) if ((losses[i] as number) > LARGEST) losses[i] = LARGEST
  return losses
}

/** The losses of a model on rows that are asked for. */
export interface RowLosses {
  /** Of some rows, one after the other; in memory of their number that is given, else in new. */
  of(rows: Uint32Array, into?: Float64Array): Float64Array
  /** Whether a row has a loss. */
  has(row: number): boolean
}

/** `lossOf` of some rows at a time: log losses of very many rows are not all kept at once. */
export function rowLosses(sample: Sample, kind: LossKind): RowLosses {
  // Its probabilities are clipped, so every row has one.
  if (kind === 'log-loss' && isClassSample(sample))
    return { of: (rows, into = new Float64Array(rows.length)) => logLossesOf(sample, rows, into), has: () => true }
  return lossesIn(lossOf(sample, kind))
}

/** Losses of all rows as those of some. */
export function lossesIn(losses: Float64Array): RowLosses {
  return {
    of(rows, into = new Float64Array(rows.length)) {
      for (let i = 0; i < rows.length; i++) into[i] = losses[rows[i] as number] as number
      return into
    },
    has: (row) => Number.isFinite(losses[row]),
  }
}

const LARGEST = 1e150
const NDCG = { exponential: false, ordered: false, k: Number.POSITIVE_INFINITY } as const

function givesProbabilities(sample: Sample): boolean {
  return sample.task === 'binary'
    ? sample.score !== null
    : sample.task === 'multiclass' && sample.probabilities !== null
}

function rawLosses(sample: Sample, kind: LossKind): Float64Array {
  if (kind === 'log-loss') {
    if (sample.task !== 'binary' && sample.task !== 'multiclass') throw new TypeError('log loss needs probabilities')
    return logLosses(sample)
  }
  if (kind === 'zero-one' && (sample.task === 'binary' || sample.task === 'multiclass')) {
    return perRow(sample.n, (i) => Number(sample.truth[i] !== sample.label[i]))
  }
  if (kind === 'hamming' && sample.task === 'multilabel') return hammingLosses(sample)
  if (kind === 'absolute-error' && sample.task === 'regression') return errors(sample, false)
  if (kind === 'squared-error' && sample.task === 'regression') return errors(sample, true)
  if (kind === 'pinball' && sample.task === 'quantile') return pinballLosses(sample)
  if (kind === 'one-minus-ndcg' && sample.task === 'ranking') {
    return perRow(sample.n, (query) => 1 - ndcgOf(sample, queryAt(sample, query), NDCG))
  }
  if (kind === 'one-minus-token-f1' && sample.task === 'text') {
    const f1 = tokenF1s(sample)
    return perRow(sample.n, (i) => 1 - (f1[i] as number))
  }
  throw new TypeError(`${kind} is no loss of ${sample.task} models`)
}

function hammingLosses({ n, classes, truth, label }: MultilabelSample): Float64Array {
  const width = classes.length
  return perRow(n, (i) => {
    let wrong = 0
    for (let k = i * width; k < (i + 1) * width; k++) wrong += Number(truth[k] !== label[k])
    return width === 0 ? 0 : wrong / width
  })
}

function errors({ n, truth, value }: RegressionSample, squared: boolean): Float64Array {
  return perRow(n, (i) => {
    const error = Math.abs((truth[i] as number) - (value[i] as number))
    return squared ? error * error : error
  })
}

function pinballLosses({ n, truth, levels, values }: QuantileSample): Float64Array {
  const width = levels.length
  return perRow(n, (i) => {
    let sum = 0
    for (let k = 0; k < width; k++) {
      const error = (truth[i] as number) - (values[i * width + k] as number)
      const level = levels[k] as number
      sum += Math.max(level * error, (level - 1) * error)
    }
    return width === 0 ? 0 : sum / width
  })
}

function perRow(n: number, loss: (row: number) => number): Float64Array {
  const losses = new Float64Array(n)
  for (let i = 0; i < n; i++) losses[i] = loss(i)
  return losses
}
