import * as fc from 'fast-check'
import {
  allowedBad,
  attainmentOf,
  budgetUsed,
  eventsToDecide,
  explainState,
  highestBurnRate,
  slicesMeeting,
  stateOf,
} from '../../../actions/monitor/slo.js'

const goal = { objective: 0.15, minEvents: 100, confidence: 0.95 }

// scipy 1.17.1: binomtest(good, total).proportion_ci(0.95, method='wilson').
test.each([
  [14, 100, 0.0853, 0.2214, 'inconclusive'],
  [140, 1000, 0.1199, 0.1629, 'inconclusive'],
  [1400, 10000, 0.1333, 0.1469, 'breach'],
  [120, 1000, 0.1013, 0.1416, 'breach'],
  [1700, 10000, 0.1628, 0.1775, 'ok'],
] as const)('%i of %i clicks lie in %f … %f: %s', (good, total, low, high, state) => {
  const { interval } = attainmentOf({ good, total }, 0.95)
  expect(interval?.low).toBeCloseTo(low, 4)
  expect(interval?.high).toBeCloseTo(high, 4)
  expect(stateOf({ good, total }, goal)).toBe(state)
})

test('nothing is green without data', () => {
  expect(stateOf({ good: 0, total: 0 }, goal)).toBe('insufficient-data')
  expect(stateOf({ good: 99, total: 99 }, goal)).toBe('insufficient-data')
  expect(stateOf({ good: 0, total: 0 }, { ...goal, minEvents: 1 })).toBe('insufficient-data')
  expect(attainmentOf({ good: 0, total: 0 }, 0.95)).toEqual({
    value: null,
    n: 0,
    interval: null,
    reason: 'no row counts',
  })
})

test('an ok always means that the observed share reaches the objective, and enough rows were seen', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(5000), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, objective) => {
      const [good, total] = [Math.min(a, b), Math.max(a, b)]
      const state = stateOf({ good, total }, { ...goal, objective })
      if (state === 'ok') expect(total >= 100 && good / total >= objective).toBe(true)
      if (state === 'breach') expect(total >= 100 && good / total < objective).toBe(true)
    }),
  )
})

// SRE workbook, chapter 5: burn = bad ratio / (1 − target), so all bad is 1 / (1 − target).
test('budget and burn rate follow the workbook', () => {
  expect(budgetUsed({ good: 998, total: 1000 }, 0.999)).toBeCloseTo(2, 10)
  expect(budgetUsed({ good: 1500, total: 10000 }, 0.15)).toBeCloseTo(1, 10)
  expect(budgetUsed({ good: 0, total: 0 }, 0.15)).toBeNull()
  expect(highestBurnRate(0.15)).toBeCloseTo(1.176, 3)
  expect(highestBurnRate(0.95)).toBeCloseTo(20, 10)
})

test('an objective that is exactly met uses exactly its budget', () => {
  const percent = fc.integer({ min: 1, max: 99 })
  fc.assert(
    fc.property(percent, fc.integer({ min: 1, max: 1_000_000 }), (objective, hundreds) => {
      const [total, bad] = [hundreds * 100, hundreds * (100 - objective)]
      expect(budgetUsed({ good: total - bad, total }, objective / 100)).toBe(1)
      expect(allowedBad(total, objective / 100)).toBe(bad)
    }),
  )
})

test('the rows that would decide are named, and they do decide', () => {
  const needed = eventsToDecide(0.14, goal) as number
  expect(stateOf({ good: 0.14 * needed, total: needed }, goal)).toBe('breach')
  expect(stateOf({ good: 0.14 * (needed - 1), total: needed - 1 }, goal)).toBe('inconclusive')
  expect(eventsToDecide(0.15, goal)).toBeNull()
})

test('each state says its numbers', () => {
  const context = { newest: '2026-01-01T00:00:00.000Z', maxAge: '2d' }
  const say = (state: Parameters<typeof explainState>[0], good: number, total: number) =>
    explainState(state, { good, total }, goal, context)
  expect(say('breach', 1400, 10000)).toBe(
    '14 % (1,400 of 10,000, 95 % interval 13.3 … 14.7 %) is below the objective of 15 %',
  )
  expect(say('inconclusive', 140, 1000)).toMatch(
    /either side of the objective of 15 %; at this share about [\d,]+ rows would decide$/,
  )
  expect(say('insufficient-data', 5, 40)).toBe(
    '40 rows count in the window, 100 are needed; no verdict on the objective of 15 %',
  )
  expect(say('stale', 5, 40)).toBe(
    'the newest row is from 2026-01-01 00:00 UTC, older than 2d: what happens now is not known',
  )
  expect(explainState('stale', { good: 0, total: 0 }, goal, { newest: null, maxAge: '2d' })).toBe(
    'the log has no row with a time up to now',
  )
})

test('slices with too few rows are counted apart', () => {
  const at = '2026-01-01T00:00:00.000Z'
  const series = [
    { from: at, good: 20, total: 100 },
    { from: at, good: 10, total: 100 },
    { from: at, good: 3, total: 3 },
  ]
  expect(slicesMeeting({ series, objective: 0.15 })).toEqual({ met: 1, judged: 2, skipped: 1 })
})
