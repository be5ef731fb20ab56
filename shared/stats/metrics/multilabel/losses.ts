import type { MultilabelSample } from '../../sample.js'
import { logLossOf } from '../../scores.js'
import { meanLoss, proportion } from '../estimators.js'
import { type Metric, metric } from '../metric.js'
import { MULTILABEL } from './overlap.js'

export const LOSS_METRICS: readonly Metric[] = [
  metric(
    {
      name: 'exact_match',
      title: 'exact match',
      tasks: MULTILABEL,
      direction: 'higher-is-better',
      range: [0, 1],
      needs: 'labels',
      definition: 'Share of rows whose predicted classes are exactly the true ones (subset accuracy).',
    },
    proportion<MultilabelSample>({
      counts: () => true,
      hit: (sample, row) => wrongLabels(sample, row) === 0,
      none: 'there are no rows',
    }),
  ),
  metric(
    {
      name: 'hamming_loss',
      title: 'Hamming loss',
      tasks: MULTILABEL,
      direction: 'lower-is-better',
      range: [0, 1],
      needs: 'labels',
      definition: 'Share of the pairs of row and class whose label is wrong.',
    },
    meanLoss<MultilabelSample>({ loss: (sample, row) => wrongLabels(sample, row) / sample.classes.length }),
  ),
  metric(
    {
      name: 'log_loss',
      title: 'log loss',
      tasks: MULTILABEL,
      direction: 'lower-is-better',
      range: [0, Number.POSITIVE_INFINITY],
      needs: 'scores',
      definition:
        'Mean over rows and classes of −ln of the probability given to what is true, each class on its own, natural logarithm, probabilities clipped to [2.2e-16, 1 − 2.2e-16].',
    },
    meanLoss<MultilabelSample>({
      loss: meanOfClasses((truth, score) => logLossOf(truth === 1 ? score : 1 - score)),
    }),
  ),
  metric(
    {
      name: 'brier',
      title: 'Brier score',
      tasks: MULTILABEL,
      direction: 'lower-is-better',
      range: [0, 1],
      needs: 'scores',
      definition: 'Mean over rows and classes of the squared difference of the probability from 0 or 1.',
    },
    meanLoss<MultilabelSample>({ loss: meanOfClasses((truth, score) => (score - truth) ** 2) }),
  ),
]

function wrongLabels({ truth, label, classes }: MultilabelSample, row: number): number {
  let wrong = 0
  for (let at = row * classes.length; at < (row + 1) * classes.length; at++) wrong += Number(truth[at] !== label[at])
  return wrong
}

function meanOfClasses(loss: (truth: number, score: number) => number) {
  return ({ truth, scores, classes }: MultilabelSample, row: number): number => {
    let sum = 0
    for (let at = row * classes.length; at < (row + 1) * classes.length; at++) {
      sum += loss(truth[at] as number, (scores as Float64Array)[at] as number)
    }
    return sum / classes.length
  }
}
