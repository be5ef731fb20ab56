import * as fc from 'fast-check'
import { checkContractVersion, diffContracts } from '../../../actions/validate-data/diff/diff.js'
import { DataContract } from '../../../shared/contracts/data-contract.js'

const contract = (more: object): DataContract => DataContract.parse({ schema: 'plumbline.data-contract/1', ...more })
const column = (rule: object) => contract({ columns: [{ name: 'a', ...rule }] })
/** `who path` of each change; who is `producer`, `consumer`, `compatible` or `documentation`. */
const diff = (old: DataContract, next: DataContract) =>
  diffContracts(old, next).map(({ kind, breaks, path }) => `${breaks ?? kind} ${path}`)

test.each([
  // Both directions: what becomes stricter breaks the producer, what becomes looser the consumer.
  [{ missing: { 'max-share': 0.1 } }, { missing: { 'max-share': 0 } }, 'missing'],
  [{}, { missing: { 'max-count': 0 } }, 'missing'],
  [{}, { unique: true }, 'unique'],
  [{}, { type: 'integer' }, 'type'],
  [{ type: 'string' }, { type: 'date' }, 'type'],
  [{ type: 'number' }, { type: 'integer' }, 'type'],
  [{ type: 'timestamp' }, { type: 'date' }, 'type'],
  [{}, { values: ['x'] }, 'values'],
  [{ values: ['x', 'y'] }, { values: ['x'] }, 'values'],
  [{}, { forbidden: ['x'] }, 'forbidden'],
  [{}, { range: { min: 0 } }, 'range'],
  [{ range: { min: 0, max: 10 } }, { range: { min: 0, max: 9 } }, 'range'],
  [{ range: { min: 0 } }, { range: { min: 0, 'strict-min': true } }, 'range'],
  [{ range: { min: '2024-01-01' } }, { range: { min: '2024-02-01' } }, 'range'],
  [{ length: { max: 10 } }, { length: { max: 5 } }, 'length'],
  [{}, { format: 'email' }, 'format'],
  [{}, { pattern: 'a+' }, 'pattern'],
  [{ 'max-unknown': 0.1 }, { 'max-unknown': 0 }, 'max-unknown'],
  [{ required: false }, { required: true }, 'required'],
  [{ level: 'warn' }, { level: 'fail' }, 'level'],
  [{ order: 'increasing' }, { order: 'strictly-increasing' }, 'order'],
  [{ statistics: { mean: { min: 0 } } }, { statistics: { mean: { min: 1 } } }, 'statistics.mean'],
  [{ outliers: { z: 6 } }, { outliers: { z: 3 } }, 'outliers'],
])('%j to %j is stricter', (loose, strict, key) => {
  expect(diff(column(loose), column(strict))).toEqual([`producer columns.a.${key}`])
  expect(diff(column(strict), column(loose))).toEqual(
    key === 'order' ? ['consumer columns.a.order'] : [`consumer columns.a.${key}`],
  )
})

test('a type or pattern that becomes another one breaks the producer, whichever way', () => {
  expect(diff(column({ type: 'boolean' }), column({ type: 'date' }))).toEqual(['producer columns.a.type'])
  expect(diff(column({ pattern: 'a' }), column({ pattern: 'b' }))).toEqual(['producer columns.a.pattern'])
  expect(diff(column({ format: 'ip' }), column({ format: 'ipv4' }))).toEqual(['producer columns.a.format'])
})

test('a range may become narrower and wider at once', () => {
  expect(diff(column({ range: { min: 0, max: 5 } }), column({ range: { min: 1, max: 9 } }))).toEqual([
    'producer columns.a.range',
    'consumer columns.a.range',
  ])
})

test('a rule that only warns breaks nobody', () => {
  expect(diff(column({ level: 'warn' }), column({ level: 'warn', unique: true, type: 'integer' }))).toEqual([
    'compatible columns.a.type',
    'compatible columns.a.unique',
  ])
})

test('missing values: none is none, as a share or as a count', () => {
  expect(diff(column({ missing: { 'max-share': 0 } }), column({ missing: { 'max-count': 0 } }))).toEqual([])
})

test('columns that come and go', () => {
  const [one, two] = [column({}), contract({ columns: [{ name: 'a' }, { name: 'b', type: 'integer' }] })]
  expect(diff(one, two)).toEqual(['producer columns.b'])
  expect(diff(two, one)).toEqual(['consumer columns.b'])
  const closed = contract({ columns: [{ name: 'a' }], 'extra-columns': 'fail' })
  expect(diff(contract({ ...two, 'extra-columns': 'fail' }), closed)).toEqual(['producer columns.b'])
  const optional = (extra: string, rule = {}) =>
    contract({ 'extra-columns': extra, columns: [{ name: 'a' }, { name: 'b', required: false, ...rule }] })
  expect(diff(closed, optional('fail', { type: 'integer' }))).toEqual(['compatible columns.b'])
  expect(diff(contract({ columns: [{ name: 'a' }], 'extra-columns': 'allow' }), optional('allow'))).toEqual([
    'compatible columns.b',
  ])
  // It may stand in the data already, with any value.
  expect(
    diff(contract({ columns: [{ name: 'a' }], 'extra-columns': 'allow' }), optional('allow', { type: 'integer' })),
  ).toEqual(['producer columns.b'])
})

test.each([
  [{ rows: { min: 5 } }, { rows: { min: 6 } }, 'rows'],
  [{}, { duplicates: { 'max-share': 0 } }, 'duplicates'],
  [{ 'extra-columns': 'warn' }, { 'extra-columns': 'fail' }, 'extra-columns'],
  [{ 'column-order': 'allow' }, { 'column-order': 'fail' }, 'column-order'],
  [{}, { key: ['a'] }, 'key'],
  [{ freshness: { 'max-age': '2d' } }, { freshness: { 'max-age': '36h' } }, 'freshness'],
  [{ label: { 'min-share': 0.01 } }, { label: { 'min-share': 0.05 } }, 'label'],
  [{ volume: { 'max-decrease': 0.5 } }, { volume: { 'max-decrease': 0.1 } }, 'volume.max-decrease'],
  [{}, { checks: [{ check: 'order', column: 'a' }] }, 'checks.order.a'],
  [
    { checks: [{ check: 'missing', column: 'a', mostly: 0.9 }] },
    { checks: [{ check: 'missing', column: 'a', mostly: 0.95 }] },
    'checks.missing.a',
  ],
  [
    { checks: [{ check: 'missing', column: 'a', 'max-bad': 3 }] },
    { checks: [{ check: 'missing', column: 'a' }] },
    'checks.missing.a',
  ],
  [
    { checks: [{ check: 'order', column: 'a', level: 'warn' }] },
    { checks: [{ check: 'order', column: 'a' }] },
    'checks.order.a.level',
  ],
])('%j to %j is stricter', (loose, strict, key) => {
  expect(diff(contract(loose), contract(strict))).toEqual([`producer ${key}`])
  expect(diff(contract(strict), contract(loose))).toEqual([`consumer ${key}`])
})

test('what changes nothing for anybody', () => {
  expect(diff(contract({ key: ['a', 'b'] }), contract({ key: ['b', 'a'] }))).toEqual([])
  expect(diff(contract({ key: ['a'] }), contract({ key: ['a', 'b'] }))).toEqual(['producer key'])
  expect(diff(column({ description: 'x' }), column({ description: 'y' }))).toEqual([
    'documentation columns.a.description',
  ])
  expect(diff(contract({ drift: { warn: 0.1 } }), contract({ drift: { warn: 0.2 } }))).toEqual(['compatible drift'])
  const checks = [
    { check: 'order', column: 'a' },
    { check: 'empty', column: 'b' },
  ]
  expect(diff(contract({ checks }), contract({ checks: [...checks].reverse() }))).toEqual([])
})

test('messages name the old and the new', () => {
  const [change] = diffContracts(
    column({ range: { min: 0, max: 400 } }),
    column({ range: { min: 0, max: 300, 'strict-max': true } }),
  )
  expect(change?.message).toBe('column "a": the range became narrower: max 400 became 300 (outside)')
  expect(diffContracts(column({ values: ['x', 'y'] }), column({ values: ['x'] }))[0]?.message).toBe(
    'column "a": values are no longer allowed: "y"',
  )
})

test.each([
  ['1.2.0', '1.3.0', 'fail'],
  ['1.2.0', '2.0.0', 'pass'],
  ['1.2.0', undefined, 'fail'],
  [undefined, undefined, 'fail'],
  [undefined, '1.0.0', 'pass'],
  ['2.0.0', '1.0.0', 'fail'],
])('a breaking change from version %s to %s: %s', (from, to, verdict) => {
  const [check] = checkContractVersion(
    contract({ version: from, columns: [{ name: 'a' }] }),
    contract({ version: to, columns: [] }),
    { file: 'data-contract.yml', line: 2 },
  )
  expect(check).toMatchObject({
    rule: 'breaking-contract-change',
    verdict,
    measured: 1,
    where: { file: 'data-contract.yml', line: 2 },
    cure: verdict === 'pass' ? null : expect.stringContaining('set `version: '),
    examples: [{ where: 'columns.a', value: 'the column "a" was removed: it may be lacking now (consumer)' }],
  })
})

test('compatible changes need no version', () => {
  expect(checkContractVersion(column({ description: 'x' }), column({ description: 'y' }))).toMatchObject([
    { verdict: 'pass', message: '1 change of the contract, none of them breaking', measured: 0 },
  ])
})

const rules = fc
  .record(
    {
      type: fc.constantFrom('integer', 'number', 'string', 'date'),
      unique: fc.boolean(),
      values: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
      required: fc.boolean(),
      missing: fc.constantFrom({ 'max-share': 0 }, { 'max-share': 0.5 }),
      range: fc.constantFrom({ min: 1 }, { max: 5 }, { min: 0, max: 9, 'strict-min': true }),
    },
    { requiredKeys: [] },
  )
  .map(column)

test('a contract does not differ from itself, and a way there is one back with the sides exchanged', () => {
  fc.assert(
    fc.property(rules, rules, (one, other) => {
      expect(diffContracts(one, one)).toEqual([])
      const sides = (list: readonly string[]) => list.filter((text) => !text.includes('type')).sort()
      const swap: Readonly<Record<string, string>> = { producer: 'consumer', consumer: 'producer' }
      const there = diff(one, other).map((text) => text.replace(/^\w+/, (side) => swap[side] ?? side))
      expect(sides(diff(other, one))).toEqual(sides(there))
    }),
  )
})
