import fc from 'fast-check'
import type { Check } from '../../../shared/contracts/common.js'
import { MOST_CASES, renderJunit } from '../../../shared/report/junit.js'
import { aCheck, aPass } from '../../support/checks.js'
import { PAYLOADS } from '../../support/hostile.js'

const createdAt = '2026-02-01T09:59:30.123Z'
const render = (checks: readonly Check[], name = 'train') =>
  renderJunit({ name: 'validate-data', createdAt, suites: [{ name, checks }] })

/** Attributes and children by junit-10.xsd of Jenkins' xUnit plugin, as far as we use it. */
const SCHEMA: Readonly<Record<string, { required: string[]; optional: string[]; inside: string[]; text: boolean }>> = {
  testsuites: {
    required: [],
    optional: ['name', 'tests', 'failures', 'errors', 'time'],
    inside: ['testsuite'],
    text: false,
  },
  testsuite: {
    required: ['name', 'tests', 'failures', 'errors'],
    optional: ['skipped', 'timestamp', 'time'],
    inside: ['testcase', 'system-out'],
    text: false,
  },
  testcase: {
    required: ['name'],
    optional: ['classname', 'time'],
    inside: ['failure', 'error', 'skipped', 'system-out'],
    text: false,
  },
  failure: { required: [], optional: ['type', 'message'], inside: [], text: true },
  error: { required: [], optional: ['type', 'message'], inside: [], text: true },
  skipped: { required: [], optional: ['type', 'message'], inside: [], text: true },
  'system-out': { required: [], optional: [], inside: [], text: true },
}

/** Throws unless the text is well-formed XML 1.0 of that schema; how often each element stands in it. */
function elementsOf(xml: string): Record<string, number> {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
  if (!xml.startsWith(head)) throw new Error('no declaration')
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xml)) throw new Error('a forbidden character')
  const open: string[] = []
  const counts: Record<string, number> = {}
  let at = head.length
  for (const found of xml.matchAll(/<[^>]*>/g)) {
    if (found.index < at) continue
    checkText(xml.slice(at, found.index), open.at(-1))
    at = found.index + found[0].length
    const parsed = /^<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>$/.exec(found[0])
    if (parsed === null) throw new Error(`not a tag: ${found[0]}`)
    const [, closing, name = '', attributes = '', self] = parsed
    if (closing === '/') {
      if (open.pop() !== name) throw new Error(`${found[0]} closes another element`)
      continue
    }
    const rule = SCHEMA[name]
    if (rule === undefined) throw new Error(`unknown element ${name}`)
    const parent = open.at(-1)
    if (parent === undefined ? name !== 'testsuites' : !SCHEMA[parent]?.inside.includes(name)) {
      throw new Error(`${name} in ${parent}`)
    }
    const names = [...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key = '', value = '']) => {
      checkText(value, 'failure')
      return key
    })
    if (new Set(names).size !== names.length) throw new Error(`an attribute twice: ${found[0]}`)
    for (const key of rule.required) if (!names.includes(key)) throw new Error(`${name} without ${key}`)
    for (const key of names) if (![...rule.required, ...rule.optional].includes(key)) throw new Error(`${name} ${key}`)
    counts[name] = (counts[name] ?? 0) + 1
    if (self === '') open.push(name)
  }
  expect(open).toEqual([])
  expect(xml.slice(at)).toBe('\n')
  return counts
}

function checkText(text: string, parent: string | undefined): void {
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(text)) throw new Error(`an unknown entity: ${text}`)
  if (text.trim() !== '' && (parent === undefined || !SCHEMA[parent]?.text))
    throw new Error(`text in ${parent}: ${text}`)
}

test('each verdict as its readers understand it', () => {
  const xml = renderJunit({
    name: 'validate-data',
    createdAt,
    suites: [
      {
        name: 'train',
        checks: [aCheck(), aPass({ subject: 'train: "city"' }), aCheck({ rule: 'drift', verdict: 'warn' })],
      },
      {
        name: 'all',
        checks: [
          aCheck({
            rule: 'row-overlap',
            subject: 'train and test',
            verdict: 'inconclusive',
            examples: [],
            where: null,
            cure: null,
          }),
          aCheck({
            rule: 'sql',
            subject: 'a < b',
            verdict: 'error',
            message: 'no column "x"',
            examples: [],
            expected: '',
            measured: null,
            n: null,
          }),
        ],
      },
    ],
  })
  expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="validate-data" tests="5" failures="1" errors="1" time="0">
<testsuite name="validate-data.train" tests="3" failures="1" errors="0" skipped="0" timestamp="2026-02-01T09:59:30" time="0">
<testcase classname="validate-data.train" name="missing-value: train: age" time="0"><failure type="missing-value" message="12 of 100 values of &quot;age&quot; are missing (12 %)">12 of 100 values of &quot;age&quot; are missing (12 %)
expected: at most 0.05
measured: 0.120 (n = 100)
  data/train.csv row 17: –
rule: data-contract.yml:7
to do: find out why they are empty</failure></testcase>
<testcase classname="validate-data.train" name="missing-value: train: &quot;city&quot;" time="0"/>
<testcase classname="validate-data.train" name="drift: train: age" time="0"><system-out>warning: 12 of 100 values of &quot;age&quot; are missing (12 %)
expected: at most 0.05
measured: 0.120 (n = 100)
  data/train.csv row 17: –
rule: data-contract.yml:7
to do: find out why they are empty</system-out></testcase>
</testsuite>
<testsuite name="validate-data.all" tests="2" failures="0" errors="1" skipped="1" timestamp="2026-02-01T09:59:30" time="0">
<testcase classname="validate-data.all" name="row-overlap: train and test" time="0"><skipped type="row-overlap" message="inconclusive: 12 of 100 values of &quot;age&quot; are missing (12 %)">12 of 100 values of &quot;age&quot; are missing (12 %)
expected: at most 0.05
measured: 0.120 (n = 100)</skipped></testcase>
<testcase classname="validate-data.all" name="sql: a &lt; b" time="0"><error type="sql" message="no column &quot;x&quot;">no column &quot;x&quot;
measured: –
rule: data-contract.yml:7
to do: find out why they are empty</error></testcase>
</testsuite>
</testsuites>
`)
  expect(elementsOf(xml)).toEqual({
    testsuites: 1,
    testsuite: 2,
    testcase: 5,
    failure: 1,
    error: 1,
    skipped: 1,
    'system-out': 1,
  })
})

test('characters that XML 1.0 forbids are shown, not written', () => {
  // XML 1.0 §2.2: #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]
  const xml = render([aCheck({ subject: 'a\0b\u0007c\ud800d\ufffee\u{1f426}', examples: [] })])
  expect(xml).toContain('name="missing-value: a⟨U+0000⟩b⟨U+0007⟩c⟨U+D800⟩d\ufffde\u{1f426}"')
  expect(elementsOf(xml)).toMatchObject({ testcase: 1, failure: 1 })
})

test('a name that stands twice gets a number, and a full stop in a dataset is no package', () => {
  const xml = render([aPass(), aPass()], 'eu.west')
  expect([...xml.matchAll(/classname="([^"]*)" name="([^"]*)"/g)].map(([, ...parts]) => parts)).toEqual([
    ['validate-data.eu_west', 'missing-value: train: age'],
    ['validate-data.eu_west', 'missing-value: train: age (2)'],
  ])
})

test('of too many checks those that did not pass are kept, and the rest is counted', () => {
  const passes = Array.from({ length: MOST_CASES + 5 }, (_, i) => aPass({ subject: `train: c${i}` }))
  const xml = render([...passes, aCheck({ subject: 'train: last' })])
  expect(elementsOf(xml)).toMatchObject({ testcase: MOST_CASES, failure: 1, 'system-out': 1 })
  expect(xml).toContain('name="missing-value: train: last"')
  expect(xml).toContain('<system-out>6 of 20,006 checks are left out here.</system-out>')
})

test('100,000 findings with long words stay small', () => {
  const long = 'x'.repeat(50_000)
  const checks = Array.from({ length: 100_000 }, (_, i) => aCheck({ subject: `train: c${i}`, message: long }))
  expect(Buffer.byteLength(render(checks))).toBeLessThan(45_000_000)
})

test.each(PAYLOADS.map((text) => [text]))('stays well-formed with %j', (text) => {
  const hostile = {
    subject: text,
    message: text,
    rule: text,
    expected: text,
    cure: text,
    measured: text,
    examples: [{ where: text, value: text }],
    where: { file: text, line: 1 },
  }
  const xml = render(
    [aCheck(hostile), aCheck({ ...hostile, verdict: 'warn' }), aCheck({ ...hostile, verdict: 'inconclusive' })],
    text,
  )
  expect(elementsOf(xml)).toMatchObject({ testcase: 3, failure: 1, skipped: 1, 'system-out': 1 })
  expect(xml).not.toMatch(/^\s*::/m)
})

test('any text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('fail', 'warn', 'error', 'inconclusive'),
      (text, verdict) => {
        elementsOf(render([aCheck({ subject: text, message: text, verdict, cure: text })], text))
      },
    ),
  )
})
