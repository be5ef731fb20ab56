import { groupFindings } from '../../../actions/validate-data/report/findings.js'
import {
  columnTable,
  type Facts,
  renderComment,
  renderValidation,
} from '../../../actions/validate-data/report/render.js'
import { NOT_SHOWN, sensitiveColumns, withoutSensitive } from '../../../actions/validate-data/report/sensitive.js'
import type { Check } from '../../../shared/contracts/common.js'
import { renderMarkdown } from '../../../shared/report/markdown.js'
import { aCheck, aPass } from '../../support/checks.js'
import { PAYLOADS } from '../../support/hostile.js'
import { aColumn, aProfile } from '../../support/profiles.js'

const factsOf = (checks: readonly Check[], about: Partial<Facts> = {}): Facts => ({
  verdict: 'fail',
  summary: checks[0]?.message ?? '',
  checks: [...checks],
  contract: { path: 'data-contract.yml', digest: `sha256:${'b'.repeat(64)}` },
  baseline: null,
  baselineReason: 'no version is deployed',
  prepare: null,
  counts: { datasets: 1, rows: 100, columns: 2, checks: checks.length, failed: 1, warned: 0 },
  ...about,
})
const comment = (checks: readonly Check[], about: Partial<Facts> = {}) =>
  renderMarkdown(renderComment(factsOf(checks, about), [aProfile()]))
const summary = (checks: readonly Check[]) => renderMarkdown(renderValidation(factsOf(checks), [aProfile()], []))

test('a comment says verdict, reason, what was measured and expected, and the first bad rows', () => {
  const check = aCheck({
    cure: 'raise `missing.max-share`',
    examples: [{ where: 'data/train.csv row 17, id "u17"', value: 'n/a' }],
  })
  expect(comment([check, aPass()])).toBe(`### ✗ fail · validate-data: do not train on these data

12 of 100 values of "age" are missing (12 %)

|  | rule | what was found | measured | expected | what to do |
| --- | --- | --- | --: | --- | --- |
| ✗ fail | \`missing-value\` | 12 of 100 values of "age" are missing (12 %) | 0.120 | at most 0.05 | raise \`missing.max-share\` |

<details><summary>First rows of each finding</summary>

| rule | subject | where | value |
| --- | --- | --- | --- |
| \`missing-value\` | train: age | data/train.csv row 17, id "u17" | \`n/a\` |

</details>

2 checks: 1 failed, 0 warned.

- train: \`data/train.csv\`, 2 kB, 100 rows, 2 columns
- contract: \`data-contract.yml\`, sha256:bbbbbbbbbbbb
- drift: not measured, no version is deployed
`)
})

test('against a profile it says that the joint distribution was not measured, and how it can be', () => {
  const baseline = { source: 'base.json', digest: `sha256:${'c'.repeat(64)}` }
  const lineOf = (checks: readonly Check[]) =>
    comment(checks, { baseline, baselineReason: null })
      .split('\n')
      .find((line) => line.startsWith('- drift against'))
  const against = '- drift against: base.json, sha256:cccccccccccc'
  const column = aPass({ rule: 'drift', subject: 'train: age' })
  expect(lineOf([column])).toBe(
    `${against}; its columns one by one, not their joint distribution, as a profile holds no rows: \`data.baseline: { data: … }\` names some`,
  )
  expect(lineOf([column, aPass({ rule: 'pair-drift', subject: 'train' })])).toContain(
    '; its columns and pairs of them, not the joint distribution of all, as a profile holds no rows: ',
  )
  expect(lineOf([column, aPass({ rule: 'joint-drift', subject: 'train' })])).toBe(against)
  // The same file on both sides: nothing was compared.
  expect(lineOf([aPass({ rule: 'drift', subject: 'train' })])).toBe(against)
})

test('a comment of data that pass is short', () => {
  const text = comment([aPass()], { verdict: 'pass', summary: '1 check passed' })
  expect(text).not.toContain('|')
  expect(text.split('\n').filter((line) => line !== '')).toHaveLength(6)
})

test('findings of one rule are told together, worst first', () => {
  const checks = [
    aCheck({ rule: 'a', verdict: 'warn' }),
    ...['x', 'y', 'z'].map((name) => aCheck({ rule: 'b', subject: `train: ${name}`, message: `${name} is bad` })),
    aCheck({ rule: 'a', verdict: 'fail' }),
  ]
  expect(groupFindings(checks).map(({ first, checks: all }) => `${first.verdict} ${first.rule} ${all.length}`)).toEqual(
    ['fail b 3', 'fail a 1', 'warn a 1'],
  )
  const text = comment(checks)
  expect(text).toContain('| ✗ fail | `b` | **3 findings**: x is bad; also train: y, train: z | – | at most 0.05 |')
  expect(text).toContain('<details><summary>All 5 findings</summary>')
})

test('100,000 findings stay a text that can be read: capped, with words', () => {
  const checks = Array.from({ length: 100_000 }, (_, i) =>
    aCheck({ rule: `rule-${i % 400}`, subject: `train: c${i}`, message: 'm'.repeat(5000) }),
  )
  const text = comment(checks)
  expect(text.length).toBeLessThan(65_000)
  expect(text.match(/^\| ✗ fail \| `rule-\d+` \| \*\*/gm)).toHaveLength(12)
  expect(text).toContain('99,900 more in data-validation.json.')
  expect(text).toContain('Rows of 99,988 more findings in data-validation.json.')
  expect(text).not.toContain('Shortened to fit')
  expect(Buffer.byteLength(summary(checks))).toBeLessThan(1_000_000)
})

test.each(PAYLOADS.map((text) => [text]))('stays a table with %j', (text) => {
  const check = aCheck({
    subject: text,
    message: text,
    rule: text,
    expected: text,
    cure: text,
    examples: [{ where: text, value: text }],
  })
  const rows = comment([check])
    .split('\n')
    .filter((line) => line.startsWith('| ✗'))
  expect(rows).toHaveLength(1)
  expect(rows[0]?.match(/(?<!\\)\|/g)).toHaveLength(7)
})

describe('sensitive columns', () => {
  const secret = { how: 'omit', by: 'name', kind: 'email', reason: 'its name' } as const
  const profiles = [
    aProfile({
      columns: [aColumn({ name: 'mail', sensitive: secret, top: [{ value: 'ann@x.org', count: 9 }] }), aColumn()],
    }),
  ]

  test('are those that a profile calls so', () => {
    expect([...sensitiveColumns(profiles)]).toEqual(['mail'])
    expect([...sensitiveColumns([aProfile()])]).toEqual([])
  })

  test('no value of theirs is in a report', () => {
    const checks = withoutSensitive(
      [
        aCheck({ subject: 'train: mail', measured: 'ann@x.org', examples: [{ where: 'row 1', value: 'ann@x.org' }] }),
        aCheck({ subject: 'mail', examples: [{ where: 'row 1', value: 'ann@x.org' }] }),
        aCheck({ subject: 'train: mail by city', examples: [{ where: 'row 1', value: 'ann@x.org' }] }),
        aCheck({ subject: 'train: email', measured: 'Oslo', examples: [{ where: 'row 1', value: 'Oslo' }] }),
        aCheck({ subject: 'train: mail_2', measured: 3, examples: [] }),
      ],
      profiles,
    )
    expect(checks.map(({ measured, examples }) => [measured, examples[0]?.value])).toEqual([
      [NOT_SHOWN, NOT_SHOWN],
      [0.12, NOT_SHOWN],
      [0.12, NOT_SHOWN],
      ['Oslo', 'Oslo'],
      [3, undefined],
    ])
    const text = renderMarkdown(renderValidation(factsOf(checks), profiles, []))
    expect(text).not.toContain('ann')
    expect(text).toContain('| mail | string | 0 % | 2 | (not shown) | (not shown) | (not shown) |')
    expect(text).toContain('Oslo (60 %)')
  })

  test('a name of signs alone, or empty, ends', () => {
    const columns = ['+', ''].map((name) => aColumn({ name, sensitive: secret }))
    expect(withoutSensitive([aCheck({ subject: 'train: ++' })], [aProfile({ columns })]).length).toBe(1)
  })

  test('what a message or a detail quotes is a value, unless it is the name of a column', () => {
    const checks = withoutSensitive(
      [
        aCheck({ subject: 'train: mail', message: '"mail" has 2 values besides: "ann@x.org", "a\\"b, c" and more' }),
        aCheck({ subject: 'train: size', message: 'too many in 1 of 2 groups: mail = "ann@x.org" (3 of 3)' }),
        aCheck({ subject: 'train: mail', message: 'it moved', details: { values: '"ann@x.org" 3 %', limit: 0.1 } }),
        aCheck({ subject: 'train: city', message: 'the most frequent value of "city" is "Oslo"' }),
      ],
      profiles,
    )
    expect(checks.map(({ message }) => message)).toEqual([
      '"mail" has 2 values besides: (not shown), (not shown) and more',
      'too many in 1 of 2 groups: mail = (not shown) (3 of 3)',
      'it moved',
      'the most frequent value of "city" is "Oslo"',
    ])
    expect(checks[2]?.details).toEqual({ values: '(not shown) 3 %', limit: 0.1 })
  })

  test('of the rows of a query only columns that are known and not sensitive are left', () => {
    const [, other] = profiles[0]?.columns ?? []
    const name = other?.name ?? ''
    const rows = [
      JSON.stringify({ [name]: 'Oslo', mail: 'ann@x.org', alias: 'ann@x.org' }),
      `{"${name}":"Oslo","mail":"ann@x.o`,
      '3',
    ]
    const examples = rows.map((value, i) => ({ where: `row ${i + 1} of the query`, value }))
    const [check] = withoutSensitive([aCheck({ rule: 'sql-rows', subject: 'train', examples })], profiles)
    expect(check?.examples.map(({ value }) => value)).toEqual([
      JSON.stringify({ [name]: 'Oslo', mail: NOT_SHOWN, alias: NOT_SHOWN }),
      NOT_SHOWN,
      NOT_SHOWN,
    ])
    expect(
      withoutSensitive([aCheck({ rule: 'sql-rows', subject: 'train', examples })], [aProfile()])[0]?.examples,
    ).toEqual(examples)
  })
})

test('missing values are told by kind where that says more than their share', () => {
  const by = (missingBy: { empty: number; token: number; null: number; unknown: number }) =>
    aColumn({ name: 'age', rows: 100, missing: Object.values(missingBy).reduce((sum, n) => sum + n, 0), missingBy })
  const text = (...columns: ReturnType<typeof aColumn>[]) =>
    renderMarkdown({ title: '', blocks: columnTable(aProfile({ rows: 100, columns })) } as never)
  const told = text(
    by({ empty: 2, token: 10, null: 0, unknown: 0 }),
    by({ empty: 0, token: 3, null: 0, unknown: 0 }),
    by({ empty: 1, token: 0, null: 4, unknown: 5 }),
    by({ empty: 7, token: 0, null: 0, unknown: 0 }),
  )
  expect(told).toContain('missing by kind')
  expect(told).toContain('2 % empty, 10 % text for missing')
  expect(told).toContain('| 3 % text for missing |')
  expect(told).toContain('1 % empty, 4 % null, 5 % other')
  expect(told).not.toContain('7 % empty')
  expect(text(by({ empty: 7, token: 0, null: 0, unknown: 0 }))).not.toContain('by kind')
})
