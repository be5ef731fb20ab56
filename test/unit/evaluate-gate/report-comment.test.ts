import fc from 'fast-check'
import { judgeDemands } from '../../../actions/evaluate-gate/judge.js'
import type { Measurement } from '../../../actions/evaluate-gate/measure.js'
import { chartsOf } from '../../../actions/evaluate-gate/report/charts.js'
import { renderComment } from '../../../actions/evaluate-gate/report/comment.js'
import type { Facts } from '../../../actions/evaluate-gate/report/facts.js'
import { headlineOf, scopeOf } from '../../../actions/evaluate-gate/report/words.js'
import type { Demand } from '../../../actions/evaluate-gate/rules.js'
import { VERDICTS, type Verdict } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import type { Block, Report } from '../../../shared/report/blocks.js'
import { inlineText } from '../../../shared/report/inline.js'
import { renderMarkdown } from '../../../shared/report/markdown.js'
import { PAYLOADS } from '../../support/hostile.js'
import { binarySubjects, factsOf, multiclassSubjects, regressionSubjects, someRows } from './report-support.js'

const render = (facts: Facts): Report => renderComment(facts, chartsOf(facts))
const kinds = (blocks: readonly Block[]): string[] =>
  blocks.map((block) => (block.kind === 'details' ? `details: ${inlineText(block.summary)}` : block.kind))
const mermaid = (markdown: string) =>
  [...markdown.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, source = '']) => source)

const ROWS = someRows(1500)
const RULES = [
  { metric: 'roc_auc', 'max-loss': 0.01 },
  { metric: 'recall', slice: 'phase', 'max-loss': 0.02 },
]

let binary: Facts
beforeAll(async () => {
  const subjects = binarySubjects(ROWS)
  binary = await factsOf({ rows: ROWS, subjects, evaluate: { slices: ['phase'], rules: RULES } })
})

describe('the comment of a model that is better on average and worse on one slice', () => {
  test('says so in its first lines, then shows the rules, the worst first', () => {
    const [head, , reason, , ...rest] = renderMarkdown(render(binary)).split('\n')
    expect(head).toBe('### ✗ fail · evaluate-gate: **do not replace** `strikes@v1.0.0`, deployed in production')
    expect(reason).toMatch(
      /^Better on average \(ROC AUC \+0\.\d+ .*\), but: recall, phase = Approach is 0\.\d+ against 0\.\d+ of strikes/,
    )
    expect(rest[0]).toBe('| metric | candidate | deployed | difference (95 %) | rule | verdict |')
    expect(rest[2]).toMatch(/^\| recall, phase = Approach \| .* \| not below −0\.02 \| ✗ fail \|$/)
  })

  test('has its parts in the order in which a reader needs them, the details folded', () => {
    expect(kinds(render(binary).blocks)).toEqual([
      'table',
      'paragraph',
      expect.stringMatching(/^details: Slices: \d+ of 12 comparisons moved, 1 worse, \d+ better$/),
      'details: Charts',
      'paragraph',
    ])
  })

  test('counts what improved and what got worse', () => {
    expect(inlineText(scopeOf(binary))).toMatch(
      /^1,500 rows of data\/test\.csv on which both models answered · \d+ labels became right, \d+ labels became wrong \(McNemar, chi-square: p = 0\.\d{3}\)$/,
    )
  })

  test('draws two charts within the limits of Mermaid: the slices of the metric that has lost, and calibration', () => {
    const sources = mermaid(renderMarkdown(render(binary)))
    expect(sources).toHaveLength(2)
    expect(sources[0]).toMatch(
      /xychart-beta horizontal\n {2}title "bar: candidate · line: deployed"\n {2}x-axis "phase" \["Approach", /,
    )
    expect(sources[0]).toContain('y-axis "recall" 0 --> 1')
    expect(sources[1]).toContain('title "bar: if perfectly calibrated · line: observed, candidate"')
    for (const source of sources) {
      const [, categories = ''] = /x-axis .*?\[(.*)\]/.exec(source) ?? []
      expect(categories.split(', ').length).toBeLessThanOrEqual(12)
      expect(source.match(/^ {2}bar /gm)).toHaveLength(1)
      expect(source.match(/^ {2}line /gm)).toHaveLength(1)
    }
  })

  test('shows the confusions as a table with the change against the baseline', () => {
    const charts = render(binary).blocks.find((block) => block.kind === 'details' && block.summary === 'Charts')
    const table = charts?.kind === 'details' ? charts.blocks.find((block) => block.kind === 'table') : undefined
    expect(table?.kind === 'table' && table.columns.map(({ title }) => title)).toEqual([
      'actual ↓ predicted →',
      'No',
      'Yes',
    ])
    expect(table?.kind === 'table' && table.rows[1]?.[1]).toMatch(/^\d+ \(\+\d+\)$/)
  })

  test('ends with where everything is', () => {
    const last = render(binary).blocks.at(-1)
    expect(last?.kind === 'paragraph' && inlineText(last.text)).toBe(
      'Full report with charts and definitions: .plumbline/evaluation.html · candidate sha256:3f3f3f3f3f3f · rows sha256:9a9a9a9a9a9a · intervals 95 %',
    )
  })
})

test('a comment that passes has four lines', () => {
  const passed = { ...binary, verdict: 'pass' as const, summary: 'ROC AUC is as good; all 12 checks hold' }
  const lines = renderMarkdown(render(passed))
    .trim()
    .split('\n')
    .filter((line) => line !== '')
  expect(lines).toHaveLength(4)
  expect(lines[0]).toBe('### ✓ pass · evaluate-gate: may replace `strikes@v1.0.0`, deployed in production')
})

test.each<[Verdict, Partial<Facts>, string]>([
  ['fail', { environment: null }, 'do not replace strikes@v1.0.0'],
  ['warn', { environment: null }, 'may replace strikes@v1.0.0, with warnings'],
  ['inconclusive', { baselineStatus: 'first-version', environment: null }, 'not proven good enough'],
  ['pass', { baselineStatus: 'none', environment: null }, 'good enough to be a version of strikes'],
  ['fail', { baselineStatus: 'none', environment: null }, 'not good enough to be a version of strikes'],
  ['pass', { baselineStatus: 'same-as-candidate', environment: null }, 'the candidate is strikes@v1.0.0 itself'],
  ['error', {}, 'could not be judged'],
])('%s is said as what it means', (verdict, more, words) => {
  expect(inlineText(headlineOf({ ...binary, verdict, ...more }))).toBe(words)
})

test('regression: nearer and further values, and the median error by tenth of the prediction', async () => {
  const subjects = regressionSubjects(ROWS)
  const evaluate = { slices: ['phase'], rules: [{ metric: 'rmse', slice: 'phase', 'max-loss': 0.1 }] }
  const facts = await factsOf({ rows: ROWS, subjects, evaluate })
  const markdown = renderMarkdown(render(facts))
  expect(markdown).toMatch(/values nearer to the truth, \d+ values further from it/)
  expect(mermaid(markdown)[1]).toContain('x-axis "prediction (median of each tenth)"')
})

test('several classes: the commonest confusions where a matrix has no room', async () => {
  const subjects = multiclassSubjects(
    ROWS,
    Array.from({ length: 9 }, (_, i) => `class ${i}`),
  )
  const facts = await factsOf({ rows: ROWS, subjects, evaluate: { rules: [{ metric: 'accuracy', min: 0.99 }] } })
  expect(renderMarkdown(render(facts))).toContain('**The commonest confusions of 9 classes**')
})

test('a finding that is softened to a warning is told once', () => {
  const [first] = binary.came.judged
  const softened = { ...binary, checks: binary.checks.map((check) => ({ ...check })) }
  expect(first).toBeDefined()
  expect(kinds(render(softened).blocks)).toEqual(kinds(render(binary).blocks))
})

/** Facts of any size with names of any kind. */
const names = fc.oneof(
  fc.constantFrom(...PAYLOADS),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.integer({ min: 1, max: 10_000 }).map((length) => '$@|'.repeat(length).slice(0, length)),
)
const estimates = fc
  .record({
    value: fc.oneof(fc.double({ min: -2, max: 2, noNaN: true }), fc.constantFrom(0, Number.NaN, 1e300, -1e-300)),
    half: fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1, noNaN: true })),
    n: fc.integer({ min: 0, max: 10_000_000 }),
  })
  .map(({ value, half, n }) => ({
    value,
    n,
    interval:
      half === null || Number.isNaN(value)
        ? null
        : { low: value - half, high: value + half, level: 0.95, method: 'Student t' },
    reason: Number.isNaN(value) ? 'no row is positive' : null,
  }))

const wild = fc.record({
  slices: fc.array(fc.tuple(names, names, estimates, estimates), { maxLength: 20 }),
  copies: fc.integer({ min: 1, max: 50 }),
  verdict: fc.constantFrom(...VERDICTS),
  name: names,
  notes: fc.array(names, { maxLength: 30 }),
  compared: fc.boolean(),
})

function wildFacts(given: typeof wild extends fc.Arbitrary<infer T> ? T : never): Facts {
  const { metric } = binary.came.main
  const sliced = Array.from({ length: given.copies }, () => given.slices)
    .flat()
    .map(
      ([column, value, candidate, difference], i): Measurement => ({
        metric,
        slice: { column, value: `${value}${i}` },
        candidate,
        baseline: given.compared ? candidate : null,
        difference: given.compared ? difference : null,
        trivial: { value: 0.5, reason: null },
      }),
    )
  const demands = sliced.map(
    (measurement): Demand => ({
      code: given.compared ? 'metric-loss' : 'metric-min',
      level: 'fail',
      open: 'block',
      measurement,
      estimate: measurement.difference ?? measurement.candidate,
      demanded: { side: 'at-least', bound: -0.01 },
      words: 'not below −0.01',
      where: null,
    }),
  )
  const judged = judgeDemands(demands, given.name)
  const other = checkOf('error', { rule: 'same-answers', subject: given.name, message: given.name, cure: given.name })
  const checks = [...judged.map(({ check }) => check), ...Array.from({ length: 40 }, () => other)]
  return {
    ...binary,
    verdict: given.verdict,
    summary: `${checks[0]?.message} ${given.name}`,
    checks,
    model: given.name,
    baselineName: given.name,
    environment: given.name,
    testFiles: [given.name, ...given.notes],
    notMeasured: given.notes,
    slices: [
      {
        name: given.name,
        kind: 'values',
        columns: [],
        minRows: 30,
        slices: [],
        small: { slices: 1, rows: 1, first: [{ value: given.name, rows: 1 }] },
      },
    ],
    came: { ...binary.came, judged, measurements: [...binary.came.measurements, ...sliced] },
  }
}

/** What GitHub reads as Markdown and HTML. */
const withoutCode = (markdown: string) =>
  markdown
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, '')
    .replace(/<code>(?:[^<]|<span><\/span>)*<\/code>/g, '')
    .replace(/(`+)[^`].*?\1/g, '')

test('whatever is judged, the comment fits, and begins with the verdict', () => {
  fc.assert(
    fc.property(wild, (given) => {
      const facts = wildFacts(given)
      const markdown = renderMarkdown(render(facts), { limit: 56_000 })
      expect(markdown.length).toBeLessThanOrEqual(56_000)
      expect(markdown).toMatch(new RegExp(`^### [✓!?✗⊗] ${given.verdict} · evaluate-gate: `))
      const prose = withoutCode(markdown)
      expect(prose).not.toMatch(/<(?!\/?(?:details|summary|span|strong|code)>)[a-z/!]|(?:^|[^\w`&;>])@everyone/im)
      expect(prose.split('<details>').length).toBe(prose.split('</details>').length)
      for (const source of mermaid(markdown)) expect(source.length).toBeLessThan(50_000)
    }),
    { numRuns: 40 },
  )
}, 120_000)

test('of a thousand slices the rules that are broken stay, and what was cut is named', () => {
  const slices = Array.from(
    { length: 1000 },
    (_, i) =>
      [
        'column',
        'v'.repeat(300),
        { value: 0.5, n: 100, interval: null, reason: null },
        {
          value: i % 100 === 0 ? -0.4 : 0,
          n: 500,
          interval: {
            low: i % 100 === 0 ? -0.5 : -0.2,
            high: i % 100 === 0 ? -0.3 : 0.2,
            level: 0.95,
            method: 'Student t',
          },
          reason: null,
        },
      ] as const,
  )
  const facts = wildFacts({
    slices: slices as never,
    copies: 1,
    verdict: 'fail',
    name: 'x'.repeat(10_000),
    notes: Array(200).fill('n'.repeat(5000)),
    compared: true,
  })
  const markdown = renderMarkdown(render(facts), { limit: 56_000 })
  expect(markdown.length).toBeLessThanOrEqual(56_000)
  expect(markdown.match(/✗ fail \|/g)).toHaveLength(10)
  expect(markdown).toContain('<strong>Shortened to fit.</strong> Left out: ')
  expect(markdown).toContain('intervals 95 %')
})
