import type { Measured } from '../../../shared/contracts/common.js'
import type {
  ModelPerformance,
  PerformanceConfig,
  PerformanceMeasure,
  PerformanceResult,
} from '../../../shared/contracts/evaluate-performance.js'
import type { Estimate } from '../../../shared/stats/types.js'
import { type Estimates, OF_BATCH, OF_MODEL } from './estimates.js'
import type { Raw } from './measure.js'
import { DEFINITION } from './words.js'

/** What was measured, for the document. `starts` and `rows` are those that there were. */
export function performanceResult(
  config: PerformanceConfig,
  estimates: Estimates,
  { starts, rows }: { readonly starts: number; readonly rows: number },
): PerformanceResult {
  const { candidate, baseline } = estimates
  const sizes = [...new Set(config['batch-sizes'])]
  return {
    reproducible: false,
    definition: DEFINITION,
    order: baseline === null ? 'alone' : 'ABBA',
    batchSizes: sizes,
    warmUp: config['warm-up'],
    starts,
    rows,
    candidate: modelResult(candidate, sizes, estimates),
    baseline: baseline && modelResult(baseline, sizes, estimates),
    ratios: ratiosOf(sizes, estimates),
  }
}

/** A number for the document. An interval that is open on one side is none there, and the reason says so. */
function measuredOf({ value, n, interval, reason }: Estimate): Measured {
  const bounded = interval !== null && Number.isFinite(interval.low) && Number.isFinite(interval.high)
  return {
    value: Number.isFinite(value) ? value : null,
    n,
    interval: bounded ? { ...interval } : null,
    reason,
  }
}

function modelResult(raw: Raw, sizes: readonly number[], estimates: Estimates): ModelPerformance {
  const of = (measure: PerformanceMeasure, batch: number | null) => measuredOf(estimates.of(raw, measure, batch))
  return {
    name: raw.name,
    coldStart: of('cold_start', null),
    memory: raw.memory,
    size: raw.size,
    batches: sizes.map((batch) => {
      const times = raw.latencies.get(batch)?.values ?? new Float64Array(0)
      return {
        batch,
        requests: times.length,
        latency: {
          p50: of('latency_p50', batch),
          p90: of('latency_p90', batch),
          p95: of('latency_p95', batch),
          p99: of('latency_p99', batch),
          max: times.reduce((most, time) => Math.max(most, time), 0),
        },
        throughput: of('throughput', batch),
      }
    }),
  }
}

function ratiosOf(sizes: readonly number[], estimates: Estimates): PerformanceResult['ratios'] {
  const keys = [
    ...sizes.flatMap((batch) => OF_BATCH.map((measure) => ({ measure, batch: batch as number | null }))),
    ...OF_MODEL.map((measure) => ({ measure, batch: null })),
  ]
  return keys.flatMap(({ measure, batch }) => {
    const ratio = estimates.ratio(measure, batch)
    return ratio === null ? [] : [{ measure, batch, ratio: measuredOf(ratio) }]
  })
}
