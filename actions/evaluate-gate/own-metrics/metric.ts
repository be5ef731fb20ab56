import type { EvaluateConfig } from '../../../shared/contracts/config.js'
import { meanLoss } from '../../../shared/stats/metrics/estimators.js'
import { type Metric, metric } from '../../../shared/stats/metrics/metric.js'
import type { Sample, Task, WholeValue } from '../../../shared/stats/sample.js'
import { undefinedBecause, type Value } from '../../../shared/stats/types.js'

export type OwnMetric = EvaluateConfig['metrics'][number]

const ONE_NUMBER = 'its command gives one number for all rows'

/**
 * A metric of the user. Where its command gives a number for each row it is their mean, with the intervals of a mean, also
 * of slices and of the difference of two models; where it gives one number it has the interval that comes with it.
 */
export function ownMetric({ name, direction }: OwnMetric, task: Task): Metric {
  const info = {
    name,
    title: name,
    tasks: [task],
    direction,
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const,
    needs: 'labels' as const,
    definition: `evaluate.metrics: the number that its command prints, or the mean of those that it prints for each row`,
  }
  const valuesOf = (sample: Sample) => {
    const own = sample.own?.get(name)
    return own instanceof Float64Array ? own : null
  }
  const ofRows = metric<Sample>(info, meanLoss({ loss: (sample, row) => valuesOf(sample)?.[row] ?? Number.NaN }))
  const whole = (sample: Sample): Value & Pick<WholeValue, 'interval'> => {
    const own = sample.own?.get(name)
    return own === undefined || own instanceof Float64Array
      ? { ...undefinedBecause(ONE_NUMBER), interval: null }
      : { ...own, reason: null }
  }
  return {
    ...ofRows,
    value: (sample) => (valuesOf(sample) === null ? whole(sample) : ofRows.value(sample)),
    estimate(sample, settings) {
      if (valuesOf(sample) !== null) return ofRows.estimate(sample, settings)
      const { value, reason, interval } = whole(sample)
      return {
        value,
        n: sample.n,
        interval: interval && { ...interval, level: settings.level, method: 'as its command gives it' },
        reason: reason ?? (interval === null ? 'its command gives no interval' : null),
      }
    },
    difference(candidate, baseline, settings) {
      if (valuesOf(candidate) !== null && valuesOf(baseline) !== null) {
        return ofRows.difference(candidate, baseline, settings)
      }
      const value = whole(candidate).value - whole(baseline).value
      const reason = Number.isNaN(value) ? ONE_NUMBER : 'its command gives no number for each row to pair the models by'
      return { value, reason, n: candidate.n, interval: null }
    },
  }
}
