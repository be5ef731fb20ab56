import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { greatExpectations } from '../../actions/validate-data/formats/great-expectations/read.js'
import { askRules } from '../../actions/validate-data/rules/ask.js'
import { rulesOf } from '../../actions/validate-data/rules/rule.js'
import { scopeOf } from '../../actions/validate-data/rules/scope.js'
import { loadDataset } from '../../shared/data/dataset.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import { profileTable } from '../../shared/data/profile.js'
import { type FakeContext, fakeContext } from '../support/context.js'
import { jsonLines } from '../unit/validate-data/rules-support.js'
import type { Both } from './support.js'

interface Case {
  readonly name: string
  readonly data: Readonly<Record<string, readonly unknown[]>>
  readonly expectation: string
  readonly kwargs: Readonly<Record<string, unknown>>
}

const { cases: CASES } = JSON.parse(
  readFileSync(new URL('../unit/validate-data/formats/gx-cases.json', import.meta.url), 'utf8'),
) as { cases: Case[] }

/** What a case asks of the table as a whole, or by names in a text, needs a table of its own. */
const standsAlone = ({ kwargs }: Case) =>
  'row_condition' in kwargs || 'column_set' in kwargs || !Object.keys(kwargs).some((key) => key.startsWith('column'))
const rowsOf = ({ data }: Case) => Math.max(...Object.values(data).map((values) => values.length))
/** Sizes of tables and sets of columns are known without a look at the rows. */
const ALONE = CASES.filter((one) => standsAlone(one) && !/^expect_table_columns?_|_row_count_/.test(one.expectation))
const TOGETHER = CASES.filter((one) => !standsAlone(one))

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

/** Answers of an engine to the expectations about one table, as far as a verdict tells. */
async function ask(engine: DataEngine, fake: FakeContext, path: string, group: readonly Case[]) {
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

export function greatExpectationCases(both: Both): void {
  let fake: FakeContext
  beforeAll(async () => {
    fake = await fakeContext({})
  })
  afterAll(() => fake?.cleanup())

  const compare = async (name: string, group: readonly Case[]) => {
    await writeFile(join(fake.root, `${name}.jsonl`), jsonLines(Object.assign({}, ...group.map(({ data }) => data))))
    const expected = await ask(both.duckdb, fake, `${name}.jsonl`, group)
    expect(expected.checks.length).toBeGreaterThanOrEqual(group.length)
    expect(await ask(both.spark, fake, `${name}.jsonl`, group)).toEqual(expected)
  }

  test.each([...new Set(TOGETHER.map(rowsOf))].sort((a, b) => a - b))(
    'all expectations about columns of %i values',
    async (rows) => compare(`rows-${rows}`, TOGETHER.filter((one) => rowsOf(one) === rows).map(apart)),
  )

  test.each(ALONE.map((one, i) => ({ ...one, i })))('$expectation: $name', ({ i, ...one }) =>
    compare(`alone-${i}`, [one]),
  )
}
