import { cutGroups, groupColumns } from '../../../actions/evaluate-gate/bias/groups.js'
import { runBias } from '../../../actions/evaluate-gate/bias/run.js'
import type { Subjects } from '../../../actions/evaluate-gate/compare.js'
import { chartsOf } from '../../../actions/evaluate-gate/report/charts.js'
import type { Facts } from '../../../actions/evaluate-gate/report/facts.js'
import { suitesOf } from '../../../actions/evaluate-gate/report/files.js'
import { lossesOf } from '../../../actions/evaluate-gate/report/losses.js'
import { renderPage } from '../../../actions/evaluate-gate/report/page.js'
import { findExamples } from '../../../actions/evaluate-gate/report/worst.js'
import { writeReports } from '../../../actions/evaluate-gate/report/write.js'
import { BiasConfig } from '../../../shared/contracts/bias.js'
import { checkOf } from '../../../shared/core/check.js'
import { renderHtml } from '../../../shared/report/html.js'
import { type Sample, selectRows } from '../../../shared/stats/sample.js'
import { fakeContext } from '../../support/context.js'
import { PAYLOADS } from '../../support/hostile.js'
import { memoryRows } from './memory-rows.js'
import {
  binarySubjects,
  type Cells,
  factsOf,
  multiclassSubjects,
  quantileSubjects,
  regressionSubjects,
  someRows,
} from './report-support.js'

const ROWS = someRows(1200)

async function page(facts: Facts, rows: readonly Cells[] = ROWS): Promise<string> {
  const { subjects } = facts.came
  const examples = await findExamples(subjects.candidate, lossesOf(subjects), memoryRows(rows), ['phase', 'size'])
  return renderHtml(renderPage(facts, chartsOf(facts), examples))
}

/** Names of pictures and tables, once each: the numbers of a picture have its name. */
const captions = (html: string) => [
  ...new Set([...html.matchAll(/<(?:figcaption|caption)>([^<]*)</g)].map(([, text]) => text)),
]
const headings = (html: string) =>
  [...html.matchAll(/<h([1-6])[^>]*>([^<]*)</g)].map(([, level, text]) => `${level} ${text}`)

async function made(subjects: Subjects, evaluate: Record<string, unknown>): Promise<string> {
  return page(await factsOf({ rows: ROWS, subjects, evaluate }))
}

const SLICED = (metric: string) => ({
  slices: ['phase'],
  rules: [
    { metric, 'max-loss': 0.02 },
    { metric, slice: 'phase', 'max-loss': 0.05 },
  ],
})

describe('the page', () => {
  let html = ''
  beforeAll(async () => {
    html = await made(binarySubjects(ROWS), { ...SLICED('roc_auc'), bias: [{ columns: 'size' }] })
  })

  test('has its sections in the order of a reader’s questions, with links to them', () => {
    expect(headings(html)).toEqual([
      '1 evaluate-gate',
      '2 Rules',
      '2 Metrics',
      '2 Answers',
      '2 Calibration',
      '2 Slices',
      '2 Examples',
      '2 Rates by group',
      expect.stringMatching(/^3 By size/),
      '2 Definitions',
    ])
    expect(html).toContain('<nav aria-label="Sections"><ul><li><a href="#section1">Rules</a></li>')
  })

  test('of two classes shows curves, scores, confusions, calibration, slices and examples of both models', () => {
    expect(captions(html)).toEqual(
      expect.arrayContaining([
        'ROC curve',
        'Precision and recall',
        'Scores by true class',
        'Confusion matrices',
        'Calibration',
        'ROC AUC by slice',
        'Every slice that was compared, the worst first',
        'Largest loss of the candidate',
        'Largest rise of the loss against strikes@v1.0.0',
        'Largest fall of the loss against strikes@v1.0.0',
        'How each number is defined',
      ]),
    )
  })

  test('can be heard: every picture has a name and a description, every table heads and a name, no heading is skipped', () => {
    const pictures = [...html.matchAll(/<svg\b[^>]*>(.{0,40})/g)]
    expect(pictures.length).toBeGreaterThan(6)
    for (const [tag, inside] of pictures) {
      expect(tag).toMatch(/role="img"/)
      expect(tag).toMatch(/aria-labelledby="\S+ \S+"/)
      expect(inside).toMatch(/^<title id=/)
    }
    expect(html.match(/<desc id=/g)).toHaveLength(pictures.length)
    const tables = [...html.matchAll(/<table[\s\S]*?<\/table>/g)].map(([table]) => table)
    for (const table of tables) expect(table).toContain('<th scope="col"')
    const levels = headings(html).map((one) => Number(one[0]))
    for (const [i, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1)
  })

  test('asks for nothing and says what it is without colour', () => {
    expect(html).not.toMatch(/\b(?:src|href)="(?!#)/)
    expect(html).toContain("default-src 'none'")
    expect(html).toContain('▲ better')
  })
})

test('of numbers shows predictions, errors and their distribution, of the same rows for both models', async () => {
  const html = await made(regressionSubjects(ROWS), SLICED('rmse'))
  expect(captions(html)).toEqual(
    expect.arrayContaining([
      'Predictions of candidate',
      'Predictions of strikes@v1.0.0',
      'Errors of candidate',
      'Errors',
    ]),
  )
  expect(html).toContain('absolute error')
})

test('of quantiles shows how often each forecast holds', async () => {
  const html = await made(quantileSubjects(ROWS), { rules: [{ metric: 'pinball_mean', 'max-loss': 1 }] })
  expect(captions(html)).toContain('Coverage of the forecasts')
})

test.each([
  [6, ['Confusion matrices']],
  [14, ['Confusion, candidate', 'Confusion, strikes@v1.0.0']],
  [40, ['The commonest confusions of 40 classes']],
])('of %i classes shows the confusions as what can be read', async (count, expected) => {
  const classes = Array.from({ length: count }, (_, i) => `c${i}`)
  const html = await made(multiclassSubjects(ROWS, classes), { rules: [{ metric: 'accuracy', 'max-loss': 0.05 }] })
  expect(captions(html).filter((text) => /onfusion/.test(text ?? ''))).toEqual(expected)
  expect(captions(html)).toContain('Highest probability, of right and of wrong labels')
})

test('of a thousand slices, four hundred groups, names of ten thousand characters and hostile ones stays below 2 MB', async () => {
  const name = (i: number) => `${PAYLOADS[i % PAYLOADS.length]} ${i} ${i % 50 === 0 ? 'x'.repeat(10_000) : ''}`
  const rows = Array.from({ length: 12_000 }, (_, i) => ({ ...someRow(i), many: name(i % 1000), group: name(i % 400) }))
  const subjects = binarySubjects(rows)
  const facts = await factsOf({ rows, subjects, evaluate: { rules: [{ metric: 'accuracy', 'max-loss': 0.01 }] } })
  const main = facts.came.main
  const measurements = Array.from({ length: 1000 }, (_, i) => ({ ...main, slice: { column: 'many', value: name(i) } }))
  const question = { task: 'binary', classes: ['No', 'Yes'], target: 'y', id: 'id', features: [] } as never
  const config = [BiasConfig.parse({ columns: 'group', 'min-rows': 1 })]
  const groups = cutGroups(question, await groupColumns(memoryRows(rows), config), config)
  const bias = runBias(groups.groupings, subjects, 0.95, () => null)
  const html = await page({ ...facts, came: { ...facts.came, bias, measurements: [main, ...measurements] } }, rows)
  expect(Buffer.byteLength(html)).toBeLessThan(2_000_000)
  const bare = html.replace(/<script>[\s\S]*?<\/script>\n<\/body>/, '').replace(/="[^"]*"/g, '=""')
  expect(bare).not.toMatch(/<(?:script|img|iframe|object|embed|base|form|link)\b/i)
}, 120_000)

function someRow(i: number): Cells {
  return ROWS[i % ROWS.length] as Cells
}

test.each(['binary', 'regression', 'multiclass'])(
  '%s: the same rows in another order give the same page',
  async (task) => {
    const subjects =
      task === 'binary'
        ? binarySubjects(ROWS)
        : task === 'regression'
          ? regressionSubjects(ROWS)
          : multiclassSubjects(ROWS, ['a', 'b', 'c'])
    const metric = { binary: 'recall', regression: 'rmse', multiclass: 'accuracy' }[task]
    const facts = await factsOf({ rows: ROWS, subjects, evaluate: { rules: [{ metric, 'max-loss': 0.05 }] } })
    const turned = Uint32Array.from(ROWS, (_, i) => ROWS.length - 1 - i)
    const other = {
      candidate: selectRows(subjects.candidate, turned),
      baseline: subjects.baseline && selectRows(subjects.baseline, turned),
      trivial: subjects.trivial,
    }
    const again = await page({ ...facts, came: { ...facts.came, subjects: other } }, [...ROWS].reverse())
    expect(again).toBe(await page(facts))
  },
)

describe('tasks whose rows have a measure of their own', () => {
  const base = { n: 2, blocks: Uint16Array.of(1, 2), weights: null, clustered: false }
  test.each<[string, Sample]>([
    ['Token F1 by text', { task: 'text', ...base, references: [['a b'], ['c']], output: ['a', 'c'] }],
    [
      'Hamming loss by row',
      {
        task: 'multilabel',
        ...base,
        classes: ['x', 'y'],
        truth: Uint8Array.of(1, 0, 1, 1),
        label: Uint8Array.of(1, 0, 0, 1),
        scores: null,
      },
    ],
    [
      'NDCG by query',
      {
        task: 'ranking',
        ...base,
        offsets: Uint32Array.of(0, 2, 3),
        item: Uint32Array.of(0, 1, 0),
        score: Float64Array.of(2, 1, 1),
        relevance: Float64Array.of(0, 1, 0),
        idealOffsets: Uint32Array.of(0, 1, 1),
        ideal: Float64Array.of(1),
        catalogue: 2,
        popularity: null,
      },
    ],
  ])('%s is drawn for both models', async (title, sample) => {
    const facts = await factsOf({ rows: ROWS, subjects: binarySubjects(ROWS), evaluate: { rules: [] } })
    const subjects = { candidate: sample, baseline: sample, trivial: null }
    const { answers } = chartsOf({ ...facts, came: { ...facts.came, subjects } })
    expect(answers.map((block) => block.kind === 'chart' && block.title)).toEqual([title])
    const [chart] = answers
    expect(chart?.kind === 'chart' && chart.description).toContain('candidate')
    expect(chart?.kind === 'chart' && chart.description).toContain('strikes@v1.0.0')
  })
})

describe('the files for other programs', () => {
  const said = { checks: [] as never[] }
  const of = (rule: string) => checkOf('fail', { rule, subject: 's', message: 'm' })

  test('have a suite for each kind of check, in a fixed order', () => {
    const came = {
      behaviour: { ...said, checks: [of('invariance')] },
      bias: { checks: [of('bias-ratio')] },
      performance: said,
    }
    const checks = [
      of('same-answers'),
      of('bias-ratio'),
      of('invariance'),
      of('weak-slice'),
      of('metric-loss'),
      of('override'),
    ]
    expect(suitesOf(checks, came as never).map(({ name, checks: own }) => [name, own.map(({ rule }) => rule)])).toEqual(
      [
        ['rules', ['metric-loss']],
        ['slices', ['weak-slice']],
        ['rates by group', ['bias-ratio']],
        ['behaviour', ['invariance']],
        ['models', ['same-answers', 'override']],
      ],
    )
  })

  test('lie beside the page', async () => {
    const facts = await factsOf({ rows: ROWS, subjects: binarySubjects(ROWS), evaluate: SLICED('recall') })
    const fake = await fakeContext()
    try {
      const reports = await writeReports(fake.ctx, facts)
      expect(reports).toMatchObject({ page: '.plumbline/evaluation.html', junit: '.plumbline/evaluation.junit.xml' })
      const xml = await fake.ctx.files.readText(reports.junit)
      expect(xml).toContain('<testsuite name="evaluate-gate.rules" tests="8" failures="2" errors="0" skipped="3"')
      expect(xml).toMatch(
        /<testcase classname="evaluate-gate.rules" name="metric-loss: recall, phase = Approach" time="0"><failure type="metric-loss" message="recall, phase = Approach is /,
      )
      expect(xml).toContain('rule: plumbline.yml:11')
      expect(await fake.ctx.files.readText(reports.page)).toContain('<h2 id="section1">Rules</h2>')
    } finally {
      await fake.cleanup()
    }
  })
})
