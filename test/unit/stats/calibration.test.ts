import fc from 'fast-check'
import {
  type Binning,
  binaryConfidence,
  calibrationBins,
  topLabelConfidence,
} from '../../../shared/stats/calibration.js'
import { calibrationError } from '../../../shared/stats/metrics/calibration/errors.js'
import type { ClassSample } from '../../../shared/stats/sample.js'
import { SCORE, TRUTH } from './fixtures.js'

const confidence = binaryConfidence(TRUTH, SCORE)

/** ECE and MCE as the metrics have them. */
function errorsOf(sample: ClassSample, binning: Binning) {
  const error = (norm: 'ece' | 'mce') =>
    calibrationError({ norm, binning, kind: sample.task === 'binary' ? 'positive' : 'toplabel' }).value(sample)
  return { ece: error('ece'), mce: error('mce') }
}

function binary(truth: readonly number[], score: readonly number[]): ClassSample {
  const n = truth.length
  return {
    task: 'binary',
    n,
    classes: ['0', '1'],
    truth: Uint16Array.from(truth),
    label: new Uint16Array(n),
    score: Float64Array.from(score),
    blocks: new Uint16Array(n),
    weights: null,
    clustered: false,
  }
}
const SAMPLE = binary(TRUTH, SCORE)
const withBins = (binning: Binning['binning'], edges: Binning['edges'] = 'right-closed'): Binning => ({
  binning,
  edges,
  bins: 5,
})

describe('binary, bins as calibration_curve of scikit-learn 1.9.1 makes them', () => {
  test('equal width', () => {
    const binning = withBins('equal-width')
    const bins = calibrationBins(confidence, binning)
    expect(bins.map((bin) => bin.n)).toEqual([5, 4, 6, 3, 2])
    expect(bins.map((bin) => bin.rate)).toEqual([0, 0.25, 0.5, expect.closeTo(0.6666666666666666, 14), 1])
    expect(bins[2]?.score).toBeCloseTo(0.5333333333333333, 14)
    expect(errorsOf(SAMPLE, binning).ece.value).toBeCloseTo(0.075, 14)
    expect(errorsOf(SAMPLE, binning).mce.value).toBeCloseTo(0.1, 14)
  })

  test('equal mass', () => {
    const binning = withBins('equal-mass')
    const bins = calibrationBins(confidence, binning)
    expect(bins.map((bin) => bin.n)).toEqual([4, 4, 4, 4, 4])
    expect(errorsOf(SAMPLE, binning).ece.value).toBeCloseTo(0.12, 14)
    expect(errorsOf(SAMPLE, binning).mce.value).toBeCloseTo(0.2125, 14)
  })

  test('[a, b) differs where a score lies on an edge (numpy 2.4.6 histogram with edges 0, 0.2, … 1)', () => {
    const binning = withBins('equal-width', 'left-closed')
    const bins = calibrationBins(confidence, binning)
    expect(bins.map((bin) => bin.n)).toEqual([4, 4, 5, 3, 4])
    expect(errorsOf(SAMPLE, binning).ece.value).toBeCloseTo(0.075, 14)
  })
})

test('top label: the first of equal probabilities, against numpy on the same bins', () => {
  const probabilities = [0.5, 0.3, 0.2, 0.2, 0.2, 0.6, 0.4, 0.4, 0.2, 0.1, 0.7, 0.2, 0.3, 0.4, 0.3, 1, 0, 0]
  const top = topLabelConfidence([0, 2, 1, 1, 2, 1], probabilities, 3)
  expect([...top.score]).toEqual([0.5, 0.6, 0.4, 0.7, 0.4, 1])
  expect([...top.event]).toEqual([1, 1, 0, 1, 0, 0])
  const sample: ClassSample = {
    task: 'multiclass',
    n: 6,
    classes: ['a', 'b', 'c'],
    truth: Uint16Array.of(0, 2, 1, 1, 2, 1),
    label: Uint16Array.of(0, 2, 0, 1, 1, 0),
    probabilities: Float64Array.from(probabilities),
    blocks: new Uint16Array(6),
    weights: null,
    clustered: false,
  }
  const { ece } = errorsOf(sample, { binning: 'equal-width', bins: 4, edges: 'right-closed' })
  expect(ece.value).toBeCloseTo(0.3333333333333333, 14)
})

test('scores piled up at 0 and 1 have bins of their own', () => {
  const score = [0, 0, 0, 0, 0.2, 0.4, 1, 1, 1, 1]
  const truth = score.map(() => 0)
  const right = calibrationBins(binaryConfidence(truth, score), withBins('equal-mass'))
  expect(right[0]).toMatchObject({ low: 0, high: 0, n: 4 })
  const left = calibrationBins(binaryConfidence(truth, score), withBins('equal-mass', 'left-closed'))
  expect(left.at(-1)).toMatchObject({ low: 1, high: 1, n: 4 })
})

test('no rows, no number', () => {
  const { ece, mce } = errorsOf(binary([], []), withBins('equal-mass'))
  expect(ece.reason).toBe('there are no rows')
  expect(mce.reason).toBe('there are no rows')
})

test('every row is in one bin, whatever the binning, and MCE is at least ECE', () => {
  const score = fc.oneof(fc.constantFrom(0, 0.2, 0.4, 1), fc.double({ min: 0, max: 1, noNaN: true }))
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(1), score), { minLength: 1 }),
      fc.constantFrom('equal-width' as const, 'equal-mass' as const),
      fc.constantFrom('right-closed' as const, 'left-closed' as const),
      (rows, binning, edges) => {
        const [truth, scores] = [rows.map((row) => row[0]), rows.map((row) => row[1])]
        const bins = calibrationBins(binaryConfidence(truth, scores), withBins(binning, edges))
        expect(bins.reduce((n, bin) => n + bin.n, 0)).toBe(rows.length)
        const { ece, mce } = errorsOf(binary(truth, scores), withBins(binning, edges))
        expect(mce.value).toBeGreaterThanOrEqual(ece.value - 1e-12)
        for (const bin of bins) {
          if (bin.n === 0) continue
          expect(bin.score).toBeGreaterThanOrEqual(bin.low - 1e-12)
          expect(bin.score).toBeLessThanOrEqual(bin.high + 1e-12)
        }
      },
    ),
  )
})
