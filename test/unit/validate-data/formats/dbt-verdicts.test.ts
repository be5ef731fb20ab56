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

test.each(cases.filter(({ others }) => Object.keys(others).length === 0).map((one) => [one.name, one] as const))(
  '%s',
  async (_, one) => {
    const { contract } = dbt.read(JSON.stringify(one.properties), 'schema.yml', {})
    if (one.status === 'disabled') {
      expect(contract.checks).toEqual([])
      return
    }
    const { checks, problems } = await answers.ask(contract, jsonLines(one.data))
    expect(problems).toEqual([])
    expect(checks.length).toBeGreaterThan(0)
    expect(checks.map(({ verdict }) => verdict).sort((a, b) => WORST.indexOf(b) - WORST.indexOf(a))[0]).toBe(one.status)
  },
)
