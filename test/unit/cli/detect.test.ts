import { guess } from '../../../cli/init/detect.js'
import type { ColumnProfile, DatasetProfile } from '../../../shared/contracts/data-profile.js'

const column = (name: string, facts: Partial<ColumnProfile>): ColumnProfile =>
  ({
    name,
    type: 'string',
    rows: 100,
    missing: 0,
    nonFinite: 0,
    distinct: 5,
    numeric: null,
    length: null,
    top: [],
    otherCount: 0,
    ...facts,
  }) as ColumnProfile

const table = (...columns: ColumnProfile[]): DatasetProfile =>
  ({ name: 'train', files: [], rows: 100, duplicates: { extra: 0, groups: 0, members: 0 }, columns }) as DatasetProfile

const id = column('customer_id', { type: 'integer', distinct: 100 })
const day = column('day', { type: 'date', distinct: 90 })
const age = column('age', { type: 'integer', distinct: 60, numeric: {} as never })

describe('what init makes of a table', () => {
  test('target by name, id, time and features', () => {
    const churned = column('churned', {
      distinct: 2,
      top: [
        { value: 'no', count: 80 },
        { value: 'yes', count: 20 },
      ],
    })
    expect(guess(table(id, churned, day, age))).toMatchObject({
      target: 'churned',
      task: 'binary',
      positive: 'yes',
      id: 'customer_id',
      time: 'day',
      features: ['age'],
    })
  })

  test('without a telling name the last column with two values is the target, its rarer value positive', () => {
    const last = column('result', {
      distinct: 2,
      top: [
        { value: 'a', count: 70 },
        { value: 'b', count: 30 },
      ],
    })
    expect(guess(table(id, age, last))).toMatchObject({ target: 'result', positive: 'b' })
  })

  test.each([
    [column('y', { type: 'number', distinct: 95, numeric: {} as never }), 'regression'],
    [column('y', { type: 'integer', distinct: 4, numeric: {} as never }), 'multiclass'],
    [column('y', { type: 'string', distinct: 3 }), 'multiclass'],
    [column('y', { type: 'boolean', distinct: 2 }), 'binary'],
  ])('the task follows from the values %#', (target, task) => {
    expect(guess(table(age, target))?.task).toBe(task)
  })

  test('free text, empty and constant columns are left out, each with its reason', () => {
    const choice = guess(
      table(
        age,
        column('note', { distinct: 90 }),
        column('empty', { missing: 100, distinct: 0 }),
        column('same', { distinct: 1 }),
        column('label', { distinct: 2 }),
      ),
    )
    expect(choice?.features).toEqual(['age'])
    expect(choice?.excluded).toEqual([
      { name: 'note', reason: 'text with 90 different values' },
      { name: 'empty', reason: 'no value at all' },
      { name: 'same', reason: 'the same value everywhere' },
    ])
  })

  test('a column that is not there is no target', () => {
    expect(guess(table(age, id), 'nothing')).toBeNull()
  })
})
