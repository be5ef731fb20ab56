import { nearestNames } from '../../../shared/core/nearest.js'

const KNOWN = ['positive', 'target', 'task', 'time']

test.each([
  ['postive', ['positive']],
  ['TARGET', ['target']],
  ['xyz', []],
])('%s is near %j', (name, near) => {
  expect(nearestNames(name, KNOWN)).toEqual(near)
})

test('as many as are asked for and near enough, the nearest first', () => {
  expect(nearestNames('tak', KNOWN, { most: 2 })).toEqual(['task'])
  expect(nearestNames('tsak', KNOWN, { most: 3, apart: Number.POSITIVE_INFINITY })).toEqual(['task', 'time', 'target'])
})
