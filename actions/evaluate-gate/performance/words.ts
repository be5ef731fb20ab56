import type { PerformanceMeasure } from '../../../shared/contracts/evaluate-performance.js'
import { decimalsOf, formatFixed, formatGiven, formatNumber, missing } from '../../../shared/report/format.js'
import type { Estimate, Interval } from '../../../shared/stats/types.js'

const TITLES: Readonly<Record<PerformanceMeasure, string>> = {
  latency_p50: 'latency p50',
  latency_p90: 'latency p90',
  latency_p95: 'latency p95',
  latency_p99: 'latency p99',
  throughput: 'throughput',
  memory: 'peak memory',
  cold_start: 'cold start',
  size: 'model size',
}

const UNITS: Readonly<Record<PerformanceMeasure, string>> = {
  latency_p50: 'ms',
  latency_p90: 'ms',
  latency_p95: 'ms',
  latency_p99: 'ms',
  throughput: 'rows/s',
  memory: 'MB',
  cold_start: 'ms',
  size: 'MB',
}

export const DEFINITION =
  'Latency: from handing the rows of a request to the model until its last answer is read, pipes, HTTP and JSON included, one request after the other. Percentiles: nearest rank in an HDR histogram of microseconds with three significant digits; intervals by order statistics (binomial), requests taken as independent. Throughput: rows by the time of all requests. Ratios: candidate by baseline over the same rounds, blocks of n^⅓ rounds resampled. Every interval is at least that of Student t on the log of the number in each start, since processes of one model differ. Cold start: from opening the model to its first answer, the median of the starts. Peak memory: the most that the model’s processes had resident, looked at every 50 rounds, or the high-water mark of one of them. Size: bytes of its files. 1 MB is 1,000,000 bytes.'

/** `latency p95 of batches of 100`. */
export function subjectOf(measure: PerformanceMeasure, batch: number | null): string {
  if (batch === null) return TITLES[measure]
  return batch === 1 ? `${TITLES[measure]} of single rows` : `${TITLES[measure]} of batches of ${formatNumber(batch)}`
}

/** A number with the unit of its measure: `12.3 ms`, `1,204 rows/s`. */
export function amountText(measure: PerformanceMeasure, value: number): string {
  return Number.isNaN(value) ? missing : `${formatNumber(value)} ${UNITS[measure]}`
}

/** A number without its unit, for a table whose rows name it: `12.3`. */
export const plainText = (value: number): string => formatNumber(value)

/** `latency p95 of batches of 100, ms`. */
export function rowTitle(measure: PerformanceMeasure, batch: number | null): string {
  return `${subjectOf(measure, batch)}, ${UNITS[measure]}`
}

/** A bound as it was written, with its unit. */
export function boundOf(measure: PerformanceMeasure, bound: number): string {
  return `${formatGiven(bound)} ${UNITS[measure]}`
}

/** `0.93×`, with two or three digits after the point by the width of its interval. */
export function ratioText(value: number, interval: Interval | null = null): string {
  if (Number.isNaN(value)) return missing
  const width = interval === null ? 0 : interval.high - interval.low
  const decimals = Number.isFinite(width) && width > 0 ? Math.min(3, Math.max(2, decimalsOf(width))) : 2
  return `${formatFixed(value, decimals)}×`
}

/** Both ends with their unit; a side without a bound is told in words. */
export function rangeText(interval: Interval, textOf: (value: number) => string): string {
  if (interval.high === Number.POSITIVE_INFINITY) return `at least ${textOf(interval.low)}`
  return `${textOf(interval.low)} … ${textOf(interval.high)}`
}

/** A value with its interval, or why it has none, in brackets. */
export function estimateText(estimate: Estimate, textOf: (value: number) => string): string {
  if (Number.isNaN(estimate.value)) return `${missing} (${estimate.reason ?? 'unknown'})`
  if (estimate.interval === null) return textOf(estimate.value)
  return `${textOf(estimate.value)} (${rangeText(estimate.interval, textOf)})`
}
