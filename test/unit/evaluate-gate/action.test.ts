import { explain } from '../../../actions/evaluate-gate/explain.js'
import type { Evaluation } from '../../../shared/contracts/evaluation.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import {
  byRule,
  cleanUp,
  csv,
  data,
  GOOD,
  gate,
  jsonl,
  problemsOf,
  type Rows,
  SOUTH_BROKEN,
  scores,
} from './support.js'

afterEach(cleanUp)

describe('predictions of a file, against another file', () => {
  const rows = data(2000)
  const files = {
    'test.csv': csv(rows),
    'good.jsonl': scores(rows, GOOD),
    'broken.jsonl': scores(rows, SOUTH_BROKEN),
    'shuffled.jsonl': scores([...rows].reverse(), GOOD),
  }

  test('a change that breaks one slice is stopped, and the first lines say which', async () => {
    const rules = [
      { metric: 'roc_auc', min: 0.6 },
      { metric: 'recall', slice: 'group', 'max-loss': 0.05 },
    ]
    const { outcome, document, markdown, logged } = await gate(
      { predictions: 'broken.jsonl', baseline: 'good.jsonl', rules },
      files,
    )
    expect(outcome.verdict).toBe('fail')
    const [worst] = byRule(document, 'metric-loss').filter(({ verdict }) => verdict === 'fail')
    expect(worst?.subject).toBe('recall, group = south')
    expect(worst?.interval?.method).toBe('paired Wald, Bonett–Price adjusted')
    expect(worst?.details.bound).toBe(-0.05)
    const [first, , second] = markdown.split('\n')
    expect(first).toContain('✗ fail · evaluate-gate: **do not replace** `good.jsonl`')
    expect(second).toContain('recall, group = south is')
    expect(markdown).toContain('| recall, group = north |')
    expect(worst?.where).toEqual({ file: 'plumbline.yml', line: 11 })
    expect(logged).toContainEqual({
      level: 'error',
      message: worst?.message,
      place: { title: 'evaluate-gate: metric-loss: recall, group = south', file: 'plumbline.yml', line: 11 },
    })
    // 40 rows of the tiny group are judged; nothing of it is proven.
    expect(byRule(document, 'metric-loss').find(({ subject }) => subject.endsWith('tiny'))?.verdict).toBe(
      'inconclusive',
    )
  })

  test('the order of rows in either file changes nothing', async () => {
    const evaluate = { predictions: 'good.jsonl', baseline: 'broken.jsonl', slices: ['group'] }
    const before = await gate(evaluate, files)
    const after = await gate(
      { ...evaluate, predictions: 'shuffled.jsonl' },
      { ...files, 'test.csv': csv([...rows].sort((a, b) => a.x - b.x)) },
    )
    expect(after.document.rowsDigest).toBe(before.document.rowsDigest)
    expect(after.document.verdict).toBe(before.document.verdict)
    expect(after.document.checks.map(({ verdict }) => verdict)).toEqual(
      before.document.checks.map(({ verdict }) => verdict),
    )
    const numbers = (document: Evaluation) =>
      document.metrics.flatMap(({ candidate, difference }) => [
        candidate.value,
        candidate.interval?.low,
        difference?.interval?.high,
      ])
    numbers(after.document).forEach((value, i) => {
      const other = numbers(before.document)[i]
      if (typeof value === 'number') expect(value).toBeCloseTo(other as number, 9)
      else expect(value).toBe(other)
    })
  })

  test('a comment that passes has four lines, and nothing unescaped', async () => {
    const { outcome, markdown, html } = await gate({ predictions: 'good.jsonl', baseline: 'broken.jsonl' }, files)
    expect(outcome).toMatchObject({ verdict: 'pass', outputs: { metric: 'roc_auc', baseline: 'broken.jsonl' } })
    expect(markdown.split('\n').filter((line) => line.trim() !== '')).toHaveLength(4)
    expect(markdown).toContain('✓ pass · evaluate-gate: may replace `broken.jsonl`')
    expect(html).toContain('ROC curve')
    expect(html).toContain('Precision and recall')
    expect(html).toContain('How each number is defined')
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/)
  })

  test('the AUC is the share of pairs in the right order, and the bins hold every row', async () => {
    const { document } = await gate({ predictions: 'good.jsonl', baseline: 'none' }, files)
    const value = (name: string) => document.metrics.find(({ metric }) => metric === name)?.candidate.value
    const score = rows.map(GOOD)
    const wins = rows.flatMap((a, i) =>
      a.y === 1
        ? rows.map((b, j) => (b.y === 1 ? 0 : Math.sign((score[i] as number) - (score[j] as number)) / 2 + 0.5))
        : [],
    )
    const pairs = rows.filter(({ y }) => y === 1).length * rows.filter(({ y }) => y === 0).length
    expect(value('roc_auc')).toBeCloseTo(wins.reduce((a, b) => a + b, 0) / pairs, 10)
    expect(document.reliability?.candidate.reduce((n, bin) => n + bin.n, 0)).toBe(2000)
    expect(byRule(document, 'no-baseline')[0]?.verdict).toBe('pass')
    expect(document.baselineStatus).toBe('none')
  })
})

describe('other tasks', () => {
  test('several classes from a CSV of probabilities', async () => {
    const random = seededRandom('classes')
    const rows = Array.from({ length: 900 }, (_, i) => ({
      id: i,
      x: random.uniform(),
      y: ['ant', 'bee', 'cat'][i % 3] as string,
    }))
    const answers = rows.map(({ id, y }) => {
      const right = random.uniform() < 0.8
      const p = (name: string) => (right === (name === y) ? (right ? 0.6 : 0.4) : 0.2)
      return { id, p_ant: p('ant'), p_bee: p('bee'), p_cat: p('cat') }
    })
    const { outcome, document, html } = await gate(
      {
        predictions: 'p.csv',
        baseline: 'none',
        rules: [
          { metric: 'f1_macro', min: 0.6 },
          { metric: 'top_2_accuracy', min: 0.7 },
        ],
      },
      { 'test.csv': csv(rows), 'p.csv': csv(answers) },
    )
    expect(document).toMatchObject({ task: 'multiclass', classes: ['ant', 'bee', 'cat'], threshold: null })
    expect(outcome.verdict).toBe('pass')
    expect(html).toContain('Confusion matrices')
  })

  test('a regression, not worse than 2 % of the baseline’s RMSE by default', async () => {
    const random = seededRandom('values')
    const rows = Array.from({ length: 800 }, (_, i) => ({ id: i, x: random.normal(), y: 0 })).map((row) => ({
      ...row,
      y: Number((3 * row.x + random.normal()).toFixed(5)),
    }))
    const values = (weight: number) => jsonl(rows.map(({ id, x }) => ({ id, value: weight * x })))
    const { outcome, document, markdown } = await gate(
      { predictions: 'p.jsonl', baseline: 'q.jsonl' },
      { 'test.csv': csv(rows), 'p.jsonl': values(2), 'q.jsonl': values(3) },
    )
    expect(document.task).toBe('regression')
    expect(outcome.verdict).toBe('fail')
    expect(byRule(document, 'metric-loss')[0]?.expected).toMatch(/^not above \+0\.0\d+$/)
    expect(markdown).toContain('nearer to the truth')
    expect(document.metrics.find(({ metric }) => metric === 'r2')?.trivial).toBeCloseTo(0, 10)
  })
})

describe('mistakes', () => {
  const rows = data(100)
  const files = { 'test.csv': csv(rows), 'p.jsonl': scores(rows.slice(1), GOOD) }

  test('all in rules, slices and behaviour tests at once, before any model is asked', async () => {
    const problems = await problemsOf(
      gate(
        {
          predictions: 'nowhere.jsonl',
          rules: [{ metric: 'auc', min: 0.5 }, { metric: 'rmse', max: 1 }, { metric: 'roc_auc' }],
          slices: ['region'],
          invariance: [{ column: 'sex' }],
        },
        files,
      ),
    )
    expect(problems.map(({ where }) => where)).toEqual([
      'evaluate.predictions',
      'evaluate.rules[0].metric',
      'evaluate.rules[1].metric',
      'evaluate.rules[2]',
      'evaluate.slices[0]',
      'evaluate.invariance[0].column',
    ])
    expect(problems[1]?.message).toBe('there is no metric "auc" for a binary model')
    expect(problems[1]?.cure).toContain('roc_auc')
  })

  test('ids that are the same as numbers are told apart as text', async () => {
    const rows = data(60).map((row, i) => ({ ...row, id: `184467440737095${String(51000 + i)}` }))
    const predictions = [...rows].reverse().map((row) => ({ id: row.id, score: GOOD({ ...row }) }))
    const { document } = await gate(
      { predictions: 'p.csv', baseline: 'none' },
      { 'test.csv': csv(rows), 'p.csv': csv(predictions) },
    )
    const plain = await gate(
      { predictions: 'p.jsonl', baseline: 'none' },
      { 'test.csv': csv(data(60)), 'p.jsonl': scores(data(60), GOOD) },
    )
    expect(document.rows).toBe(60)
    expect(document.metrics[0]?.candidate.value).toBe(plain.document.metrics[0]?.candidate.value)
  })

  test('rows without a prediction are named', async () => {
    const problems = await problemsOf(gate({ predictions: 'p.jsonl', baseline: 'none' }, files))
    expect(problems[0]?.message).toBe('1 of 100 test rows have no prediction: r0')
  })

  test('nothing to ask, nothing to judge', async () => {
    expect((await problemsOf(gate({}, files)))[0]?.message).toContain('there is neither `predict` nor')
    expect((await problemsOf(gate({}, files, { data: {} })))[0]?.message).toContain('`data.test` is missing')
    expect((await problemsOf(gate({}, {}, {})))[0]?.message).toContain('test.csv')
    expect((await problemsOf(gate({}, { 'test.csv': 'id,x,group,y\n' })))[0]?.message).toContain('no rows')
  })
})

test('text from data is inert in the comment and the report', async () => {
  const evil = '<img src=x onerror=alert(1)>|@all `x` ::error::'
  const rows = data(200).map((row, i) => ({ ...row, group: `"${i % 2 ? evil : 'plain'}"` }))
  const { markdown, html } = await gate(
    { predictions: 'p.jsonl', baseline: 'none', rules: [{ metric: 'recall', slice: 'group', min: 0.99 }] },
    { 'test.csv': csv(rows), 'p.jsonl': scores(rows as Rows, GOOD) },
  )
  expect(markdown).not.toContain('<img')
  expect(html).not.toContain('<img')
  expect(markdown).not.toMatch(/^::error/m)
})

test('every rule that is reported is explained', async () => {
  const rows = data(200)
  const { document } = await gate(
    { predictions: 'p.jsonl', baseline: 'none', perturbation: {}, rules: [{ metric: 'recall', min: 0.2, max: 1 }] },
    { 'test.csv': csv(rows), 'p.jsonl': scores(rows, GOOD) },
  )
  for (const { rule } of document.checks) expect(Object.keys(explain)).toContain(rule)
})
