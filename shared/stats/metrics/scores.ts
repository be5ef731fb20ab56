import type { BinarySample, ClassSample, MulticlassSample } from '../sample.js'
import { averagePrecision, averagePrecisionOf, brierOfRow, logLossOf, rankDescending, rankOfTruth } from '../scores.js'
import { calibrationError } from './calibration-error.js'
import { auc, blocksInOrder, meanLoss, ofWeightedRows, proportion, scoreOf } from './estimators.js'
import { type Metric, metric } from './metric.js'

const CLASSES = ['binary', 'multiclass'] as const

export const SCORE_METRICS: readonly Metric[] = [
  metric(
    {
      name: 'roc_auc',
      title: 'ROC AUC',
      tasks: ['binary'],
      direction: 'higher-is-better',
      range: [0, 1],
      needs: 'scores',
      definition:
        'Area under the ROC curve: the chance that a positive row scores above a negative one, ties count half; exact; undefined when a class is missing.',
    },
    auc,
  ),
  metric(
    {
      name: 'average_precision',
      title: 'average precision',
      tasks: ['binary'],
      direction: 'higher-is-better',
      range: [0, 1],
      needs: 'scores',
      definition: 'Precision at each distinct score, weighted by the rise in recall, in steps without interpolation.',
    },
    ofWeightedRows<BinarySample>({
      value: (sample) => averagePrecision(sample.truth, scoreOf(sample)),
      weighted: (sample) => {
        const ranking = rankDescending(sample.truth, scoreOf(sample))
        const keys = blocksInOrder(sample, ranking.order)
        return (blockWeights) => averagePrecisionOf(ranking, keys, blockWeights).value
      },
    }),
  ),
  metric(
    {
      name: 'log_loss',
      title: 'log loss',
      tasks: CLASSES,
      direction: 'lower-is-better',
      range: [0, Number.POSITIVE_INFINITY],
      needs: 'scores',
      definition:
        'Mean of −ln of the probability given to the true class, natural logarithm, probabilities clipped to [2.2e-16, 1 − 2.2e-16].',
    },
    meanLoss<ClassSample>({ loss: (sample, row) => logLossOf(truthProbability(sample, row)) }),
  ),
  metric(
    {
      name: 'brier',
      title: 'Brier score',
      tasks: ['binary'],
      direction: 'lower-is-better',
      range: [0, 1],
      needs: 'scores',
      definition: 'Mean squared difference of the positive class’s probability from 0 or 1.',
    },
    meanLoss<BinarySample>({
      loss: (sample, row) => ((scoreOf(sample)[row] as number) - (sample.truth[row] as number)) ** 2,
    }),
  ),
  metric(
    {
      name: 'brier',
      title: 'Brier score',
      tasks: ['multiclass'],
      direction: 'lower-is-better',
      range: [0, 2],
      needs: 'scores',
      definition: 'Mean over rows of the squared differences of all probabilities from 0 or 1, summed over classes.',
    },
    meanLoss<MulticlassSample>({
      loss: (sample, row) =>
        brierOfRow(sample.probabilities as Float64Array, row, sample.classes.length, sample.truth[row] as number),
    }),
  ),
  metric(
    {
      name: 'ece',
      title: 'calibration error (ECE)',
      // Twenty rows a bin.
      minRows: 300,
      tasks: CLASSES,
      direction: 'lower-is-better',
      range: [0, 1],
      needs: 'scores',
      definition:
        'Expected calibration error in 15 equal-mass bins (a, b]: mean gap between score and rate, weighted by rows; score of the positive class for two classes, top label for more.',
    },
    calibrationError,
  ),
]

/** The share of rows whose true class is among the k highest probabilities: `top_3_accuracy`. */
export function topKMetric(name: string, k: number): Metric {
  return metric(
    {
      name,
      title: `top-${k} accuracy`,
      tasks: ['multiclass'],
      direction: 'higher-is-better',
      range: [0, 1],
      needs: 'scores',
      definition: `Share of rows whose true class is among the ${k} highest probabilities; at a tie the later class comes first.`,
    },
    proportion<MulticlassSample>({
      counts: () => true,
      hit: (sample, row) =>
        rankOfTruth(sample.probabilities as Float64Array, row, sample.classes.length, sample.truth[row] as number) < k,
      none: 'there are no rows',
    }),
  )
}

function truthProbability(sample: ClassSample, row: number): number {
  const truth = sample.truth[row] as number
  if (sample.task === 'multiclass') {
    return (sample.probabilities as Float64Array)[row * sample.classes.length + truth] as number
  }
  const score = scoreOf(sample)[row] as number
  return truth === 1 ? score : 1 - score
}
