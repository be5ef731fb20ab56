import type { Evaluation } from '../../../shared/contracts/evaluation.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { byRule, cleanUp, csv, gate, jsonl, problemsOf } from './support.js'

afterEach(cleanUp)

const metric = (document: Evaluation, name: string) => document.metrics.find((one) => one.metric === name)
const verdictsOf = (document: Evaluation, rule: string) => byRule(document, rule).map(({ verdict }) => verdict)
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

describe('several classes a row', () => {
  const random = seededRandom('labels')
  const CLASSES = ['art', 'biology', 'chess']
  const rows = Array.from({ length: 400 }, (_, i) => ({
    id: `r${i}`,
    country: i % 4 === 0 ? 'fr' : 'de',
    has: CLASSES.filter(() => random.uniform() < 0.4),
  }))
  /** The true classes, each forgotten or wrongly added with the given probability. */
  const answersOf = (wrong: number, seed: string) => {
    const own = seededRandom(seed)
    return rows.map(({ id, has }) => ({
      id,
      labels: CLASSES.filter((name) => has.includes(name) !== own.uniform() < wrong),
    }))
  }
  const [good, poor] = [answersOf(0.05, 'good'), answersOf(0.25, 'poor')]
  const noise = seededRandom('probabilities')
  const probabilities = rows.map(({ has }) =>
    CLASSES.map((name) => Number(((has.includes(name) ? 0.45 : 0.05) + 0.5 * noise.uniform()).toFixed(4))),
  )
  const files = {
    'piped.csv': csv(rows.map(({ id, country, has }) => ({ id, country, y: has.join('|') }))),
    'semicolons.csv': csv(rows.map(({ id, country, has }) => ({ id, country, y: has.join('; ') }))),
    'json.csv': csv(rows.map(({ id, country, has }) => ({ id, country, y: quoted(JSON.stringify(has)) }))),
    'columns.csv': csv(
      rows.map(({ id, country, has }) => ({
        id,
        country,
        ...Object.fromEntries(CLASSES.map((name) => [name, Number(has.includes(name))])),
      })),
    ),
    'good.jsonl': jsonl(good),
    'poor.jsonl': jsonl(poor),
    'good.csv': csv(good.map(({ id, labels }) => ({ id, labels: labels.join('|') }))),
    'good-json.csv': csv(good.map(({ id, labels }) => ({ id, labels: quoted(JSON.stringify(labels)) }))),
    'semicolons-good.csv': csv(good.map(({ id, labels }) => ({ id, labels: labels.join(';') }))),
    'scored.csv': csv(
      rows.map(({ id }, i) => ({
        id,
        ...Object.fromEntries(CLASSES.map((name, k) => [`p_${name}`, probabilities[i]?.[k] as number])),
      })),
    ),
    'scored.jsonl': jsonl(
      rows.map(({ id }, i) => ({
        id,
        probabilities: Object.fromEntries(CLASSES.map((name, k) => [name, probabilities[i]?.[k] as number])),
      })),
    ),
  }
  const LISTS = { task: 'multilabel', data: { test: 'piped.csv', target: 'y', id: 'id' } }
  const COLUMNS = { task: 'multilabel', data: { test: 'columns.csv', targets: CLASSES, id: 'id' } }

  test('a worse one is stopped by the default rule, and a rule on a slice is judged', async () => {
    const { outcome, document, markdown, html } = await gate(
      { predictions: 'poor.jsonl', baseline: 'good.jsonl', slices: ['country'] },
      files,
      LISTS,
    )
    expect(document).toMatchObject({ task: 'multilabel', classes: CLASSES, threshold: 0.5, rows: 400 })
    expect(outcome).toMatchObject({ verdict: 'fail', outputs: { metric: 'f1_micro', baseline: 'good.jsonl' } })
    expect(byRule(document, 'metric-loss').map(({ subject, verdict }) => [subject, verdict])).toEqual([
      ['F1, micro', 'fail'],
      ['F1, micro, country = de', 'fail'],
      ['F1, micro, country = fr', 'fail'],
    ])
    expect(verdictsOf(document, 'better-than-trivial')).toEqual(['pass'])
    expect(markdown).toContain('F1, micro')
    expect(html).toContain('How each number is defined')
  })

  test('the value is that of the definition: true positives over all that are true or predicted', async () => {
    const { document } = await gate({ predictions: 'good.jsonl', baseline: 'trivial' }, files, LISTS)
    let [hits, predicted, known, exact] = [0, 0, 0, 0]
    for (const [i, { has }] of rows.entries()) {
      const { labels } = good[i] as (typeof good)[number]
      hits += labels.filter((name) => has.includes(name)).length
      predicted += labels.length
      known += has.length
      exact += Number(labels.join() === has.join())
    }
    expect(metric(document, 'f1_micro')?.candidate.value).toBeCloseTo((2 * hits) / (predicted + known), 12)
    expect(metric(document, 'exact_match')?.candidate.value).toBeCloseTo(exact / 400, 12)
    expect(document.baselineStatus).toBe('trivial')
  })

  test.each([
    [
      'another separator',
      { data: { ...LISTS.data, test: 'semicolons.csv' } },
      { labels: { separator: ';' } },
      'semicolons-good.csv',
    ],
    ['JSON lists in CSV', { data: { ...LISTS.data, test: 'json.csv' } }, {}, 'good-json.csv'],
    ['columns of 0 and 1', COLUMNS, {}, 'good.csv'],
    ['JSON Lines against columns of 0 and 1', COLUMNS, {}, 'good.jsonl'],
  ])('the same rows written otherwise have the same numbers: %s', async (_name, config, evaluate, predictions) => {
    const plain = await gate({ predictions: 'good.csv', baseline: 'none' }, files, LISTS)
    const other = await gate({ predictions, baseline: 'none', ...evaluate }, files, { ...LISTS, ...config })
    const values = ({ metrics }: Evaluation) => metrics.map((one) => [one.metric, one.candidate.value])
    expect(values(other.document)).toEqual(values(plain.document))
    expect(other.document.classes).toEqual(CLASSES)
  })

  test('probabilities of each class on its own, from columns or from JSON', async () => {
    const rules = [
      { metric: 'lrap', min: 0.8 },
      { metric: 'roc_auc_macro', min: 0.9 },
      { metric: 'f1', class: 'each', min: 0.8 },
    ]
    const table = await gate({ predictions: 'scored.csv', baseline: 'poor.jsonl', rules }, files, COLUMNS)
    const lines = await gate({ predictions: 'scored.jsonl', baseline: 'poor.jsonl', rules }, files, LISTS)
    expect(table.outcome.verdict).toBe('pass')
    expect(verdictsOf(table.document, 'metric-min')).toEqual(['pass', 'pass', 'pass', 'pass', 'pass'])
    expect(lines.document.metrics.map(({ candidate }) => candidate.value)).toEqual(
      table.document.metrics.map(({ candidate }) => candidate.value),
    )
  })

  test('mistakes are named with their key, all at once', async () => {
    const both = await problemsOf(
      gate({ predictions: 'good.jsonl', baseline: 'none' }, files, {
        task: 'multilabel',
        data: { test: 'columns.csv', targets: ['art', 'chess', 'biologie'], target: 'y', id: 'id' },
      }),
    )
    expect(both.map(({ where }) => where)).toEqual(['data.targets', 'data.target', 'data.targets[2]'])
    expect(both[2]?.cure).toContain('did you mean "biology"?')
    const foreign = await problemsOf(
      gate({ predictions: 'good.jsonl', baseline: 'none' }, files, {
        task: 'binary',
        data: { test: 'columns.csv', target: 'art', targets: ['art'], id: 'id' },
      }),
    )
    expect(foreign[0]).toMatchObject({ where: 'data.targets', cure: 'remove it, or set task to multilabel' })
    const unknown = await problemsOf(
      gate(
        { predictions: 'x.jsonl', baseline: 'none' },
        { ...files, 'x.jsonl': jsonl(good).replace('"biology"', '"bio"') },
        LISTS,
      ),
    )
    expect(unknown[0]).toMatchObject({ where: 'candidate' })
    expect(unknown[0]?.message).toContain('answered with the unknown class "bio" on 1 of 400 rows')
    const neither = await problemsOf(
      gate(
        { predictions: 'good.jsonl', baseline: 'none' },
        { ...files, 'columns.csv': files['columns.csv'].replace(/\d$/, '2') },
        COLUMNS,
      ),
    )
    expect(neither[0]?.message).toBe('has neither 0 nor 1 in "chess" on 1 of 400 rows: r399')
    const none = await problemsOf(
      gate({ predictions: 'test.csv', baseline: 'none' }, { ...files, 'test.csv': files['piped.csv'] }, LISTS),
    )
    expect(none[0]?.message).toContain('has none of the columns labels, p_<class>')
  })

  test('a class in a rule that neither the rows nor the models have is named', async () => {
    const rules = [{ metric: 'recall', class: 'biologie', min: 0.1 }]
    const problems = await problemsOf(gate({ predictions: 'good.jsonl', baseline: 'none', rules }, files, LISTS))
    expect(problems[0]).toMatchObject({
      where: 'evaluate.rules[0].class',
      message: 'there is no class "biologie"',
      cure: 'write each, or one of: art, biology, chess',
    })
  })

  test('a null is no empty list: such a row is not judged, and said so', async () => {
    const lines = rows.map(({ id, country, has }, i) => ({ id, country, y: i === 3 ? null : JSON.stringify(has) }))
    const { document } = await gate(
      { predictions: 'good.jsonl', baseline: 'none' },
      { ...files, 'null.jsonl': jsonl(lines) },
      { ...LISTS, data: { ...LISTS.data, test: 'null.jsonl' } },
    )
    expect(document.rows).toBe(399)
    expect(document.notMeasured).toContain('1 row has no value of y.')
  })

  test('a rule on a metric of another task is answered with those of this one', async () => {
    const problems = await problemsOf(
      gate({ predictions: 'good.jsonl', baseline: 'none', rules: [{ metric: 'rmse', max: 1 }] }, files, LISTS),
    )
    expect(problems[0]).toMatchObject({
      where: 'evaluate.rules[0].metric',
      message: 'there is no metric "rmse" for a multilabel model',
    })
    expect(problems[0]?.cure).toContain('f1_micro')
  })
})

describe('forecasts of quantiles', () => {
  const random = seededRandom('quantiles')
  const rows = Array.from({ length: 600 }, (_, i) => {
    const x = random.normal()
    return {
      id: i,
      x: Number(x.toFixed(4)),
      season: i % 3 === 0 ? 'dry' : 'wet',
      y: Number((2 * x + random.normal()).toFixed(4)),
    }
  })
  /** Quantiles of a normal distribution about 2x, its width stretched; z are its quantiles at the levels. */
  const table = (levels: Record<string, number>, stretch = 1) =>
    csv(
      rows.map(({ id, x }) => ({
        id,
        ...Object.fromEntries(Object.entries(levels).map(([level, z]) => [`q_${level}`, 2 * x + stretch * z])),
      })),
    )
  const LEVELS = { '0.1': -1.2816, '0.5': 0, '0.9': 1.2816 }
  const files = {
    'test.csv': csv(rows),
    'good.csv': table(LEVELS),
    'narrow.csv': table(LEVELS, 0.2),
    'more.csv': table({ '0.05': -1.6449, ...LEVELS, '0.95': 1.6449 }),
    'other.csv': table({ '0.25': -0.6745, '0.75': 0.6745 }),
    'good.jsonl': jsonl(
      rows.map(({ id, x }) => ({
        id,
        quantiles: Object.fromEntries(Object.entries(LEVELS).map(([level, z]) => [level, 2 * x + z])),
      })),
    ),
  }
  const config = { task: 'quantile' }

  test('an interval that is too narrow is stopped', async () => {
    const { outcome, document } = await gate(
      {
        predictions: 'narrow.csv',
        baseline: 'good.csv',
        rules: [
          { metric: 'coverage_80', min: 0.7 },
          { metric: 'pinball_mean', 'max-loss': '1%' },
        ],
        slices: ['season'],
      },
      files,
      config,
    )
    expect(outcome).toMatchObject({ verdict: 'fail', outputs: { metric: 'pinball_mean' } })
    expect(verdictsOf(document, 'metric-min')).toEqual(['fail'])
    expect(verdictsOf(document, 'metric-loss')).toEqual(['fail'])
    expect(verdictsOf(document, 'better-than-trivial')).toEqual(['pass'])
    const inside = rows.filter(({ x, y }) => Math.abs(y - 2 * x) <= 0.2 * 1.2816).length
    expect(metric(document, 'coverage_80')?.candidate.value).toBeCloseTo(inside / 600, 2)
  })

  test('columns and JSON are the same; the default rule passes two that are equal', async () => {
    const { outcome, document } = await gate({ predictions: 'good.jsonl', baseline: 'good.csv' }, files, config)
    expect(metric(document, 'pinball_mean')?.difference?.value).toBe(0)
    expect(byRule(document, 'metric-loss')[0]?.expected).toMatch(/^not above \+0\.0\d+/)
    expect(outcome.outputs.difference).toBe(0)
  })

  test('levels that only one of them answers are left out, and said so', async () => {
    const { document } = await gate({ predictions: 'more.csv', baseline: 'good.csv' }, files, config)
    expect(document.notMeasured).toContain(
      'The quantiles 0.05, 0.95 of candidate are not compared: not every model answers them.',
    )
    expect(metric(document, 'coverage_80')).toBeDefined()
    expect(metric(document, 'coverage_90')).toBeUndefined()
    const problems = await problemsOf(gate({ predictions: 'other.csv', baseline: 'good.csv' }, files, config))
    expect(problems[0]).toMatchObject({
      where: 'candidate, good.csv',
      message: 'no quantile is answered by every model (candidate: 0.25, 0.75; good.csv: 0.1, 0.5, 0.9)',
    })
  })

  test('mistakes: a level that is none, a row without one, a target of texts', async () => {
    const level = await problemsOf(
      gate({ predictions: 'p.csv', baseline: 'none' }, { ...files, 'p.csv': table({ '10': 1 }) }, config),
    )
    expect(level[0]?.message).toContain('not an object of a number per level between 0 and 1')
    const lines = files['good.jsonl'].replace(/"0\.5":[-\d.e]+,/, '')
    const missing = await problemsOf(
      gate({ predictions: 'p.jsonl', baseline: 'none' }, { ...files, 'p.jsonl': lines }, config),
    )
    expect(missing[0]?.message).toBe('answered with no quantile 0.5 on 1 of 600 rows: 0')
    const text = await problemsOf(
      gate({ predictions: 'good.csv', baseline: 'none' }, files, {
        ...config,
        data: { test: 'test.csv', target: 'season', id: 'id' },
      }),
    )
    expect(text[0]).toMatchObject({ where: 'task' })
    expect(text[0]?.message).toContain('quantile, but "season" has values that are no finite numbers')
  })
})

describe('rankings', () => {
  const random = seededRandom('rankings')
  const QUERIES = 120
  const ITEMS = 12
  const rows = Array.from({ length: QUERIES * ITEMS }, (_, i) => ({
    id: `r${i}`,
    user: `u${Math.floor(i / ITEMS)}`,
    item: `i${i % ITEMS}`,
    country: Math.floor(i / ITEMS) % 3 === 0 ? 'fr' : 'de',
    relevance: Number(random.uniform() < (i % ITEMS < 3 ? 0.5 : 0.1)),
  }))
  const scored = (noise: number, seed: string) => {
    const own = seededRandom(seed)
    return rows.map(({ id, user, item, relevance }) => ({
      id,
      user,
      item,
      score: Number((relevance + noise * own.normal()).toFixed(6)),
    }))
  }
  const [good, poor] = [scored(0.5, 'good'), scored(3, 'poor')]
  const data = { test: 'test.csv', target: 'relevance', query: 'user', item: 'item', id: 'id' }
  const files = {
    'test.csv': csv(rows),
    'train.csv': csv(
      Array.from({ length: 400 }, (_, i) => ({ user: `u${i % 40}`, item: `i${Math.floor(Math.sqrt(i)) % ITEMS}` })),
    ),
    'good.csv': csv(good.map(({ id, score }) => ({ id, score }))),
    'poor.jsonl': jsonl(poor.map(({ id, score }) => ({ id, score }))),
    // The best five of each query, and one item besides the test rows at the top.
    'lists.csv': csv(
      Array.from({ length: QUERIES }, (_, q) => [
        { user: `u${q}`, item: 'fresh', rank: 1 },
        ...good
          .filter(({ user }) => user === `u${q}`)
          .sort((a, b) => b.score - a.score)
          .slice(0, 5)
          .map(({ user, item }, k) => ({ user, item, rank: k + 2 })),
      ]).flat(),
    ),
  }
  const config = { task: 'ranking', data }

  test('queries are what is judged: scores of rows, a baseline, slices on what a query is', async () => {
    const { outcome, document } = await gate(
      { predictions: 'poor.jsonl', baseline: 'good.csv', slices: ['country'] },
      files,
      config,
    )
    expect(document).toMatchObject({ task: 'ranking', rows: QUERIES * ITEMS })
    expect(outcome).toMatchObject({ verdict: 'fail', outputs: { metric: 'ndcg_at_10' } })
    expect(byRule(document, 'metric-loss').map(({ subject, verdict }) => [subject, verdict])).toEqual([
      ['NDCG at 10', 'fail'],
      ['NDCG at 10, country = de', 'fail'],
      ['NDCG at 10, country = fr', 'fail'],
    ])
    const slice = document.metrics.find(({ slice }) => slice?.value === 'fr')
    expect(slice?.candidate.n).toBeLessThanOrEqual(40)
    expect(document.notMeasured.some((note) => /of 120 queries have no relevant item/.test(note))).toBe(true)
  })

  test('the value is that of the definition: reciprocal rank of the first relevant item', async () => {
    const { document } = await gate({ predictions: 'good.csv', baseline: 'none' }, files, config)
    const ranks = Array.from({ length: QUERIES }, (_, q) => {
      const own = rows.flatMap(({ user, relevance }, i) =>
        user === `u${q}` ? [{ relevance, score: good[i]?.score as number }] : [],
      )
      return own.sort((a, b) => b.score - a.score).findIndex(({ relevance }) => relevance > 0) + 1
    }).filter((rank) => rank > 0)
    const mrr = ranks.reduce((sum, rank) => sum + (rank <= 10 ? 1 / rank : 0), 0) / ranks.length
    expect(metric(document, 'mrr_at_10')?.candidate.value).toBeCloseTo(mrr, 12)
    expect(metric(document, 'mrr_at_10')?.candidate.n).toBe(ranks.length)
  })

  test('popularity comes from the training data, and the trivial model is the most popular items', async () => {
    const { document, html } = await gate({ predictions: 'good.csv', baseline: 'trivial' }, files, {
      ...config,
      data: { ...data, train: 'train.csv' },
    })
    expect(metric(document, 'novelty_at_10')?.candidate.value).toBeGreaterThan(0)
    expect(document.baselineStatus).toBe('trivial')
    expect(html).toContain('the most popular items of the training data')
    expect(verdictsOf(document, 'better-than-trivial')).toEqual(['pass'])
  })

  test('a file of lists has items besides the test rows, which are not relevant', async () => {
    const evaluate = { predictions: 'lists.csv', baseline: 'none', ranking: { predictions: 'lists' } }
    const { document } = await gate(
      {
        ...evaluate,
        rules: [
          { metric: 'precision_at_1', max: 0.5 },
          { metric: 'catalogue_coverage_at_10', min: 0.1 },
        ],
      },
      files,
      config,
    )
    expect(byRule(document, 'metric-max').map(({ measured }) => measured)).toHaveLength(1)
    expect(document.metrics.find((one) => one.metric === 'precision_at_1')?.candidate.value).toBe(0)
    const without = await problemsOf(
      gate(evaluate, { ...files, 'lists.csv': files['lists.csv'].replaceAll(/^u0,.*\n/gm, '') }, config),
    )
    expect(without[0]).toMatchObject({ where: 'candidate', cure: 'rank items for every query of the test rows' })
    expect(without[0]?.message).toContain('has no ranked item on 1 of 120 rows: query u0')
    const twice = await problemsOf(
      gate(evaluate, { ...files, 'lists.csv': `${files['lists.csv']}\nu0,fresh,9` }, config),
    )
    expect(twice[0]?.message).toContain('has a query and item of another row on 1 of 721 rows: row 721')
  })

  test('mistakes: keys that are missing, columns that are not there, relevances that are none', async () => {
    const missing = await problemsOf(
      gate({ predictions: 'good.csv', baseline: 'none' }, files, { ...config, data: { test: 'test.csv', id: 'id' } }),
    )
    expect(missing.map(({ where }) => where)).toEqual(['data.query', 'data.item'])
    const mistyped = await problemsOf(
      gate({ predictions: 'good.csv', baseline: 'none' }, files, { ...config, data: { ...data, query: 'users' } }),
    )
    expect(mistyped[0]?.cure).toContain('did you mean "user"?')
    const negative = await problemsOf(
      gate(
        { predictions: 'good.csv', baseline: 'none' },
        { ...files, 'test.csv': files['test.csv'].replace(/,\d$/, ',-1') },
        config,
      ),
    )
    expect(negative[0]?.message).toContain('has a relevance that is no number of 0 or more on 1 of 1,440 rows')
    const lists = await problemsOf(
      gate({ predictions: 'good.csv', baseline: 'none', ranking: { predictions: 'lists' } }, files, config),
    )
    expect(lists.map(({ message }) => message)).toEqual(['has no column "user"', 'has no column "item"'])
  })
})

describe('texts', () => {
  const random = seededRandom('texts')
  const rows = Array.from({ length: 240 }, (_, i) => ({
    id: i,
    kind: i % 2 ? 'short' : 'long',
    x: 1,
    n: Math.floor(random.uniform() * 900),
  }))
  const referencesOf = ({ n }: (typeof rows)[number]) => [`answer number ${n}`, `number ${n}`]
  const answered = (wrong: number, seed: string) => {
    const own = seededRandom(seed)
    return jsonl(
      rows.map((row) => ({
        id: row.id,
        text: own.uniform() < wrong ? 'no idea' : (referencesOf(row)[own.uniform() < 0.5 ? 0 : 1] as string),
      })),
    )
  }
  const files = {
    'test.jsonl': jsonl(rows.map((row) => ({ id: row.id, kind: row.kind, y: referencesOf(row) }))),
    'test.csv': csv(rows.map((row) => ({ id: row.id, kind: row.kind, y: quoted(JSON.stringify(referencesOf(row))) }))),
    'good.jsonl': answered(0.05, 'good'),
    'poor.jsonl': answered(0.4, 'poor'),
  }
  const config = { task: 'text', data: { test: 'test.jsonl', target: 'y', id: 'id' } }

  test('any of several references is right; a worse model is stopped', async () => {
    const { outcome, document, html } = await gate(
      {
        predictions: 'poor.jsonl',
        baseline: 'good.jsonl',
        slices: ['kind'],
        rules: [
          { metric: 'exact_match', 'max-loss': 0.05 },
          { metric: 'wer', max: 2 },
        ],
      },
      files,
      config,
    )
    expect(outcome).toMatchObject({ verdict: 'fail', outputs: { metric: 'token_f1' } })
    const right = files['poor.jsonl'].split('\n').filter((line) => !line.includes('no idea')).length
    expect(metric(document, 'exact_match')?.candidate.value).toBeCloseTo(right / 240, 12)
    expect(verdictsOf(document, 'metric-loss')).toEqual(['fail'])
    expect(html).toContain('How each number is defined')
  })

  test('references in CSV are the same as in JSON Lines; answers of a table too', async () => {
    const lines = await gate({ predictions: 'good.jsonl', baseline: 'none' }, files, config)
    const answers = files['good.jsonl'].split('\n').map((line) => JSON.parse(line) as { id: number; text: string })
    const table = await gate(
      { predictions: 'good.csv', baseline: 'none' },
      { ...files, 'good.csv': csv(answers) },
      { ...config, data: { ...config.data, test: 'test.csv' } },
    )
    expect(table.document.metrics.map(({ candidate }) => candidate.value)).toEqual(
      lines.document.metrics.map(({ candidate }) => candidate.value),
    )
  })

  test('mistakes: a row without a text, a file without one', async () => {
    const none = await problemsOf(
      gate(
        { predictions: 'p.jsonl', baseline: 'none' },
        { ...files, 'p.jsonl': jsonl(rows.map(({ id }) => ({ id, score: 1 }))) },
        config,
      ),
    )
    expect(none[0]?.message).toContain('which has none of text, label')
    const column = await problemsOf(
      gate(
        { predictions: 'p.csv', baseline: 'none' },
        { ...files, 'p.csv': csv(rows.map(({ id }) => ({ id, answer: 'x' }))) },
        config,
      ),
    )
    expect(column[0]?.message).toContain('has none of the columns text')
  })
})
