import {
  devianceReason,
  negativeReason,
  pinballOf,
  symmetricPercentageOf,
  tweedieDevianceOf,
  zeroTruthReason,
} from '../regression.js'
import type { RegressionSample } from '../sample.js'
import type { Interval } from '../types.js'
import { bounds, perSample } from './estimators/common.js'
import { meanLoss } from './estimators/mean-loss.js'
import { ofSums, type SumsOfRows } from './estimators/sums.js'
import { type Family, type Metric, type MetricInfo, metric } from './metric.js'
import { D2_FAMILIES, FIT_METRICS, residual } from './regression-fit.js'
import { ORDER_METRICS } from './regression-order.js'
import { RESIDUAL_METRICS } from './regression-residuals.js'
import { MASE } from './scaled-error.js'

const error = (range: MetricInfo['range'] = [0, Number.POSITIVE_INFINITY]) =>
  ({ tasks: ['regression'], direction: 'lower-is-better', range, needs: 'values' }) as const

const logGap = (sample: RegressionSample, row: number) =>
  Math.log1p(sample.truth[row] as number) - Math.log1p(sample.value[row] as number)

/** The root of the mean of squares. */
const rootOf = (gap: (sample: RegressionSample, row: number) => number) => ({
  sums: (sample: RegressionSample): SumsOfRows => ({
    width: 2,
    terms: (out, at, row) => {
      out[at] = 1
      out[at + 1] = gap(sample, row) ** 2
    },
    of: ([weight, squares]) => Math.sqrt((squares as number) / (weight as number)),
  }),
})

const refuseNegatives = (sample: RegressionSample) => negativeReason(sample.truth, sample.value)

/** Stands in for a true value of 0 (numpy's finfo(float64).eps, as in scikit-learn). */
const LEAST_TRUTH = Number.EPSILON
/** The same in torchmetrics, whose numbers are float32. */
const LEAST_TRUTH_FLOAT32 = 1.17e-6

export const METRICS: readonly Metric[] = [
  metric(
    { ...error(), name: 'mae', title: 'mean absolute error', definition: 'Mean of |truth − prediction|.' },
    meanLoss<RegressionSample>({ loss: (sample, row) => Math.abs(residual(sample, row)) }),
  ),
  metric(
    { ...error(), name: 'mse', title: 'mean squared error', definition: 'Mean of (truth − prediction)².' },
    meanLoss<RegressionSample>({ loss: (sample, row) => residual(sample, row) ** 2 }),
  ),
  metric(
    {
      ...error(),
      name: 'rmse',
      title: 'root mean squared error',
      definition: 'Square root of the mean of (truth − prediction)².',
    },
    ofSums<RegressionSample>(rootOf(residual)),
  ),
  metric(
    {
      ...error(),
      name: 'mape',
      title: 'mean absolute percentage error',
      definition: 'Mean of |truth − prediction| / |truth|, as a fraction; refused when a true value is 0.',
    },
    meanLoss<RegressionSample>({
      loss: (sample, row) => Math.abs(residual(sample, row) / (sample.truth[row] as number)),
      refuse: (sample) => zeroTruthReason(sample.truth),
    }),
  ),
  clippedMape('mape_clipped', 'clipped', LEAST_TRUTH, '2.2e-16'),
  clippedMape('mape_clipped_float32', 'clipped as torchmetrics', LEAST_TRUTH_FLOAT32, '1.17e-6'),
  metric(
    {
      ...error([0, 2]),
      name: 'smape',
      title: 'symmetric percentage error',
      definition:
        'Mean of 2 |truth − prediction| / (|truth| + |prediction|), as a fraction; a row with both 0 counts 0.',
    },
    meanLoss<RegressionSample>({
      loss: (sample, row) => symmetricPercentageOf(sample.truth[row] as number, sample.value[row] as number),
    }),
  ),
  metric(
    {
      ...error(),
      name: 'wmape',
      title: 'weighted percentage error',
      definition: 'Sum of |truth − prediction| / sum of |truth|, as a fraction; undefined when every true value is 0.',
    },
    ofSums<RegressionSample>({
      none: 'every true value is 0',
      sums: (sample) => ({
        width: 2,
        terms: (out, at, row) => {
          out[at] = Math.abs(residual(sample, row))
          out[at + 1] = Math.abs(sample.truth[row] as number)
        },
        of: ([errors, sizes]) => (sizes === 0 ? Number.NaN : (errors as number) / (sizes as number)),
      }),
    }),
  ),
  metric(
    {
      ...error(),
      name: 'msle',
      title: 'mean squared logarithmic error',
      definition: 'Mean of (ln(1 + truth) − ln(1 + prediction))²; refused when a value is negative.',
    },
    meanLoss<RegressionSample>({ loss: (sample, row) => logGap(sample, row) ** 2, refuse: refuseNegatives }),
  ),
  metric(
    {
      ...error(),
      name: 'rmsle',
      title: 'root mean squared logarithmic error',
      definition: 'Square root of the mean of (ln(1 + truth) − ln(1 + prediction))²; refused when a value is negative.',
    },
    ofSums<RegressionSample>({ ...rootOf(logGap), refuse: refuseNegatives }),
  ),
  biasMetric(),
  devianceMetric('poisson_deviance', 'mean Poisson deviance', 1),
  devianceMetric('gamma_deviance', 'mean gamma deviance', 2),
  MASE,
  ...FIT_METRICS,
  ...ORDER_METRICS,
  ...RESIDUAL_METRICS,
]

function clippedMape(name: string, how: string, least: number, shown: string): Metric {
  return metric(
    {
      ...error(),
      name,
      title: `mean absolute percentage error, ${how}`,
      definition: `Mean of |truth − prediction| / max(|truth|, ${shown}), as a fraction: a true value of 0 makes it very large.`,
    },
    meanLoss<RegressionSample>({
      loss: (sample, row) => Math.abs(residual(sample, row)) / Math.max(Math.abs(sample.truth[row] as number), least),
    }),
  )
}

/** The size of a mean error. Its interval is that of the error itself, folded at 0, for one model. */
function biasMetric(): Metric {
  const signed = meanLoss<RegressionSample>({ loss: (sample, row) => -residual(sample, row) })
  const folded = ofSums<RegressionSample>({
    sums: (sample) => ({
      width: 2,
      terms: (out, at, row) => {
        out[at] = 1
        out[at + 1] = -residual(sample, row)
      },
      of: ([weight, sum]) => Math.abs((sum as number) / (weight as number)),
    }),
  })
  const meanError = perSample((sample: RegressionSample) => signed.value(sample).value)
  return metric(
    {
      ...error(),
      name: 'bias',
      title: 'absolute bias',
      definition: 'Absolute value of the mean of prediction − truth.',
    },
    {
      ...folded,
      methods: { single: 'Student t, folded at 0', difference: folded.methods.difference },
      value: (sample) => ({ value: Math.abs(meanError(sample)), reason: null }),
      interval: (sample, _value, settings) => {
        const { interval, reason } = signed.interval(sample, meanError(sample), settings)
        return bounds(interval && foldedAtZero(interval), reason ?? undefined)
      },
    },
  )
}

function foldedAtZero({ low, high, level, method }: Interval): Interval {
  const [a, b] = [Math.abs(low), Math.abs(high)]
  const crosses = low <= 0 && high >= 0
  return { low: crosses ? 0 : Math.min(a, b), high: Math.max(a, b), level, method: `${method}, folded at 0` }
}

function devianceMetric(name: string, title: string, power: number): Metric {
  const formulas: Readonly<Record<number, string>> = {
    1: 'Mean of 2 (y ln(y / ŷ) − y + ŷ) with y = truth and ŷ = prediction; refused when a prediction is 0 or less or a truth negative.',
    2: 'Mean of 2 (ln(ŷ / y) + y / ŷ − 1) with y = truth and ŷ = prediction; refused when a value is 0 or less.',
  }
  const definition =
    formulas[power] ??
    `Mean Tweedie deviance of power ${power}, 2 (max(y, 0)^(2 − p) / ((1 − p)(2 − p)) − y ŷ^(1 − p) / (1 − p) + ŷ^(2 − p) / (2 − p)); refused where the distribution has no such values.`
  return metric(
    { ...error(), name, title, definition },
    meanLoss<RegressionSample>({
      loss: (sample, row) => tweedieDevianceOf(sample.truth[row] as number, sample.value[row] as number, power),
      refuse: (sample) => devianceReason(sample.truth, sample.value, power),
    }),
  )
}

/** Pinball loss of a predicted quantile: `pinball_0.9`. */
function pinballMetric(name: string, alpha: number): Metric {
  const info: MetricInfo = {
    ...error(),
    name,
    title: `pinball loss, ${alpha}`,
    definition: `Mean of max(α e, (α − 1) e) with e = truth − prediction and α = ${alpha}.`,
  }
  return metric(info, meanLoss<RegressionSample>({ loss: (sample, row) => pinballOf(residual(sample, row), alpha) }))
}

export const FAMILIES: readonly Family[] = [
  {
    pattern: /^pinball_(0\.\d+)$/,
    tasks: ['regression'],
    form: 'pinball_<α>',
    of: (name, alpha) => (Number(alpha) > 0 ? pinballMetric(name, Number(alpha)) : undefined),
  },
  {
    pattern: /^tweedie_deviance_(-?\d+(?:\.\d+)?)$/,
    tasks: ['regression'],
    form: 'tweedie_deviance_<power>',
    of: (name, text) => {
      const power = Number(text)
      if (power > 0 && power < 1) return undefined
      return devianceMetric(name, `mean Tweedie deviance, ${power}`, power)
    },
  },
  ...D2_FAMILIES,
]
