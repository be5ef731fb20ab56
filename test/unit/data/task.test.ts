import type { ColumnProfile } from '../../../shared/contracts/data-profile.js'
import { inferTask, taskOfColumn } from '../../../shared/data/task.js'

test.each([
  [{ distinct: 2, numeric: true, fraction: true }, 'binary'],
  [{ distinct: 3, numeric: true, fraction: false }, 'multiclass'],
  [{ distinct: 3, numeric: true, fraction: true }, 'regression'],
  [{ distinct: 20, numeric: true, fraction: false }, 'multiclass'],
  [{ distinct: 21, numeric: true, fraction: false }, 'regression'],
  [{ distinct: 1000, numeric: false, fraction: true }, 'multiclass'],
] as const)('%j is %s', (values, task) => {
  expect(inferTask(values)).toBe(task)
})

test('a profile tells the same as its values', () => {
  const numeric = {} as NonNullable<ColumnProfile['numeric']>
  const top = (...values: string[]) => values.map((value) => ({ value, count: 1 }))
  expect(taskOfColumn({ distinct: 3, numeric, top: top('0.5', '1', '2') })).toBe('regression')
  expect(taskOfColumn({ distinct: 3, numeric, top: top('0', '1', '2') })).toBe('multiclass')
  expect(taskOfColumn({ distinct: 3, numeric: null, top: top('a', 'b', 'c') })).toBe('multiclass')
})
