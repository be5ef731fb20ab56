import type { RegressionSample } from '../sample.js'
import { ofSums } from './estimators/sums.js'
import { type Metric, metric } from './metric.js'
import { residual, weightedMean } from './regression-fit.js'

const CONSTANT = 'every error is the same'

/** What the errors of a model are like: whether they are off to one side, and how heavy their tails are. */
export const RESIDUAL_METRICS: readonly Metric[] = [
  metric(
    {
      name: 'bias_share',
      title: 'share of the bias in the error',
      tasks: ['regression'],
      direction: 'lower-is-better',
      range: [0, 1],
      needs: 'values',
      definition:
        '|mean of truth − prediction| / root of the mean of (truth − prediction)²: 1 when every prediction is off alike; undefined when every prediction is right.',
    },
    ofSums<RegressionSample>({
      none: 'every prediction is right',
      sums: (sample) => ({
        width: 3,
        terms: (out, at, row) => {
          const error = residual(sample, row)
          out[at] = 1
          out[at + 1] = error
          out[at + 2] = error * error
        },
        of: ([weight, sum, squares]) =>
          squares === 0
            ? Number.NaN
            : Math.min(1, Math.abs(sum as number) / Math.sqrt((weight as number) * (squares as number))),
      }),
    }),
  ),
  metric(
    {
      name: 'error_kurtosis',
      title: 'excess kurtosis of the errors',
      tasks: ['regression'],
      direction: 'lower-is-better',
      range: [-2, Number.POSITIVE_INFINITY],
      needs: 'values',
      definition:
        'm₄ / m₂² − 3 of truth − prediction with m the central moments, without a correction for few rows: 0 for normal errors, above it where few errors are far larger than the rest; undefined when every error is the same.',
    },
    ofSums<RegressionSample>({
      none: CONSTANT,
      sums: (sample) => {
        // Near their middle the powers of the errors keep their digits.
        const centre = weightedMean(sample, (row) => residual(sample, row))
        return {
          width: 5,
          terms: (out, at, row) => {
            const error = residual(sample, row) - centre
            out[at] = 1
            for (let power = 1; power <= 4; power++) out[at + power] = error ** power
          },
          of: excessKurtosis,
        }
      },
    }),
  ),
]

/** Of sums of the powers 0 to 4. */
function excessKurtosis(sums: Float64Array): number {
  const [weight, ...powers] = sums as unknown as [number, number, number, number, number]
  const [m1, m2, m3, m4] = powers.map((sum) => sum / weight) as [number, number, number, number]
  const variance = m2 - m1 * m1
  if (!(variance > 1e-12 * m2)) return Number.NaN
  return (m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 ** 4) / variance ** 2 - 3
}
