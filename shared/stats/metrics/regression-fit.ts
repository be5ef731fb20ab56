import { Accumulator } from '../numeric.js'
import { ascendingOrder } from '../order.js'
import { devianceReason, pinballOf, tweedieDevianceOf } from '../regression.js'
import type { RegressionSample } from '../sample.js'
import { weightedQuantile } from '../weighted-quantile.js'
import { ofSums, type SumsOfRows } from './estimators/sums.js'
import { weightedRows } from './evidence.js'
import { type Family, type Metric, type MetricInfo, metric } from './metric.js'

const fit = {
  tasks: ['regression'],
  direction: 'higher-is-better',
  range: [Number.NEGATIVE_INFINITY, 1],
  needs: 'values',
} as const

const CONSTANT = 'every true value is the same'

/** A share of what a constant prediction would leave unexplained. */
const explained = (unexplained: number, spread: number, size: number, finite: boolean): number => {
  // What is left of a spread of 0 is rounding.
  if (spread > 1e-12 * size) return 1 - unexplained / spread
  return finite ? Number(unexplained === 0) : Number.NaN
}

/** Σw, and sums of deviations of the truth from its mean and of their squares, and the same of the errors. */
function deviations(sample: RegressionSample): Omit<SumsOfRows, 'of'> {
  // Centred, so that the sums of squares keep their digits when the values are far from 0.
  const centre = weightedMean(sample, (row) => sample.truth[row] as number)
  const centreOfErrors = weightedMean(sample, (row) => residual(sample, row))
  return {
    width: 6,
    terms: (out, at, row) => {
      const deviation = (sample.truth[row] as number) - centre
      const error = residual(sample, row)
      out[at] = 1
      out[at + 1] = deviation
      out[at + 2] = deviation * deviation
      out[at + 3] = error * error
      out[at + 4] = error - centreOfErrors
      out[at + 5] = (error - centreOfErrors) ** 2
    },
  }
}

const ofErrors =
  (finite: boolean) =>
  ([weight, sum, squares, errors]: Float64Array): number =>
    explained(errors as number, about(weight, sum, squares), squares as number, finite)

/** Σ (x − x̄)² from Σw, Σx and Σx². */
function about(weight: number | undefined, sum: number | undefined, squares: number | undefined): number {
  return (squares as number) - (sum as number) ** 2 / (weight as number)
}

const fewRows = (sample: RegressionSample) => (weightedRows(sample) < 2 ? 'R² needs at least two rows' : null)

export const FIT_METRICS: readonly Metric[] = [
  metric(
    {
      ...fit,
      name: 'r2',
      title: 'R²',
      definition:
        '1 − sum of squared errors / sum of squared deviations from the mean truth; undefined when the truth is constant.',
    },
    ofSums<RegressionSample>({
      none: CONSTANT,
      refuse: fewRows,
      sums: (sample) => ({ ...deviations(sample), of: ofErrors(false) }),
    }),
  ),
  metric(
    {
      ...fit,
      name: 'r2_finite',
      title: 'R², finite',
      definition:
        '1 − sum of squared errors / sum of squared deviations from the mean truth; with a constant truth 1 when every prediction is right, else 0.',
    },
    ofSums<RegressionSample>({
      refuse: fewRows,
      sums: (sample) => ({ ...deviations(sample), of: ofErrors(true) }),
    }),
  ),
  metric(
    {
      ...fit,
      name: 'explained_variance',
      title: 'explained variance',
      definition:
        '1 − variance of truth − prediction / variance of the truth: a constant error does not count; undefined when the truth is constant.',
    },
    ofSums<RegressionSample>({
      none: CONSTANT,
      sums: (sample) => ({
        ...deviations(sample),
        of: ([weight, sum, squares, _errors, gap, squaredGaps]) =>
          explained(about(weight, gap, squaredGaps), about(weight, sum, squares), squares as number, false),
      }),
    }),
  ),
  d2Pinball(
    'd2_absolute',
    'D², absolute error',
    0.5,
    '1 − mean absolute error / mean absolute deviation from the median truth; undefined when the truth is constant.',
  ),
  metric(
    {
      ...fit,
      range: [-1, 1],
      name: 'pearson',
      title: 'Pearson correlation',
      definition: 'Correlation of prediction and truth; undefined when either is constant.',
    },
    ofSums<RegressionSample>({
      none: 'truth or prediction is the same on every row',
      sums: (sample) => {
        const centre = weightedMean(sample, (row) => sample.truth[row] as number)
        const centreOfValues = weightedMean(sample, (row) => sample.value[row] as number)
        return {
          width: 6,
          terms: (out, at, row) => {
            const [y, p] = [(sample.truth[row] as number) - centre, (sample.value[row] as number) - centreOfValues]
            out[at] = 1
            out[at + 1] = y
            out[at + 2] = p
            out[at + 3] = y * y
            out[at + 4] = p * p
            out[at + 5] = y * p
          },
          of: ([weight, y, p, yy, pp, yp]) => {
            const [ofY, ofP] = [about(weight, y, yy), about(weight, p, pp)]
            if (!(ofY > 1e-12 * (yy as number) && ofP > 1e-12 * (pp as number))) return Number.NaN
            const shared = (yp as number) - ((y as number) * (p as number)) / (weight as number)
            return shared / Math.sqrt(ofY * ofP)
          },
        }
      },
    }),
  ),
]

/**
 * D² of a loss: 1 − loss / loss of the best constant. In a replicate the constant stays that of all rows: at the minimum of
 * a loss a small move of it changes nothing.
 */
function d2Metric(
  info: Pick<MetricInfo, 'name' | 'title' | 'definition'>,
  loss: (truth: number, predicted: number) => number,
  constantOf: (sample: RegressionSample) => number,
  refuse?: (sample: RegressionSample) => string | null,
): Metric {
  return metric(
    { ...fit, ...info },
    ofSums<RegressionSample>({
      none: CONSTANT,
      ...(refuse === undefined ? {} : { refuse }),
      sums: (sample) => {
        const constant = constantOf(sample)
        return {
          width: 2,
          terms: (out, at, row) => {
            const truth = sample.truth[row] as number
            out[at] = loss(truth, sample.value[row] as number)
            out[at + 1] = loss(truth, constant)
          },
          of: ([loss, best]) => (best === 0 ? Number.NaN : 1 - (loss as number) / (best as number)),
        }
      },
    }),
  )
}

function d2Pinball(name: string, title: string, alpha: number, definition: string): Metric {
  return d2Metric(
    { name, title, definition },
    (truth, predicted) => pinballOf(truth - predicted, alpha),
    (sample) => quantileOfTruth(sample, alpha),
  )
}

function d2Tweedie(name: string, power: number): Metric {
  return d2Metric(
    {
      name,
      title: `D², Tweedie ${power}`,
      definition: `1 − mean Tweedie deviance of power ${power} / that of the mean truth for every row; refused where the distribution has no such values, undefined when the truth is constant.`,
    },
    (truth, predicted) => tweedieDevianceOf(truth, predicted, power),
    (sample) => weightedMean(sample, (row) => sample.truth[row] as number),
    (sample) =>
      devianceReason(sample.truth, sample.value, power) ??
      (sample.truth.every((truth) => truth === sample.truth[0]) ? CONSTANT : null),
  )
}

function quantileOfTruth({ truth, weights }: RegressionSample, p: number): number {
  if (weights === null) return weightedQuantile({ sorted: truth.slice().sort(), cumulated: null }, p)
  const order = ascendingOrder(truth, ascendingOrder(weights))
  let sum = 0
  const cumulated = Float64Array.from(order, (row) => {
    sum += weights[row] as number
    return sum
  })
  return weightedQuantile({ sorted: Float64Array.from(order, (row) => truth[row] as number), cumulated }, p)
}

export const D2_FAMILIES: readonly Family[] = [
  {
    pattern: /^d2_pinball_(0\.\d+)$/,
    tasks: ['regression'],
    form: 'd2_pinball_<α>',
    of: (name, text) => {
      const alpha = Number(text)
      const definition = `1 − pinball loss / pinball loss of the truth’s own quantile, α = ${alpha}; undefined when the truth is constant.`
      return alpha > 0 ? d2Pinball(name, `D², pinball ${alpha}`, alpha, definition) : undefined
    },
  },
  {
    pattern: /^d2_tweedie_(-?\d+(?:\.\d+)?)$/,
    tasks: ['regression'],
    form: 'd2_tweedie_<power>',
    of: (name, text) => (Number(text) > 0 && Number(text) < 1 ? undefined : d2Tweedie(name, Number(text))),
  },
]

/** Truth − prediction of a row, in the unit of the target. */
export const residual = ({ truth, value }: RegressionSample, row: number): number =>
  (truth[row] as number) - (value[row] as number)

/** Weighted mean of a number per row. */
export function weightedMean({ n, weights }: RegressionSample, of: (row: number) => number): number {
  const [sum, whole] = [new Accumulator(), new Accumulator()]
  for (let i = 0; i < n; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    sum.add(weight * of(i))
    whole.add(weight)
  }
  return sum.sum / whole.sum
}
