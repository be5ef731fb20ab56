import { readFileSync } from 'node:fs'
import { pandera } from '../../../../actions/validate-data/formats/pandera/read.js'
import { type Answers, jsonLines, openAnswers } from '../rules-support.js'

interface Case {
  readonly name: string
  readonly data: Readonly<Record<string, readonly unknown[]>>
  readonly schema: unknown
  readonly success: boolean
}

const { cases } = JSON.parse(readFileSync(new URL('./pandera-cases.json', import.meta.url), 'utf8')) as {
  cases: Case[]
}

let answers: Answers
beforeAll(async () => {
  answers = await openAnswers()
})
afterAll(() => answers.close())

test.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
  const { contract } = pandera.read(JSON.stringify(one.schema), 'schema.json', {})
  const { checks, problems } = await answers.ask(contract, jsonLines(one.data))
  expect(problems).toEqual([])
  // A check with raise_warning warns there and here.
  expect(checks.map(({ verdict }) => verdict).every((verdict) => verdict === 'pass' || verdict === 'warn')).toBe(
    one.success,
  )
})
