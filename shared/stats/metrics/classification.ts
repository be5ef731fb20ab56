import { balancedAccuracy, type Confusion, cohenKappa, fBeta, matthews, precision, recall } from '../classification.js'
import { wilson } from '../intervals.js'
import type { BinarySample, ClassSample } from '../sample.js'
import type { Value } from '../types.js'
import { ofConfusion } from './cells.js'
import { bounds, proportion } from './estimators.js'
import { type Metric, type MetricInfo, metric } from './metric.js'

const CLASSES = ['binary', 'multiclass'] as const
const POSITIVE = { positive: 1 } as const

const share = { direction: 'higher-is-better', range: [0, 1], needs: 'labels' } as const
const correlation = { direction: 'higher-is-better', range: [-1, 1], needs: 'labels' } as const

const correct = (sample: ClassSample, row: number) => sample.label[row] === sample.truth[row]

export const LABEL_METRICS: readonly Metric[] = [
  metric(
    {
      ...share,
      name: 'accuracy',
      title: 'accuracy',
      tasks: CLASSES,
      definition: 'Share of rows with the right label.',
    },
    proportion<ClassSample>({ counts: () => true, hit: correct, none: 'there are no rows' }),
  ),
  metric(
    {
      ...share,
      name: 'balanced_accuracy',
      title: 'balanced accuracy',
      tasks: CLASSES,
      definition: 'Mean recall over the classes that occur in the truth; undefined when only one does.',
    },
    ofConfusion({ of: balancedAccuracy }),
  ),
  metric(
    {
      ...share,
      name: 'recall',
      title: 'recall',
      tasks: ['binary'],
      definition: 'Share of the positive rows that are predicted positive; undefined without positive rows.',
    },
    proportion<BinarySample>({
      counts: (sample, row) => sample.truth[row] === 1,
      hit: correct,
      none: 'no row is of the positive class',
    }),
  ),
  metric(
    {
      ...share,
      name: 'specificity',
      title: 'specificity',
      tasks: ['binary'],
      definition: 'Share of the negative rows that are predicted negative; undefined without negative rows.',
    },
    proportion<BinarySample>({
      counts: (sample, row) => sample.truth[row] === 0,
      hit: correct,
      none: 'every row is of the positive class',
    }),
  ),
  metric(
    {
      ...share,
      name: 'precision',
      title: 'precision',
      tasks: ['binary'],
      definition: 'Share of the rows predicted positive that are positive; undefined when none is predicted positive.',
    },
    ofConfusion({
      of: (c) => precision(c, POSITIVE),
      rows: predictedPositive,
      singleMethod: 'Wilson score',
      single: (sample, { level }) => {
        const rows = predictedPositive(sample)
        let hits = 0
        for (let i = 0; i < sample.n; i++) hits += Number(sample.label[i] === 1 && sample.truth[i] === 1)
        return bounds(wilson(hits, rows, level))
      },
    }),
  ),
  metric(
    {
      ...correlation,
      name: 'mcc',
      title: 'Matthews correlation',
      tasks: CLASSES,
      definition:
        'Matthews correlation coefficient, R_K for several classes; 0 when all predictions are the same, undefined when all rows are of one class.',
    },
    ofConfusion({ of: matthews }),
  ),
  metric(
    {
      ...correlation,
      name: 'cohen_kappa',
      title: 'Cohen κ',
      tasks: CLASSES,
      definition:
        'Agreement beyond that of the class sizes alone, unweighted; undefined when all rows are of one class.',
    },
    ofConfusion({ of: (c) => cohenKappa(c) }),
  ),
  metric(
    {
      ...correlation,
      name: 'cohen_kappa_quadratic',
      title: 'Cohen κ, quadratic',
      tasks: ['multiclass'],
      definition:
        'Agreement beyond that of the class sizes alone; a disagreement weighs the square of its distance in the order of the classes.',
    },
    ofConfusion({ of: (c) => cohenKappa(c, 'quadratic') }),
  ),
  ...(['macro', 'weighted'] as const).flatMap((averaging) => [
    averagedMetric('precision', averaging, (c) => precision(c, averaging, 0)),
    averagedMetric('recall', averaging, (c) => recall(c, averaging, 0)),
    averagedMetric('f1', averaging, (c) => fBeta(c, 1, averaging, 0)),
  ]),
]

function averagedMetric(what: string, averaging: 'macro' | 'weighted', of: (c: Confusion) => Value): Metric {
  const title = what === 'f1' ? 'F1' : what
  const mean = averaging === 'macro' ? 'plain mean' : 'mean weighted by the rows of each class'
  const info: MetricInfo = {
    ...share,
    name: `${what}_${averaging}`,
    title: `${title}, ${averaging}`,
    tasks: ['multiclass'],
    definition: `${title} of each class that occurs in truth or predictions, ${mean}; 0/0 counts 0.`,
  }
  return metric(info, ofConfusion({ of }))
}

/** F-beta of the positive class: `f1`, `f2`, `f0.5`. */
export function fBetaMetric(name: string, beta: number): Metric {
  const info: MetricInfo = {
    ...share,
    name,
    title: `F${beta}`,
    tasks: ['binary'],
    definition: `(1 + β²) tp / ((1 + β²) tp + β² fn + fp) of the positive class with β = ${beta}; undefined when no row is or is predicted positive.`,
  }
  return metric(info, ofConfusion({ of: (c) => fBeta(c, beta, POSITIVE) }))
}

function predictedPositive(sample: ClassSample): number {
  let rows = 0
  for (const label of sample.label) rows += Number(label === 1)
  return rows
}
