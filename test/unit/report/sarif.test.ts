import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import fc from 'fast-check'
import type { Check } from '../../../shared/contracts/common.js'
import { renderSarif, type SarifReport } from '../../../shared/report/sarif.js'
import { aCheck, aPass } from '../../support/checks.js'
import { PAYLOADS } from '../../support/hostile.js'

const { $comment, ...schema } = JSON.parse(readFileSync('test/support/sarif-2.1.0.schema.json', 'utf8'))
const ajv = new Ajv({ strict: false, allErrors: true, logger: false, unicodeRegExp: false })
formats.default(ajv)
const validate = ajv.compile(schema)

const RULES = { 'missing-value': { title: 'Too many values are missing', meaning: 'Empty cells.', cure: 'Look.' } }

const render = (checks: readonly Check[], more: Partial<SarifReport> = {}): string =>
  renderSarif({
    name: 'validate-data',
    version: '0.1.0',
    informationUri: 'https://github.com/plumbline-ml/plumbline',
    checks,
    rules: RULES,
    fallback: { file: 'plumbline.yml', line: 1 },
    ...more,
  })

/** The one run of a log that is valid by the schema of OASIS. */
function runOf(text: string) {
  const log = JSON.parse(text)
  validate(log)
  expect(validate.errors ?? []).toEqual([])
  expect(log.runs).toHaveLength(1)
  return log.runs[0]
}

test('the schema refuses what is no SARIF', () => {
  expect(validate({ version: '2.1.0' })).toBe(false)
  expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false)
})

test('a finding at its line, with its rule and its rows', () => {
  const run = runOf(
    render([aPass(), aCheck()], {
      pathOf: (file) => `models/a b/${file}`,
      places: () => [{ file: 'models/data/train.csv', line: 18, note: 'row 17' }],
    }),
  )
  expect(run).toEqual({
    tool: {
      driver: {
        name: 'Plumbline validate-data',
        semanticVersion: '0.1.0',
        informationUri: 'https://github.com/plumbline-ml/plumbline',
        rules: [
          {
            id: 'missing-value',
            shortDescription: { text: 'Too many values are missing' },
            fullDescription: { text: 'Empty cells.' },
            help: { text: 'Empty cells.\n\nLook.', markdown: 'Empty cells.\n\nLook.' },
            properties: { tags: ['data', 'machine-learning'] },
          },
        ],
      },
    },
    automationDetails: { id: 'plumbline/validate-data/' },
    columnKind: 'utf16CodeUnits',
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: [] }],
    results: [
      {
        ruleId: 'missing-value',
        ruleIndex: 0,
        level: 'error',
        message: {
          text: '12 of 100 values of "age" are missing (12 %)\nexpected: at most 0.05\nmeasured: 0.120 (n = 100)\n  data/train.csv row 17: –\nto do: find out why they are empty',
        },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'models/a%20b/data-contract.yml', uriBaseId: '%SRCROOT%' },
              region: { startLine: 7 },
            },
            logicalLocations: [{ fullyQualifiedName: 'train: age' }],
          },
        ],
        relatedLocations: [
          {
            id: 0,
            physicalLocation: {
              artifactLocation: { uri: 'models/data/train.csv', uriBaseId: '%SRCROOT%' },
              region: { startLine: 18 },
            },
            message: { text: 'row 17' },
          },
        ],
        // python3 -c "import hashlib; print(hashlib.sha256(b'[\"missing-value\",\"train: age\"]').hexdigest()[:16])"
        partialFingerprints: { primaryLocationLineHash: '0d51db5fd57be86b:1' },
        properties: { verdict: 'fail', subject: 'train: age' },
      },
    ],
  })
})

test('nothing found is a valid log without results, so that GitHub closes the alerts', () => {
  expect(runOf(render([aPass()])).results).toEqual([])
})

test('the worst first, each at its level, and one without a line at the configuration', () => {
  const verdicts = ['warn', 'inconclusive', 'error', 'fail'] as const
  const run = runOf(
    render(verdicts.map((verdict) => aCheck({ verdict, where: null, subject: verdict, rule: 'unknown' }))),
  )
  expect(
    run.results.map((one: { level: string; properties: { verdict: string } }) => [one.properties.verdict, one.level]),
  ).toEqual([
    ['error', 'error'],
    ['fail', 'error'],
    ['inconclusive', 'warning'],
    ['warn', 'warning'],
  ])
  expect(run.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('plumbline.yml')
  expect(run.tool.driver.rules).toEqual([{ id: 'unknown', shortDescription: { text: 'unknown' } }])
})

test('a finding stays the same alert when its line, number and verdict change, and two are never one', () => {
  const prints = (checks: readonly Check[]): string[] =>
    runOf(render(checks)).results.map(
      (one: { partialFingerprints: { primaryLocationLineHash: string } }) =>
        one.partialFingerprints.primaryLocationLineHash,
    )
  const moved = aCheck({
    measured: 0.5,
    message: 'other',
    verdict: 'warn',
    where: { file: 'data-contract.yml', line: 90 },
  })
  expect(prints([moved])).toEqual(prints([aCheck()]))
  const [first, second, third] = prints([aCheck(), aCheck(), aCheck({ subject: 'train: b' })])
  expect(first?.split(':')[0]).toBe(second?.split(':')[0])
  expect(new Set([first, second, third]).size).toBe(3)
})

test("100,000 findings stay within GitHub's limits, and the log says what it left out", () => {
  const noise = (i: number) =>
    Array.from({ length: 40 }, (_, k) => ((i * 7919 + k * 104729) % 2 ** 31).toString(36)).join('')
  const checks = Array.from({ length: 100_000 }, (_, i) =>
    aCheck({ subject: `train: c${i}`, message: noise(i).repeat(20), verdict: i % 2 === 0 ? 'warn' : 'fail' }),
  )
  const places = () =>
    Array.from({ length: 50 }, (_, line) => ({ file: 'data/train.csv', line: line + 1, note: 'row' }))
  const text = render(checks, { places })
  const run = runOf(text)
  // https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
  expect(gzipSync(text).length).toBeLessThan(10_000_000)
  expect(run.results.length).toBeLessThanOrEqual(5_000)
  expect(run.results.length).toBeGreaterThan(1_000)
  expect(run.results.every((one: { level: string }) => one.level === 'error')).toBe(true)
  expect(run.results[0].relatedLocations).toHaveLength(10)
  expect(run.invocations[0].toolExecutionNotifications[0].message.text).toMatch(
    /^9\d,\d{3} more findings in data-validation\.json: GitHub takes no more of them\.$/,
  )
})

test('the same checks give the same bytes', () => expect(render([aCheck()])).toBe(render([aCheck()])))

test.each(PAYLOADS.map((text) => [text]))('is valid with %j', (text) => {
  const hostile = aCheck({
    rule: text,
    subject: text,
    message: text,
    cure: text,
    where: { file: text, line: 1 },
    examples: [{ where: text, value: text }],
  })
  const run = runOf(render([hostile], { places: () => [{ file: text, line: 3, note: text }] }))
  expect(run.results).toHaveLength(1)
  expect(run.results[0].message.text).not.toContain('](')
  expect(run.tool.driver.rules).toHaveLength(1)
})

test('any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      const run = runOf(render([aCheck({ rule: text, subject: text, message: text, where: { file: text, line: 1 } })]))
      expect(decodeURIComponent(run.results[0].locations[0].physicalLocation.artifactLocation.uri)).toBe(
        text.replace(/\p{Cs}/gu, '\ufffd'),
      )
    }),
  )
})
