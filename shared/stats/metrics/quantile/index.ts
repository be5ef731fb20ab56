import type { Family, Metric } from '../metric.js'
import { CROSSING, coverageErrorMetric, coverageMetric, intervalScoreMetric, widthMetric } from './intervals.js'
import { QUANTILE } from './levels.js'
import { PINBALL_METRICS, pinballAt } from './pinball.js'

/** Metrics of forecasts of quantiles. */
export const METRICS: readonly Metric[] = [...PINBALL_METRICS, CROSSING]

const PERCENT = '(\\d{1,2}(?:\\.\\d+)?)'

export const FAMILIES: readonly Family[] = [
  {
    pattern: /^pinball_(0\.\d+)$/,
    tasks: QUANTILE,
    form: 'pinball_<α>',
    of: (name, level) => (Number(level) > 0 ? pinballAt(name, Number(level)) : undefined),
  },
  ofInterval('coverage', coverageMetric),
  ofInterval('coverage_error', coverageErrorMetric),
  ofInterval('width', widthMetric),
  ofInterval('interval_score', intervalScoreMetric),
]

/** Metrics of the central interval of so many percent. */
function ofInterval(kind: string, metricOf: (name: string, percent: number) => Metric): Family {
  return {
    pattern: new RegExp(`^${kind}_${PERCENT}$`),
    tasks: QUANTILE,
    form: `${kind}_<percent>`,
    of: (name, percent) => (Number(percent) > 0 ? metricOf(name, Number(percent)) : undefined),
  }
}
