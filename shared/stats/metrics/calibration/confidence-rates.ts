import type { ClassSample } from '../../sample.js'
import { ofSums, proportion } from '../estimators.js'
import { type Metric, metric } from '../metric.js'

const rate = { tasks: ['binary', 'multiclass'], direction: 'lower-is-better', range: [0, 1], needs: 'scores' } as const

/** A runner-up of so large a share of the highest probability means that the model is undecided. */
const UNDECIDED = 0.95

/** Gap of probabilities from which a wrong answer is overconfident, by the number of classes: a half for two (Giskard). */
function overconfidenceLimit(classes: number): number {
  const more = classes - 2
  return 1 / (0.3 * more + 2 - 1e-3 * more * more)
}

/** How sure, and how wrong, a model is of one row. */
interface Confidence {
  readonly highest: number
  readonly second: number
  readonly ofTruth: number
}

function confidenceAt(sample: ClassSample, row: number): Confidence {
  const truth = sample.truth[row] as number
  if (sample.task === 'binary') {
    const score = (sample.score as Float64Array)[row] as number
    const highest = Math.max(score, 1 - score)
    return { highest, second: 1 - highest, ofTruth: truth === 1 ? score : 1 - score }
  }
  const probabilities = sample.probabilities as Float64Array
  const classes = sample.classes.length
  let [highest, second] = [0, 0]
  for (let k = row * classes; k < (row + 1) * classes; k++) {
    const own = probabilities[k] as number
    if (own > highest) [highest, second] = [own, highest]
    else if (own > second) second = own
  }
  return { highest, second, ofTruth: probabilities[row * classes + truth] as number }
}

export const CONFIDENCE_RATES: readonly Metric[] = [
  metric(
    {
      ...rate,
      name: 'overconfidence',
      title: 'overconfidence',
      definition:
        'Among the rows whose true class has not the highest probability, the share in which the gap between both is above 1 / (0.3 (K − 2) + 2 − 0.001 (K − 2)²) with K classes, ½ for two (Giskard); undefined without such rows.',
    },
    ofSums<ClassSample>({
      none: 'the true class has the highest probability in every row',
      sums: (sample) => {
        const limit = overconfidenceLimit(sample.classes.length)
        return {
          width: 2,
          terms: (out, at, row) => {
            const { highest, ofTruth } = confidenceAt(sample, row)
            out[at] = Number(highest > ofTruth)
            out[at + 1] = Number(highest - ofTruth > limit)
          },
          of: ([wrong, over]) => (over as number) / (wrong as number),
        }
      },
    }),
  ),
  metric(
    {
      ...rate,
      name: 'underconfidence',
      title: 'underconfidence',
      definition: `Share of rows in which the second highest probability is more than ${UNDECIDED} of the highest (Giskard).`,
    },
    proportion<ClassSample>({
      counts: () => true,
      hit: (sample, row) => {
        const { highest, second } = confidenceAt(sample, row)
        return second > UNDECIDED * highest
      },
      none: 'there are no rows',
    }),
  ),
]
