import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { validateData } from '../../../actions/validate-data/action.js'
import type { FakeContext } from '../../support/context.js'
import { byRule, cleanUp, csv, DATA, data, GOOD, gate, jsonl, problemsOf, SOUTH_BROKEN, sigmoid } from './support.js'

afterEach(cleanUp)

const ROWS = data(400, 'inputs')
const TEST = csv(ROWS)
const table = (rows: readonly Record<string, unknown>[]) => csv(rows)
const predicted = ROWS.map((row) => ({ id: row.id, score: GOOD({ ...row, id: `r${row.id}` }) }))

describe('files of predictions', () => {
  test.each([
    ['CSV', 'p.csv', table(predicted)],
    ['TSV', 'p.tsv', table(predicted).replaceAll(',', '\t')],
    ['JSON Lines', 'p.jsonl', jsonl(predicted)],
    ['rows in another order', 'p.csv', table([...predicted].reverse())],
    ['with a column that is no answer', 'p.csv', table(predicted.map((row) => ({ ...row, note: 'x' })))],
    ['probabilities by class', 'p.csv', table(predicted.map(({ id, score }) => ({ id, p_1: score, p_0: 1 - score })))],
  ])('%s: the same document', async (_name, path, text) => {
    const evaluate = { baseline: 'none', rules: [{ metric: 'roc_auc', min: 0.6 }] }
    const { document } = await gate({ ...evaluate, predictions: path }, { 'test.csv': TEST, [path]: text })
    const { document: wanted } = await gate(
      { ...evaluate, predictions: 'w.jsonl' },
      { 'test.csv': TEST, 'w.jsonl': jsonl(predicted) },
    )
    expect(document.rowsDigest).toBe(wanted.rowsDigest)
    expect(document.metrics[0]).toEqual(wanted.metrics[0])
    expect(document.checks).toEqual(wanted.checks)
  })

  test('whole numbers as ids, in the order of the rows and not', async () => {
    const rows = ROWS.map((row, i) => ({ ...row, id: i * 3 }))
    const answers = rows.map((row) => ({ id: row.id, score: GOOD({ ...row, id: `r${row.id}` }) }))
    const evaluate = { predictions: 'p.csv', baseline: 'none', rules: [{ metric: 'log_loss', max: 5 }] }
    const ordered = await gate(evaluate, { 'test.csv': csv(rows), 'p.csv': table(answers) })
    const mixed = await gate(evaluate, { 'test.csv': csv(rows), 'p.csv': table([...answers].reverse()) })
    const padded = await gate(evaluate, {
      'test.csv': csv(rows),
      'p.csv': table([{ id: -5, score: 0.5 }, ...answers]),
    })
    expect(mixed.document.metrics).toEqual(ordered.document.metrics)
    expect(padded.document.metrics).toEqual(ordered.document.metrics)
    expect(padded.document.notMeasured).toContainEqual(
      '1 predictions of p.csv belong to no test row and were not used.',
    )
  })

  test('duplicates on both sides and missing rows, all at once', async () => {
    const twice = csv([...ROWS, ROWS[0] as (typeof ROWS)[number]])
    const answers = table([...predicted.slice(2), predicted[5] as (typeof predicted)[number]])
    const problems = await problemsOf(
      gate({ predictions: 'p.csv', baseline: 'none' }, { 'test.csv': twice, 'p.csv': answers }),
    )
    expect(problems.map(({ message }) => message)).toEqual([
      '1 value of "id" name more than one test row: r0',
      '1 id has more than one prediction: r5',
      '3 of 401 test rows have no prediction: r0, r1, r0',
    ])
  })

  test('rows without a prediction are left out and counted when the configuration allows it', async () => {
    const { document } = await gate(
      {
        predictions: 'p.csv',
        baseline: 'q.csv',
        'min-coverage': 0.9,
        rules: [{ metric: 'accuracy', 'max-loss': 0.2 }],
      },
      { 'test.csv': TEST, 'p.csv': table(predicted.slice(10)), 'q.csv': table(predicted.slice(0, -20)) },
    )
    expect(document.rows).toBe(370)
    expect(document.notMeasured).toContainEqual(
      '30 rows have no prediction in one of the files and were left out (evaluate.min-coverage).',
    )
  })

  test('the candidate’s own file as the baseline is refused', async () => {
    const files = { 'test.csv': TEST, 'p.csv': table(predicted), 'q.csv': table(predicted) }
    const problems = await problemsOf(gate({ predictions: 'p.csv', baseline: 'q.csv' }, files))
    expect(problems[0]).toMatchObject({
      where: 'evaluate.baseline',
      message: 'q.csv is the candidate’s own file of predictions, byte for byte',
    })
  })

  test('a table that is no table of predictions', async () => {
    const none = await problemsOf(
      gate({ predictions: 'p.csv', baseline: 'none' }, { 'test.csv': TEST, 'p.csv': 'x\n1' }),
    )
    expect(none.map(({ message }) => message)).toEqual([
      'has no column "id"',
      expect.stringMatching(/^has none of the columns .*score/),
    ])
    const gap = await problemsOf(
      gate(
        { predictions: 'p.csv', baseline: 'none' },
        { 'test.csv': TEST, 'p.csv': table(predicted).replace(/0\.\d+\n/, 'nan\n') },
      ),
    )
    expect(gap[0]?.message).toContain('which is not a finite number')
  })
})

describe('what the candidate is compared with', () => {
  test('a trivial model', async () => {
    const { document, outcome } = await gate(
      { predictions: 'p.csv', baseline: 'trivial', rules: [{ metric: 'log_loss', 'min-gain': 0.01 }] },
      { 'test.csv': TEST, 'p.csv': table(predicted) },
    )
    expect(document.baselineStatus).toBe('trivial')
    expect(outcome.verdict).toBe('pass')
    const [gain] = byRule(document, 'metric-gain')
    expect(gain?.message).toContain('of a trivial model')
    expect(document.metrics[2]?.baseline?.value).toBeCloseTo(document.metrics[2]?.trivial as number, 12)
  })

  test('the same answers in another file are worth a warning', async () => {
    const { document } = await gate(
      { predictions: 'p.csv', baseline: 'q.csv' },
      { 'test.csv': TEST, 'p.csv': table(predicted), 'q.csv': table([...predicted].reverse()) },
    )
    expect(byRule(document, 'same-answers')[0]).toMatchObject({
      verdict: 'warn',
      message: 'the candidate answers exactly as q.csv on all 400 rows: it may be the same model',
    })
  })
})

describe('weights and clusters', () => {
  const weighted = ROWS.map((row, i) => ({ ...row, w: i % 3 }))
  const evaluate = { predictions: 'p.csv', baseline: 'none', rules: [{ metric: 'accuracy', min: 0.5 }] }

  test('a weight of 2 is a row twice, of 0 none', async () => {
    const { document } = await gate(
      evaluate,
      { 'test.csv': csv(weighted), 'p.csv': table(predicted) },
      { data: { ...DATA, weight: 'w' } },
    )
    const copies = weighted.flatMap((row) =>
      Array.from({ length: row.w }, (_, k) => ({ ...row, id: `${row.id}-${k}` })),
    )
    const answers = copies.map((row) => ({ id: row.id, score: GOOD({ ...row, id: `r${row.id}` }) }))
    const { document: copied } = await gate(
      evaluate,
      { 'test.csv': csv(copies), 'p.csv': table(answers) },
      { data: { ...DATA, exclude: ['w'] } },
    )
    const values = (metrics: typeof document.metrics) =>
      Object.fromEntries(metrics.map(({ metric, candidate }) => [metric, candidate.value?.toPrecision(9)]))
    // Bins of equal mass are made of rows, not of weights.
    const { ece: _a, ...ours } = values(document.metrics)
    const { ece: _b, ...theirs } = values(copied.metrics)
    expect(ours).toEqual(theirs)
    expect(document.notMeasured.join()).not.toContain('weight')
  })

  test.each([
    ['-1', '"w" is no weight on 1 row: r0'],
    ['', '"w" is no weight on 1 row: r0'],
  ])('a weight of %p is a named mistake', async (weight, message) => {
    const bad = csv(weighted).replace(/^(r0,.*),0$/m, `$1,${weight}`)
    const problems = await problemsOf(
      gate(evaluate, { 'test.csv': bad, 'p.csv': table(predicted) }, { data: { ...DATA, weight: 'w' } }),
    )
    expect(problems[0]?.message).toBe(message)
  })

  test('rows of an entity are resampled together; too few entities prove nothing', async () => {
    const users = ROWS.map((row, i) => ({ ...row, user: `u${i % 80}` }))
    const few = ROWS.map((row, i) => ({ ...row, user: `u${i % 8}` }))
    const files = (rows: readonly Record<string, unknown>[]) => ({ 'test.csv': csv(rows), 'p.csv': table(predicted) })
    const config = { data: { ...DATA, group: 'user' } }
    const many = await gate(evaluate, files(users), config)
    const accuracy = many.document.metrics.find(({ metric }) => metric === 'accuracy')
    expect(accuracy?.candidate.interval?.method).toContain('clusters')
    const eight = await gate(evaluate, files(few), config)
    const [check] = byRule(eight.document, 'metric-min')
    expect(check?.verdict).toBe('inconclusive')
    expect(check?.message).toContain('cluster')
  })
})

describe('metrics of the user', () => {
  const OWN = (print: string) =>
    `import { readFileSync } from 'node:fs'\nconst rows = readFileSync(process.argv[2], 'utf8').trim().split('\\n').map((line) => JSON.parse(line))\nconsole.log('reading', rows.length)\nconsole.log(JSON.stringify(${print}))\n`
  const run = (print: string, rule: Record<string, unknown>) =>
    gate(
      {
        predictions: 'p.csv',
        baseline: 'q.csv',
        slices: ['group'],
        metrics: [{ name: 'gain', command: 'node metric.mjs {input}' }],
        rules: [rule],
      },
      {
        'test.csv': TEST,
        'p.csv': table(predicted),
        'q.csv': table(ROWS.map((row) => ({ id: row.id, score: SOUTH_BROKEN(row) }))),
        'metric.mjs': OWN(print),
      },
    )

  test('a number for each row has intervals, slices and a paired difference', async () => {
    const { document } = await run('{ rows: rows.map((row) => row.prediction.score * row.y) }', {
      metric: 'gain',
      slice: 'group',
      'max-loss': 0.05,
    })
    const whole = document.metrics.find(({ metric, slice }) => metric === 'gain' && slice === null)
    const mean = ROWS.reduce((sum, row) => sum + GOOD(row) * row.y, 0) / ROWS.length
    expect(whole?.candidate.value).toBeCloseTo(mean, 9)
    expect(whole?.difference?.interval?.method).toContain('paired')
    expect(byRule(document, 'metric-loss').map(({ subject }) => subject)).toEqual([
      'gain, group = north',
      'gain, group = south',
    ])
  })

  test('one number without an interval proves nothing; with one it does', async () => {
    const bare = await run('rows.length', { metric: 'gain', min: 10 })
    expect(byRule(bare.document, 'metric-min')[0]).toMatchObject({ verdict: 'inconclusive', measured: 400 })
    const sure = await run('{ value: 400, low: 390, high: 410 }', { metric: 'gain', min: 10 })
    expect(byRule(sure.document, 'metric-min')[0]).toMatchObject({ verdict: 'pass', measured: 400 })
  })

  test.each([
    ['{ rows: [1, 2] }', '2 values in "rows" for 400 lines of input'],
    ['{ value: "x" }', 'a value of "x", which is not a finite number'],
    ['{ value: 3, low: 4, high: 5 }', 'that does not hold the value 3'],
    ['[1]', 'neither a number nor an object'],
  ])('%s is a named mistake', async (print, message) => {
    const problems = await problemsOf(run(print, { metric: 'gain', min: 0 }))
    expect(problems[0]).toMatchObject({ where: 'evaluate.metrics.gain' })
    expect(problems[0]?.message).toContain(message)
  })

  test('names that are taken, and a command that is not told where the rows are', async () => {
    const problems = await problemsOf(
      gate(
        { predictions: 'p.csv', baseline: 'none', metrics: [{ name: 'accuracy', command: 'node metric.mjs' }] },
        { 'test.csv': TEST, 'p.csv': table(predicted) },
      ),
    )
    expect(problems.map(({ where }) => where)).toEqual(['evaluate.metrics[0].name', 'evaluate.metrics[0].command'])
  })
})

describe('rules', () => {
  const files = {
    'test.csv': TEST,
    'p.csv': table(predicted),
    'q.csv': table(ROWS.map((row) => ({ id: row.id, score: sigmoid(2.2 * row.x) }))),
  }
  const against = (rule: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    gate({ predictions: 'p.csv', baseline: 'q.csv', rules: [rule], ...more }, files)

  test('a share of the baseline’s value', async () => {
    const { document } = await against({ metric: 'log_loss', 'max-loss': '50%' })
    const baseline = document.metrics.find(({ metric }) => metric === 'log_loss')?.baseline?.value as number
    const [check] = byRule(document, 'metric-loss')
    expect(check?.verdict).toBe('pass')
    expect(check?.details.bound).toBeCloseTo(baseline / 2, 12)
    expect(check?.expected).toContain('50% of the baseline’s')
  })

  test('what is open blocks, or passes with a warning: for all rules, or for one', async () => {
    const open = { metric: 'accuracy', min: 0.75 }
    const blocked = await against(open)
    expect(byRule(blocked.document, 'metric-min')[0]?.verdict).toBe('inconclusive')
    const warned = await against(open, { inconclusive: 'warn' })
    expect(byRule(warned.document, 'metric-min')[0]?.verdict).toBe('warn')
    const one = await against({ ...open, inconclusive: 'warn' })
    expect(byRule(one.document, 'metric-min')[0]?.verdict).toBe('warn')
  })

  test('the default rules look at every declared slice, with a wider margin', async () => {
    const { document } = await gate({ predictions: 'p.csv', baseline: 'q.csv', slices: ['group'] }, files)
    const losses = byRule(document, 'metric-loss')
    expect(losses.map(({ subject, details }) => [subject, details.bound])).toEqual([
      ['ROC AUC', -0.01],
      ['ROC AUC, group = north', -0.05],
      ['ROC AUC, group = south', -0.05],
    ])
  })

  test('a refusal set aside is a warning that names who and why, in every later document', async () => {
    const reason = 'agreed for the launch, <b>ticket 12</b>'
    const override = { reason, actor: 'olga' }
    const { document, markdown, outcome } = await against({ metric: 'accuracy', min: 0.99 }, { override })
    expect(outcome.verdict).toBe('warn')
    expect(document).toMatchObject({ verdict: 'warn', override: { reason, actor: 'olga', verdict: 'fail' } })
    expect(byRule(document, 'metric-min')[0]?.verdict).toBe('fail')
    expect(markdown).toContain('olga')
    expect(markdown).not.toContain('<b>')
    const passing = await against({ metric: 'accuracy', min: 0.1 }, { override })
    expect(passing.document.override).toBeUndefined()
    const other = await against(
      { metric: 'accuracy', min: 0.99 },
      { override: { ...override, candidate: 'sha256:0123456789' } },
    )
    expect(other.outcome.verdict).toBe('fail')
    expect(byRule(other.document, 'override-other-model')[0]?.verdict).toBe('warn')
  })
})

test('the answers are kept for the release, by id', async () => {
  const { document, root } = await gate(
    { predictions: 'p.csv', baseline: 'none' },
    { 'test.csv': TEST, 'p.csv': table(predicted) },
  )
  const text = gunzipSync(await readFile(join(root, '.plumbline/predictions.jsonl.gz'))).toString()
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(predicted)
  expect(document.answers?.path).toBe('.plumbline/predictions.jsonl.gz')
})

describe('classes', () => {
  const rows = data(300, 'classes').map((row, i) => ({ ...row, y: ['ant', 'bee', 'cat'][i % 3] as string }))
  const answers = (more: Record<string, number>) =>
    table(rows.map((row) => ({ id: row.id, p_ant: 0.4, p_bee: 0.3, p_cat: 0.3, ...more })))
  const config = { data: { ...DATA, train: 'train.csv' } }
  const files = (text: string) => ({ 'test.csv': csv(rows), 'train.csv': csv(rows), 'p.csv': text })

  test('one that the rows do not have is a class as long as nobody knows those of the training data', async () => {
    const evaluate = { predictions: 'p.csv', baseline: 'none', rules: [{ metric: 'log_loss', max: 5 }] }
    const { document } = await gate(evaluate, files(answers({ p_dog: 0, p_eel: 0 })), config)
    expect(document.classes).toEqual(['ant', 'bee', 'cat', 'dog', 'eel'])
  })

  test('one that neither the training data nor the rows have is a mistake of the candidate, and none of the baseline', async () => {
    // The profile of validate-data knows all classes of the training data.
    const profiled = (fake: FakeContext) => validateData.run({} as never, fake.ctx).then(() => undefined)
    const evaluate = { predictions: 'p.csv', rules: [{ metric: 'log_loss', max: 5 }] }
    const strange = { ...files(answers({ p_dog: 0, p_eel: 0 })), 'q.csv': answers({}) }
    const problems = await problemsOf(gate({ ...evaluate, baseline: 'q.csv' }, strange, config, profiled))
    expect(problems).toEqual([
      {
        where: 'candidate',
        message: 'gives probabilities of 2 classes that neither the training data nor the test rows have: dog, eel',
        cure: 'classes are: ant, bee, cat',
      },
    ])
    const old = { ...files(answers({})), 'q.csv': answers({ p_dog: 0 }) }
    const { document } = await gate({ ...evaluate, baseline: 'q.csv' }, old, config, profiled)
    expect([document.baselineStatus, document.classes]).toEqual(['compared', ['ant', 'bee', 'cat', 'dog']])
  })

  test('a rule names a class, or each', async () => {
    const rules = [
      { metric: 'recall', class: 'ant', min: 0.5 },
      { metric: 'precision', class: 'each', min: 0.1, level: 'warn' },
    ]
    const { document } = await gate({ predictions: 'p.csv', baseline: 'none', rules }, files(answers({})), config)
    expect(byRule(document, 'metric-min').map(({ details }) => details.metric)).toEqual([
      'recall_of:ant',
      'precision_of:ant',
      'precision_of:bee',
      'precision_of:cat',
    ])
    const problems = await problemsOf(
      gate(
        {
          predictions: 'p.csv',
          baseline: 'none',
          rules: [
            { metric: 'recall', class: 'dog', min: 0.5 },
            { metric: 'recall_of:dog', min: 0.5 },
            { metric: 'accuracy', class: 'ant', min: 0.5 },
          ],
        },
        files(answers({})),
        config,
      ),
    )
    expect(problems.map(({ where, message }) => `${where}: ${message}`)).toEqual([
      'evaluate.rules[0].class: there is no class "dog"',
      'evaluate.rules[1].metric: there is no class "dog"',
      'evaluate.rules[2].class: "accuracy" is not measured by class',
    ])
  })
})
