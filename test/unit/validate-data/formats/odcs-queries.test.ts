import { frictionless } from '../../../../actions/validate-data/formats/frictionless/read.js'
import { odcs } from '../../../../actions/validate-data/formats/odcs/read.js'
import type { DataEngine } from '../../../../shared/data/engine/engine.js'
import { literal } from '../../../../shared/data/engine/sql.js'
import { type FakeContext, fakeContext } from '../../../support/context.js'

let fake: FakeContext
let engine: DataEngine
beforeAll(async () => {
  fake = await fakeContext()
  engine = await fake.ctx.data()
  // Ten rows: a is missing in two and 1 in three, b is missing in one, x is text.
  await engine.run(`CREATE VIEW data AS SELECT * FROM (VALUES
    (1, 'p', 'kg'), (1, 'p', 'kg'), (1, 'q', 'N/A'), (2, 'q', 'lb'), (3, 'r', 'oz'),
    (4, 'r', 'oz'), (5, 's', NULL), (6, 't', 'kg'), (NULL, NULL, 'kg'), (NULL, 'u', 'kg')) AS t(a, b, x)`)
})
afterAll(() => fake.cleanup())

const HEAD = 'apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: active\n'
/** Whether a rule passes: a query returns no row, a condition of rows is false so often and no more. */
async function passes(rule: string, level: 'a' | 'x' | 'table' = 'a'): Promise<boolean> {
  const at = (name: string) => (level === name ? `, quality: [{ ${rule} }]` : '')
  const text = `${HEAD}schema: [{ name: t${at('table')}, properties: [{ name: a${at('a')} }, { name: b }, { name: x${at('x')} }] }]`
  const [check, other] = odcs.read(text, 'c.yml', {}).contract.checks
  expect(other).toBeUndefined()
  if (check?.check === 'sql') return (await engine.all(check.query)).length === 0
  if (check?.check !== 'rows') throw new Error(`no query: ${JSON.stringify(check)}`)
  const [row] = await engine.all(
    `SELECT count(*) FILTER (WHERE NOT (${check.condition})) AS bad, count(*) FILTER (WHERE (${check.condition}) IS NULL) AS unknown, count(*) AS n FROM data`,
  )
  expect(Number(row?.unknown)).toBe(0)
  const allowed = check['max-bad'] ?? Math.floor((1 - (check.mostly ?? 1)) * Number(row?.n) + 1e-9)
  return Number(row?.bad) <= allowed
}

// Counted by hand: 2 of 10 rows without a; 1 of 10 without x; 2 extra copies of a; 1 extra copy of (a, b).
test.each([
  ['metric: nullValues, mustBeLessThan: 20, unit: percent', 'a', false],
  ['metric: nullValues, mustBeLessThan: 20.5, unit: percent', 'a', true],
  ['metric: nullValues, mustBe: 2', 'a', true],
  ['metric: nullValues, mustNotBe: 2', 'a', false],
  ['metric: nullValues, mustBeBetween: [1, 2]', 'a', true],
  ['metric: nullValues, mustNotBeBetween: [1, 3]', 'a', false],
  ['metric: nullValues, mustBeGreaterThan: 2', 'a', false],
  ['metric: duplicateValues, mustBe: 2', 'a', true],
  ['metric: duplicateValues, mustBeLessThan: 20, unit: percent', 'a', false],
  ['metric: duplicateValues, mustBeLessOrEqualTo: 20, unit: percent', 'a', true],
  ['metric: duplicateValues, mustBe: 1, arguments: { properties: [a, b] }', 'table', true],
  ['metric: duplicateValues, mustBeGreaterOrEqualTo: 2, arguments: { properties: [a, b] }', 'table', false],
  ['metric: rowCount, mustNotBe: 10', 'table', false],
  ['metric: rowCount, mustNotBeBetween: [11, 20]', 'table', true],
  ['metric: missingValues, arguments: { missingValues: [null, N/A] }, mustBeLessOrEqualTo: 2', 'x', true],
  ['metric: missingValues, arguments: { missingValues: [null, N/A] }, mustBeLessThan: 2', 'x', false],
  ['metric: missingValues, arguments: { missingValues: [null, N/A] }, mustBe: 2', 'x', true],
  ['metric: invalidValues, arguments: { validValues: [kg, lb] }, mustBeLessOrEqualTo: 30, unit: percent', 'x', true],
  ['metric: invalidValues, arguments: { validValues: [kg, lb] }, mustBeLessThan: 30, unit: percent', 'x', false],
  ['metric: invalidValues, arguments: { validValues: [1, 2, 3] }, mustBe: 3', 'a', true],
  ['metric: invalidValues, arguments: { pattern: "^[a-z]+$" }, mustBe: 1', 'x', true],
  ['type: sql, query: "SELECT count(*) FROM {object} WHERE {property} > 3", mustBe: 3', 'a', true],
  [`type: sql, query: "SELECT count(*) > 3 FROM \${table}", mustBe: true`, 'table', true],
  ['type: sql, query: "SELECT max({property}) FROM {object} WHERE false", mustBeLessThan: 3', 'a', false],
] as const)('%s of %s: %s', async (rule, level, wanted) => {
  expect(await passes(rule, level)).toBe(wanted)
})

test.each([
  [
    {
      type: 'number',
      decimalChar: ',',
      groupChar: '.',
      constraints: { minimum: '1.000', exclusiveMaximum: '2.000,5' },
    },
    ['1.000', '2.000,4'],
    ['999,9', '2.000,5'],
  ],
  [{ type: 'integer', bareNumber: false, constraints: { minimum: 10 } }, ['$10', '95%', 'EUR 12'], ['$9', '-12 EUR']],
  [{ type: 'number', decimalChar: ',', constraints: { enum: ['1,5', 2] } }, ['1,5', '1,50', '2'], ['15']],
  [{ type: 'time', constraints: { minimum: '08:00:00' } }, ['08:00:00', '23:59:59'], ['07:59:59']],
  [{ type: 'yearmonth', constraints: { maximum: '2024-06' } }, ['2024-06', '1999-12'], ['2024-07']],
])('the condition of %j tells good texts from bad ones', async (field, good, bad) => {
  const { checks } = frictionless.read(JSON.stringify({ fields: [{ name: 'a b"', ...field }] }), 's.json', {}).contract
  const conditions = checks.flatMap((check) => (check.check === 'rows' ? [check.condition] : []))
  const told = async (text: string) => {
    const [row] = await engine.all(
      `SELECT ${conditions.join(' AND ')} AS good FROM (SELECT ${literal(text)} AS "a b""")`,
    )
    return row?.good
  }
  for (const text of good) expect([text, await told(text)]).toEqual([text, true])
  for (const text of bad) expect([text, await told(text)]).toEqual([text, false])
})

test.each([
  [{ type: 'geopoint' }, ['10.5, 45.2', '-180,90', '0,0'], ['181,0', '1,91', '1', '1,2,3']],
  [
    { type: 'list', itemType: 'number', constraints: { minLength: 2, maxLength: 3 } },
    ['1,2.5', '1,2,nan'],
    ['1', '1,2,3,4', '1,x'],
  ],
  [{ type: 'list', delimiter: ']', constraints: { minLength: 2 } }, ['a]b', ']'], ['a']],
  [{ type: 'list', delimiter: '^', constraints: { maxLength: 1 } }, ['a'], ['a^b']],
  [{ type: 'number', bareNumber: false }, ['$1.50', '2 EUR', '12%'], ['abc', '1.2.3']],
  [{ type: 'number', decimalChar: ',', groupChar: '.' }, ['1.234,5', '-2', '1e3', 'NaN'], ['1,2,3', 'x', '1.5x']],
])('the pattern of %j, in RE2, tells good texts from bad ones', async (field, good, bad) => {
  const [rule] = frictionless.read(JSON.stringify({ fields: [{ name: 'a', ...field }] }), 's.json', {}).contract.columns
  const told = async (text: string) => {
    const [row] = await engine.all(
      `SELECT regexp_full_match(${literal(text)}, ${literal(rule?.pattern ?? '')}) AS good`,
    )
    return row?.good
  }
  for (const text of good) expect([text, await told(text)]).toEqual([text, true])
  for (const text of bad) expect([text, await told(text)]).toEqual([text, false])
})
