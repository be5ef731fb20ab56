import { fillLogLosses } from '../log-losses.js'
import { averagePrecisionInfluence, rankedAveragePrecision } from '../ranked/average-precision.js'
import { interpolatedPrecisionInfluence, rankedInterpolatedPrecision } from '../ranked/interpolated.js'
import { kolmogorovInfluence, rankedKolmogorov } from '../ranked/kolmogorov.js'
import { partialAucInfluence, rankedPartialAuc } from '../ranked/partial-auc.js'
import type { BinarySample, ClassSample, MulticlassSample } from '../sample.js'
import { brierOfRow, EPSILON, EPSILON_FLOAT32, hingeOfRow, logLossOf, rankOfTruth } from '../scores.js'
import { rankedByClass } from './class-ranking.js'
import { ofAuc } from './estimators/auc.js'
import { perSample, scoreOf } from './estimators/common.js'
import { meanLoss } from './estimators/mean-loss.js'
import { proportion } from './estimators/proportion.js'
import { needsBothClasses, needsPositives, ofRanking, rankedRows } from './estimators/ranking.js'
import { type Family, type Metric, metric } from './metric.js'
import { AUC, AVERAGE_PRECISION, oneAgainstRest, pairsOfClasses, pooledClasses } from './several-classes.js'
import { SKILL_METRICS } from './skill.js'

const CLASSES = ['binary', 'multiclass'] as const

const share = { direction: 'higher-is-better', range: [0, 1], needs: 'scores' } as const
const loss = { direction: 'lower-is-better', range: [0, Number.POSITIVE_INFINITY], needs: 'scores' } as const

const AP = 'Precision at each distinct score, weighted by the rise in recall, in steps without interpolation'
const AREA =
  'Area under the ROC curve: the chance that a positive row scores above a negative one, ties count half; exact; undefined when a class is missing.'

const averagePrecisionOf = {
  statistic: rankedAveragePrecision,
  influence: averagePrecisionInfluence,
  missing: needsPositives,
}

export const METRICS: readonly Metric[] = [
  metric(
    { ...share, name: 'roc_auc', title: 'ROC AUC', tasks: ['binary'], definition: AREA },
    ofAuc<BinarySample>(rankedRows),
  ),
  metric(
    { ...share, name: 'average_precision', title: 'average precision', tasks: ['binary'], definition: `${AP}.` },
    ofRanking<BinarySample>({ rows: rankedRows, ...averagePrecisionOf }),
  ),
  metric(
    {
      ...share,
      name: 'pr_auc_interpolated',
      title: 'PR AUC, interpolated',
      tasks: ['binary'],
      definition:
        'Area under the precision-recall curve with the interpolation of Davis and Goadrich between all distinct scores (false positives grow in proportion to true ones), integrated exactly; larger than average precision where scores tie.',
    },
    ofRanking<BinarySample>({
      rows: rankedRows,
      statistic: rankedInterpolatedPrecision,
      influence: interpolatedPrecisionInfluence,
      missing: needsPositives,
      cost: 2,
    }),
  ),
  metric(
    {
      ...share,
      name: 'ks',
      title: 'Kolmogorov–Smirnov distance',
      tasks: ['binary'],
      definition:
        'Largest |true-positive rate − false-positive rate| over all thresholds: the distance of the scores of both classes; undefined when a class is missing.',
    },
    ofRanking<BinarySample>({
      rows: rankedRows,
      statistic: rankedKolmogorov,
      influence: kolmogorovInfluence,
      missing: needsBothClasses,
    }),
  ),
  logLossMetric('log_loss', 'log loss', EPSILON, '2.2e-16, 1 − 2.2e-16'),
  logLossMetric('log_loss_float32', 'log loss, clipped as float32', EPSILON_FLOAT32, '1.2e-7, 1 − 1.2e-7'),
  metric(
    {
      ...loss,
      range: [0, 1],
      name: 'brier',
      title: 'Brier score',
      tasks: ['binary'],
      definition: 'Mean squared difference of the positive class’s probability from 0 or 1.',
    },
    meanLoss<BinarySample>({
      loss: (sample, row) => ((scoreOf(sample)[row] as number) - (sample.truth[row] as number)) ** 2,
      fill: fillSquaredErrors,
    }),
  ),
  metric(
    {
      ...loss,
      range: [0, 2],
      name: 'brier',
      title: 'Brier score',
      tasks: ['multiclass'],
      definition: 'Mean over rows of the squared differences of all probabilities from 0 or 1, summed over classes.',
    },
    meanLoss<MulticlassSample>({ loss: (sample, row) => ofRow(sample, row, brierOfRow) }),
  ),
  metric(
    {
      ...loss,
      range: [0, 2],
      name: 'hinge',
      title: 'hinge loss',
      tasks: ['binary'],
      definition: 'Mean of max(0, 1 − y (2p − 1)) with y = ±1 and p the probability of the positive class.',
    },
    meanLoss<BinarySample>({
      loss: (sample, row) => {
        const margin = 2 * (scoreOf(sample)[row] as number) - 1
        return Math.max(0, 1 - (sample.truth[row] === 1 ? margin : -margin))
      },
    }),
  ),
  metric(
    {
      ...loss,
      range: [0, 2],
      name: 'hinge',
      title: 'hinge loss',
      tasks: ['multiclass'],
      definition:
        'Mean of max(0, 1 − (probability of the true class − highest other probability)), as Crammer and Singer.',
    },
    meanLoss<MulticlassSample>({ loss: (sample, row) => ofRow(sample, row, hingeOfRow) }),
  ),
  ...SKILL_METRICS,
  ...(['macro', 'weighted'] as const).flatMap((averaging) => {
    const mean = averaging === 'macro' ? 'plain mean' : 'mean weighted by the rows of each class'
    const pairs = averaging === 'macro' ? 'plain mean over pairs' : 'mean weighted by the rows of both classes'
    return [
      severalMetric(
        `roc_auc_ovr_${averaging}`,
        `ROC AUC, one against rest, ${averaging}`,
        `Area under the ROC curve of each class against all others, ${mean}; undefined when a class is missing.`,
        oneAgainstRest(AUC, averaging),
      ),
      severalMetric(
        `roc_auc_ovo_${averaging}`,
        `ROC AUC, one against one, ${averaging}`,
        `Hand and Till: area under the ROC curve of each class against each other by its own probability, ${pairs}; undefined when a class is missing.`,
        pairsOfClasses(averaging),
      ),
      severalMetric(
        `average_precision_${averaging}`,
        `average precision, ${averaging}`,
        `${AP}, of each class against all others, ${mean}; undefined when a class is missing.`,
        oneAgainstRest(AVERAGE_PRECISION, averaging),
      ),
    ]
  }),
  severalMetric(
    'roc_auc_ovr_micro',
    'ROC AUC, one against rest, micro',
    'Area under the ROC curve of all pairs of row and class together, positive where the row is of the class.',
    pooledClasses(AUC),
  ),
  severalMetric(
    'average_precision_micro',
    'average precision, micro',
    `${AP}, of all pairs of row and class together, positive where the row is of the class.`,
    pooledClasses(AVERAGE_PRECISION),
  ),
]

function severalMetric(
  name: string,
  title: string,
  definition: string,
  estimator: ReturnType<typeof pooledClasses>,
): Metric {
  return metric({ ...share, name, title, definition, tasks: ['multiclass'] }, estimator)
}

function logLossMetric(name: string, title: string, epsilon: number, bounds: string): Metric {
  return metric(
    {
      ...loss,
      name,
      title,
      tasks: CLASSES,
      definition: `Mean of −ln of the probability given to the true class, natural logarithm, probabilities clipped to [${bounds}].`,
    },
    meanLoss<ClassSample>({
      loss: (sample, row) => logLossOf(truthProbability(sample, row), epsilon),
      ...(epsilon === EPSILON ? { fill: fillLogLosses } : {}),
    }),
  )
}

/** The share of rows whose true class is among the k highest probabilities: `top_3_accuracy`. */
function topKMetric(name: string, k: number): Metric {
  return metric(
    {
      ...share,
      name,
      title: `top-${k} accuracy`,
      tasks: ['multiclass'],
      definition: `Share of rows whose true class is among the ${k} highest probabilities; at a tie the later class comes first.`,
    },
    proportion<MulticlassSample>({
      counts: () => true,
      hit: (sample, row) => ofRow(sample, row, rankOfTruth) < k,
      none: 'there are no rows',
    }),
  )
}

/** Area under the ROC curve up to a false-positive rate: `roc_auc_max_fpr_0.1`. */
function partialAucMetric(name: string, maxFpr: number): Metric {
  return metric(
    {
      ...share,
      name,
      title: `ROC AUC up to FPR ${maxFpr}`,
      tasks: ['binary'],
      definition: `Area under the ROC curve up to a false-positive rate of ${maxFpr}, standardised by McClish so that guessing gives 0.5 and a perfect order 1; undefined when a class is missing.`,
    },
    ofRanking<BinarySample>({
      rows: rankedRows,
      statistic: rankedPartialAuc(maxFpr),
      influence: partialAucInfluence(maxFpr),
      missing: needsBothClasses,
    }),
  )
}

/** ROC AUC or average precision of one named class against all others. */
function rankedClassMetric(name: string, measure: string, ofClass: string): Metric {
  const rows = perSample((sample: ClassSample) => rankedByClass(sample, sample.classes.indexOf(ofClass)))
  const [title, definition] = measure === 'roc_auc' ? ['ROC AUC', AREA] : ['average precision', `${AP}.`]
  return metric(
    {
      ...share,
      name,
      ofClass,
      title: `${title} of ${ofClass}`,
      tasks: CLASSES,
      definition: `The positive class is "${ofClass}", all others are negative. ${definition}`,
    },
    measure === 'roc_auc' ? ofAuc<ClassSample>(rows) : ofRanking<ClassSample>({ rows, ...averagePrecisionOf }),
  )
}

export const FAMILIES: readonly Family[] = [
  {
    pattern: /^top_(\d+)_accuracy$/,
    tasks: ['multiclass'],
    form: 'top_<k>_accuracy',
    of: (name, k) => (Number(k) > 0 ? topKMetric(name, Number(k)) : undefined),
  },
  {
    pattern: /^roc_auc_max_fpr_(0\.\d+)$/,
    tasks: ['binary'],
    form: 'roc_auc_max_fpr_<rate>',
    of: (name, rate) => (Number(rate) > 0 ? partialAucMetric(name, Number(rate)) : undefined),
  },
  {
    pattern: /^(roc_auc|average_precision)_of:(.+)$/s,
    tasks: CLASSES,
    form: 'roc_auc_of:<class>, average_precision_of:<class>',
    of: (name, measure = '', ofClass = '') => rankedClassMetric(name, measure, ofClass),
  },
]

function ofRow(
  sample: MulticlassSample,
  row: number,
  measure: (probabilities: Float64Array, row: number, classes: number, truth: number) => number,
): number {
  return measure(sample.probabilities as Float64Array, row, sample.classes.length, sample.truth[row] as number)
}

function fillSquaredErrors(sample: BinarySample, from: number, into: Float64Array): void {
  const { truth } = sample
  const score = scoreOf(sample)
  for (let i = 0; i < into.length; i++) {
    const error = (score[from + i] as number) - (truth[from + i] as number)
    into[i] = error * error
  }
}

function truthProbability(sample: ClassSample, row: number): number {
  const truth = sample.truth[row] as number
  if (sample.task === 'multiclass') {
    return (sample.probabilities as Float64Array)[row * sample.classes.length + truth] as number
  }
  const score = scoreOf(sample)[row] as number
  return truth === 1 ? score : 1 - score
}
