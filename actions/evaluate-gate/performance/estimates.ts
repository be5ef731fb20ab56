import type { PerformanceMeasure } from '../../../shared/contracts/evaluate-performance.js'
import type { Estimate, IntervalSettings } from '../../../shared/stats/types.js'
import { betweenStarts, byStart } from './between.js'
import type { Bytes, Raw, Times } from './measure.js'
import { latenciesOf, percentileOf } from './percentiles.js'
import { percentileRatio, ratioOfEstimates, throughputOf, throughputRatio } from './ratios.js'

const MB = 1e6

/** Shares of the percentiles. */
const SHARES = { latency_p50: 0.5, latency_p90: 0.9, latency_p95: 0.95, latency_p99: 0.99 } as const
type Percentile = keyof typeof SHARES

/** Measures of each batch size; the others are of the model. */
export const OF_BATCH: readonly PerformanceMeasure[] = [...(Object.keys(SHARES) as Percentile[]), 'throughput']
export const OF_MODEL: readonly PerformanceMeasure[] = ['memory', 'cold_start', 'size']
/** Those that are known as they are, without an interval. */
export const BY_VALUE: readonly PerformanceMeasure[] = ['memory', 'size']

/** Measured models; the baseline is null where there is none, or why it could not be measured. */
export interface Measurement {
  readonly candidate: Raw
  readonly baseline: Raw | { readonly because: string } | null
}

/** Numbers of a measurement, each made once. */
export interface Estimates {
  readonly candidate: Raw
  /** Null when it was not measured. */
  readonly baseline: Raw | null
  /** A measure of a model, in the unit of its rules; `batch` is null for one of the model as a whole. */
  of(raw: Raw, measure: PerformanceMeasure, batch: number | null): Estimate
  /** Candidate by baseline; null without a baseline. */
  ratio(measure: PerformanceMeasure, batch: number | null): Estimate | null
}

/** What rules and reports ask of a measurement of performance; each estimate is made once. */
export function estimatesOf({ candidate, baseline }: Measurement, settings: IntervalSettings): Estimates {
  const other = baseline !== null && !('because' in baseline) ? baseline : null
  const known = new Map<string, Estimate>()
  const once = (key: string, make: () => Estimate): Estimate => {
    const estimate = known.get(key) ?? make()
    known.set(key, estimate)
    return estimate
  }
  return {
    candidate,
    baseline: other,
    of: (raw, measure, batch) =>
      once(`${raw === candidate ? 'candidate' : 'baseline'} ${measure} ${batch}`, () =>
        estimateOf(raw, measure, batch, settings),
      ),
    ratio: (measure, batch) =>
      other && once(`ratio ${measure} ${batch}`, () => ratioOf(candidate, other, measure, batch, settings)),
  }
}

function estimateOf(raw: Raw, measure: PerformanceMeasure, batch: number | null, settings: IntervalSettings): Estimate {
  switch (measure) {
    case 'memory':
      return known(raw.memory)
    case 'size':
      return known(raw.size)
    case 'cold_start':
      return percentileOf(latenciesOf(raw.coldStarts), 0.5, settings.level)
    case 'throughput':
      return throughputOf(timesOf(raw, batch), batch as number, { ...settings, seed: seedOf(settings, measure, batch) })
    default:
      return latencyOf(timesOf(raw, batch), SHARES[measure], settings.level)
  }
}

function ratioOf(
  candidate: Raw,
  baseline: Raw,
  measure: PerformanceMeasure,
  batch: number | null,
  settings: IntervalSettings,
): Estimate {
  const seeded = { ...settings, seed: seedOf(settings, `${measure} ratio`, batch) }
  switch (measure) {
    case 'memory':
    case 'size': {
      const [a, b] = [estimateOf(candidate, measure, null, settings), estimateOf(baseline, measure, null, settings)]
      if (a.reason !== null || b.reason !== null) return unknown(a.reason ?? b.reason ?? '')
      return b.value === 0
        ? unknown('the baseline has none')
        : { value: a.value / b.value, n: 1, interval: null, reason: null }
    }
    case 'cold_start': {
      const half = (1 + settings.level) / 2
      const of = (raw: Raw) => percentileOf(latenciesOf(raw.coldStarts), 0.5, half)
      return ratioOfEstimates(of(candidate), of(baseline), settings.level)
    }
    case 'throughput':
      return throughputRatio(timesOf(candidate, batch), timesOf(baseline, batch), seeded)
    default:
      return percentileRatio(timesOf(candidate, batch), timesOf(baseline, batch), SHARES[measure], seeded)
  }
}

/** Percentile of all requests together, with an interval that covers the starts. */
function latencyOf(times: Times, share: number, level: number): Estimate {
  const ofStarts = byStart(times).map((part) => latenciesOf(part).at(share))
  return betweenStarts(percentileOf(latenciesOf(times.values), share, level), ofStarts, level)
}

function timesOf({ latencies }: Raw, batch: number | null): Times {
  return latencies.get(batch as number) ?? { values: new Float64Array(0), starts: new Uint16Array(0) }
}

function seedOf({ seed }: IntervalSettings, measure: string, batch: number | null): string {
  return `${seed} ${measure} ${batch}`
}

function known({ bytes, reason }: Bytes): Estimate {
  return bytes === null ? unknown(reason) : { value: bytes / MB, n: 1, interval: null, reason: null }
}

function unknown(reason: string): Estimate {
  return { value: Number.NaN, n: 0, interval: null, reason }
}
