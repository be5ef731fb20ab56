import { wilson } from '../../intervals.js'
import type { Sample } from '../../sample.js'
import { ratio } from '../../types.js'
import { isPlain } from '../evidence.js'
import type { Estimator } from '../metric.js'
import { bounds, perSample } from './common.js'
import { pairedInterval } from './paired.js'
import { ofSums } from './sums.js'

/**
 * The share of hits among the rows that count. Whether a row counts depends on its truth alone. Wilson and Bonett–Price
 * on independent rows that count once each; otherwise a bootstrap of blocks.
 */
export function proportion<S extends Sample>(spec: {
  counts(sample: S, row: number): boolean
  hit(sample: S, row: number): boolean
  /** Why the share is undefined when no row counts. */
  none: string
}): Estimator<S> {
  const weighted = ofSums<S>({
    none: spec.none,
    sums: (sample) => ({
      width: 2,
      terms: (out, at, row) => {
        const counted = spec.counts(sample, row)
        out[at] = Number(counted)
        out[at + 1] = Number(counted && spec.hit(sample, row))
      },
      of: ([rows, hits]) => (hits as number) / (rows as number),
    }),
  })
  const counted = perSample((sample: S) => {
    let [rows, hits] = [0, 0]
    for (let i = 0; i < sample.n; i++) {
      if (sample.weights !== null && sample.weights[i] === 0) continue
      if (!spec.counts(sample, i)) continue
      rows += 1
      if (spec.hit(sample, i)) hits += 1
    }
    return { rows, hits }
  })
  return {
    methods: { single: 'Wilson score', difference: 'paired Wald, Bonett–Price adjusted' },
    counts: spec.counts,
    rows: (sample) => counted(sample).rows,
    value: (sample) => {
      if (!isPlain(sample)) return weighted.value(sample)
      const { rows, hits } = counted(sample)
      return ratio(hits, rows, spec.none)
    },
    interval: (sample, value, settings) => {
      if (!isPlain(sample)) return weighted.interval(sample, value, settings)
      const { rows, hits } = counted(sample)
      return bounds(wilson(hits, rows, settings.level))
    },
    differenceInterval: (a, b, _value, settings) =>
      pairedInterval(
        a,
        { counts: (i) => spec.counts(a, i), a: (i) => spec.hit(a, i), b: (i) => spec.hit(b, i) },
        settings,
      ),
  }
}
