import {
  fBeta,
  fowlkesMallows,
  jaccard,
  likelihoodRatio,
  oneClass,
  precision,
  prevalenceThreshold,
  recall,
  specificity,
} from '../classification.js'
import type { Margins } from '../confusion.js'
import { ratio, type Value } from '../types.js'
import { classAgainstRest } from './class-cells.js'
import { type ConfusionSpec, ofConfusion } from './estimators/confusion.js'
import { type Metric, type MetricInfo, metric } from './metric.js'

const share = { direction: 'higher-is-better', range: [0, 1], needs: 'labels' } as const
const lossShare = { direction: 'lower-is-better', range: [0, 1], needs: 'labels' } as const

/** A measure of one class, which is class 1 of the cells, against all others. */
interface OneClassMeasure {
  readonly info: Pick<MetricInfo, 'title' | 'direction' | 'range' | 'needs' | 'definition'>
  readonly spec: ConfusionSpec
}

const POSITIVE = 1

/** A share of the rows that are of the class (1), or of those that are not (0): those with a label. */
function amongTruth(truth: 0 | 1, label: 0 | 1, of: (c: Margins) => Value): ConfusionSpec {
  return {
    of,
    counts: (own) => own === truth,
    share: (c) => {
      const { tp, fp, fn, tn } = oneClass(c, POSITIVE)
      const [yes, no] = truth === 1 ? [tp, fn] : [fp, tn]
      return [label === 1 ? yes : no, yes + no]
    },
    paired: { counts: (own) => own === truth, hit: (_truth, own) => own === label },
  }
}

/** A share of the rows that are predicted to be of the class (1), or not to be (0): those that are so. */
function amongPredicted(label: 0 | 1, of: (c: Margins) => Value): ConfusionSpec {
  return {
    of,
    counts: (_truth, own) => own === label,
    share: (c) => {
      const { tp, fp, fn, tn } = oneClass(c, POSITIVE)
      return label === 1 ? [tp, tp + fp] : [tn, tn + fn]
    },
  }
}

const MEASURES: Readonly<Record<string, OneClassMeasure>> = {
  recall: {
    info: {
      ...share,
      title: 'recall',
      definition:
        'Share of the positive rows that are predicted positive (sensitivity, TPR); undefined without positive rows.',
    },
    spec: amongTruth(1, 1, (c) => recall(c, { positive: POSITIVE })),
  },
  fnr: {
    info: {
      ...lossShare,
      title: 'false-negative rate',
      definition:
        'Share of the positive rows that are predicted negative, 1 − recall; undefined without positive rows.',
    },
    spec: amongTruth(1, 0, (c) => {
      const { tp, fn } = oneClass(c, POSITIVE)
      return ratio(fn, tp + fn, 'no row is of the positive class')
    }),
  },
  specificity: {
    info: {
      ...share,
      title: 'specificity',
      definition: 'Share of the negative rows that are predicted negative (TNR); undefined without negative rows.',
    },
    spec: amongTruth(0, 0, (c) => specificity(c, POSITIVE)),
  },
  fpr: {
    info: {
      ...lossShare,
      title: 'false-positive rate',
      definition:
        'Share of the negative rows that are predicted positive, 1 − specificity; undefined without negative rows.',
    },
    spec: amongTruth(0, 1, (c) => {
      const { fp, tn } = oneClass(c, POSITIVE)
      return ratio(fp, fp + tn, 'every row is of the positive class')
    }),
  },
  precision: {
    info: {
      ...share,
      title: 'precision',
      definition: 'Share of the rows predicted positive that are positive; undefined when none is predicted positive.',
    },
    spec: amongPredicted(1, (c) => precision(c, { positive: POSITIVE })),
  },
  npv: {
    info: {
      ...share,
      title: 'negative predictive value',
      definition: 'Share of the rows predicted negative that are negative; undefined when none is predicted negative.',
    },
    spec: amongPredicted(0, (c) => {
      const { fn, tn } = oneClass(c, POSITIVE)
      return ratio(tn, tn + fn, 'every row was predicted positive')
    }),
  },
  jaccard: {
    info: {
      ...share,
      title: 'Jaccard index',
      definition: 'tp / (tp + fp + fn) of the positive class; undefined when no row is or is predicted positive.',
    },
    spec: { of: (c) => jaccard(c, { positive: POSITIVE }) },
  },
  fowlkes_mallows: {
    info: {
      ...share,
      title: 'Fowlkes–Mallows index',
      definition:
        'Geometric mean of precision and recall of the positive class, tp / √((tp + fp)(tp + fn)); not the index over pairs of rows that clusterings are compared by; undefined when no row is, or none is predicted, positive.',
    },
    spec: { of: (c) => fowlkesMallows(c, POSITIVE) },
  },
  lr_plus: {
    info: {
      direction: 'higher-is-better',
      range: [0, Number.POSITIVE_INFINITY],
      needs: 'labels',
      title: 'LR+',
      definition:
        'Positive likelihood ratio: recall / false-positive rate; undefined when a class is missing or there is no false positive.',
    },
    spec: { of: (c) => likelihoodRatio(c, POSITIVE, 'positive') },
  },
  lr_minus: {
    info: {
      direction: 'lower-is-better',
      range: [0, Number.POSITIVE_INFINITY],
      needs: 'labels',
      title: 'LR−',
      definition:
        'Negative likelihood ratio: (1 − recall) / specificity; undefined when a class is missing or there is no true negative.',
    },
    spec: { of: (c) => likelihoodRatio(c, POSITIVE, 'negative') },
  },
  prevalence_threshold: {
    info: {
      ...lossShare,
      title: 'prevalence threshold',
      definition:
        '√FPR / (√TPR + √FPR), the prevalence below which precision falls off steeply; undefined when a class is missing or no row is predicted positive.',
    },
    spec: { of: (c) => prevalenceThreshold(c, POSITIVE) },
  },
}

/** F-beta of one class. */
function fBetaMeasure(beta: number): OneClassMeasure {
  return {
    info: {
      ...share,
      title: `F${beta}`,
      definition: `(1 + β²) tp / ((1 + β²) tp + β² fn + fp) of the positive class with β = ${beta}; undefined when no row is or is predicted positive.`,
    },
    spec: { of: (c) => fBeta(c, beta, { positive: POSITIVE }) },
  }
}

/** Measures of the positive class of a two-class task. */
export const POSITIVE_METRICS: readonly Metric[] = Object.entries(MEASURES).map(([name, { info, spec }]) =>
  metric({ ...info, name, tasks: ['binary'] }, ofConfusion(spec)),
)

/** F-beta of the positive class: `f1`, `f2`, `f0.5`. */
export function fBetaMetric(name: string, beta: number): Metric {
  const { info, spec } = fBetaMeasure(beta)
  return metric({ ...info, name, tasks: ['binary'] }, ofConfusion(spec))
}

/** Names of measures that can be taken of one class, for a pattern. */
export const ONE_CLASS_NAMES = Object.keys(MEASURES)

/**
 * A measure of one named class against all others: `recall_of:Large`. `measure` is one of `ONE_CLASS_NAMES` or `f<β>`.
 */
export function oneClassMetric(name: string, measure: string, ofClass: string): Metric | undefined {
  const beta = Number(/^f(\d+(?:\.\d+)?)$/.exec(measure)?.[1])
  const found = beta > 0 ? fBetaMeasure(beta) : Object.hasOwn(MEASURES, measure) ? MEASURES[measure] : undefined
  if (found === undefined) return undefined
  const { info, spec } = found
  return metric(
    {
      ...info,
      name,
      ofClass,
      title: `${info.title} of ${ofClass}`,
      tasks: ['binary', 'multiclass'],
      definition: `The positive class is "${ofClass}", all others are negative. ${info.definition}`,
    },
    ofConfusion(spec, classAgainstRest(ofClass)),
  )
}
