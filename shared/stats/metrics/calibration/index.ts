import type { ClassSample } from '../../sample.js'
import { ofSums } from '../estimators.js'
import { type Estimator, type Family, type Metric, type MetricInfo, metric } from '../metric.js'
import { CONFIDENCE_RATES } from './confidence-rates.js'
import { calibrationError, type ErrorSpec } from './errors.js'
import { ERROR_FORM, ERROR_PATTERN, errorInfo, parseError } from './grammar.js'
import { discrimination, miscalibration } from './isotonic.js'
import { distance, type Indicator, indicator, logisticIndicator, meanIndicator } from './recalibration.js'

const CLASSES = ['binary', 'multiclass'] as const
const LOGIT =
  'scores clipped to [1e-8, 1 − 1e-8]; the positive class for two classes, top label against whether it is right for more'
const EVENT = 'of the positive class for two classes, of the top label for more'

function errorMetric(name: string, spec: ErrorSpec): Metric {
  return metric(errorInfo(name, spec), calibrationError(spec))
}

function usualError(name: string): Metric {
  return errorMetric(name, parseError(name) as ErrorSpec)
}

/** The number itself, and its distance from the ideal, by which models can be compared. */
function indicatorMetrics(
  info: Pick<MetricInfo, 'name' | 'title' | 'definition' | 'range'> & Partial<MetricInfo>,
  spec: Indicator,
): Metric[] {
  const common = { tasks: CLASSES, needs: 'scores', direction: 'lower-is-better' } as const
  const { name, title, definition, range } = info
  const most = Math.max(Math.abs(range[0] - spec.ideal), Math.abs(range[1] - spec.ideal))
  return [
    metric(
      {
        ...common,
        ...info,
        definition: `${definition}; ${spec.ideal} is ideal, so that it is judged by min and max together.`,
      },
      indicator(spec),
    ),
    metric(
      {
        ...common,
        ...info,
        name: `${name}_error`,
        title: `distance of the ${title} from ${spec.ideal}`,
        range: [0, most],
        definition: `${definition}; its distance from ${spec.ideal}.`,
      },
      distance(spec),
    ),
  ]
}

const EVERY = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const

const brierPart = (
  info: Pick<MetricInfo, 'name' | 'title' | 'direction' | 'range' | 'definition'>,
  estimator: Estimator<ClassSample>,
) => metric({ ...info, tasks: CLASSES, needs: 'scores', minRows: 500 }, estimator)

/** Part of the rows, not of a model: two models have the same. */
const UNCERTAINTY: Metric = metric(
  {
    name: 'brier_uncertainty',
    title: 'uncertainty (Brier score)',
    tasks: CLASSES,
    direction: 'lower-is-better',
    range: [0, 1],
    needs: 'labels',
    definition:
      'Brier score of the event rate for every row, r (1 − r), the same for every model (CORP: Brier = miscalibration − discrimination + uncertainty); for several classes each against the rest, summed.',
  },
  ofSums<ClassSample>({
    sums: (sample) => {
      const classes = sample.classes.length
      return {
        width: classes + 1,
        terms: (out, at, row) => {
          out.fill(0, at, at + classes + 1)
          out[at] = 1
          out[at + 1 + (sample.truth[row] as number)] = 1
        },
        of: ([weight, ...ofClasses]) => {
          const sum = ofClasses.reduce(
            (all, own) => all + (own / (weight as number)) * (1 - own / (weight as number)),
            0,
          )
          return sample.task === 'binary' ? sum / 2 : sum
        },
      }
    },
  }),
)

export const METRICS: readonly Metric[] = [
  ...['ece', 'mce', 'ace', 'rmsce'].map(usualError),
  brierPart(
    {
      name: 'brier_miscalibration',
      title: 'miscalibration (Brier score)',
      direction: 'lower-is-better',
      range: [0, 2],
      definition:
        'Brier score minus that of the same scores recalibrated by isotonic regression (CORP: Brier = miscalibration − discrimination + uncertainty); for several classes each against the rest, summed.',
    },
    miscalibration,
  ),
  brierPart(
    {
      name: 'brier_discrimination',
      title: 'discrimination (Brier score)',
      direction: 'higher-is-better',
      range: [0, 1],
      definition:
        'Brier score of the event rate for every row minus that of the scores recalibrated by isotonic regression (CORP: Brier = miscalibration − discrimination + uncertainty); for several classes each against the rest, summed.',
    },
    discrimination,
  ),
  UNCERTAINTY,
  ...CONFIDENCE_RATES,
  ...indicatorMetrics(
    {
      name: 'calibration_slope',
      title: 'calibration slope',
      range: EVERY,
      minRows: 100,
      definition: `Slope of the logistic regression of the outcome on the logit of the score, with an intercept and no penalty; ${LOGIT}; undefined where the scores separate the outcomes`,
    },
    logisticIndicator('slope', null),
  ),
  ...indicatorMetrics(
    {
      name: 'calibration_intercept',
      title: 'calibration intercept',
      range: EVERY,
      minRows: 100,
      definition: `Intercept of the logistic regression of the outcome on the logit of the score, with a slope and no penalty; ${LOGIT}; undefined where the scores separate the outcomes`,
    },
    logisticIndicator('intercept', null),
  ),
  ...indicatorMetrics(
    {
      name: 'calibration_intercept_offset',
      title: 'calibration intercept at slope 1',
      range: EVERY,
      minRows: 100,
      definition: `Intercept of the logistic regression of the outcome with the logit of the score as offset, its slope held at 1; ${LOGIT}`,
    },
    logisticIndicator('intercept', 1),
  ),
  ...indicatorMetrics(
    {
      name: 'calibration_in_the_large',
      title: 'calibration in the large',
      range: [0, Number.POSITIVE_INFINITY],
      definition: `Mean score divided by the event rate, ${EVENT}; undefined where the event happens in no row`,
    },
    meanIndicator('ratio'),
  ),
  ...indicatorMetrics(
    {
      name: 'calibration_bias',
      title: 'calibration bias',
      range: [-1, 1],
      definition: `Mean score minus the event rate, ${EVENT}`,
    },
    meanIndicator('difference'),
  ),
]

/** Metrics that are best at a number between others, with that number: no allowed loss or required gain makes sense of them. */
export const IDEALS: ReadonlyMap<string, number> = new Map([
  ['calibration_slope', 1],
  ['calibration_intercept', 0],
  ['calibration_intercept_offset', 0],
  ['calibration_in_the_large', 1],
  ['calibration_bias', 0],
])

export const FAMILIES: readonly Family[] = [
  {
    pattern: ERROR_PATTERN,
    tasks: CLASSES,
    form: ERROR_FORM,
    of(name, ...parameters) {
      const [norm, ...parts] = parameters
      const spec = norm === undefined ? undefined : parseError(norm, ...parts)
      return spec && errorMetric(name, spec)
    },
  },
]
