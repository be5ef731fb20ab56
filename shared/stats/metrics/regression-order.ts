import { ascendingOrder } from '../order.js'
import { type Ordered, orderedBy, spearman, spearmanInfluence } from '../ranked/spearman.js'
import type { RegressionSample } from '../sample.js'
import { defined, undefinedBecause } from '../types.js'
import { perSample } from './estimators/common.js'
import { ofQuantile } from './estimators/quantile.js'
import { ofWeightedRows } from './estimators/ranked.js'
import { sumsByBlock } from './estimators/ranking.js'
import { weightedRows } from './evidence.js'
import { type Estimator, type Metric, metric } from './metric.js'

const error = {
  tasks: ['regression'],
  direction: 'lower-is-better',
  range: [0, Number.POSITIVE_INFINITY],
  needs: 'values',
} as const

function absoluteErrors({ n, truth, value }: RegressionSample): Float64Array {
  const errors = new Float64Array(n)
  for (let i = 0; i < n; i++) errors[i] = Math.abs((truth[i] as number) - (value[i] as number))
  return errors
}

/** The largest error has no sampling distribution that its own rows would tell. */
const largest: Estimator<RegressionSample> = {
  methods: { single: 'none', difference: 'none' },
  rows: weightedRows,
  value: ({ n, truth, value, weights }) => {
    let most = 0
    for (let i = 0; i < n; i++) {
      if (weights === null || (weights[i] as number) > 0) {
        most = Math.max(most, Math.abs((truth[i] as number) - (value[i] as number)))
      }
    }
    return defined(most)
  },
  interval: () => noInterval,
  differenceInterval: () => noInterval,
}
const noInterval = {
  interval: null,
  reason: 'the largest error rests on a single row: other rows may show a larger one, and no interval tells how large',
}

const orders = perSample(({ truth, value, weights }: RegressionSample): { x: Ordered; y: Ordered } => {
  const start = weights === null ? undefined : ascendingOrder(weights)
  // Each begins with the order of the other: rows in any order then give the same sums.
  const x = ascendingOrder(truth, ascendingOrder(value, start))
  const y = ascendingOrder(value, ascendingOrder(truth, start))
  return { x: orderedBy(truth, x), y: orderedBy(value, y) }
})

const rankCorrelation = ofWeightedRows<RegressionSample>({
  cost: (sample) => 4 * sample.n,
  value: (sample) => {
    const { x, y } = orders(sample)
    const rho = spearman(x, y, sample.weights, [new Float64Array(sample.n), new Float64Array(sample.n)])
    return Number.isNaN(rho) ? undefinedBecause('truth or prediction is the same on every row') : defined(rho)
  },
  weighted: (sample) => {
    const { x, y } = orders(sample)
    const spare = [new Float64Array(sample.n), new Float64Array(sample.n)] as const
    const weights = new Float64Array(sample.n)
    return (blockWeights) => {
      for (let i = 0; i < weights.length; i++) {
        const own = sample.weights === null ? 1 : (sample.weights[i] as number)
        weights[i] = own * (blockWeights[sample.blocks[i] as number] as number)
      }
      return spearman(x, y, weights, spare)
    }
  },
  influence: (sample) => {
    const { x, y } = orders(sample)
    return sumsByBlock(spearmanInfluence(x, y, sample.weights), sample.blocks)
  },
})

export const ORDER_METRICS: readonly Metric[] = [
  metric(
    {
      ...error,
      name: 'median_ae',
      title: 'median absolute error',
      definition: 'Median of |truth − prediction|; the mean of the middle two for an even number of rows.',
    },
    ofQuantile<RegressionSample>(0.5, absoluteErrors),
  ),
  metric(
    {
      ...error,
      name: 'max_error',
      title: 'largest error',
      definition: 'Largest |truth − prediction|; it rests on a single row, and has no interval.',
    },
    largest,
  ),
  metric(
    {
      ...error,
      direction: 'higher-is-better',
      range: [-1, 1],
      name: 'spearman',
      title: 'Spearman correlation',
      definition: 'Correlation of the mid-ranks of prediction and truth; undefined when either is constant.',
    },
    rankCorrelation,
  ),
]
