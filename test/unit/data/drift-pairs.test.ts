import { hasChanged, measurePairs, type PairsRequest } from '../../../shared/data/drift/pairs.js'
import { profileTable } from '../../../shared/data/profile.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const NAMES = ['x', 'z', 'kind', 'paid', 'noise']

interface Made {
  readonly n: number
  readonly seed: string
  /** Correlation of x and z; whether kind decides about paid. */
  readonly rho?: (i: number) => number
  readonly decides?: boolean
  /** What x is moved by, and the share of kind a. */
  readonly shift?: number
  readonly share?: number
}

/** Rows of five columns over a year: x and z normal, kind a, b or c, paid yes or no, noise whole numbers. */
function rows({ n, seed, rho = () => 0.7, decides = false, shift = 0, share = 0.4 }: Made): string {
  const random = seededRandom(seed)
  const lines = Array.from({ length: n }, (_, i) => {
    const [u, v] = [random.normal(), random.normal()]
    const x = u + shift
    const z = rho(i) * u + Math.sqrt(1 - rho(i) ** 2) * v
    const kind = random.uniform() < share ? 'a' : random.uniform() < 0.5 ? 'b' : 'c'
    const paid = decides ? (kind === 'a') === random.uniform() < 0.8 : random.uniform() < 0.5
    const at = new Date(Date.UTC(2025, 0, 1 + Math.floor((i / n) * 360))).toISOString().slice(0, 10)
    return [at, x.toFixed(6), z.toFixed(6), kind, paid ? 'yes' : 'no', random.below(7)].join(',')
  })
  return `at,x,z,kind,paid,noise\n${lines.join('\n')}\n`
}

const RULE = { limit: 0.1, alpha: 0.05 }

async function tried(before: Made, now: Made, more: Partial<PairsRequest> = {}) {
  await bench.write('before.csv', rows(before))
  await bench.write('now.csv', rows(now))
  const baseline = await bench.profile('before.csv')
  const dataset = await bench.load('now.csv')
  const profile = await profileTable(bench.engine, dataset)
  if (baseline.associations === undefined) throw new Error('no associations')
  const found = await measurePairs(bench.engine, {
    dataset,
    before: baseline.associations,
    now: profile.associations,
    names: NAMES,
    ...RULE,
    ...more,
  })
  if (found === null) return null
  return { ...found, changed: found.pairs.filter((pair) => hasChanged(pair, RULE)) }
}

async function compared(...given: Parameters<typeof tried>) {
  const found = await tried(...given)
  if (found === null) throw new Error('nothing to compare')
  return found
}

describe('pairs of columns against a profile', () => {
  test('rows of the same kind go together alike, whatever each column does alone', async () => {
    const same = await compared({ n: 3000, seed: 'a' }, { n: 8000, seed: 'b', shift: 1.5, share: 0.7 })
    expect(same.pairs).toHaveLength(10)
    expect(same.changed).toEqual([])
    expect(same).toMatchObject({ baseline: 3000, rows: 8000, since: null })
  })

  test('the same rows lie in the same cells', async () => {
    const { pairs } = await compared({ n: 2500, seed: 'a' }, { n: 2500, seed: 'a' })
    expect(pairs).toHaveLength(10)
    for (const { change } of pairs) expect(change.statistic).toBeLessThan(1e-9)
  })

  test('a correlation that has gone is found, with what both profiles say of it', async () => {
    const { changed } = await compared({ n: 4000, seed: 'a' }, { n: 4000, seed: 'b', rho: () => 0 })
    expect(changed.map(({ a, b }) => [a, b].sort().join(' '))).toEqual(['x z'])
    const [pair] = changed
    // In fifths of normal variables 0.36 with enough rows: the log-linear model fitted to the masses of both by numpy.
    expect(pair?.change.effect).toBeGreaterThan(0.3)
    expect(pair?.change.effect).toBeLessThan(0.42)
    expect(pair?.before?.spearman).toBeCloseTo(0.68, 1)
    expect(pair?.now?.spearman).toBeCloseTo(0, 1)
    expect(pair?.cell.label).toMatch(/^"[xz]" (below|from) .* with "[xz]" (below|from) /)
  })

  test('and so is a category that decides now', async () => {
    const { changed } = await compared({ n: 2000, seed: 'a' }, { n: 2000, seed: 'b', decides: true })
    expect(changed.map(({ a, b }) => [a, b].sort().join(' '))).toEqual(['kind paid'])
    expect(changed[0]?.cell.label).toMatch(/^"(kind|paid)" "(a|yes|no)" with "(kind|paid)" "(a|yes|no)"$/)
  })

  test('since when, in dated data', async () => {
    // 25 rows a day: row 6,075 is the first of September.
    const now: Made = { n: 9000, seed: 'b', rho: (i) => (i < 6075 ? 0.7 : -0.2) }
    const clock = (await bench.load(await bench.write('now.csv', rows(now)))).columns.find(({ name }) => name === 'at')
    const { since } = await compared({ n: 4000, seed: 'a' }, now, { clock })
    expect(since).toMatchObject({ since: '2025-09-01', unit: 'month', fromStart: false })
  })

  test('equal rows are no evidence: some contents of many that stand there a hundred times count once', async () => {
    const few = rows({ n: 6000, seed: 'a' }).split('\n')
    const [head, ...body] = few
    await bench.write(
      'before.csv',
      `${head}\n${[...body.filter(Boolean), ...Array.from({ length: 40 }, () => body[0])].join('\n')}\n`,
    )
    const { associations } = await bench.profile('before.csv', { id: 'none' })
    expect(associations?.sample.rows).toBeLessThan(associations?.sample.of ?? 0)
    const effective = associations?.tables?.effective ?? 0
    const sums = associations?.tables?.pairs.map(({ counts }) => counts.reduce((sum, n) => sum + n, 0)) ?? []
    for (const sum of sums) expect(sum).toBeGreaterThanOrEqual(effective)
  })

  test('too few rows, too few columns, and a profile of an earlier version leave nothing to compare', async () => {
    expect(await tried({ n: 300, seed: 'a' }, { n: 4000, seed: 'b' })).toBeNull()
    expect(await tried({ n: 4000, seed: 'a' }, { n: 499, seed: 'b' })).toBeNull()
    expect(await tried({ n: 900, seed: 'a' }, { n: 900, seed: 'b' }, { names: ['x'] })).toBeNull()
    expect(await tried({ n: 900, seed: 'a' }, { n: 900, seed: 'b' }, { names: ['x', 'z'] })).not.toBeNull()
    const profile = await bench.profile('before.csv')
    const { tables: _, ...older } = profile.associations ?? ({} as never)
    const dataset = await bench.load('now.csv')
    expect(
      await measurePairs(bench.engine, { dataset, before: older, now: undefined, names: NAMES, ...RULE }),
    ).toBeNull()
  })

  test('equal populations give a false alarm in at most one of twenty', async () => {
    let alarms = 0
    for (let i = 0; i < 40; i++) {
      const { changed } = await compared({ n: 700, seed: `a${i}` }, { n: 700, seed: `b${i}` })
      if (changed.length > 0) alarms += 1
    }
    // Four standard deviations above 0.05 · 40.
    expect(alarms).toBeLessThanOrEqual(7)
  })
})
