import {
  fBeta,
  fowlkesMallows,
  jaccard,
  likelihoodRatio,
  type Margins,
  oneClass,
  precision,
  prevalenceThreshold,
  recall,
  specificity,
} from '../classification.js'
import type { ClassSample } from '../sample.js'
import { ratio, type Value } from '../types.js'
import { type ConfusionSpec, ofConfusion } from './cells.js'
import { type Metric, type MetricInfo, metric } from './metric.js'

const share = { direction: 'higher-is-better', range: [0, 1], needs: 'labels' } as const
const lossShare = { direction: 'lower-is-better', range: [0, 1], needs: 'labels' } as const

/** A measure of one class against all others, whichever class that is. */
interface OneClassMeasure {
  readonly info: Pick<MetricInfo, 'title' | 'direction' | 'range' | 'needs' | 'definition'>
  spec(positive: (sample: ClassSample) => number): ConfusionSpec
}

/** The positive class of two. */
const SECOND = () => 1

type Positive = (sample: ClassSample) => number

const isTruth = (positive: Positive, wanted: boolean) => ({
  counts: (sample: ClassSample, row: number) => (sample.truth[row] === positive(sample)) === wanted,
})

/** A share of the rows that are of the class, or of those that are not: which of them are hits, by their label. */
function amongTruth(
  positive: Positive,
  ofClass: boolean,
  labelled: boolean,
  of: (c: Margins, k: number) => Value,
): ConfusionSpec {
  return {
    ...isTruth(positive, ofClass),
    of: (c, sample) => of(c, positive(sample)),
    share: (c, sample) => {
      const { tp, fp, fn, tn } = oneClass(c, positive(sample))
      const [yes, no] = ofClass ? [tp, fn] : [fp, tn]
      return [labelled ? yes : no, yes + no]
    },
    paired: {
      counts: (truth, sample) => (truth === positive(sample)) === ofClass,
      hit: (_truth, label, sample) => (label === positive(sample)) === labelled,
    },
  }
}

/** A share of the rows that are predicted to be of the class, or not to be. */
function amongPredicted(positive: Positive, labelled: boolean, of: (c: Margins, k: number) => Value): ConfusionSpec {
  return {
    counts: (sample, row) => (sample.label[row] === positive(sample)) === labelled,
    of: (c, sample) => of(c, positive(sample)),
    share: (c, sample) => {
      const { tp, fp, fn, tn } = oneClass(c, positive(sample))
      return labelled ? [tp, tp + fp] : [tn, tn + fn]
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
    spec: (positive) => amongTruth(positive, true, true, (c, k) => recall(c, { positive: k })),
  },
  fnr: {
    info: {
      ...lossShare,
      title: 'false-negative rate',
      definition:
        'Share of the positive rows that are predicted negative, 1 − recall; undefined without positive rows.',
    },
    spec: (positive) =>
      amongTruth(positive, true, false, (c, k) => {
        const { tp, fn } = oneClass(c, k)
        return ratio(fn, tp + fn, 'no row is of the positive class')
      }),
  },
  specificity: {
    info: {
      ...share,
      title: 'specificity',
      definition: 'Share of the negative rows that are predicted negative (TNR); undefined without negative rows.',
    },
    spec: (positive) => amongTruth(positive, false, false, specificity),
  },
  fpr: {
    info: {
      ...lossShare,
      title: 'false-positive rate',
      definition:
        'Share of the negative rows that are predicted positive, 1 − specificity; undefined without negative rows.',
    },
    spec: (positive) =>
      amongTruth(positive, false, true, (c, k) => {
        const { fp, tn } = oneClass(c, k)
        return ratio(fp, fp + tn, 'every row is of the positive class')
      }),
  },
  precision: {
    info: {
      ...share,
      title: 'precision',
      definition: 'Share of the rows predicted positive that are positive; undefined when none is predicted positive.',
    },
    spec: (positive) => amongPredicted(positive, true, (c, k) => precision(c, { positive: k })),
  },
  npv: {
    info: {
      ...share,
      title: 'negative predictive value',
      definition: 'Share of the rows predicted negative that are negative; undefined when none is predicted negative.',
    },
    spec: (positive) =>
      amongPredicted(positive, false, (c, k) => {
        const { fn, tn } = oneClass(c, k)
        return ratio(tn, tn + fn, 'every row was predicted positive')
      }),
  },
  jaccard: {
    info: {
      ...share,
      title: 'Jaccard index',
      definition: 'tp / (tp + fp + fn) of the positive class; undefined when no row is or is predicted positive.',
    },
    spec: (positive) => ({ of: (c, sample) => jaccard(c, { positive: positive(sample) }) }),
  },
  fowlkes_mallows: {
    info: {
      ...share,
      title: 'Fowlkes–Mallows index',
      definition:
        'Geometric mean of precision and recall of the positive class, tp / √((tp + fp)(tp + fn)); not the index over pairs of rows that clusterings are compared by; undefined when no row is, or none is predicted, positive.',
    },
    spec: (positive) => ({ of: (c, sample) => fowlkesMallows(c, positive(sample)) }),
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
    spec: (positive) => ({ of: (c, sample) => likelihoodRatio(c, positive(sample), 'positive') }),
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
    spec: (positive) => ({ of: (c, sample) => likelihoodRatio(c, positive(sample), 'negative') }),
  },
  prevalence_threshold: {
    info: {
      ...lossShare,
      title: 'prevalence threshold',
      definition:
        '√FPR / (√TPR + √FPR), the prevalence below which precision falls off steeply; undefined when a class is missing or no row is predicted positive.',
    },
    spec: (positive) => ({ of: (c, sample) => prevalenceThreshold(c, positive(sample)) }),
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
    spec: (positive) => ({ of: (c, sample) => fBeta(c, beta, { positive: positive(sample) }) }),
  }
}

/** Measures of the positive class of a two-class task. */
export const POSITIVE_METRICS: readonly Metric[] = Object.entries(MEASURES).map(([name, { info, spec }]) =>
  metric({ ...info, name, tasks: ['binary'] }, ofConfusion(spec(SECOND))),
)

/** F-beta of the positive class: `f1`, `f2`, `f0.5`. */
export function fBetaMetric(name: string, beta: number): Metric {
  const { info, spec } = fBetaMeasure(beta)
  return metric({ ...info, name, tasks: ['binary'] }, ofConfusion(spec(SECOND)))
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
    ofConfusion(spec((sample) => sample.classes.indexOf(ofClass))),
  )
}
