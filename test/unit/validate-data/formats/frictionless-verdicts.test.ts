import { readFileSync } from 'node:fs'
import { checkNames } from '../../../../actions/validate-data/check-names.js'
import type { LoadedContract } from '../../../../actions/validate-data/contract.js'
import { frictionless } from '../../../../actions/validate-data/formats/frictionless/read.js'
import type { Check } from '../../../../shared/contracts/common.js'
import { type Answers, openAnswers } from '../rules-support.js'

interface Case {
  readonly name: string
  readonly data: string
  readonly schema: Readonly<Record<string, unknown>>
  readonly dialect?: Readonly<Record<string, unknown>>
  /** What frictionless-py says: `row` counts from 1 with the header. */
  readonly errors: readonly { readonly code: string; readonly row?: number; readonly field?: string }[]
  /** Rows in which the standard, or the way a type is written here, says otherwise. */
  readonly differs?: { readonly rows: readonly number[]; readonly why: string }
}

const { cases } = JSON.parse(readFileSync(new URL('./frictionless-cases.json', import.meta.url), 'utf8')) as {
  cases: Case[]
}

let answers: Answers
beforeAll(async () => {
  answers = await openAnswers()
})
afterAll(() => answers.close())

async function judge(one: Case): Promise<void> {
  const resource = { name: 'data', path: 'data.csv', schema: one.schema, dialect: one.dialect ?? {} }
  const { contract, source } = frictionless.read(JSON.stringify(resource), 'resource.json', {})
  const { checks, problems, profile } = await answers.ask(contract, one.data, 'data.csv', source)
  expect(problems).toEqual([])
  const broken = checks.filter(({ verdict }) => verdict !== 'pass')

  const rows = new Set(one.errors.flatMap(({ row }) => (row === undefined ? [] : [row])))
  for (const row of one.differs?.rows ?? []) if (!rows.delete(row)) rows.add(row)
  expect([...new Set(broken.flatMap(badRows))].sort((a, b) => a - b)).toEqual([...rows].sort((a, b) => a - b))

  // What concerns the header has no row.
  const loaded = { contract, path: 'resource.json', place: () => null } as unknown as LoadedContract
  const names = [...checkNames(profile, loaded), ...checks.filter(({ rule }) => rule === 'incorrect-label')]
  expect(names.some(({ verdict }) => verdict !== 'pass')).toBe(one.errors.some(({ row }) => row === undefined))
}

test.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => judge(one))

test('no case is left out', () => {
  expect(cases).toHaveLength(56)
})

/** Rows that a finding shows, counted as frictionless-py does. Of copies it shows the first row too, which is not bad. */
function badRows({ rule, examples }: Check): number[] {
  const rows = examples.map(({ where }) => rowOf(where))
  if (rule !== 'unique-error' && rule !== 'primary-key') return rows
  const values = examples.map(({ value }) => value)
  return rows.filter((_, i) => values.indexOf(values[i] ?? null) !== i)
}

/** `data.csv row 3` → 4: frictionless-py counts the header too. */
function rowOf(where: string): number {
  const [, row] = / row (\d+)/.exec(where) ?? []
  if (row === undefined) throw new Error(`no row in ${where}`)
  return Number(row) + 1
}
