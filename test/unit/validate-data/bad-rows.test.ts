import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstBadRows } from '../../../actions/validate-data/rules/count-rows.js'
import type { CheckOf, RowTest, TestScope } from '../../../actions/validate-data/rules/row-test.js'
import { rowTest } from '../../../actions/validate-data/rules/row-tests.js'
import { type ScopedColumn, scopeOf } from '../../../actions/validate-data/rules/scope.js'
import { writeBadRows } from '../../../shared/data/bad-rows.js'
import { placeOfBadRows } from '../../../shared/data/bad-rows-place.js'
import type { Dataset } from '../../../shared/data/dataset.js'
import { EngineError } from '../../../shared/data/engine/engine.js'
import { literal } from '../../../shared/data/engine/sql.js'
import { profileTable } from '../../../shared/data/profile.js'
import { PAYLOADS } from '../../support/hostile.js'
import { type Bench, openBench } from '../data/support.js'
import { csv, times } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const target = () => join(bench.root, 'bad.parquet')
const rowsIn = (path = target()) => bench.engine.all(`SELECT * FROM read_parquet(${literal(path)})`)
const columnOf = (dataset: Dataset, name: string) => dataset.columns.find((one) => one.name === name)?.sql as string

async function people(): Promise<Dataset> {
  await bench.write(
    'a.csv',
    csv('id,age,mail', [
      ['u1', 20, 'a@x.org'],
      ['u2', -1, 'b@x.org'],
      ['u3', -2, 'c@x.org'],
    ]),
  )
  await bench.write(
    'b.csv',
    csv('id,age,mail', [
      ['u4', 30, 'd@x.org'],
      ['u5', -3, 'e@x.org'],
    ]),
  )
  return bench.load(['a.csv', 'b.csv'])
}

const negative = (dataset: Dataset) => ({
  rule: 'value-range',
  subject: 'train: age',
  column: 'age',
  condition: `${columnOf(dataset, 'age')} < 0`,
  shown: `CAST(${columnOf(dataset, 'age')} AS VARCHAR)`,
})

test('each bad row with rule, file, row in that file, key and value', async () => {
  const dataset = await people()
  const file = await writeBadRows(bench.engine, [{ dataset, findings: [negative(dataset)] }], {
    path: target(),
    id: 'id',
  })
  expect(file).toEqual({ rows: 3, findings: 1, note: null })
  const about = { rule: 'value-range', subject: 'train: age', dataset: 'train', column: 'age' }
  expect(await rowsIn()).toEqual([
    { ...about, file: 'a.csv', row: 2, key: 'u2', value: '-1' },
    { ...about, file: 'a.csv', row: 3, key: 'u3', value: '-2' },
    { ...about, file: 'b.csv', row: 2, key: 'u5', value: '-3' },
  ])
  expect(
    await bench.engine.all(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${literal(target())}))`,
    ),
  ).toEqual(
    ['rule', 'subject', 'dataset', 'file', 'row', 'key', 'column', 'value'].map((column_name) => ({
      column_name,
      column_type: column_name === 'row' ? 'BIGINT' : 'VARCHAR',
    })),
  )
})

test('values of sensitive columns are left out, as value and as key, also where it is not known what a value is made of', async () => {
  const dataset = await people()
  const mail = columnOf(dataset, 'mail')
  const findings = [
    negative(dataset),
    { rule: 'value-format', subject: 'train: mail', column: 'mail', condition: `${mail} LIKE 'a%'`, shown: mail },
    { rule: 'cross', subject: 'train', column: null, condition: `${mail} LIKE 'b%'`, shown: mail },
    {
      rule: 'cross',
      subject: 'train',
      column: null,
      condition: `${mail} LIKE 'b%'`,
      shown: columnOf(dataset, 'id'),
      reads: ['id'],
    },
  ]
  await writeBadRows(bench.engine, [{ dataset, findings }], {
    path: target(),
    id: 'mail',
    sensitive: new Set(['mail']),
  })
  expect((await rowsIn()).map(({ key, value }) => [key, value])).toEqual([
    [null, '-1'],
    [null, '-2'],
    [null, '-3'],
    [null, null],
    [null, null],
    [null, 'u2'],
  ])
  expect(readFileSync(target(), 'latin1')).not.toContain('@x.org')
})

test('rows of another relation, by their index, with the key out of the dataset', async () => {
  const dataset = await people()
  const age = columnOf(dataset, 'age')
  const from = `(SELECT rowid AS own_row, ${age} AS own_age FROM ${dataset.table} WHERE ${age} < 0)`
  const finding = {
    rule: 'r',
    subject: 's',
    column: 'age',
    from,
    row: 'own_row',
    shown: 'CAST(own_age * 2 AS VARCHAR)',
  }
  await writeBadRows(bench.engine, [{ dataset, findings: [finding] }], { path: target(), id: 'id', perFinding: 2 })
  expect((await rowsIn()).map(({ file, row, key, value }) => [file, row, key, value])).toEqual([
    ['a.csv', 2, 'u2', '-2'],
    ['a.csv', 3, 'u3', '-4'],
  ])
})

test('nothing bad, no file', async () => {
  const dataset = await people()
  const path = join(bench.root, 'none.parquet')
  const none = { ...negative(dataset), condition: 'false' }
  expect(await writeBadRows(bench.engine, [{ dataset, findings: [none] }], { path })).toBeNull()
  expect(await writeBadRows(bench.engine, [], { path })).toBeNull()
  expect(existsSync(path)).toBe(false)
})

test('the caps keep the first rows and say so, also inside the file', async () => {
  await bench.write(
    'n.csv',
    csv(
      'n',
      times(1000, (i) => [i]),
    ),
  )
  const dataset = await bench.load('n.csv')
  const n = columnOf(dataset, 'n')
  const finding = (rule: string, condition: string) => ({
    rule,
    subject: 'train: n',
    column: 'n',
    condition,
    shown: `CAST(${n} AS VARCHAR)`,
  })
  const findings = [
    finding('odd', `${n} % 2 = 1`),
    finding('few', `${n} IN (SELECT max(${n}) FROM ${dataset.table})`),
    finding('all', 'true'),
    finding('late', `${n} > 500`),
  ]
  const caps = { path: target(), perFinding: 10, total: 15 }
  const file = await writeBadRows(bench.engine, [{ dataset, findings }], caps)
  const note = '3 findings with more rows than stand here: at most 10 of each and 15 in all are kept, the first ones'
  expect(file).toEqual({ rows: 15, findings: 3, note })
  const rows = await rowsIn()
  expect(rows.map(({ rule, row }) => `${rule} ${row}`)).toEqual([
    ...times(10, (i) => `odd ${2 * i + 2}`),
    'few 1000',
    ...times(4, (i) => `all ${i + 1}`),
  ])
  const [metadata] = await bench.engine.all(
    `SELECT decode(value) AS note FROM parquet_kv_metadata(${literal(target())}) WHERE decode(key) = 'note'`,
  )
  expect(metadata).toEqual({ note })
})

test('as many rows as fit are not called cut', async () => {
  const dataset = await people()
  const findings = [negative(dataset)]
  expect(
    await writeBadRows(bench.engine, [{ dataset, findings }], { path: target(), perFinding: 3, total: 3 }),
  ).toMatchObject({ rows: 3, note: null })
})

test('a value is cut to a thousand characters', async () => {
  await bench.write('long.csv', csv('t', [['é'.repeat(5000)]]))
  const dataset = await bench.load('long.csv')
  const finding = { rule: 'r', subject: 's', column: 't', condition: 'true', shown: columnOf(dataset, 't') }
  await writeBadRows(bench.engine, [{ dataset, findings: [finding] }], { path: target() })
  expect((await rowsIn())[0]?.value).toBe('é'.repeat(1000))
})

test('the same data give the same bytes', async () => {
  await bench.write(
    'many.csv',
    csv(
      'n',
      times(300_000, (i) => [i]),
    ),
  )
  const dataset = await bench.load('many.csv')
  const findings = [
    {
      rule: 'r',
      subject: 's',
      column: 'n',
      condition: `${columnOf(dataset, 'n')} % 3 > 0`,
      shown: `CAST(${columnOf(dataset, 'n')} AS VARCHAR)`,
    },
  ]
  const bytes = async () => {
    await writeBadRows(bench.engine, [{ dataset, findings }], { path: target(), perFinding: 200_000 })
    return readFileSync(target())
  }
  expect((await bytes()).equals(await bytes())).toBe(true)
})

test('what fails leaves neither file nor table', async () => {
  const dataset = await people()
  const findings = [{ ...negative(dataset), condition: 'no_such_column = 1' }]
  const path = join(bench.root, 'failed.parquet')
  await expect(writeBadRows(bench.engine, [{ dataset, findings }], { path })).rejects.toThrow(EngineError)
  const nowhere = join(bench.root, 'no-folder', 'x.parquet')
  await expect(
    writeBadRows(bench.engine, [{ dataset, findings: [negative(dataset)] }], { path: nowhere }),
  ).rejects.toThrow()
  expect(readdirSync(bench.root).filter((name) => /failed|tmp$/.test(name))).toEqual([])
  expect(
    await bench.engine.all(`SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'plumbline_bad%'`),
  ).toEqual([])
})

test('hostile names, values and paths stay what they are', async () => {
  const texts = PAYLOADS.filter((text) => text.length < 1000)
  await bench.write(
    "it's a file.csv",
    csv(
      '"t"',
      texts.map((text) => [text]),
    ),
  )
  const dataset = await bench.load("it's a file.csv")
  const findings = texts.map((text) => ({
    rule: text,
    subject: text,
    column: text,
    condition: `${dataset.columns[0]?.sql} = ${literal(text)}`,
    shown: dataset.columns[0]?.sql as string,
  }))
  const path = join(bench.root, "it's bad.parquet")
  await writeBadRows(bench.engine, [{ dataset, findings }], { path })
  const rows = await rowsIn(path)
  expect(rows.map(({ rule, column, value, row, file }) => [rule, column, value, row, file])).toEqual(
    texts.map((text, i) => [text, text, text, i + 1, "it's a file.csv"]),
  )
})

test('the first bad rows by place and key; a value that may not be shown is left out', async () => {
  const dataset = await people()
  const scope = scopeOf(dataset, await profileTable(bench.engine, dataset))
  const column = (name: string) => scope.columns.get(name) as ScopedColumn
  const at: TestScope = { scope, source: scope.from, isWhole: true, groups: [], column, reference: () => scope }
  const range = { check: 'range', column: 'age', min: 0 } as CheckOf<'range'>
  const test = rowTest(range, at) as RowTest
  const key = column('id').text
  expect(await firstBadRows(bench.engine, test, at, { key, hidden: false, most: 2 })).toEqual([
    { where: 'a.csv row 2 (u2)', value: '-1' },
    { where: 'a.csv row 3 (u3)', value: '-2' },
  ])
  expect(await firstBadRows(bench.engine, test, at, { key: null, hidden: true, most: 1 })).toEqual([
    { where: 'a.csv row 2', value: null },
  ])
})

test.each([
  ['auto', { private: true }, 'artifact'],
  ['auto', { private: false }, 'file'],
  ['auto', undefined, 'artifact'],
  ['off', { private: true }, 'off'],
  ['file', { private: true }, 'file'],
  ['artifact', { private: false }, 'artifact'],
] as const)('bad-rows: %s in %j is %s', (setting, repository, place) => {
  expect(placeOfBadRows(setting, repository)).toBe(place)
})
