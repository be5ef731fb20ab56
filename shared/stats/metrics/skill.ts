import { Accumulator, Tally } from '../numeric.js'
import type { ClassSample } from '../sample.js'
import { brierOfRow, EPSILON, logLossOf } from '../scores.js'
import { perSample, scoreOf } from './estimators/common.js'
import { ofSums } from './estimators/sums.js'
import { type Metric, metric } from './metric.js'

const skill = {
  tasks: ['binary', 'multiclass'],
  direction: 'higher-is-better',
  range: [Number.NEGATIVE_INFINITY, 1],
  needs: 'scores',
} as const

/** Weighted share of each class among the rows. */
const sharesOf = perSample(({ n, truth, weights, classes }: ClassSample): Float64Array => {
  const [sums, whole] = [new Tally(classes.length), new Accumulator()]
  for (let i = 0; i < n; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    sums.add(truth[i] as number, weight)
    whole.add(weight)
  }
  return sums.values().map((sum) => sum / whole.sum)
})

/**
 * D² of a loss of probabilities: 1 − loss / loss of the shares of the classes, the best constant answer. In a replicate the
 * shares stay those of all rows: at the minimum of a loss a small move of them changes nothing.
 */
function skillMetric(
  name: string,
  title: string,
  definition: string,
  lossOf: (probabilities: Float64Array, row: number, classes: number, truth: number) => number,
): Metric {
  return metric(
    { ...skill, name, title, definition },
    ofSums<ClassSample>({
      none: 'all rows are of one class',
      sums: (sample) => {
        const shares = sharesOf(sample)
        const classes = shares.length
        const constant = shares.map((_, truth) => lossOf(shares, 0, classes, truth))
        const two = new Float64Array(2)
        return {
          width: 2,
          terms: (out, at, row) => {
            const truth = sample.truth[row] as number
            if (sample.task === 'binary') {
              const score = scoreOf(sample)[row] as number
              two[0] = 1 - score
              two[1] = score
            }
            out[at] =
              sample.task === 'binary'
                ? lossOf(two, 0, 2, truth)
                : lossOf(sample.probabilities as Float64Array, row, classes, truth)
            out[at + 1] = constant[truth] as number
          },
          of: ([loss, best]) => ((best as number) > 1e-12 ? 1 - (loss as number) / (best as number) : Number.NaN),
        }
      },
    }),
  )
}

export const SKILL_METRICS: readonly Metric[] = [
  skillMetric(
    'd2_log_loss',
    'D², log loss',
    '1 − log loss / log loss of the shares of the classes among these rows, probabilities clipped to [2.2e-16, 1 − 2.2e-16]; undefined when all rows are of one class.',
    (probabilities, row, classes, truth) => logLossOf(probabilities[row * classes + truth] as number, EPSILON),
  ),
  skillMetric(
    'd2_brier',
    'D², Brier score',
    '1 − Brier score / Brier score of the shares of the classes among these rows (Brier skill score); undefined when all rows are of one class.',
    brierOfRow,
  ),
]
