import { type MissingSlice, onsetOf } from '../../../actions/monitor/onset.js'

const slices = (...list: [at: number, version: string | null, missing: number][]): MissingSlice[] =>
  list.map(([at, version, missing]) => ({ at, version, rows: 100, missing }))

test('later: the deployed version had served with the feature filled', () => {
  expect(onsetOf(slices([1, 'a', 0], [2, 'b', 0], [3, 'b', 90], [4, 'b', 100]), 0.2, 'b')).toEqual({
    since: 3,
    began: 'later',
  })
})

test('with the version: its first slice is bad, the last one of the version before is good', () => {
  expect(onsetOf(slices([1, 'a', 0], [2, 'b', 90], [3, 'b', 100]), 0.2, 'b')).toEqual({
    since: 2,
    began: 'with-version',
  })
  expect(onsetOf(slices([1, 'a', 90], [2, 'a', 0], [3, 'b', 90]), 0.2, 'b')).toEqual({
    since: 3,
    began: 'with-version',
  })
})

test('earlier: the version before had it in its last slices already', () => {
  expect(onsetOf(slices([1, 'a', 0], [2, 'a', 90], [3, 'b', 90], [4, 'b', 95]), 0.2, 'b')).toEqual({
    since: 2,
    began: 'earlier',
  })
})

test('not told: no other version in the log, or versions are not told apart', () => {
  expect(onsetOf(slices([1, 'b', 90], [2, 'b', 90]), 0.2, 'b')).toEqual({ since: 1, began: null })
  expect(onsetOf(slices([1, null, 0], [2, null, 90]), 0.2, null)).toEqual({ since: 2, began: null })
  expect(onsetOf(slices([1, 'a', 0], [2, 'a', 90]), 0.2, 'b')).toEqual({ since: 2, began: null })
})

test('a fault that was mended is not the one at hand, and a slice of a few rows says nothing', () => {
  expect(onsetOf(slices([1, 'b', 90], [2, 'b', 0]), 0.2, 'b')).toEqual({ since: null, began: null })
  expect(onsetOf(slices([1, 'b', 90], [2, 'b', 0], [3, 'b', 90]), 0.2, 'b')).toEqual({ since: 3, began: 'later' })
  const few = [{ at: 4, version: 'b', rows: 4, missing: 0 }]
  expect(onsetOf([...slices([1, 'a', 0], [3, 'b', 90]), ...few], 0.2, 'b')).toEqual({ since: 3, began: 'with-version' })
})

test('versions that serve at once are each looked at in their own rows', () => {
  const canary = slices([1, 'a', 0], [2, 'a', 0], [2, 'b', 90], [3, 'a', 0], [3, 'b', 90])
  expect(onsetOf(canary, 0.2, 'b')).toEqual({ since: 2, began: 'with-version' })
})
