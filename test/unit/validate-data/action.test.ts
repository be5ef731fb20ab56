import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { explain } from '../../../actions/validate-data/explain.js'
import type { FakeContext } from '../../support/context.js'
import { sampleDraft } from '../../support/sample-package.js'
import { again, contract, csv, problemsOf, times, validate } from './support.js'

const rows = (from: number, n: number, y: (i: number) => number | string = (i) => (i * 7919) % 2) =>
  times(n, (k) => [from + k, `user-${from + k}`, ['red', 'green', 'blue'][(from + k) % 3] as string, y(from + k)])
const HEADER = 'n,id,color,y'
const DATA = { train: 'train.csv', test: 'test.csv', target: 'y', id: 'id' }
const CONTRACT = contract('columns: [{ name: n }, { name: id }, { name: color }, { name: y }]')

describe('leakage', () => {
  test('a feature that gives the label away fails, and is named with its power', async () => {
    const leak = times(400, (i) => [i, (i * 7919) % 5, (i * 7919) % 5 > 2 ? 'yes' : 'no'])
    const { outcome, check, markdown } = await validate(
      { 'train.csv': csv('n,copy,y', leak), 'data-contract.yml': contract('extra-columns: allow') },
      { train: 'train.csv', target: 'y' },
    )
    expect(outcome.verdict).toBe('fail')
    expect(check('label-leak', 'copy')).toMatchObject({
      verdict: 'fail',
      measured: 1,
      expected: 'at most 0.95',
      n: 400,
    })
    expect(outcome.summary).toBe('feature "copy" alone tells the label "y" with a power of 1.00')
    expect(markdown).toContain('do not train on these data')
  })

  test('costs that are filled in after the damage are found where they speak', async () => {
    const damaged = (i: number) => i % 10 === 0
    const repair = times(3000, (i) => [i % 41, damaged(i) && i % 50 === 0 ? 1000 + i : 0, damaged(i) ? 1 : 0])
    const { findings, check } = await validate(
      { 'train.csv': csv('speed,cost_repair,damage', repair), 'data-contract.yml': contract('extra-columns: allow') },
      { train: 'train.csv', target: 'damage' },
    )
    expect(findings).toEqual(['fail rare-label-leak cost_repair'])
    expect(check('rare-label-leak').message).toBe(
      'feature "cost_repair" gives the label away where it speaks: of the 60 rows in which it is not "0", 60 have damage = 1, against 10 % of all rows',
    )
  })

  test('the target among the features', async () => {
    const { findings } = await validate(
      { 'train.csv': csv(HEADER, rows(0, 100)), 'data-contract.yml': CONTRACT },
      { train: 'train.csv', target: 'y', features: ['n', 'y'] },
    )
    expect(findings).toContain('fail target-among-features y')
  })

  test('test rows that stand in train fail; rows that repeat by nature only warn', async () => {
    const files = (train: string, test: string) => ({
      'train.csv': train,
      'test.csv': test,
      'data-contract.yml': CONTRACT,
    })
    const split = await validate(files(csv(HEADER, rows(0, 200)), csv(HEADER, rows(190, 100))), DATA)
    expect(split.findings).toEqual(['fail row-overlap train and test', 'fail id-overlap id'])
    expect(split.check('row-overlap')).toMatchObject({
      message: '10 of 100 test rows (10 %) also stand in the training data',
      examples: expect.arrayContaining([{ where: 'test.csv row 1', value: 'equals train.csv row 191' }]),
    })
    const few = (from: number) => times(200, (i) => [i % 4, `user-${from + i}`, 'red', i % 3 === 0 ? 1 : 0])
    const natural = await validate(files(csv(HEADER, few(0)), csv(HEADER, few(1000))), DATA)
    expect(natural.findings).toEqual(['warn row-overlap train and test'])
    const clean = await validate(files(csv(HEADER, rows(0, 200)), csv(HEADER, rows(200, 100))), DATA)
    expect(clean.findings).toEqual([])
    expect(clean.check('row-overlap').message).toBe('no test row stands in the training data')
  })
})

describe('drift against the deployed version', () => {
  async function deploy(fake: FakeContext, profile: string, version: string, state: 'success' | 'failure' = 'success') {
    const registry = await fake.ctx.registry()
    const files = { 'model.json': `{"v":"${version}"}`, 'data-profile.json': profile }
    const { version: published } = await registry.publish(
      await sampleDraft(join(fake.root, 'packages', version), 'model', files, version),
    )
    await registry.recordDeployment({
      environment: 'production',
      tag: published.tag,
      manifestDigest: published.manifestDigest,
      action: 'deploy',
      state,
      at: '2026-01-01T00:00:00.000Z',
      reason: null,
    })
  }

  test('a history that cannot be read is no first run', async () => {
    const { outcome, check } = await validate(
      {
        'train.csv': csv(HEADER, rows(0, 100)),
        'data-contract.yml': CONTRACT,
        '.plumbline-registry/environments/production.jsonl': 'junk\n',
      },
      { train: 'train.csv', target: 'y', id: 'id' },
    )
    expect(outcome.verdict).toBe('inconclusive')
    expect(check('baseline-unreadable').message).toContain(
      'drift was not measured: the history of environment "production" is damaged in line 1: restore the file',
    )
  })

  test('a first run, then the same data, then others', async () => {
    const first = await validate(
      { 'train.csv': csv(HEADER, rows(0, 1000)), 'data-contract.yml': CONTRACT },
      { train: 'train.csv', target: 'y', id: 'id' },
    )
    expect(first.outcome.verdict).toBe('pass')
    expect(first.validation).toMatchObject({
      baseline: null,
      baselineReason: 'no version is deployed in production yet',
    })
    await deploy(first.fake, JSON.stringify(first.profile), '1.0.0')

    const same = await again(first.fake)
    expect(same.outcome.verdict).toBe('pass')
    expect(same.validation.baseline?.source).toBe('model@v1.0.0, deployed in production')
    expect(same.check('drift')).toMatchObject({
      verdict: 'pass',
      message: 'the train data are those of the baseline, byte for byte',
    })

    await writeFile(join(first.fake.root, 'train.csv'), csv(HEADER, rows(0, 1000).reverse()))
    const turned = await again(first.fake)
    expect(
      turned.validation.checks
        .filter(({ rule }) => rule === 'drift')
        .map(({ subject, measured }) => [subject, measured]),
    ).toEqual([
      ['train: n', 0],
      ['train: color', 0],
    ])

    await writeFile(
      join(first.fake.root, 'train.csv'),
      csv(
        HEADER,
        rows(600, 1000, () => 1).map((row, i) => [
          row[0] as number,
          row[1] as string,
          i % 2 ? 'red' : 'violet',
          (i * 7919) % 3 === 0 ? 1 : 0,
        ]),
      ),
    )
    const moved = await again(first.fake)
    expect(moved.findings.sort()).toEqual([
      'fail drift train: color',
      'fail drift train: n',
      'warn label-drift train: y',
    ])
    expect(moved.check('drift', 'train: color').message).toMatch(
      /^"color" has drifted: its index is \d\.\d{3}; "values not listed in the baseline" went from 0 % to 50 % of the rows; since when is not known: the data have no `data\.time`; new: "violet" \(500 rows\)$/,
    )
    expect(moved.html).toContain('baseline')

    // A few rows cannot show it.
    await writeFile(join(first.fake.root, 'train.csv'), csv(HEADER, rows(0, 60)))
    expect((await again(first.fake)).check('drift', 'train: n').verdict).toBe('inconclusive')
  })

  test('a release without a readable profile is not green, a failed deployment does not count', async () => {
    const first = await validate(
      { 'train.csv': csv(HEADER, rows(0, 300)), 'data-contract.yml': CONTRACT },
      { train: 'train.csv', target: 'y', id: 'id' },
    )
    await deploy(first.fake, JSON.stringify(first.profile), '1.0.0', 'failure')
    expect((await again(first.fake)).check('first-run').verdict).toBe('pass')
    await deploy(first.fake, '{"schema":"plumbline.data-profile/9"}', '1.0.1')
    const unreadable = await again(first.fake)
    expect(unreadable.findings).toEqual(['inconclusive baseline-unreadable baseline'])
    expect(unreadable.outcome.summary).toMatch(/the profile of model@v1\.0\.1 cannot be read/)
  })

  test('a file as baseline, none at all, and a path that is wrong', async () => {
    const files = { 'train.csv': csv(HEADER, rows(0, 300)), 'data-contract.yml': CONTRACT }
    const { profile } = await validate(files, DATA_TRAIN)
    const withFile = await validate(
      { ...files, 'base/data-profile.json': JSON.stringify(profile) },
      { ...DATA_TRAIN, baseline: 'base/data-profile.json' },
    )
    expect(withFile.validation.baseline?.source).toBe('base/data-profile.json')
    expect((await validate(files, { ...DATA_TRAIN, baseline: 'none' })).check('no-baseline').verdict).toBe('pass')
    expect(await problemsOf(files, { ...DATA_TRAIN, baseline: 'gone.json' })).toEqual([
      'data.baseline: gone.json is not there → write `deployed`, `none`, or the path of a data-profile.json that an earlier run wrote',
    ])
  })
})
const DATA_TRAIN = { train: 'train.csv', target: 'y', id: 'id' }

describe('documents', () => {
  test('the same inputs give the same bytes, and name every file that they were made from', async () => {
    const files = {
      'train.csv': csv(HEADER, rows(0, 200)),
      'test.csv': csv(HEADER, rows(500, 80)),
      'data-contract.yml': CONTRACT,
    }
    const [a, b] = [await validate(files, DATA), await validate(files, DATA)]
    expect(a.validation).toEqual(b.validation)
    expect(a.profile).toEqual(b.profile)
    expect(a.validation.inputs.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'file data-contract.yml',
      'file train.csv',
      'file test.csv',
      'document .plumbline/data-profile.json',
    ])
    expect(JSON.stringify([a.validation, a.profile])).not.toContain(a.fake.root)
    expect(a.profile).toMatchObject({ target: 'y', features: ['n', 'color'] })
    expect(a.validation.counts).toMatchObject({ datasets: 2, rows: 280, columns: 8 })
  })

  test('one verdict for CSV, JSON Lines and Parquet', async () => {
    const data = times(120, (i) => ({
      n: i % 7 === 0 ? null : i,
      color: i === 5 ? 'pink' : 'red',
      day: `2024-01-${String((i % 28) + 1).padStart(2, '0')}`,
      y: i % 2,
    }))
    const rules = contract(`columns:
  - { name: n, type: integer, missing: { max-share: 0.1 }, range: { max: 100 } }
  - { name: color, type: string, values: [red] }
  - { name: day, type: date }
  - { name: y, type: integer }`)
    const asCsv = await validate(
      {
        'train.csv': csv(
          'n,color,day,y',
          data.map((row) => Object.values(row)),
        ),
        'data-contract.yml': rules,
      },
      { train: 'train.csv', target: 'y' },
    )
    const lines = await validate(
      { 'train.jsonl': data.map((row) => `${JSON.stringify(row)}\n`).join(''), 'data-contract.yml': rules },
      { train: 'train.jsonl', target: 'y' },
    )
    const engine = await asCsv.fake.ctx.data()
    await engine.run(
      `COPY (SELECT n::BIGINT AS n, color, day::DATE AS day, y::BIGINT AS y FROM read_csv('${join(asCsv.fake.root, 'train.csv')}', all_varchar = true)) TO '${join(asCsv.fake.root, 'train.parquet')}' (FORMAT parquet)`,
    )
    const parquet = await validate(
      { 'train.parquet': await readFile(join(asCsv.fake.root, 'train.parquet')), 'data-contract.yml': rules },
      { train: 'train.parquet', target: 'y' },
    )
    const judged = ({ validation }: typeof parquet, name: string) =>
      JSON.stringify(validation.checks).replaceAll(name, 'train.csv')
    expect(judged(lines, 'train.jsonl')).toBe(judged(asCsv, 'train.csv'))
    expect(judged(parquet, 'train.parquet')).toBe(judged(asCsv, 'train.csv'))
    expect(asCsv.findings).toEqual([
      'fail missing-value train: n',
      'fail value-range train: n',
      'fail allowed-values train: color',
    ])
  })

  test('the order of rows does not change a verdict or a number', async () => {
    const data = rows(0, 150, (i) => (i % 3 === 0 ? 1 : 0))
    const rules = contract(
      'columns: [{ name: n, type: integer, range: { max: 140 } }, { name: color, values: [red, blue] }]',
    )
    const numbers = async (order: readonly (readonly (string | number)[])[]) => {
      const { validation } = await validate({ 'train.csv': csv(HEADER, order), 'data-contract.yml': rules }, DATA_TRAIN)
      // The order of the rows is what this one is about.
      const others = validation.checks.filter(({ rule }) => rule !== 'ordered-rows')
      return others.map(({ examples: _, ...check }) => check)
    }
    const expected = await numbers(data)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(data, { minLength: data.length }), async (order) => {
        expect(await numbers(order)).toEqual(expected)
      }),
      { numRuns: 3 },
    )
  })
})

describe('hostile data', () => {
  const EVIL = [
    '::error file=x::boom',
    '<script>alert(1)</script>',
    '| a | b |',
    '@octocat #1',
    '=cmd()',
    '%0A::set-output name=x::y',
    '`code`',
    '\u202eevil',
  ]

  test('workflow commands, HTML, table borders and mentions in names and values are inert', async () => {
    const header = EVIL.map((name) => `"${name.replaceAll('"', '""')}"`).join(',')
    const body = csv(header, [EVIL, EVIL.map((value) => `${value}2`), EVIL.map((value) => `${value}3`)])
    const rules = contract(
      `columns:\n${EVIL.map((name) => `  - { name: ${JSON.stringify(name)}, values: [x] }`).join('\n')}`,
    )
    const { outcome, findings, markdown, html, fake } = await validate({
      'train.csv': body,
      'data-contract.yml': rules,
    })
    expect(outcome.verdict).toBe('fail')
    expect(findings.filter((finding) => finding.startsWith('fail allowed-values'))).toHaveLength(EVIL.length)
    const outsideFences = markdown.replace(/```[\s\S]*?```|`[^`\n]*`/g, '')
    expect(outsideFences).not.toMatch(/<script|^\s*::|@octocat/m)
    expect(html).not.toContain('<script>alert')
    expect(markdown).not.toContain('\u202e')
    // Six columns in the table of findings, five in the folded list of all of them.
    for (const line of markdown.split('\n').filter((text) => text.startsWith('| ✗')))
      expect([7, 6]).toContain(line.match(/(?<!\\)\|/g)?.length)
    expect(fake.summaries.join('')).toBe(markdown)
  })

  test('every finding has an explanation', async () => {
    const { validation } = await validate(
      { 'train.csv': csv(HEADER, rows(0, 50)), 'test.csv': csv(HEADER, rows(0, 50)) },
      DATA,
    )
    for (const { rule } of validation.checks) expect(explain).toHaveProperty(rule)
  })
})
