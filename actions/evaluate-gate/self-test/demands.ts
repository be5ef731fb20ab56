import type { SliceRef } from '../../../shared/contracts/evaluation.js'
import type { Metric } from '../../../shared/stats/metrics/metric.js'
import { type Sample, selectRows } from '../../../shared/stats/sample.js'
import { type Decision, type Demanded, decide, decideAll } from '../decide.js'
import type { Measurer } from '../measure.js'
import type { Demand } from '../rules.js'
import type { JudgeTrial } from './run.js'

/** Replicates of an interval: many comparisons are judged, and none is shown. */
const REPLICATES = 200

/** A demand on a difference, on some of the judged rows; null is all of them. */
export interface TrialDemand {
  readonly metric: Metric
  readonly demanded: Demanded
  readonly rows: Uint32Array | null
}

/**
 * The demands that can refuse a model for being worse than the baseline and that an equal one meets: a required gain may
 * refuse it rightly, and what only warns refuses nothing. `rowsOf` are the judged rows of a slice; metrics that `skip`
 * names, such as commands, are left out.
 */
export function trialDemands(
  demands: readonly Pick<Demand, 'code' | 'level' | 'measurement' | 'demanded'>[],
  rowsOf: (slice: SliceRef) => Uint32Array,
  skip: (metric: Metric) => boolean = () => false,
): TrialDemand[] {
  return demands
    .filter(({ code, level, demanded, measurement }) => {
      return code === 'metric-loss' && level === 'fail' && metByEqual(demanded) && !skip(measurement.metric)
    })
    .map(({ measurement: { metric, slice }, demanded }) => ({
      metric,
      demanded,
      rows: slice === null ? null : rowsOf(slice),
    }))
}

/**
 * What a gate without a baseline says of a candidate that is its own baseline: so the rules that compare with one have
 * their demands, of which `trialDemands` takes what it judges. Nothing is measured anew.
 */
export function comparedWithItself(measurer: Measurer): Measurer {
  return {
    ...measurer,
    measure(metric, slice) {
      const own = measurer.measure(metric, slice)
      const { n } = own.candidate
      return { ...own, baseline: own.candidate, difference: { value: 0, reason: null, n, interval: null } }
    },
  }
}

/** Judges made-up comparisons by these demands, with Holm’s correction over them as the gate has it. */
export function trialJudge(demands: readonly TrialDemand[], confidence: number): JudgeTrial {
  return ({ candidate, baseline, rows, seed }) => {
    const settings = { level: confidence, seed, replicates: REPLICATES }
    const placeOf = placesOf(rows)
    let last: { of: Uint32Array; parts: readonly [Sample, Sample] } | null = null
    const partsOf = (own: Uint32Array | null): readonly [Sample, Sample] => {
      if (own === null) return [candidate, baseline]
      if (last?.of === own) return last.parts
      const places = placeOf(own)
      last = { of: own, parts: [selectRows(candidate, places), selectRows(baseline, places)] }
      return last.parts
    }
    const claims = demands.map(({ metric, demanded, rows: own }) => {
      const [one, other] = partsOf(own)
      return { estimate: metric.difference(one, other, settings), demanded, minRows: metric.minRows }
    })
    return decideAll(claims).map(({ decision }): Decision => decision)
  }
}

/** Whether a difference of 0, known exactly, keeps the demand. */
function metByEqual(demanded: Demanded): boolean {
  const interval = { low: 0, high: 0, level: 0.95, method: 'exact' }
  const estimate = { value: 0, reason: null, n: Number.MAX_SAFE_INTEGER, interval }
  return decide({ estimate, demanded }) === 'kept'
}

/** Where judged rows stand among those that were drawn; both ascend. */
function placesOf(drawn: Uint32Array): (rows: Uint32Array) => Uint32Array {
  return (rows) => {
    const places: number[] = []
    let at = 0
    for (const row of rows) {
      while (at < drawn.length && (drawn[at] as number) < row) at++
      if (drawn[at] === row) places.push(at)
    }
    return Uint32Array.from(places)
  }
}
