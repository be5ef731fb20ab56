import fc from 'fast-check'
import { countTogether } from '../../../actions/validate-data/rules/count-rows.js'
import { knownCount } from '../../../actions/validate-data/rules/known-counts.js'
import type { CheckOf, PlainTest, TestScope } from '../../../actions/validate-data/rules/row-test.js'
import { type RowCheckName, rowTest } from '../../../actions/validate-data/rules/row-tests.js'
import { scopeOf } from '../../../actions/validate-data/rules/scope.js'
import type { DataCheck } from '../../../shared/contracts/data-checks.js'
import type { ColumnType } from '../../../shared/contracts/data-contract.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type Bench, openBench } from '../data/support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const VALUES: Readonly<Record<'integer' | 'number' | 'string' | 'date' | 'timestamp', readonly string[]>> = {
  integer: ['', '0', '5', '-3', '9007199254740993', 'x'],
  number: ['', '0', '0.1', '0.30000000000000004', '-2.5', 'nan', 'inf', 'x'],
  string: ['', 'a', 'abc', 'é𝄞', 'longer text'],
  date: ['', '2024-01-01', '2024-12-31', '1969-12-31', 'x'],
  timestamp: ['', '2024-01-01 00:00:00', '2024-01-01 00:00:00.000001', '2024-12-31 23:59:59', 'x'],
}
const CHECKS: Readonly<Record<keyof typeof VALUES, readonly object[]>> = {
  integer: [
    { check: 'range', min: 0 },
    { check: 'range', min: -3, max: 5 },
    { check: 'range', 'strict-min': true, min: -3 },
    { check: 'range', max: 9007199254740992 },
    { check: 'outliers', method: 'z', limit: 1.5, side: 'both', strict: false },
    { check: 'outliers', method: 'iqr', limit: 0.5, side: 'above', strict: true },
  ],
  number: [
    { check: 'range', min: 0, max: 0.3 },
    { check: 'range', min: -2.5, 'strict-max': true, max: 0.30000000000000004 },
    { check: 'outliers', method: 'z', limit: 1, side: 'below', strict: true },
    { check: 'outliers', method: 'iqr', limit: 1.5, side: 'both', strict: false },
    { check: 'outliers', method: 'robust-z', limit: 3.5, side: 'both', strict: false },
  ],
  string: [
    { check: 'length', min: 1 },
    { check: 'length', min: 2, max: 4 },
  ],
  date: [
    { check: 'range', min: '2024-01-01', max: '2024-12-31' },
    { check: 'range', 'strict-min': true, min: '2024-01-01' },
    { check: 'range', 'strict-max': true, max: '2024-12-31' },
  ],
  timestamp: [
    { check: 'range', min: '2024-01-01', max: '2024-12-31' },
    { check: 'range', min: '2024-01-01 00:00:00' },
    { check: 'range', 'strict-min': true, min: '2024-01-01' },
  ],
}

test('what the profile tells is what a look at the rows counts', async () => {
  const types = Object.keys(VALUES) as (keyof typeof VALUES)[]
  let told = 0
  await fc.assert(
    fc.asyncProperty(
      fc
        .constantFrom(...types)
        .chain((type) =>
          fc.tuple(fc.constant(type), fc.array(fc.constantFrom(...VALUES[type]), { minLength: 1, maxLength: 12 })),
        ),
      async ([type, values]) => {
        const path = await bench.write('k.csv', `i,k\n${values.map((value, i) => `${i},${value}`).join('\n')}\n`)
        const dataset = await bench.load(path, { types: new Map([['k', type as ColumnType]]) })
        const scope = scopeOf(dataset, await profileTable(bench.engine, dataset, {}))
        const column = scope.columns.get('k')
        if (column === undefined) throw new Error('k is not there')
        const at: TestScope = {
          scope,
          source: scope.from,
          isWhole: true,
          groups: [],
          column: () => column,
          reference: () => scope,
        }
        for (const one of [...CHECKS[type], { check: 'missing' }, { check: 'type', types: [type] }]) {
          const check = { column: 'k', ...one } as DataCheck
          const known = knownCount(check, column.facts)
          if (known === null) continue
          told += 1
          const counted = rowTest(check as CheckOf<RowCheckName>, at) as PlainTest
          expect([check, known]).toEqual([
            check,
            (await countTogether(bench.engine, counted.from ?? scope.from, [counted]))[0],
          ])
        }
      },
    ),
    { numRuns: 150, seed: 4 },
  )
  expect(told).toBeGreaterThan(300)
})

test('where the profile withholds values, or leaves doubt, the rows are looked at', () => {
  const facts = {
    type: 'timestamp',
    rows: 3,
    missing: 0,
    nonFinite: 0,
    invalid: 0,
    numeric: { min: 19723, max: 19800 },
  } as never
  const range = { check: 'range', column: 'k', min: '2024-01-01' } as DataCheck
  expect(knownCount(range, facts)).toBeNull()
  expect(knownCount({ ...range, min: '2023-12-31' } as DataCheck, facts)).toEqual({ group: [], n: 3, bad: 0 })
  expect(knownCount({ ...range, min: '2023-12-31 00:00:00' } as DataCheck, facts)).toBeNull()
  expect(knownCount({ ...range, min: '2023-12-31', 'date-format': '%Y' } as DataCheck, facts)).toBeNull()
  expect(knownCount(range, { ...(facts as object), numeric: null } as never)).toBeNull()
})
