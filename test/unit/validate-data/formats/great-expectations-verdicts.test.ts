import { readFileSync } from 'node:fs'
import { greatExpectations } from '../../../../actions/validate-data/formats/great-expectations/read.js'
import { type Answers, jsonLines, openAnswers } from '../rules-support.js'

interface Case {
  readonly name: string
  readonly data: Readonly<Record<string, readonly unknown[]>>
  readonly expectation: string
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly success: boolean
  /** Rows that Great Expectations calls unexpected; null where it does not count. */
  readonly unexpected: number | null
}

const { cases } = JSON.parse(readFileSync(new URL('./gx-cases.json', import.meta.url), 'utf8')) as { cases: Case[] }

let answers: Answers
beforeAll(async () => {
  answers = await openAnswers()
})
afterAll(() => answers.close())

test.each(cases.map((one) => [`${one.expectation}: ${one.name}`, one] as const))('%s', async (_, one) => {
  const suite = JSON.stringify({ name: 's', expectations: [{ type: one.expectation, kwargs: one.kwargs }] })
  const { contract } = greatExpectations.read(suite, 'suite.json', {})
  const { checks, problems } = await answers.ask(contract, jsonLines(one.data))
  expect(problems).toEqual([])
  expect(checks.length).toBeGreaterThan(0)
  expect(checks.every(({ verdict }) => verdict === 'pass')).toBe(one.success)
  if (one.unexpected !== null && one.unexpected > 0) expect(checks.at(-1)?.measured).toBe(one.unexpected)
})
