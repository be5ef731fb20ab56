import {
  type Claim,
  decide,
  decideAll,
  discordanceText,
  discordantFloor,
  missingEvidence,
  missingText,
  provingInterval,
} from '../../../actions/evaluate-gate/decide.js'
import { mcnemar } from '../../../shared/stats/mcnemar.js'
import type { Estimate } from '../../../shared/stats/types.js'

const PAIRED = 'paired Wald, Bonett–Price adjusted'

function claim(low: number, high: number, facts: Partial<Estimate> = {}, method = PAIRED): Claim {
  const interval = { low, high, level: 0.95, method }
  const estimate = { value: (low + high) / 2, n: 1000, reason: null, interval, ...facts }
  return { estimate, demanded: { side: 'at-least', bound: -0.02 } }
}

describe('too little to decide', () => {
  test.each([
    ['29 clusters of 1,000 rows', { clusters: 29 }, { what: 'clusters', have: 29, needed: 30 }],
    ['30 clusters', { clusters: 30 }, null],
    ['weights that count like 12 rows', { effective: 12.34 }, { what: 'effective rows', have: 12.34, needed: 30 }],
    ['weights that count like 30 rows', { effective: 30 }, null],
    ['few rows', { n: 29 }, { what: 'rows', have: 29, needed: 30 }],
  ])('%s', (_name, facts, missing) => {
    const subject = claim(-0.3, -0.2, facts, 'Poisson bootstrap of clusters, percentile')
    expect(missingEvidence(subject)).toEqual(missing)
    expect(decide(subject)).toBe(missing === null ? 'broken' : 'open')
    expect(decideAll([subject])[0]?.decision).toBe(missing === null ? 'broken' : 'open')
  })

  test('is said with its number', () => {
    expect(missingText({ what: 'rows', have: 29, needed: 30 })).toBe('Fewer than 30 rows decide nothing.')
    expect(missingText({ what: 'clusters', have: 12, needed: 30 })).toBe(
      'Fewer than 30 clusters decide nothing, and rows of one depend on each other: there are 12.',
    )
    expect(missingText({ what: 'effective rows', have: 12.34, needed: 30 })).toBe(
      'By their weights the rows count like 12, and fewer than 30 decide nothing.',
    )
  })
})

describe('rows on which the models disagree', () => {
  test.each([
    [0.9, 5],
    [0.95, 6],
    [0.99, 8],
  ])('at a level of %d fewer than %i prove nothing: the exact test of McNemar says the same', (level, floor) => {
    expect(discordantFloor(level)).toBe(floor)
    expect(mcnemar(floor, 0).p).toBeLessThanOrEqual(1 - level)
    expect(mcnemar(floor - 1, 0).p).toBeGreaterThan(1 - level)
  })

  test('five for one model do not make it better, six may', () => {
    const gain = (discordant: number): Claim => ({
      ...claim(0.004, 0.3, { discordant }),
      demanded: { side: 'above', bound: 0 },
    })
    expect(decide(gain(5))).toBe('open')
    expect(decide(gain(6))).toBe('kept')
    expect(discordanceText(gain(5))).toBe(
      'Only 5 rows tell the models apart: fewer than 6 prove neither a gain nor a loss.',
    )
    expect(discordanceText(gain(6))).toBeNull()
  })

  test('five against a model do not make it worse', () => {
    expect(decide(claim(-0.3, -0.021, { discordant: 5 }))).toBe('open')
    expect(decide(claim(-0.3, -0.021, { discordant: 6 }))).toBe('broken')
    expect(decideAll([claim(-0.3, -0.021, { discordant: 5 })])).toEqual([{ decision: 'open', corrected: false }])
  })

  test('few of them still show that the models are nearly the same', () => {
    const same = claim(-0.001, 0.001, { discordant: 0 })
    expect(decide(same)).toBe('kept')
    expect(provingInterval(same.estimate)).toEqual(same.estimate.interval)
    expect(discordanceText(same)).toBeNull()
  })
})
