import * as fc from 'fast-check'
import { durationSeconds, sliceName, sliceSecondsOf } from '../../../actions/monitor/duration.js'

const DAY = 86_400

test('durations are read in seconds', () => {
  expect(['90m', '36h', '28d', '2w'].map(durationSeconds)).toEqual([5400, 129_600, 28 * DAY, 14 * DAY])
})

test('slices are as short as the rows allow', () => {
  expect(sliceSecondsOf(28 * DAY, 100_000, 30)).toBe(DAY)
  expect(sliceSecondsOf(28 * DAY, 300, 30)).toBe(7 * DAY)
  expect(sliceSecondsOf(3600, 10_000, 30)).toBe(60)
  expect(sliceSecondsOf(365 * DAY, 102, 30)).toBe(84 * DAY)
  expect(sliceSecondsOf(DAY, 0, 30)).toBe(21_600)
})

test('there are at most 60 slices and, above two minutes, at least two', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 120, max: 400 * DAY }),
      fc.nat(1e7),
      fc.integer({ min: 1, max: 50 }),
      (window, rows, each) => {
        const width = sliceSecondsOf(window, rows, each)
        expect(window / width).toBeLessThanOrEqual(60)
        expect(window / width).toBeGreaterThanOrEqual(2)
        expect(sliceName(width)).not.toMatch(/seconds/)
      },
    ),
  )
})
