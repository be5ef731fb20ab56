import { readFileSync } from 'node:fs'
import { checkNames } from '../../../../actions/validate-data/check-names.js'
import type { LoadedContract } from '../../../../actions/validate-data/contract.js'
import { jsonSchema } from '../../../../actions/validate-data/formats/json-schema/read.js'
import { type Answers, openAnswers } from '../rules-support.js'

interface Case {
  readonly name: string
  readonly schema: Readonly<Record<string, unknown>>
  readonly rows: readonly string[]
  readonly bad: readonly number[]
}

const { cases } = JSON.parse(readFileSync(new URL('./json-schema-cases.json', import.meta.url), 'utf8')) as {
  cases: Case[]
}

let answers: Answers
beforeAll(async () => {
  answers = await openAnswers()
})
afterAll(() => answers.close())

/** As many as a finding shows. */
const AT_ONCE = 5

test.each(cases.map((one) => [one.name, one] as const))('%s', async (_, { schema, rows, bad }) => {
  const { contract, source } = jsonSchema.read(JSON.stringify(schema), 'row.schema.json', { isJson: true })
  const loaded = { contract, path: 'row.schema.json', place: () => null } as unknown as LoadedContract
  const found = new Set<number>()
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const some = rows.slice(from, from + AT_ONCE)
    const { checks, problems, profile } = await answers.ask(contract, some.join('\n'), 'data.jsonl', source)
    expect(problems).toEqual([])
    const broken = checks.filter(({ verdict }) => verdict === 'fail').flatMap(({ examples }) => examples.map(rowOf))
    // A column that is not there is so in every row.
    const isGone = checkNames(profile, loaded).some(({ verdict }) => verdict === 'fail')
    for (const row of isGone ? some.keys() : broken.map((row) => row - 1)) found.add(from + row + 1)
  }
  expect([...found].sort((a, b) => a - b)).toEqual(bad)
})

test('no case is left out', () => {
  expect(cases).toHaveLength(56)
})

function rowOf({ where }: { readonly where: string }): number {
  const [, row] = / row (\d+)$/.exec(where) ?? []
  if (row === undefined) throw new Error(`no row in ${where}`)
  return Number(row)
}
