import { meanInterval } from '../intervals.js'
import { sumOf } from '../numeric.js'
import { ascendingOrder } from '../order.js'
import {
  bias,
  medianAbsoluteError,
  pinballOf,
  rootMeanSquaredError,
  rSquared,
  symmetricPercentageOf,
  zeroTruthReason,
} from '../regression.js'
import type { RegressionSample } from '../sample.js'
import type { Interval } from '../types.js'
import { blocksInOrder, bounds, meanLoss, ofSums, ofWeightedRows, weightedMedian } from './estimators.js'
import { type Metric, type MetricInfo, metric } from './metric.js'

const error = (range: MetricInfo['range'] = [0, Number.POSITIVE_INFINITY]) =>
  ({ tasks: ['regression'], direction: 'lower-is-better', range, needs: 'values' }) as const

const residual = (sample: RegressionSample, row: number) =>
  (sample.truth[row] as number) - (sample.value[row] as number)

export const REGRESSION_METRICS: readonly Metric[] = [
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
    ofSums<RegressionSample>({
      value: (sample) => rootMeanSquaredError(sample.truth, sample.value),
      sums: (sample) => ({
        width: 2,
        add: (sums, offset, row) => addRow(sums, offset, 1, residual(sample, row) ** 2),
        of: ([n, squares]) => Math.sqrt((squares as number) / (n as number)),
      }),
    }),
  ),
  metric(
    {
      tasks: ['regression'],
      direction: 'higher-is-better',
      range: [Number.NEGATIVE_INFINITY, 1],
      needs: 'values',
      name: 'r2',
      title: 'R²',
      definition:
        '1 − sum of squared errors / sum of squared deviations from the mean truth; undefined when the truth is constant.',
    },
    ofSums<RegressionSample>({
      value: (sample) => rSquared(sample.truth, sample.value),
      sums: (sample) => {
        // Centred, so that the sum of squares keeps its digits when the values are far from 0.
        const centre = sumOf(sample.n, (i) => sample.truth[i] as number) / sample.n
        return {
          width: 4,
          add: (sums, offset, row) => {
            const deviation = (sample.truth[row] as number) - centre
            addRow(sums, offset, 1, deviation, deviation ** 2, residual(sample, row) ** 2)
          },
          of: ([n, sum, squares, errors]) => {
            const spread = (squares as number) - (sum as number) ** 2 / (n as number)
            // A replicate of one true value alone has no spread but for rounding.
            return spread > 1e-12 * (squares as number) ? 1 - (errors as number) / spread : Number.NaN
          },
        }
      },
    }),
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
      name: 'median_ae',
      title: 'median absolute error',
      definition: 'Median of |truth − prediction|; the mean of the middle two for an even number of rows.',
    },
    ofWeightedRows<RegressionSample>({
      value: (sample) => medianAbsoluteError(sample.truth, sample.value),
      weighted: (sample) => {
        const errors = sample.truth.map((_, row) => Math.abs(residual(sample, row)))
        const order = ascendingOrder(errors)
        const keys = blocksInOrder(sample, order)
        const sorted = Float64Array.from(order, (row) => errors[row] as number)
        return (blockWeights) => weightedMedian(sorted, keys, blockWeights)
      },
    }),
  ),
  metric(
    {
      ...error(),
      name: 'bias',
      title: 'absolute bias',
      definition: 'Absolute value of the mean of prediction − truth.',
    },
    ofSums<RegressionSample>({
      value: (sample) => {
        const { value, reason } = bias(sample.truth, sample.value)
        return { value: Math.abs(value), reason }
      },
      singleMethod: 'Student t, folded at 0',
      single: (sample, { level }) => {
        const errors = sample.truth.map((_, row) => -residual(sample, row))
        const interval = meanInterval(errors, level)
        return bounds(interval && foldedAtZero(interval), 'every row gives the same number: the spread is unknown')
      },
      sums: (sample) => ({
        width: 2,
        add: (sums, offset, row) => addRow(sums, offset, 1, residual(sample, row)),
        of: ([n, sum]) => Math.abs((sum as number) / (n as number)),
      }),
    }),
  ),
]

/** Pinball loss of a predicted quantile: `pinball_0.9`. */
export function pinballMetric(name: string, alpha: number): Metric {
  const info: MetricInfo = {
    ...error(),
    name,
    title: `pinball loss, ${alpha}`,
    definition: `Mean of max(α e, (α − 1) e) with e = truth − prediction and α = ${alpha}.`,
  }
  return metric(info, meanLoss<RegressionSample>({ loss: (sample, row) => pinballOf(residual(sample, row), alpha) }))
}

function foldedAtZero({ low, high, level }: Interval): Interval {
  const [a, b] = [Math.abs(low), Math.abs(high)]
  const crosses = low <= 0 && high >= 0
  return { low: crosses ? 0 : Math.min(a, b), high: Math.max(a, b), level, method: 'Student t, folded at 0' }
}

function addRow(sums: Float64Array, offset: number, ...terms: number[]): void {
  terms.forEach((term, k) => {
    sums[offset + k] = (sums[offset + k] as number) + term
  })
}
