import { pinballOf } from '../../regression.js'
import type { QuantileSample } from '../../sample.js'
import { meanLoss } from '../estimators.js'
import { type Metric, type MetricInfo, metric } from '../metric.js'
import { levelAt, missingLevels, QUANTILE, quantileOf } from './levels.js'

const loss = {
  tasks: QUANTILE,
  direction: 'lower-is-better',
  range: [0, Number.POSITIVE_INFINITY],
  needs: 'values',
} as const

export const PINBALL_METRICS: readonly Metric[] = [
  metric(
    {
      ...loss,
      name: 'pinball_mean',
      title: 'mean pinball loss',
      definition: 'Mean over rows and levels of max(α e, (α − 1) e) with e = truth − quantile α.',
    },
    meanLoss<QuantileSample>({ loss: meanPinballOf }),
  ),
  metric(
    {
      ...loss,
      name: 'crps_quantiles',
      title: 'CRPS from quantiles',
      definition:
        'Twice the mean pinball loss over the levels: the continuous ranked probability score, approximated by the quantiles that are answered; it depends on which these are.',
    },
    meanLoss<QuantileSample>({ loss: (sample, row) => 2 * meanPinballOf(sample, row) }),
  ),
  metric(
    {
      ...loss,
      name: 'median_mae',
      title: 'mean absolute error of the median',
      definition: 'Mean of |truth − quantile 0.5|.',
    },
    meanLoss<QuantileSample>({
      refuse: (sample) => missingLevels(sample, [0.5]),
      loss: (sample, row) => Math.abs(errorAt(sample, row, levelAt(sample, 0.5))),
    }),
  ),
]

/** Pinball loss of one quantile: `pinball_0.9`. */
export function pinballAt(name: string, alpha: number): Metric {
  const info: MetricInfo = {
    ...loss,
    name,
    title: `pinball loss, ${alpha}`,
    definition: `Mean of max(α e, (α − 1) e) with e = truth − quantile α and α = ${alpha}.`,
  }
  const estimator = meanLoss<QuantileSample>({
    refuse: (sample) => missingLevels(sample, [alpha]),
    loss: (sample, row) => pinballOf(errorAt(sample, row, levelAt(sample, alpha)), alpha),
  })
  return metric(info, estimator)
}

/** Mean pinball loss of a row over its levels. */
function meanPinballOf(sample: QuantileSample, row: number): number {
  const { levels } = sample
  let sum = 0
  for (let place = 0; place < levels.length; place++) {
    sum += pinballOf(errorAt(sample, row, place), levels[place] as number)
  }
  return sum / levels.length
}

function errorAt(sample: QuantileSample, row: number, place: number): number {
  return (sample.truth[row] as number) - quantileOf(sample, row, place)
}
