import { byRule, cleanUp, csv, DATA, data, GOOD, gate, scores, sigmoid } from './support.js'

afterEach(cleanUp)

describe('never wrong for lack of evidence', () => {
  test.each(['a', 'b', 'c', 'd', 'e', 'f'])('a model against itself never fails (%s)', async (seed) => {
    const n = { a: 5, b: 20, c: 60, d: 300, e: 1000, f: 2000 }[seed] as number
    const rows = data(n, seed)
    const rules = [
      'roc_auc',
      'log_loss',
      'ece',
      'accuracy',
      'recall',
      'precision',
      'f1',
      'mcc',
      'average_precision',
    ].flatMap((metric) => [
      { metric, 'max-loss': 0.02 },
      { metric, 'max-loss': 0.02, slice: 'group' },
    ])
    const { document } = await gate(
      { predictions: 'p.jsonl', baseline: 'q.jsonl', rules, slices: [{ column: 'group', 'min-rows': 1 }] },
      // The same answers in another file, the other way round.
      { 'test.csv': csv(rows), 'p.jsonl': scores(rows, GOOD), 'q.jsonl': scores([...rows].reverse(), GOOD) },
      { task: 'binary', data: { ...DATA, positive: '1' } },
    )
    expect(byRule(document, 'metric-loss').filter(({ verdict }) => verdict === 'fail')).toEqual([])
    expect(byRule(document, 'same-answers')).toMatchObject([{ verdict: 'warn' }])
    if (n >= 1000) {
      const open = byRule(document, 'metric-loss').filter(
        ({ verdict, subject }) => verdict !== 'pass' && !subject.includes('tiny'),
      )
      expect(open).toEqual([])
    }
  })

  test('few rows are inconclusive, with the difference that they could show', async () => {
    const rows = data(40)
    const { outcome, document, markdown } = await gate(
      { predictions: 'p.jsonl', baseline: 'q.jsonl', rules: [{ metric: 'accuracy', 'max-loss': 0.02 }] },
      {
        'test.csv': csv(rows),
        'p.jsonl': scores(rows, GOOD),
        'q.jsonl': scores(rows, (row) => sigmoid(2 * row.x + 0.4)),
      },
    )
    expect(outcome.verdict).toBe('inconclusive')
    const [check] = byRule(document, 'metric-loss')
    expect(check?.message).toMatch(/a difference under 0\.\d+ cannot be seen in 40 rows\.$/)
    expect(check?.details.detectable).toBeGreaterThan(0.02)
    expect(markdown).toContain('? inconclusive: 40 rows: less than')
    expect(markdown).toContain('**not proven** fit to replace')
  })

  test('an undefined ratio never passes', async () => {
    const rows = data(200)
    const { outcome, document } = await gate(
      { predictions: 'p.jsonl', baseline: 'none', rules: [{ metric: 'precision', min: 0 }] },
      { 'test.csv': csv(rows), 'p.jsonl': scores(rows, (row) => sigmoid(2 * row.x) / 3) },
    )
    expect(outcome.verdict).toBe('inconclusive')
    expect(byRule(document, 'metric-min')[0]).toMatchObject({
      verdict: 'inconclusive',
      measured: null,
      message:
        'precision is undefined: no row was predicted positive; it has to be at least 0. Nothing is proven without an interval.',
    })
    expect(document.metrics.find(({ metric }) => metric === 'precision')?.candidate).toMatchObject({
      value: null,
      reason: 'no row was predicted positive',
    })
  })

  test('one class only: AUC and the comparison with a trivial model stay open', async () => {
    const rows = data(100).map((row) => ({ ...row, y: 0 }))
    const { outcome } = await gate(
      { predictions: 'p.jsonl', baseline: 'none' },
      { 'test.csv': csv(rows), 'p.jsonl': scores(rows, GOOD) },
      { task: 'binary', data: { ...DATA, positive: '1' } },
    )
    expect(outcome.verdict).toBe('inconclusive')
    expect(outcome.summary).toContain('ROC AUC is undefined: no row is of the positive class')
  })

  test('a model that has learnt nothing is not better than a trivial one', async () => {
    const rows = data(2000)
    const { document } = await gate(
      { predictions: 'p.jsonl', baseline: 'none' },
      { 'test.csv': csv(rows), 'p.jsonl': scores(rows, (row) => sigmoid(-row.x)) },
    )
    expect(byRule(document, 'better-than-trivial')[0]).toMatchObject({
      verdict: 'fail',
      expected: 'better than a trivial model',
    })
  })

  test('a rule on slices that are all too small was judged on none', async () => {
    const rows = data(40)
    const { document } = await gate(
      { predictions: 'p.jsonl', baseline: 'none', rules: [{ metric: 'recall', slice: 'group', min: 0.5 }] },
      { 'test.csv': csv(rows), 'p.jsonl': scores(rows, GOOD) },
    )
    expect(byRule(document, 'slice-too-small')[0]).toMatchObject({ verdict: 'inconclusive' })
    expect(document.notMeasured.join('\n')).toContain('group: 3 of its values have fewer than 30 rows')
  })

  test('a rule that warns never does more', async () => {
    const rows = data(2000)
    const rules = [
      { metric: 'accuracy', min: 0.99, level: 'warn' },
      { metric: 'precision', slice: 'group', min: 0.999, level: 'warn' },
    ]
    const { outcome } = await gate(
      { predictions: 'p.jsonl', baseline: 'none', rules },
      { 'test.csv': csv(rows), 'p.jsonl': scores(rows, GOOD) },
    )
    expect(outcome.verdict).toBe('warn')
  })
})
