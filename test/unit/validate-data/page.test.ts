import { equalParts } from '../../../actions/validate-data/report/distributions.js'
import { junitOf, sarifOf, suitesOf } from '../../../actions/validate-data/report/files.js'
import { type PageFacts, renderPage } from '../../../actions/validate-data/report/page.js'
import type { Check } from '../../../shared/contracts/common.js'
import type { MissingMap } from '../../../shared/data/missing-map.js'
import { renderHtml } from '../../../shared/report/html.js'
import { aCheck, aPass } from '../../support/checks.js'
import { PAYLOADS } from '../../support/hostile.js'
import { aColumn, aNumber, aProfile } from '../../support/profiles.js'

const page = (checks: readonly Check[], about: Partial<PageFacts> = {}) =>
  renderHtml(
    renderPage({
      facts: {
        verdict: 'fail',
        summary: 'because',
        checks: [...checks],
        contract: null,
        baseline: null,
        baselineReason: 'none',
        prepare: null,
        counts: { datasets: 1, rows: 100, columns: 2, checks: checks.length, failed: 1, warned: 0 },
      },
      profiles: [aProfile()],
      baseline: [aProfile()],
      missing: [],
      ...about,
    }),
  )

const drift = (column: string, measured: number, method: string): Check =>
  aCheck({
    rule: 'drift',
    subject: `train: ${column}`,
    measured,
    details: { method },
    verdict: measured > 0.2 ? 'fail' : 'pass',
  })

test('has its sections in the order in which they are needed', async () => {
  const missing: MissingMap = {
    blocks: [{ first: 1, rows: 100 }],
    columns: [{ name: 'age', missing: 12, counts: [12] }],
    more: 0,
  }
  const html = await page([aCheck(), aPass(), drift('age', 0.5, 'PSI')], {
    missing: [{ dataset: 'train', map: missing }],
  })
  expect([...html.matchAll(/<h2[^>]*>([^<]*)<\/h2>/g)].map((match) => match[1])).toEqual([
    'Findings',
    'Drift by column',
    'Missing values',
    'Columns',
    'Distributions',
    'Passed',
  ])
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1])
  expect(new Set(ids).size).toBe(ids.length)
  for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
  expect(html).toContain('at most 0.05 (data-contract.yml:7)')
})

test('ranks drift by each kind of index apart', async () => {
  const html = await page([
    drift('a', 0.01, 'PSI'),
    drift('b', 0.5, 'PSI'),
    drift('c', 0.3, 'Wasserstein'),
    drift('d', 0.3, 'PSI'),
  ])
  const tables = [...html.matchAll(/<caption>Drift of ([^<]*)<\/caption>([\s\S]*?)<\/table>/g)]
  expect(tables.map((match) => match[1])).toEqual([
    '3 columns from the baseline, largest PSI first',
    '1 column from the baseline, largest Wasserstein first',
  ])
  expect([...(tables[0]?.[2] ?? '').matchAll(/<th scope="row">([^<]*)</g)].map((match) => match[1])).toEqual([
    'train: b',
    'train: d',
    'train: a',
  ])
  expect(tables[0]?.[2]).toContain(
    'data-value="0.5"><span class="meter" aria-hidden="true"><span class="bar main" style="width:100%">',
  )
})

test('ranks the features by what they tell of the label', async () => {
  const power = [
    { feature: 'little', power: 0.1, n: 100, reason: null },
    { feature: 'most', power: 0.9, n: 90, reason: null },
    { feature: 'unknown', power: null, n: 0, reason: 'free text' },
  ]
  const html = await page([], { profiles: [aProfile({ power })] })
  const table = /<caption>Power of each feature[\s\S]*?<\/table>/.exec(html)?.[0] ?? ''
  expect([...table.matchAll(/<th scope="row">([^<]*)</g)].map((match) => match[1])).toEqual(['most', 'little'])
  expect(table).toContain('style="width:90%"')
})

test('draws the columns with findings first, and counts those it does not draw', async () => {
  const sensitive = { how: 'omit', by: 'name', kind: 'email', reason: '' } as const
  const columns = [
    aColumn({ name: 'ids', top: [] }),
    aColumn({ name: 'mail', sensitive }),
    ...Array.from({ length: 70 }, (_, i) => aNumber({ name: `n${i}` })),
  ]
  const html = await page([aCheck({ subject: 'train: n69' }), drift('n50', 0.9, 'PSI'), drift('n40', 0.1, 'PSI')], {
    profiles: [aProfile({ columns })],
    baseline: [],
  })
  const drawn = [...html.matchAll(/<figcaption>([^<]*), train data</g)].map((match) => match[1])
  expect(drawn).toHaveLength(60)
  // Failures before passes, more drift before less.
  expect(drawn.slice(0, 4)).toEqual(['n50', 'n69', 'n40', 'n0'])
  expect(html).toContain('10 more columns are not drawn')
  expect(html).not.toContain('Oslo')
})

test('draws every dataset: each has an equal part of the pictures, and what the others leave', async () => {
  const numbers = (n: number) => Array.from({ length: n }, (_, i) => aNumber({ name: `n${i}` }))
  const drawnOf = async (train: number, test: number) => {
    const profiles = [
      aProfile({ name: 'train', columns: numbers(train) }),
      aProfile({ name: 'test', columns: numbers(test) }),
    ]
    const html = await page([aCheck()], { profiles, baseline: [] })
    expect([...html.matchAll(/<h3[^>]*>(train|test) data</g)].map((match) => match[1])).toEqual(['train', 'test'])
    return ['train', 'test'].map((name) => html.match(new RegExp(`<figcaption>[^<]*, ${name} data<`, 'g'))?.length)
  }
  expect(await drawnOf(70, 70)).toEqual([30, 30])
  expect(await drawnOf(10, 70)).toEqual([10, 50])
  expect(await drawnOf(70, 10)).toEqual([50, 10])
})

test.each([
  [[], 60, []],
  [[70, 70], 60, [30, 30]],
  [[70, 5], 60, [55, 5]],
  [[3, 70, 70], 61, [3, 29, 29]],
  [[1, 1], 1, [0, 1]],
])('parts of %j out of %i', (wanted, whole, parts) => expect(equalParts(wanted, whole)).toEqual(parts))

test('2,000 columns and 100,000 findings with long names stay under 2 MB, and each list says where it ends', async () => {
  const long = 'x'.repeat(400)
  const columns = Array.from({ length: 2000 }, (_, i) => ({
    ...(i % 2 === 0 ? aColumn() : aNumber()),
    name: `${i} ${long}`,
  }))
  const checks = Array.from({ length: 100_000 }, (_, i) => {
    const name = `${i % 2000} ${long}`
    if (i % 10 === 0) return drift(name, (i % 977) / 977, 'PSI')
    return aCheck({
      subject: `train: ${name}`,
      message: `${i} ${long}${long}`,
      cure: long,
      expected: long,
      examples: [{ where: long, value: long }],
    })
  })
  const map: MissingMap = {
    blocks: Array.from({ length: 50 }, (_, i) => ({ first: 2 * i + 1, rows: 2 })),
    columns: Array.from({ length: 60 }, (_, c) => ({
      name: `${c} ${long}`,
      missing: 50,
      counts: Array.from({ length: 50 }, (_, b) => (b + c) % 3),
    })),
    more: 1940,
  }
  const profiles = [aProfile({ columns })]
  const html = await page(checks, { profiles, baseline: profiles, missing: [{ dataset: 'train', map }] })
  expect(Buffer.byteLength(html)).toBeLessThan(2_000_000)
  expect(html).toMatch(/>[\d,]+ more findings in data-validation\.json\.</)
  expect(html).toContain('1,940 more columns with fewer missing values are not drawn.')
  expect(html).toMatch(/9,800 more columns with less drift in data-validation\.json\./)
  expect(html).toContain('<th scope="row">✗ fail</th>'.replace('<th scope="row"', '<th scope="row" class="word"'))
})

test.each(PAYLOADS.map((text) => [text]))('holds with %j', async (text) => {
  const columns = [aColumn({ name: text, top: [{ value: text, count: 100 }] }), aNumber({ name: text })]
  const check = aCheck({
    rule: text,
    subject: text,
    message: text,
    expected: text,
    cure: text,
    measured: text,
    examples: [{ where: text, value: text }],
    where: { file: text, line: 1 },
  })
  const html = await page([check, { ...drift(text, 1, text) }], {
    profiles: [aProfile({ name: text, columns })],
    baseline: [],
  })
  expect(html.match(/<script/g)).toHaveLength(1)
  expect(html).not.toMatch(/<img|href="javascript/)
})

describe('files for other readers', () => {
  test('a suite for each dataset, and one for the rest', () => {
    const checks = [
      aPass({ subject: 'test' }),
      aPass(),
      aPass({ subject: 'train and test' }),
      aPass({ subject: 'trainer: x' }),
    ]
    expect(
      suitesOf(checks, ['train', 'test']).map(({ name, checks: all }) => [name, all.map(({ subject }) => subject)]),
    ).toEqual([
      ['train', ['train: age']],
      ['test', ['test']],
      ['all', ['train and test', 'trainer: x']],
    ])
    expect(suitesOf([aPass()], ['train']).map(({ name }) => name)).toEqual(['train'])
  })

  test('JUnit counts what was found', () => {
    expect(junitOf([aCheck(), aPass()], [aProfile()], '2026-02-01T00:00:00.000Z')).toContain(
      '<testsuite name="validate-data.train" tests="2" failures="1" errors="0" skipped="0" timestamp="2026-02-01T00:00:00" time="0">',
    )
  })

  test('SARIF leads to the line of a row: after the header of CSV, without one in JSON Lines, to the file where there are no lines', () => {
    const files = ['a.csv', 'a b.jsonl', 'c.parquet', 'd.csv.gz'].map((name) => ({
      kind: 'file' as const,
      name,
      digest: `sha256:${'a'.repeat(64)}`,
    }))
    const examples = [
      'a.csv row 17, id "row 3"',
      'a b.jsonl row 2',
      'c.parquet row 9',
      'd.csv.gz row 5',
      'unknown.csv row 1',
      'row 4',
    ].map((where) => ({ where, value: null }))
    const log = JSON.parse(
      sarifOf({
        checks: [aCheck({ examples })],
        profiles: [aProfile({ files })],
        version: '0.1.0',
        config: 'plumbline.yml',
        pathOf: (file) => `sub/${file}`,
      }),
    )
    const [result] = log.runs[0].results
    expect(
      result.relatedLocations.map(
        (one: {
          physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } }
          message: { text: string }
        }) => [one.physicalLocation.artifactLocation.uri, one.physicalLocation.region.startLine, one.message.text],
      ),
    ).toEqual([
      ['sub/a.csv', 18, 'row 17'],
      ['sub/a%20b.jsonl', 2, 'row 2'],
      ['sub/c.parquet', 1, 'row 9'],
      ['sub/d.csv.gz', 1, 'row 5'],
    ])
    expect(log.runs[0].tool.driver.rules[0].shortDescription.text).toBe('Too many values are missing')
  })
})
