import fc from 'fast-check'
import { decide, decideAll, detectable } from '../../../actions/evaluate-gate/decide.js'
import type { Estimate } from '../../../shared/stats/types.js'

function estimate(low: number, high: number, n = 1000, method = 'Student t'): Estimate {
  return { value: (low + high) / 2, n, reason: null, interval: { low, high, level: 0.95, method } }
}

const LOSS = { side: 'at-least', bound: -0.02 } as const

describe('one demand', () => {
  test.each([
    ['the whole interval above', -0.01, 0.05, 'kept'],
    ['touching the bound, which is included', -0.02, 0.05, 'kept'],
    ['the bound inside', -0.05, 0.05, 'open'],
    ['the whole interval below', -0.09, -0.03, 'broken'],
    ['below, touching the bound', -0.09, -0.02, 'open'],
  ])('%s', (_name, low, high, expected) => {
    expect(decide({ estimate: estimate(low, high), demanded: LOSS })).toBe(expected)
  })

  test('the other direction', () => {
    expect(decide({ estimate: estimate(0.01, 0.02), demanded: { side: 'at-most', bound: 0.02 } })).toBe('kept')
    expect(decide({ estimate: estimate(0.03, 0.04), demanded: { side: 'at-most', bound: 0.02 } })).toBe('broken')
  })

  test('strictly better: no difference at all is not better', () => {
    expect(decide({ estimate: estimate(0, 0), demanded: { side: 'above', bound: 0 } })).toBe('broken')
    expect(decide({ estimate: estimate(0, 0), demanded: { side: 'below', bound: 0 } })).toBe('broken')
    expect(decide({ estimate: estimate(0.001, 0.1), demanded: { side: 'above', bound: 0 } })).toBe('kept')
  })

  test('an undefined number or one without interval decides nothing', () => {
    const nothing: Estimate = { value: Number.NaN, n: 0, reason: 'no row', interval: null }
    expect(decide({ estimate: nothing, demanded: LOSS })).toBe('open')
    expect(decide({ estimate: { ...nothing, value: 0.5 }, demanded: LOSS })).toBe('open')
  })

  test('few rows decide nothing, but where the interval is made for them', () => {
    expect(decide({ estimate: estimate(0.1, 0.2, 29), demanded: LOSS })).toBe('open')
    expect(decide({ estimate: estimate(-0.3, -0.2, 29), demanded: LOSS })).toBe('open')
    expect(decide({ estimate: estimate(0.1, 0.2, 30), demanded: LOSS })).toBe('kept')
    expect(decide({ estimate: estimate(0.1, 0.2, 5, 'Wilson score'), demanded: LOSS })).toBe('kept')
    expect(decide({ estimate: estimate(0.1, 0.2, 299), demanded: LOSS, minRows: 300 })).toBe('open')
  })
})

describe('several demands together', () => {
  const broken = { estimate: estimate(-0.11, -0.021), demanded: LOSS }
  const kept = { estimate: estimate(0.01, 0.05), demanded: LOSS }

  test('one alone is decided by its interval', () => {
    expect(decideAll([broken])).toEqual([{ decision: 'broken', corrected: false }])
  })

  test('a failure that is weak may be chance among many, one that is strong may not', () => {
    const strong = { estimate: estimate(-0.3, -0.2), demanded: LOSS }
    const decided = decideAll([broken, strong, kept, kept, kept, kept])
    expect(decided[0]).toEqual({ decision: 'open', corrected: true })
    expect(decided[1]).toEqual({ decision: 'broken', corrected: false })
    expect(decided[2]).toEqual({ decision: 'kept', corrected: false })
  })

  test('a demand that cannot be judged does not count', () => {
    const nothing: Estimate = { value: Number.NaN, n: 0, reason: 'no row', interval: null }
    const claims = [broken, ...Array.from({ length: 9 }, () => ({ estimate: nothing, demanded: LOSS }))]
    expect(decideAll(claims)[0]?.decision).toBe('broken')
  })

  test('together never breaks more than alone, keeps the same, and one alone is never corrected', () => {
    const bounds = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.5, noNaN: true }))
    const claim = fc
      .tuple(bounds, fc.constantFrom('at-least' as const, 'at-most' as const))
      .map(([[low, width], side]) => ({
        estimate: estimate(low, low + width),
        demanded: { side, bound: 0.1 },
      }))
    fc.assert(
      fc.property(fc.array(claim, { minLength: 1, maxLength: 12 }), (claims) => {
        decideAll(claims).forEach(({ decision, corrected }, i) => {
          const one = claims[i] as (typeof claims)[number]
          const alone = decide(one)
          expect(decision).toBe(corrected ? 'open' : alone)
          if (corrected) expect(alone).toBe('broken')
          expect(decideAll([one])).toEqual([{ decision: alone, corrected: false }])
        })
      }),
    )
  })
})

test('what could be seen is 1.43 half widths (scipy 1.17.1: 1 + norm.ppf(.8)/norm.ppf(.975))', () => {
  expect(detectable(estimate(-0.1, 0.1))).toBeCloseTo(0.1 * 1.4294065, 6)
  // Cut at 0, the interval is shorter than the doubt.
  const cut = { ...estimate(0, 0.04), value: 0.018 }
  expect(detectable(cut)).toBeCloseTo(0.022 * 1.4294065, 6)
  expect(detectable({ ...estimate(0, 1), interval: null })).toBeNull()
})

test('the side of the interval that faces the bound says how sure a break is', () => {
  // 0 hits of 30, Wilson 0 … 0.1135 (statsmodels 0.15.0). P(no hit | 0.125) = 0.875³⁰ = 0.018; by the middle of the
  // interval it would look like 0.009, and twice that is still below 0.025.
  const none = { ...estimate(0, 0.11351355, 30, 'Wilson score'), value: 0 }
  const claim = { estimate: none, demanded: { side: 'at-least', bound: 0.125 } as const }
  const kept = { estimate: estimate(0.5, 0.6), demanded: LOSS }
  expect(decideAll([claim])[0]).toEqual({ decision: 'broken', corrected: false })
  expect(decideAll([claim, kept])[0]).toEqual({ decision: 'open', corrected: true })
})
