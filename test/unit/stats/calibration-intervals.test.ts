import { METRICS } from '../../../shared/stats/metrics/calibration/index.js'
import type { Metric } from '../../../shared/stats/metrics/metric.js'
import type { BinarySample } from '../../../shared/stats/sample.js'
import { BLOCKS } from '../../../shared/stats/sampling/bootstrap.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'

const named = (name: string) => METRICS.find((metric) => metric.name === name) as Metric
const logistic = (x: number) => 1 / (1 + Math.exp(-x))

/** Rows whose chance is the logistic of a normal number, and a score that is `scale` times that number plus `off`. */
function drawn(n: number, seed: string, scale: number, off: number): BinarySample {
  const random = seededRandom(seed)
  const score = new Float64Array(n)
  const truth = new Uint16Array(n)
  for (let i = 0; i < n; i++) {
    const x = 1.5 * random.normal()
    score[i] = logistic(scale * x + off)
    truth[i] = Number(random.uniform() < logistic(x))
  }
  return {
    task: 'binary',
    n,
    classes: ['no', 'yes'],
    truth,
    label: truth,
    score,
    blocks: Uint16Array.from({ length: n }, (_, i) => (i * 7919) % BLOCKS),
    weights: null,
    clustered: false,
  }
}

const SIMULATIONS = 25

/*
 * True values by quadrature over the normal number, 400,000 points: bins at the quantiles of the score, 15 of equal mass.
 * Of 25 intervals at 95 %, fewer than 21 hold by chance in one run of a hundred; the seeds are fixed.
 */
describe.each([
  [
    'a calibrated model',
    1,
    0,
    { ece: 0, rmsce: 0, mce: 0, brier_miscalibration: 0, calibration_slope: 1, calibration_bias: 0 },
  ],
  [
    'a model too sure',
    1.8,
    0,
    { ece: 0.0866, rmsce: 0.0943, ace: 0.0866, brier_miscalibration: 0.009, calibration_slope: 0.5556 },
  ],
  [
    'a model too high',
    1,
    0.6,
    {
      ece: 0.1047,
      rmsce: 0.1119,
      mce: 0.1486,
      brier_miscalibration: 0.0126,
      calibration_intercept: -0.6,
      calibration_in_the_large: 1.2094,
    },
  ],
])('%s: intervals hold the true value', (world, scale, off, truths) => {
  test.each(Object.entries(truths))('%s is %d', (name, truth) => {
    let held = 0
    for (let i = 0; i < SIMULATIONS; i++) {
      const sample = drawn(500, `${world} ${i}`, scale, off)
      const { interval } = named(name).estimate(sample, { level: 0.95, seed: String(i), replicates: 120 })
      held += Number(interval !== null && interval.low <= truth + 1e-4 && interval.high >= truth - 1e-4)
    }
    expect(held).toBeGreaterThanOrEqual(21)
  })
})

test.each(['ece', 'brier_miscalibration', 'brier_discrimination', 'calibration_slope_error', 'calibration_bias_error'])(
  'of two models of which one is far better, the difference of %s is proven; swapped it is negated',
  (name) => {
    const better = drawn(2000, 'two', 1, 0)
    const worse: BinarySample = {
      ...better,
      score: (better.score as Float64Array).map((p, i) =>
        name === 'brier_discrimination' && i % 3 > 0 ? 0.5 : p ** 3,
      ),
    }
    const settings = { level: 0.95, seed: 's', replicates: 200 }
    const [forward, backward] = [
      named(name).difference(worse, better, settings),
      named(name).difference(better, worse, settings),
    ]
    const sign = named(name).direction === 'lower-is-better' ? 1 : -1
    expect(
      Math.min(sign * (forward.interval?.low as number), sign * (forward.interval?.high as number)),
    ).toBeGreaterThan(0)
    expect(backward.interval?.low).toBeCloseTo(-(forward.interval?.high as number), 10)
    expect(backward.interval?.high).toBeCloseTo(-(forward.interval?.low as number), 10)
  },
)

test('rows of clusters: wider intervals, and the method says so', () => {
  const rows = drawn(600, 'cluster', 1, 0)
  // Every row ten times over, as a user with ten equal visits would be.
  const many = Uint32Array.from({ length: 6000 }, (_, i) => Math.floor(i / 10))
  const repeated: BinarySample = {
    ...rows,
    n: 6000,
    truth: Uint16Array.from(many, (i) => rows.truth[i] as number),
    label: Uint16Array.from(many, (i) => rows.label[i] as number),
    score: Float64Array.from(many, (i) => (rows.score as Float64Array)[i] as number),
    blocks: Uint16Array.from(many, (i) => rows.blocks[i] as number),
    clustered: true,
  }
  const settings = { level: 0.95, seed: 's', replicates: 300 }
  for (const name of ['calibration_slope', 'calibration_bias', 'ece', 'brier_discrimination']) {
    const [once, ten] = [named(name).estimate(rows, settings), named(name).estimate(repeated, settings)]
    expect(ten.value).toBeCloseTo(once.value, 1)
    expect(ten.interval?.method).toContain('clusters')
    const width = (of: typeof once) => (of.interval?.high as number) - (of.interval?.low as number)
    // Ten times the rows, and no more evidence.
    expect(width(ten)).toBeGreaterThan(0.7 * width(once))
  }
})
