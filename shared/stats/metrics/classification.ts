import { cohenKappa, matthews } from '../agreement.js'
import { accuracy, balancedAccuracy, fBeta, hammingLoss, jaccard, precision, recall } from '../classification.js'
import type { Margins } from '../confusion.js'
import type { Value } from '../types.js'
import { ofConfusion } from './estimators/confusion.js'
import { type Family, type Metric, type MetricInfo, metric } from './metric.js'
import { fBetaMetric, ONE_CLASS_NAMES, oneClassMetric, POSITIVE_METRICS } from './one-class.js'

const CLASSES = ['binary', 'multiclass'] as const

const share = { direction: 'higher-is-better', range: [0, 1], needs: 'labels' } as const
const correlation = { direction: 'higher-is-better', range: [-1, 1], needs: 'labels' } as const

const AVERAGINGS = ['macro', 'weighted', 'micro'] as const
type Mean = (typeof AVERAGINGS)[number]

export const METRICS: readonly Metric[] = [
  metric(
    {
      ...share,
      name: 'accuracy',
      title: 'accuracy',
      tasks: CLASSES,
      definition: 'Share of rows with the right label.',
    },
    ofConfusion({
      of: accuracy,
      share: (c) => [c.hits.reduce((sum, hits) => sum + hits, 0), c.total],
      paired: { counts: () => true, hit: (truth, label) => truth === label },
    }),
  ),
  metric(
    {
      ...share,
      direction: 'lower-is-better',
      name: 'hamming',
      title: 'Hamming loss',
      tasks: CLASSES,
      definition: 'Share of rows with a wrong label, 1 − accuracy.',
    },
    ofConfusion({
      of: hammingLoss,
      share: (c) => [c.total - c.hits.reduce((sum, hits) => sum + hits, 0), c.total],
      paired: { counts: () => true, hit: (truth, label) => truth !== label },
    }),
  ),
  metric(
    {
      ...share,
      name: 'balanced_accuracy',
      title: 'balanced accuracy',
      tasks: CLASSES,
      definition: 'Mean recall over the classes that occur in the truth; undefined when only one does.',
    },
    ofConfusion({ of: (c) => balancedAccuracy(c) }),
  ),
  metric(
    {
      ...correlation,
      name: 'balanced_accuracy_adjusted',
      title: 'balanced accuracy, adjusted',
      tasks: CLASSES,
      definition:
        'Mean recall over the K classes that occur in the truth, less what guessing gives: (mean − 1/K) / (1 − 1/K); undefined when only one occurs.',
    },
    ofConfusion({ of: (c) => balancedAccuracy(c, true) }),
  ),
  ...POSITIVE_METRICS,
  fBetaMetric('f1', 1),
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
  kappaMetric('cohen_kappa', 'Cohen κ', 'none', 'unweighted; undefined when all rows are of one class.'),
  kappaMetric(
    'cohen_kappa_linear',
    'Cohen κ, linear',
    'linear',
    'a disagreement weighs its distance in the order of the classes.',
  ),
  kappaMetric(
    'cohen_kappa_quadratic',
    'Cohen κ, quadratic',
    'quadratic',
    'a disagreement weighs the square of its distance in the order of the classes.',
  ),
  ...AVERAGINGS.flatMap((averaging) => [
    averagedMetric('precision', 'precision', averaging, (c) => precision(c, averaging, 0)),
    averagedMetric('recall', 'recall', averaging, (c) => recall(c, averaging, 0)),
    averagedMetric('f1', 'F1', averaging, (c) => fBeta(c, 1, averaging, 0)),
    averagedMetric('jaccard', 'Jaccard index', averaging, (c) => jaccard(c, averaging, 0)),
  ]),
]

function kappaMetric(name: string, title: string, weights: 'none' | 'linear' | 'quadratic', how: string): Metric {
  // For two classes all weights are the same.
  const tasks = weights === 'none' ? CLASSES : (['multiclass'] as const)
  const definition = `Agreement beyond that of the class sizes alone${weights === 'none' ? ', ' : '; '}${how}`
  return metric({ ...correlation, name, title, tasks, definition }, ofConfusion({ of: (c) => cohenKappa(c, weights) }))
}

function averagedMetric(what: string, title: string, averaging: Mean, of: (c: Margins) => Value): Metric {
  const means = {
    macro: `${title} of each class that occurs in truth or predictions, plain mean; 0/0 counts 0.`,
    weighted: `${title} of each class that occurs in truth or predictions, mean weighted by the rows of each class; 0/0 counts 0.`,
    micro: `${title} from the counts of all classes together${what === 'jaccard' ? '' : ', which is the accuracy'}.`,
  }
  const info: MetricInfo = {
    ...share,
    name: `${what}_${averaging}`,
    title: `${title}, ${averaging}`,
    tasks: CLASSES,
    definition: means[averaging],
  }
  return metric(info, ofConfusion({ of }))
}

function isAveraging(text: string | undefined): text is Mean {
  return AVERAGINGS.some((averaging) => averaging === text)
}

export const FAMILIES: readonly Family[] = [
  {
    pattern: /^f(\d+(?:\.\d+)?)$/,
    tasks: ['binary'],
    form: 'f<β>',
    of: (name, beta) => (Number(beta) > 0 ? fBetaMetric(name, Number(beta)) : undefined),
  },
  {
    pattern: /^f(\d+(?:\.\d+)?)_(macro|weighted|micro)$/,
    tasks: CLASSES,
    form: 'f<β>_<average>',
    of: (name, beta, averaging) =>
      Number(beta) > 0 && isAveraging(averaging)
        ? averagedMetric(name.slice(0, name.indexOf('_')), `F${Number(beta)}`, averaging, (c) =>
            fBeta(c, Number(beta), averaging, 0),
          )
        : undefined,
  },
  {
    // The class is whatever follows the colon, spaces and all.
    pattern: new RegExp(`^(${ONE_CLASS_NAMES.join('|')}|f\\d+(?:\\.\\d+)?)_of:(.+)$`, 's'),
    tasks: CLASSES,
    form: '<metric>_of:<class>',
    of: (name, measure = '', ofClass = '') => oneClassMetric(name, measure, ofClass),
  },
]
