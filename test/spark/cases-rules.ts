import { readFileSync } from 'node:fs'
import { contract, csv } from '../unit/validate-data/support.js'
import type { Both } from './support.js'

/** The checks of the table that DuckDB is tested with; the expectations stand there. */
const TABLE = readFileSync(new URL('../unit/validate-data/rules.test.ts', import.meta.url), 'utf8')
const CHECKS = [...TABLE.matchAll(/'(\{ check: (?:[^'\\]|\\.)*\})'/g)]
  .map(([, check]) => (check as string).replaceAll("\\'", "'"))
  .filter((check) => !/plumbline_row|column: gone/.test(check))

const ROWS: (string | number | null)[][] = [
  [1, 'red', 'ann@example.org', '2024-01-01', 1, 2, 3, 'x', '31.01.2024', '{"k": 1}'],
  [2, 'Red', 'bob@example.org', '2024-01-02', 2, 2, 4, 'x', '01.02.2024', '{"k": 2}'],
  [3, 'blue', 'carl', '2024-01-05', 3, 1, 4, 'y', '2024-02-03', '{"k": "three"}'],
  [4, 'blue', 'dora@example.org', '2024-01-03', 4, 4, 9, 'y', '05.02.2024', '{'],
  [100, null, null, null, null, 5, 5, 'y', null, null],
  [4, 'blue', 'ed@example.org', '2024-01-06', 6, 7, 13, 'y', '06.02.2024', '[]'],
]

const allow = (checks: readonly string[]) =>
  contract(`extra-columns: allow\nchecks:\n${checks.map((check) => `  - ${check}`).join('\n')}`)

export function ruleCases(both: Both): void {
  test('every check of the table: checks, examples and profile are those of DuckDB', async () => {
    expect(CHECKS.length).toBeGreaterThan(80)
    const files = {
      'train.csv': csv('n,s,e,d,a,b,t,g,z,j', ROWS),
      'colors.csv': 'name\nred\nblue\n',
      'data-contract.yml': allow(CHECKS),
    }
    const [expected, found] = await both.validate(files, { train: 'train.csv' })
    expect(found.profile.datasets).toEqual(expected.profile.datasets)
    expect(found.validation.checks).toEqual(expected.validation.checks)
    expect(found.badRows).toEqual(expected.badRows)
  })
}
