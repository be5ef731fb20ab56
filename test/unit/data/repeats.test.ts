import fc from 'fast-check'
import { measureConflicts } from '../../../shared/data/leakage/conflicts.js'
import { duplicates, firstDuplicates } from '../../../shared/data/repeats.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const cell = fc.constantFrom('', 'x', 'y', '1', '2')
const rows = fc.array(fc.tuple(cell, cell, fc.constantFrom('', 'yes', 'no')), { minLength: 1, maxLength: 40 })

/** Rows by what is compared of them, in the order of the first of each. */
function groupsOf<T>(items: readonly T[], key: (item: T) => string): number[][] {
  const groups = new Map<string, number[]>()
  items.forEach((item, i) => void groups.set(key(item), [...(groups.get(key(item)) ?? []), i]))
  return [...groups.values()]
}

test('equal rows and conflicting labels are those that a look at every pair finds, with and without a stored hash', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (table) => {
      const path = await bench.write(
        'r.csv',
        `id,a,b,label\n${table.map((row, i) => [i, ...row].join(',')).join('\n')}\n`,
      )
      const equal = groupsOf(table, (row) => row.join()).filter((group) => group.length > 1)
      const labelled = table.map((row, i) => ({ row, i })).filter(({ row }) => row[2] !== '' && row[0] + row[1] !== '')
      const sameFeatures = groupsOf(labelled, ({ row }) => `${row[0]},${row[1]}`).map((group) =>
        group.map((at) => labelled[at]?.row[2]),
      )
      const conflicts = sameFeatures.filter((labels) => new Set(labels).size > 1)
      for (const apart of [undefined, ['id', 'label'], ['id'], []]) {
        const dataset = await bench.load(path, apart === undefined ? {} : { apart })
        expect(dataset.content?.apart).toEqual(apart)
        expect(await duplicates(bench.engine, dataset, 'id')).toEqual({
          extra: equal.reduce((sum, group) => sum + group.length - 1, 0),
          groups: equal.length,
          members: equal.reduce((sum, group) => sum + group.length, 0),
        })
        expect(await firstDuplicates(bench.engine, dataset, 'id', 3)).toEqual(
          equal.slice(0, 3).map((group) => ({ first: group[0], last: group.at(-1) })),
        )
        const found = await measureConflicts(bench.engine, dataset, ['a', 'b'], 'label')
        expect(found).toMatchObject({
          conflicting: conflicts.reduce((sum, labels) => sum + labels.length, 0),
          groups: conflicts.length,
          repeated: sameFeatures.filter((labels) => labels.length > 1).reduce((sum, labels) => sum + labels.length, 0),
          rows: labelled.length,
        })
      }
    }),
    { numRuns: 25 },
  )
})

test('what is not of its type is compared as it is written', async () => {
  const path = await bench.write('b.csv', 'id,n,label\n1,x,a\n2,y,a\n3,x,a\n4,,a\n')
  const types = new Map([['n', 'integer' as const]])
  for (const options of [{ types }, { types, apart: ['id', 'label'] }]) {
    const dataset = await bench.load(path, options)
    expect(await duplicates(bench.engine, dataset, 'id')).toEqual({ extra: 1, groups: 1, members: 2 })
    expect(await firstDuplicates(bench.engine, dataset, 'id', 5)).toEqual([{ first: 0, last: 2 }])
  }
})
