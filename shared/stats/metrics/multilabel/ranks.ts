import type { MultilabelSample } from '../../sample.js'
import { meanLoss } from '../estimators.js'
import { type Metric, metric } from '../metric.js'
import { MULTILABEL } from './overlap.js'

/** Measures of how the scores of a row rank its true classes; ties go against the model, as in scikit-learn. */
export const RANK_METRICS: readonly Metric[] = [
  metric(
    {
      name: 'lrap',
      title: 'label ranking average precision',
      tasks: MULTILABEL,
      direction: 'higher-is-better',
      range: [0, 1],
      needs: 'scores',
      definition:
        'Mean over rows of the mean over true classes of the share of true ones among the classes that score as high; a row with no or with every class counts 1.',
    },
    meanLoss<MultilabelSample>({ loss: rankingPrecision }),
  ),
  metric(
    {
      name: 'coverage_error',
      title: 'coverage error',
      tasks: MULTILABEL,
      direction: 'lower-is-better',
      range: [0, Number.POSITIVE_INFINITY],
      needs: 'scores',
      definition:
        'Mean over rows of how many classes score as high as the lowest true one, from the highest score down; a row without true classes counts 0.',
    },
    meanLoss<MultilabelSample>({ loss: depthOfLowest }),
  ),
  metric(
    {
      name: 'ranking_loss',
      title: 'label ranking loss',
      tasks: MULTILABEL,
      direction: 'lower-is-better',
      range: [0, 1],
      needs: 'scores',
      definition:
        'Mean over rows of the share of pairs of a true and a false class in which the false one scores as high or higher; a row with no or with every class counts 0.',
    },
    meanLoss<MultilabelSample>({ loss: wrongPairs }),
  ),
]

function rankingPrecision(sample: MultilabelSample, row: number): number {
  const { truth, from, to, scores } = spanOf(sample, row)
  let [sum, known] = [0, 0]
  for (let i = from; i < to; i++) {
    if (truth[i] !== 1) continue
    known += 1
    let [trueAbove, above] = [0, 0]
    for (let j = from; j < to; j++) {
      if (!((scores[j] as number) >= (scores[i] as number))) continue
      above += 1
      trueAbove += truth[j] as number
    }
    sum += trueAbove / above
  }
  return known === 0 || known === to - from ? 1 : sum / known
}

function depthOfLowest(sample: MultilabelSample, row: number): number {
  const { truth, from, to, scores } = spanOf(sample, row)
  let lowest = Number.POSITIVE_INFINITY
  for (let i = from; i < to; i++) if (truth[i] === 1) lowest = Math.min(lowest, scores[i] as number)
  let depth = 0
  for (let i = from; i < to; i++) depth += Number((scores[i] as number) >= lowest)
  return depth
}

function wrongPairs(sample: MultilabelSample, row: number): number {
  const { truth, from, to, scores } = spanOf(sample, row)
  let [wrong, known] = [0, 0]
  for (let i = from; i < to; i++) {
    if (truth[i] !== 1) continue
    known += 1
    for (let j = from; j < to; j++) {
      wrong += Number(truth[j] === 0 && (scores[j] as number) >= (scores[i] as number))
    }
  }
  const pairs = known * (to - from - known)
  return pairs === 0 ? 0 : wrong / pairs
}

function spanOf({ truth, scores, classes }: MultilabelSample, row: number) {
  const from = row * classes.length
  return { truth, scores: scores as Float64Array, from, to: from + classes.length }
}
