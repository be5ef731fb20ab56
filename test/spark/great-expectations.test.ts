import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { greatExpectations } from '../../actions/validate-data/formats/great-expectations/read.js'
import { askRules } from '../../actions/validate-data/rules/ask.js'
import { rulesOf } from '../../actions/validate-data/rules/rule.js'
import { scopeOf } from '../../actions/validate-data/rules/scope.js'
import { loadDataset } from '../../shared/data/dataset.js'
import type { DataEngine } from '../../shared/data/engine.js'
import { profileTable } from '../../shared/data/profile.js'
import { identifier, literal } from '../../shared/data/sql.js'
import { type FakeContext, fakeContext } from '../support/context.js'
import { jsonLines } from '../unit/validate-data/rules-support.js'
import { type Both, openBoth } from './support.js'

interface Case {
  readonly name: string
  readonly data: Readonly<Record<string, readonly unknown[]>>
  readonly expectation: string
  readonly kwargs: Readonly<Record<string, unknown>>
}

const { cases } = JSON.parse(
  readFileSync(new URL('../unit/validate-data/formats/gx-cases.json', import.meta.url), 'utf8'),
) as { cases: Case[] }

/** One of each expectation about columns is enough to see that both engines agree; what it should be is tested with DuckDB. */
const CASES = [...new Map(cases.map((one) => [one.expectation, one])).values()].filter(
  ({ kwargs }) =>
    Object.keys(kwargs).some((key) => key.startsWith('column')) &&
    !('column_set' in kwargs) &&
    !('row_condition' in kwargs),
)

/** The case with names of columns that no other case has. */
function apart(one: Case, i: number): Case {
  const rename = (name: unknown): unknown =>
    Array.isArray(name) ? name.map(rename) : typeof name === 'string' && name in one.data ? `k${i}_${name}` : name
  const entries = Object.entries(one.kwargs).map(([key, value]) => [
    key,
    key.startsWith('column') ? rename(value) : value,
  ])
  return {
    ...one,
    data: Object.fromEntries(Object.entries(one.data).map(([name, values]) => [`k${i}_${name}`, values])),
    kwargs: Object.fromEntries(entries),
  }
}

let both: Both
let fake: FakeContext
beforeAll(async () => {
  both = await openBoth()
  fake = await fakeContext({})
})
afterAll(async () => {
  await fake?.cleanup()
  await both?.close()
})

/** Answers of an engine to the expectations about one table, as far as a verdict tells. */
async function ask(engine: DataEngine, path: string, group: readonly Case[]) {
  const suite = { name: 's', expectations: group.map(({ expectation, kwargs }) => ({ type: expectation, kwargs })) }
  const { contract } = greatExpectations.read(JSON.stringify(suite), 'suite.json', {})
  const types = new Map(contract.columns.flatMap(({ name, type }) => (type === undefined ? [] : [[name, type]])))
  const dataset = await loadDataset(engine, fake.ctx.files, 'train', path, { types })
  const profile = await profileTable(engine, dataset)
  const { checks, problems } = await askRules(rulesOf(contract, undefined), {
    engine,
    scope: scopeOf(dataset, profile),
    id: undefined,
    reference: () => null,
    facts: { profile, before: null, now: fake.ctx.now() },
    place: () => null,
    sensitive: new Set(),
    root: fake.root,
  })
  return { problems, checks: checks.map(({ rule, verdict, measured, n }) => ({ rule, verdict, measured, n })) }
}

test('expectations of Great Expectations on Parquet: verdict, measured and n are those of DuckDB', async () => {
  const group = CASES.map(apart)
  await writeFile(join(fake.root, 'all.jsonl'), jsonLines(Object.assign({}, ...group.map(({ data }) => data))))
  const { table, columns } = await loadDataset(both.duckdb, fake.ctx.files, 'train', 'all.jsonl')
  const named = columns.map(({ sql, name }) => `${sql} AS ${identifier(name)}`).join(', ')
  const target = literal(join(fake.root, 'all.parquet'))
  await both.duckdb.run(`COPY (SELECT ${named} FROM ${table}) TO ${target} (FORMAT parquet)`)
  const expected = await ask(both.duckdb, 'all.parquet', group)
  expect(expected.checks.length).toBeGreaterThan(40)
  expect(await ask(both.spark, 'all.parquet', group)).toEqual(expected)
})
