import type { Measurement } from '../../../actions/evaluate-gate/measure.js'
import { movedSlices } from '../../../actions/evaluate-gate/report/moved.js'
import { findMetric, type Metric } from '../../../shared/stats/metrics/index.js'
import type { Estimate } from '../../../shared/stats/types.js'

const recall = findMetric('recall', 'binary') as Metric
const rmse = findMetric('rmse', 'regression') as Metric

function difference(value: number, half: number | null, n = 1000): Estimate {
  const interval = half === null ? null : { low: value - half, high: value + half, level: 0.95, method: 'Student t' }
  return { value, n, interval, reason: interval === null ? 'too few' : null }
}

function slice(name: string, of: Estimate, metric = recall): Measurement {
  const side = { value: 0.5, n: of.n, interval: null, reason: null }
  return {
    metric,
    slice: { column: 'size', value: name },
    candidate: side,
    baseline: side,
    difference: of,
    trivial: side,
  }
}

const told = (some: readonly Measurement[]) =>
  movedSlices(some).map(({ measurement, verdict }) => `${measurement.slice?.value}: ${verdict}`)

test('the worst come first: proven losses by what is lost at least, then what is open, then gains', () => {
  expect(
    told([
      slice('gain', difference(0.2, 0.05)),
      slice('open', difference(-0.3, 0.4)),
      slice('large but unsure', difference(-0.4, 0.2)),
      slice('small but sure', difference(-0.25, 0.01)),
      slice('unknown', difference(-0.9, null)),
      slice('undefined', difference(Number.NaN, null)),
    ]),
  ).toEqual([
    'small but sure: worse',
    'large but unsure: worse',
    'unknown: unmoved',
    'open: unmoved',
    'undefined: unmoved',
    'gain: better',
  ])
})

test('with an error, less is better', () => {
  expect(told([slice('up', difference(2, 0.1), rmse), slice('down', difference(-2, 0.1), rmse)])).toEqual([
    'up: worse',
    'down: better',
  ])
})

test('a difference that is proven alone, p = 0.04, is not among forty (Holm)', () => {
  // p = 0.04 two-sided: z = 2.0537, so a half width of value · 1.95996 / 2.0537 at 95 %
  const alone = slice('a', difference(-0.1, (0.1 * 1.95996) / 2.0537))
  expect(told([alone])).toEqual(['a: worse'])
  const others = Array.from({ length: 39 }, (_, i) => slice(`b${i}`, difference(0.01, 0.1)))
  expect(movedSlices([alone, ...others]).every(({ verdict }) => verdict === 'unmoved')).toBe(true)
  expect(movedSlices([alone])[0]?.p).toBeCloseTo(0.04, 4)
})

test('fewer rows than decide anything move nothing', () => {
  expect(told([slice('tiny', difference(-0.5, 0.1, 12))])).toEqual(['tiny: unmoved'])
})

test('the whole, and what has no baseline, is no slice that moved', () => {
  const whole = { ...slice('x', difference(-0.5, 0.1)), slice: null }
  expect(movedSlices([whole, { ...slice('y', difference(0, 0)), difference: null }])).toEqual([])
})
