import { mean, quantileSorted, variance } from '../../../shared/stats/numeric.js'
import {
  BLOCKS,
  bootstrapBlocks,
  bootstrapCells,
  hashBlocks,
  intervalFromReplicates,
} from '../../../shared/stats/sampling/bootstrap.js'
import { fillPoissonOnes, logFactorial, seededRandom } from '../../../shared/stats/sampling/rng.js'

const SETTINGS = { level: 0.95, seed: 'test', replicates: 1000 }

test('the same seed gives the same stream, another one another', () => {
  const stream = (seed: string) => Array.from({ length: 5 }, seededRandom(seed).uint32)
  expect(stream('a')).toEqual(stream('a'))
  expect(stream('a')).not.toEqual(stream('b'))
})

test.each([0.3, 1, 4, 9.9, 10, 37, 1000, 1e6])('Poisson(%d) has its mean and variance', (lambda) => {
  const random = seededRandom(`poisson ${lambda}`)
  const draws = Float64Array.from({ length: 40000 }, () => random.poisson(lambda))
  // Five standard errors of each.
  expect(Math.abs(mean(draws) - lambda)).toBeLessThan(5 * Math.sqrt(lambda / 40000))
  const fourth = lambda + 2 * lambda * lambda
  expect(Math.abs(variance(draws) - lambda)).toBeLessThan(5 * Math.sqrt(fourth / 40000))
})

test('Poisson(12) has the right shares (chi-square over 25 cells, scipy 1.17.1 chi2.isf(1e-4, 24) = 58.6)', () => {
  const random = seededRandom('shape')
  const counts = new Float64Array(25)
  const n = 100000
  for (let i = 0; i < n; i++) {
    const k = Math.min(24, random.poisson(12))
    counts[k] = (counts[k] as number) + 1
  }
  let rest = n
  let statistic = 0
  counts.forEach((count, k) => {
    const expected = k < 24 ? n * Math.exp(k * Math.log(12) - 12 - logFactorial(k)) : rest
    rest -= expected
    statistic += (count - expected) ** 2 / expected
  })
  expect(statistic).toBeLessThan(58.6)
})

test('the table of Poisson(1) has mean and variance 1', () => {
  const draws = new Uint8Array(65537)
  fillPoissonOnes(seededRandom('table'), draws)
  expect(mean(draws)).toBeCloseTo(1, 1)
  expect(variance(draws)).toBeCloseTo(1, 1)
})

test('ln k! (scipy 1.17.1 gammaln)', () => {
  expect(logFactorial(5)).toBeCloseTo(4.787491742782046, 12)
  expect(logFactorial(10)).toBeCloseTo(15.104412573075518, 9)
  expect(logFactorial(1000)).toBeCloseTo(5912.128178488163, 8)
})

test('quantiles are those of numpy 2.4.6', () => {
  expect([0.025, 0.1, 0.5, 0.9].map((p) => quantileSorted([1, 2, 4, 8, 16, 32], p))).toEqual([1.125, 1.5, 6, 24])
})

test('a bootstrap of cells gives the interval of theory: a share of 30 % in 1,000 rows', () => {
  const share = ([hits, misses]: Float64Array) => (hits as number) / ((hits as number) + (misses as number))
  const replicates = bootstrapCells(Float64Array.of(300, 700), share, SETTINGS)
  const { interval } = intervalFromReplicates(replicates, 0.95, 'cells')
  const half = 1.96 * Math.sqrt((0.3 * 0.7) / 1000)
  expect(interval?.low).toBeCloseTo(0.3 - half, 2)
  expect(interval?.high).toBeCloseTo(0.3 + half, 2)
  expect(interval?.method).toBe('cells')
})

test('a bootstrap of blocks gives the standard error of a mean', () => {
  const random = seededRandom('values')
  const blocks = hashBlocks(Array.from({ length: 5000 }, (_, i) => `row ${i}`))
  const sums = new Float64Array(BLOCKS * 2)
  blocks.forEach((block) => {
    sums[2 * block] = (sums[2 * block] as number) + 1
    sums[2 * block + 1] = (sums[2 * block + 1] as number) + random.normal()
  })
  const replicates = bootstrapBlocks(sums, 2, ([n, sum]) => (sum as number) / (n as number), SETTINGS)
  expect(Math.sqrt(variance(replicates))).toBeCloseTo(1 / Math.sqrt(5000), 2)
})

describe('no interval rather than one that looks like proof', () => {
  test('all replicates equal', () => {
    const { interval, reason } = intervalFromReplicates(new Float64Array(100).fill(1), 0.95, 'x')
    expect(interval).toBeNull()
    expect(reason).toContain('too few rows to know the spread')
  })

  test('replicates that are often undefined', () => {
    const replicates = Float64Array.from({ length: 100 }, (_, i) => (i < 10 ? Number.NaN : i))
    const { interval, reason } = intervalFromReplicates(replicates, 0.95, 'x')
    expect(interval).toBeNull()
    expect(reason).toBe('10 of 100 bootstrap replicates are undefined: too few rows')
  })
})
