import { explain } from '../../../actions/validate-data/explain.js'
import { contract, csv, problemsOf, times, validate } from './support.js'

const ROWS = times(100, (i) => [
  i,
  `user-${i}`,
  i % 3 === 0 ? 'red' : 'blue',
  i % 2,
  `2024-01-${String((i % 28) + 1).padStart(2, '0')}`,
])
const DATA = csv('n,id,color,y,day', ROWS)

const judge = (rules: string, data = DATA, more: Record<string, unknown> = {}) =>
  validate({ 'train.csv': data, 'data-contract.yml': contract(rules) }, { train: 'train.csv', ...more })

describe('data that keep the contract', () => {
  test('pass, with every measurement told', async () => {
    const { outcome, check, findings } = await judge(
      `rows: { min: 50, max: 200 }
duplicates: { max-share: 0 }
extra-columns: fail
columns:
  - { name: n, type: integer, missing: { max-share: 0 }, unique: true, range: { min: 0, max: 99 }, outliers: { z: 3, max-share: 0 } }
  - { name: id, type: string, length: { min: 6, max: 7 } }
  - { name: color, values: [red, blue] }
  - { name: y, type: integer, values: ["0", "1"] }
  - { name: day, type: date, range: { min: "2024-01-01", max: "2024-01-28" } }
label: { min-share: 0.4 }`,
      DATA,
      { target: 'y', features: ['n', 'color'] },
    )
    expect(findings).toEqual([])
    expect(outcome).toMatchObject({
      verdict: 'pass',
      summary: '20 checks passed',
      outputs: { rows: 100, failed: 0, warned: 0 },
    })
    expect(check('value-range', 'train: n')).toMatchObject({
      measured: 0,
      expected: 'at least 0, at most 99',
      n: 100,
      where: { file: 'data-contract.yml', line: 6 },
    })
    expect(check('label-balance').message).toBe('the rarest class, "1", has 50 of 100 rows (50 %)')
    expect(check('first-run').message).toBe('drift was not measured: no version is deployed in production yet')
  })
})

describe('data that break it', () => {
  test('each rule, with count, first rows, line of the contract and cure', async () => {
    const rows = ROWS.map((row) => [...row])
    ;(rows[3] as unknown[])[0] = 'three'
    ;(rows[4] as unknown[])[0] = 1_000_000
    ;(rows[5] as unknown[])[1] = 'user-6'
    ;(rows[6] as unknown[])[2] = 'gréén'
    ;(rows[7] as unknown[])[2] = null
    ;(rows[8] as unknown[])[4] = '2031-01-01'
    const { validation, findings, check, fake } = await validate(
      {
        'train.csv': csv('n,id,color,y,day', [...rows, rows[0] as never]),
        'data-contract.yml': contract(`rows: { min: 500 }
duplicates: { max-share: 0 }
extra-columns: warn
columns:
  - name: n
    type: integer
    range: { max: 99 }
    outliers: { z: 5, max-share: 0 }
  - name: id
    unique: true
    length: { max: 6 }
    max-unknown: 0.5
  - name: color
    values: [red, blue]
    missing: { max-share: 0 }
    level: warn
  - name: day
    type: date
    range: { max: "2024-12-31" }
  - name: gone`),
      },
      { train: 'train.csv', target: 'y', features: ['color'] },
    )
    expect(findings.sort()).toEqual([
      'fail deviated-value train: n',
      'fail duplicate-row train',
      'fail missing-label train: gone',
      'fail row-count train',
      'fail type-error train: n',
      'fail unique-error train: id',
      'fail value-length train: id',
      'fail value-range train: day',
      'fail value-range train: n',
      'warn allowed-values train: color',
      'warn extra-label train',
      'warn missing-value train: color',
    ])
    expect(check('type-error')).toMatchObject({
      message: '1 of 101 values of "n" (0.990 %) is not written as integer',
      examples: [{ where: 'train.csv row 4', value: 'three' }],
      where: { file: 'data-contract.yml', line: 7 },
    })
    expect(check('value-range', 'train: n').examples).toEqual([{ where: 'train.csv row 5', value: '1000000' }])
    expect(check('unique-error')).toMatchObject({
      measured: 2,
      examples: expect.arrayContaining([{ where: 'train.csv row 6', value: 'user-6' }]),
    })
    expect(check('allowed-values').examples).toEqual([{ where: 'train.csv row 7', value: 'gréén' }])
    expect(check('missing-value').examples).toEqual([{ where: 'train.csv row 8', value: null }])
    expect(check('value-range', 'train: day').examples).toEqual([{ where: 'train.csv row 9', value: '2031-01-01' }])
    expect(check('duplicate-row')).toMatchObject({
      details: { extra: 1, groups: 1, members: 2 },
      examples: [{ where: 'train.csv row 101', value: 'equals train.csv row 1' }],
    })
    expect(check('extra-label').message).toBe('1 column of the train data is not in the contract: "y"')
    expect(fake.logged.filter(({ level }) => level === 'error')[0]).toMatchObject({
      place: { file: 'data-contract.yml', title: expect.stringContaining('validate-data: ') },
    })
    for (const check of validation.checks.filter(({ verdict }) => verdict !== 'pass')) {
      expect(check.cure).not.toBeNull()
      expect(explain).toHaveProperty(check.rule)
    }
  })

  test('on GitHub the first bad row of each finding is a notice at its line of the data', async () => {
    const rules = 'extra-columns: allow\ncolumns: [{ name: n, range: { max: 97 } }, { name: color, values: [blue] }]'
    const files = { 'train.csv': DATA, 'data-contract.yml': contract(rules) }
    const run = {
      kind: 'github',
      repository: 'acme/strikes',
      commit: 'c'.repeat(40),
      ref: 'refs/heads/main',
      event: 'push',
      workflow: 'data',
      job: 'data',
      runId: '1',
      attempt: 1,
      url: 'https://github.com/acme/strikes/actions/runs/1',
    } as const
    const { fake } = await validate(files, { train: 'train.csv' }, {}, { run })
    const notices = fake.logged.filter(({ level }) => level === 'notice').map(({ message, place }) => [message, place])
    expect(notices).toEqual([
      [
        '2 of 100 values of "n" (2 %) are outside the range: the first is here',
        { title: 'validate-data: value-range: train: n', file: 'train.csv', line: 100 },
      ],
      [
        '34 of 100 values of "color" (34 %) are not among the allowed ones: the first is here',
        { title: 'validate-data: allowed-values: train: color', file: 'train.csv', line: 2 },
      ],
    ])
  })

  test('a tolerated share is compared as a count: 1 of 10 is within 0.1, 2 are not', async () => {
    const data = (bad: number) =>
      csv(
        'c',
        times(10, (i) => [i < bad ? 'x' : 'a']),
      )
    const rules = 'columns: [{ name: c, values: [a], max-unknown: 0.1 }]'
    expect((await judge(rules, data(1))).check('allowed-values')).toMatchObject({
      verdict: 'pass',
      details: { share: 0.1, allowed: 1 },
    })
    expect((await judge(rules, data(2))).check('allowed-values').verdict).toBe('fail')
  })

  test('a day as upper end includes the whole day; the next does not', async () => {
    const data = csv('t', [['2024-01-31T23:59:59Z'], ['2024-02-01T00:00:00Z']])
    const { check } = await judge('columns: [{ name: t, type: timestamp, range: { max: "2024-01-31" } }]', data)
    expect(check('value-range')).toMatchObject({
      measured: 1,
      examples: [{ where: 'train.csv row 2', value: '2024-02-01 00:00:00' }],
    })
  })

  // Great Expectations 1.24 and frictionless-py 5.21: an infinity breaks a bound on its side, a NaN of pandas is missing.
  test('NaN and infinities are missing, and infinities never within a range', async () => {
    const data = csv('x', [[1], ['NaN'], ['inf'], [2], [null]])
    const { check } = await judge(
      'columns: [{ name: x, type: number, missing: { max-share: 0.5 }, range: { max: 10 } }]',
      data,
    )
    expect(check('missing-value')).toMatchObject({ verdict: 'fail', measured: 3, n: 5 })
    expect(check('value-range')).toMatchObject({ verdict: 'fail', measured: 1, n: 3, examples: [{ value: 'inf' }] })
  })

  test('a column without values is not green', async () => {
    const data = csv(
      'a,x',
      times(30, (i) => [i, null]),
    )
    const rules = (share: number) => `columns: [{ name: x, missing: { max-share: ${share} }, values: [a] }]`
    expect((await judge(rules(0.9), data)).findings.sort()).toEqual([
      'fail missing-value train: x',
      'inconclusive allowed-values train: x',
      'warn extra-label train',
      'warn no-target data.target',
    ])
    // Unless the contract says in so many words that it may be empty.
    expect((await judge(rules(1), data)).check('allowed-values').verdict).toBe('pass')
  })

  test('a range of numbers on a column of text says so', async () => {
    const { check } = await judge('columns: [{ name: color, range: { max: 3 } }, { name: day, outliers: {} }]')
    expect(check('type-error', 'train: color').message).toBe(
      'the range of "color" needs numbers, and the column is string',
    )
    expect(check('type-error', 'train: day').message).toBe('the outliers of "day" need numbers, and the column is date')
  })

  test('labels: too rare, all the same, missing, or no target at all', async () => {
    const data = csv(
      'x,y',
      times(100, (i) => [i, i < 2 ? 'b' : 'a']),
    )
    expect(
      (await judge('label: { min-share: 0.05, level: warn }', data, { target: 'y' })).check('label-balance'),
    ).toMatchObject({ verdict: 'warn', message: 'the rarest class, "b", has 2 of 100 rows (2 %)' })
    const same = csv(
      'x,y',
      times(100, (i) => [i, 'a']),
    )
    expect((await judge('label: { min-share: 0 }', same, { target: 'y' })).check('label-balance')).toMatchObject({
      verdict: 'fail',
      message: 'every label is "a"',
    })
    const some = csv(
      'x,y',
      times(100, (i) => [i, i < 40 ? 'a' : i < 80 ? 'b' : null]),
    )
    expect((await judge('', some, { target: 'y' })).check('row-without-label')).toMatchObject({
      verdict: 'warn',
      measured: 20,
    })
    expect((await judge('', some, { target: 'z' })).findings).toContain('fail missing-label train: z')
    expect((await judge('', some)).findings).toContain('warn no-target data.target')
  })
})

describe('a contract with mistakes', () => {
  test('all of them at once, with their lines', async () => {
    const text = `schema: plumbline.data-contract/1
rows: { min: 10, max: 5 }
colums: []
columns:
  - name: a
    type: int
  - name: b
    missing: { max-share: 2 }
`
    const problems = await problemsOf({ 'train.csv': DATA, 'data-contract.yml': text }, { train: 'train.csv' })
    expect(problems.sort()).toEqual([
      expect.stringMatching(/^data-contract\.yml:3: unknown key `colums` → did you mean `columns`/),
      expect.stringMatching(/^data-contract\.yml:6: `columns\.0\.type` is "int"/),
      expect.stringMatching(/^data-contract\.yml:8: `columns\.1\.missing\.max-share` is 2/),
    ])
  })

  test('contradictions that no schema sees', async () => {
    const text = contract(`rows: { min: 10, max: 5 }
drift: { warn: 0.5, fail: 0.1 }
columns:
  - { name: a, type: string, range: { min: 1 } }
  - { name: a, range: {} }
  - { name: b, type: date, range: { min: 5 } }
  - { name: c, type: integer, range: { min: 5, max: 1 }, length: { max: 3 } }
  - { name: d, type: date, range: { min: "2024-02-31" } }
  - { name: e, type: string, length: { min: 5, max: 1 }, outliers: {}, values: [x, x] }`)
    const problems = await problemsOf({ 'train.csv': DATA, 'data-contract.yml': text }, { train: 'train.csv' })
    expect(problems.map((problem) => problem.split(' → ')[0])).toEqual([
      'data-contract.yml:5: column "a" has a range, but its type is string',
      'data-contract.yml:6: column "a" is declared twice',
      'data-contract.yml:6: the range of "a" has neither min nor max',
      'data-contract.yml:7: the range of "b" is 5',
      'data-contract.yml:8: `range.min` of "c" is larger than `range.max`',
      'data-contract.yml:8: column "c" has a length, but its type is integer',
      'data-contract.yml:9: the range of "d" is "2024-02-31"',
      'data-contract.yml:10: `length.min` of "e" is larger than `length.max`',
      'data-contract.yml:10: column "e" has outliers, but its type is string',
      'data-contract.yml:10: `values` of "e" names a value twice',
      'data-contract.yml:2: `rows.min` is larger than `rows.max`',
      'data-contract.yml:3: `drift.warn` is larger than `drift.fail`',
    ])
  })
})

test('without a contract the built-in checks run, and the verdict warns', async () => {
  const { outcome, findings, validation, check } = await validate(
    { 'train.csv': DATA },
    { train: 'train.csv', target: 'y', features: ['n'] },
  )
  expect(outcome.verdict).toBe('warn')
  expect(findings).toEqual(['warn no-contract data-contract.yml'])
  expect(check('no-contract')).toMatchObject({ cure: 'write one with `plumbline infer`, read it and commit it' })
  expect(validation.contract).toBeNull()
  expect(validation.checks.map(({ rule }) => rule)).toEqual([
    'no-contract',
    'duplicate-row',
    'label-balance',
    'label-leak',
    'conflicting-labels',
    'ordered-rows',
    'first-run',
  ])
})

test('without data there is nothing to judge', async () => {
  expect(await problemsOf({}, {})).toEqual([
    ': `data.train` is missing: there is nothing to validate → add to plumbline.yml:  data: { train: data/train.csv, test: data/test.csv, target: <column> }',
  ])
})
