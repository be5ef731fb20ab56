import { readFileSync } from 'node:fs'
import { dbt } from '../../../../actions/validate-data/formats/dbt/read.js'
import { type Answers, jsonLines, openAnswers } from '../rules-support.js'

interface Case {
  readonly name: string
  readonly data: Readonly<Record<string, readonly unknown[]>>
  /** The properties file. */
  readonly properties: unknown
  /** Tables that tests refer to. */
  readonly others: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>
  readonly status: 'pass' | 'warn' | 'fail' | 'disabled'
  readonly failures: number | null
}

const { cases } = JSON.parse(readFileSync(new URL('./dbt-cases.json', import.meta.url), 'utf8')) as { cases: Case[] }

let answers: Answers
beforeAll(async () => {
  answers = await openAnswers()
})
afterAll(() => answers.close())

const WORST = ['pass', 'warn', 'inconclusive', 'fail', 'error']

test.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
  const others = Object.entries(one.others).map(
    ([name, columns]) => [`data/${name}.jsonl`, jsonLines(columns)] as const,
  )
  const references = Object.fromEntries(Object.keys(one.others).map((name) => [name, `data/${name}.jsonl`]))
  const { contract } = dbt.read(JSON.stringify(one.properties), 'schema.yml', { references })
  if (one.status === 'disabled') {
    expect(contract.checks).toEqual([])
    return
  }
  const { checks, problems } = await answers.ask(
    contract,
    jsonLines(one.data),
    undefined,
    undefined,
    Object.fromEntries(others),
  )
  expect(problems).toEqual([])
  expect(checks.length).toBeGreaterThan(0)
  expect(checks.map(({ verdict }) => verdict).sort((a, b) => WORST.indexOf(b) - WORST.indexOf(a))[0]).toBe(one.status)
})
