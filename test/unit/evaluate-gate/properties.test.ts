import fc from 'fast-check'
import type { Evaluation } from '../../../shared/contracts/evaluation.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { byRule, cleanUp, csv, DATA, data, gate, jsonl, type Rows, sigmoid } from './support.js'

afterEach(cleanUp)

/** A run of the whole gate is no matter of microseconds: few of them, always the same. */
const RUNS = { numRuns: 2, seed: 5 }
const seeds = fc.nat(1_000_000).map((seed) => `seed ${seed}`)

/** A second model that is worse by noise. */
const noisy = (rows: Rows, seed: string) => {
  const random = seededRandom(seed)
  return rows.map(({ id, x }) => ({ id, score: sigmoid(2 * x + 0.8 * random.normal()) }))
}
const clear = (rows: Rows) => rows.map(({ id, x }) => ({ id, score: sigmoid(2 * x) }))

function shuffled<T>(items: readonly T[], seed: string): T[] {
  const random = seededRandom(seed)
  const lots = items.map((item) => ({ item, lot: random.uniform() }))
  return lots.sort((a, b) => a.lot - b.lot).map(({ item }) => item)
}

const metricsOf = (document: Evaluation) =>
  document.metrics.map(({ metric, slice, candidate, baseline, difference }) => ({
    name: `${metric} ${slice === null ? '' : `${slice.column} ${slice.value}`}`,
    candidate: candidate.value,
    low: candidate.interval?.low ?? null,
    baseline: baseline?.value ?? null,
    difference: difference?.value ?? null,
    high: difference?.interval?.high ?? null,
  }))
const verdictsOf = (document: Evaluation) =>
  document.checks.map(({ rule, subject, verdict }) => [rule, subject, verdict])

/** The same numbers up to the order of summation. */
function expectSame(a: Evaluation, b: Evaluation) {
  const [ours, theirs] = [metricsOf(a), metricsOf(b)]
  expect(ours.map(({ name }) => name)).toEqual(theirs.map(({ name }) => name))
  for (const [i, { name: _, ...numbers }] of ours.entries()) {
    for (const [key, value] of Object.entries(numbers)) {
      const other = theirs[i]?.[key as keyof typeof numbers] ?? null
      if (value === null || other === null) expect([ours[i]?.name, key, value]).toEqual([ours[i]?.name, key, other])
      else expect(value).toBeCloseTo(other, 9)
    }
  }
  expect(verdictsOf(a)).toEqual(verdictsOf(b))
}

const RULES = [
  { metric: 'roc_auc', min: 0.6, 'max-loss': 0.02 },
  { metric: 'average_precision', min: 0.6 },
  { metric: 'recall', slice: 'group', 'max-loss': 0.1 },
]

test('the order of rows in each file changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const rows = data(400, seed)
      const evaluate = { predictions: 'p.jsonl', baseline: 'q.jsonl', rules: RULES }
      const of = (test: Rows, p: unknown[], q: unknown[]) =>
        gate(evaluate, { 'test.csv': csv(test), 'p.jsonl': jsonl(p), 'q.jsonl': jsonl(q) })
      const [p, q] = [noisy(rows, seed), clear(rows)]
      const before = await of(rows, p, q)
      const after = await of(shuffled(rows, 'a'), shuffled(p, 'b'), shuffled(q, 'c'))
      expect(after.document.rowsDigest).toBe(before.document.rowsDigest)
      expectSame(after.document, before.document)
    }),
    RUNS,
  )
})

test('weight 2 is the row twice, for every value', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const rows = data(200, seed)
      const random = seededRandom(`weights ${seed}`)
      const weighted = rows.map((row) => ({ ...row, w: random.uniform() < 0.4 ? 2 : 1 }))
      const answers = noisy(rows, seed)
      const twice = <T extends { id: string }>(items: readonly T[]): T[] =>
        items.flatMap((item, i) => (weighted[i]?.w === 2 ? [item, { ...item, id: `${item.id}b` }] : [item]))
      const heavy = await gate(
        { predictions: 'p.jsonl', baseline: 'none' },
        { 'test.csv': csv(weighted), 'p.jsonl': jsonl(answers) },
        { data: { ...DATA, weight: 'w' } },
      )
      const repeated = await gate(
        { predictions: 'p.jsonl', baseline: 'none' },
        { 'test.csv': csv(twice(rows)), 'p.jsonl': jsonl(twice(answers)) },
      )
      const values = (document: Evaluation) =>
        metricsOf(document).map(({ name, candidate }) => [name, candidate] as const)
      for (const [i, [name, value]] of values(heavy.document).entries()) {
        const [other, same] = values(repeated.document)[i] ?? ['', null]
        expect(other).toBe(name)
        expect(value).toBeCloseTo(same as number, 9)
      }
    }),
    RUNS,
  )
})

test('what only looks at the order of scores keeps its numbers and verdicts under a monotone transform', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, fc.double({ min: 0.3, max: 3, noNaN: true }), async (seed, power) => {
      const rows = data(300, seed)
      const rules = [
        { metric: 'roc_auc', min: 0.75, 'max-loss': 0.02 },
        { metric: 'average_precision', min: 0.75, 'max-loss': 0.02 },
      ]
      const of = (p: { id: string; score: number }[]) =>
        gate(
          { predictions: 'p.jsonl', baseline: 'q.jsonl', rules },
          { 'test.csv': csv(rows), 'p.jsonl': jsonl(p), 'q.jsonl': jsonl(clear(rows)) },
        )
      const plain = noisy(rows, seed)
      const before = await of(plain)
      const after = await of(plain.map(({ id, score }) => ({ id, score: score ** power })))
      const ordered = (document: Evaluation) =>
        metricsOf(document).filter(({ name }) => /^(roc_auc|average_precision) /.test(name))
      expect(ordered(after.document)).toEqual(ordered(before.document))
      expect(verdictsOf(after.document)).toEqual(verdictsOf(before.document))
    }),
    RUNS,
  )
})

test('swapped models: every difference changes its sign, every interval its ends', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const rows = data(300, seed)
      const files = { 'test.csv': csv(rows), 'p.jsonl': jsonl(noisy(rows, seed)), 'q.jsonl': jsonl(clear(rows)) }
      const one = await gate({ predictions: 'p.jsonl', baseline: 'q.jsonl', slices: ['group'] }, files)
      const other = await gate({ predictions: 'q.jsonl', baseline: 'p.jsonl', slices: ['group'] }, files)
      expect(one.document.metrics).toHaveLength(other.document.metrics.length)
      for (const [i, { metric, candidate, difference }] of one.document.metrics.entries()) {
        const mirrored = other.document.metrics[i]
        expect(mirrored?.metric).toBe(metric)
        expect(mirrored?.baseline?.value).toBe(candidate.value)
        if (difference?.value == null) {
          expect(mirrored?.difference?.value ?? null).toBeNull()
          continue
        }
        expect(mirrored?.difference?.value).toBeCloseTo(-difference.value, 12)
        if (difference.interval === null || mirrored?.difference?.interval == null) {
          expect(mirrored?.difference?.interval ?? null).toBe(difference.interval)
          continue
        }
        expect(mirrored.difference.interval.low).toBeCloseTo(-difference.interval.high, 9)
        expect(mirrored.difference.interval.high).toBeCloseTo(-difference.interval.low, 9)
      }
    }),
    RUNS,
  )
})

test('a slice that all rows are in is the whole', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const rows = data(300, seed).map((row) => ({ ...row, group: 'all' }))
      const files = { 'test.csv': csv(rows), 'p.jsonl': jsonl(noisy(rows, seed)), 'q.jsonl': jsonl(clear(rows)) }
      const rule = { metric: 'roc_auc', 'max-loss': 0.02 }
      const whole = await gate({ predictions: 'p.jsonl', baseline: 'q.jsonl', rules: [rule] }, files)
      const sliced = await gate(
        { predictions: 'p.jsonl', baseline: 'q.jsonl', rules: [rule, { ...rule, slice: 'group' }] },
        files,
      )
      const ofWhole = ({ document }: typeof sliced) =>
        metricsOf({ ...document, metrics: document.metrics.filter(({ slice }) => slice === null) })
      expect(ofWhole(sliced)).toEqual(ofWhole(whole))
      const [first, second] = byRule(sliced.document, 'metric-loss')
      expect(second).toMatchObject({ verdict: first?.verdict, measured: first?.measured, n: first?.n })
      const numbers = sliced.document.metrics.filter(({ metric }) => metric === 'roc_auc')
      expect(numbers[1]?.candidate.value).toBe(numbers[0]?.candidate.value)
      expect(numbers[1]?.difference?.value).toBe(numbers[0]?.difference?.value)
    }),
    RUNS,
  )
})

test('A/A: two models of the same quality are told apart in no more than alpha of the trials', async () => {
  const TRIALS = 20
  let fails = 0
  for (let trial = 0; trial < TRIALS; trial++) {
    const rows = data(200, `A/A ${trial}`)
    const files = {
      'test.csv': csv(rows),
      'p.jsonl': jsonl(noisy(rows, `one ${trial}`)),
      'q.jsonl': jsonl(noisy(rows, `other ${trial}`)),
    }
    const { document } = await gate(
      { predictions: 'p.jsonl', baseline: 'q.jsonl', rules: [{ metric: 'roc_auc', 'max-loss': 0 }] },
      files,
    )
    fails += byRule(document, 'metric-loss').filter(({ verdict }) => verdict === 'fail').length
  }
  // Two-sided intervals of 95 % lie on the wrong side in 2.5 % of trials: 3 or more of 20 in 1.3 % of all such series.
  expect(fails).toBeLessThanOrEqual(2)
}, 60_000)

test('CSV, JSON Lines and Parquet with the same rows have the same numbers', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const rows = data(300, seed)
      const [p, q] = [noisy(rows, seed), clear(rows)]
      const files = {
        'test.csv': csv(rows),
        'test.jsonl': jsonl(rows),
        'p.csv': csv(p),
        'p.jsonl': jsonl(p),
        'q.csv': csv(q),
        'q.jsonl': jsonl(q),
      }
      const of = (kind: string) =>
        gate(
          { predictions: `p.${kind}`, baseline: `q.${kind}`, rules: RULES },
          files,
          { data: { ...DATA, test: `test.${kind}` } },
          async ({ ctx, root }) => {
            if (kind !== 'parquet') return
            const engine = await ctx.data()
            for (const name of ['test', 'p', 'q']) {
              await engine.run(
                `COPY (SELECT * FROM read_csv('${root}/${name}.csv')) TO '${root}/${name}.parquet' (FORMAT parquet)`,
              )
            }
          },
        )
      const plain = await of('csv')
      for (const kind of ['jsonl', 'parquet']) {
        const { document } = await of(kind)
        expectSame(document, plain.document)
        expect(document.rowsDigest).toBe(plain.document.rowsDigest)
      }
    }),
    { ...RUNS, numRuns: 1 },
  )
})
