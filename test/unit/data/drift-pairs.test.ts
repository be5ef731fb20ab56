import fc from 'fast-check'
import type { Associations, DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { againstMost, type PairIn, type Side } from '../../../shared/data/drift/pairs/compare.js'
import { hasChanged, measurePairs, type PairsRequest } from '../../../shared/data/drift/pairs/measure.js'
import { associationsIn, poolProfiles } from '../../../shared/data/drift/pool/profiles.js'
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

/** Rows against the profile of others, or against the profiles of several together. */
async function tried(before: Made | readonly Made[], now: Made, more: Partial<PairsRequest> = {}) {
  const profiles: DatasetProfile[] = []
  for (const one of [before].flat()) {
    await bench.write('before.csv', rows(one))
    profiles.push(await bench.profile('before.csv'))
  }
  await bench.write('now.csv', rows(now))
  const dataset = await bench.load('now.csv')
  const profile = await profileTable(bench.engine, dataset)
  const found = await measurePairs(bench.engine, {
    dataset,
    before: associationsIn(poolProfiles(profiles)),
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
      await measurePairs(bench.engine, { dataset, before: [older], now: undefined, names: NAMES, ...RULE }),
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

describe('pairs of columns against several profiles', () => {
  const [as, apart] = [0.7, 0].map((rho) => () => rho) as [() => number, () => number]
  const run = (seed: string, rho = as, n = 1200): Made => ({ n, seed, rho })

  test('what most of them say counts', async () => {
    const now = run('now', apart, 3000)
    const { changed, profiles, profilesOf, baseline } = await compared([run('a'), run('b', apart), run('c')], now)
    expect(changed.map(({ a, b }) => [a, b].sort().join(' '))).toEqual(['x z'])
    expect(changed[0]?.before?.spearman).toBeCloseTo(0.68, 1)
    expect({ profiles, profilesOf, baseline }).toEqual({ profiles: 3, profilesOf: 3, baseline: 3600 })
    expect((await compared([run('a'), run('b', apart), run('c', apart)], now)).changed).toEqual([])
    expect((await compared([run('a'), run('b', apart)], now)).changed).toEqual([])
  })

  test('columns that moved from one to the next are no change of how they go together', async () => {
    const moved = [0, 1, 2].map((i) => ({ n: 1500, seed: `m${i}`, shift: i / 2, share: 0.2 + i / 4 }))
    expect((await compared(moved, { n: 1500, seed: 'now', shift: -0.5, share: 0.3 })).changed).toEqual([])
  })

  test('one that tells too little is counted, and since when is asked of all', async () => {
    const now: Made = { n: 9000, seed: 'b', rho: (i) => (i < 6075 ? 0.7 : -0.2) }
    const clock = (await bench.load(await bench.write('now.csv', rows(now)))).columns.find(({ name }) => name === 'at')
    const found = await compared([run('a'), run('few', as, 400), run('c')], now, { clock })
    expect(found).toMatchObject({ profiles: 2, profilesOf: 3, baseline: 2400 })
    expect(found.since).toMatchObject({ since: '2025-09-01', unit: 'month', fromStart: false })
    expect(await tried([run('a', as, 300), run('b', as, 400)], now)).toBeNull()
  })

  test('equal populations give a false alarm in at most one of twenty', async () => {
    let alarms = 0
    for (let i = 0; i < 20; i++) {
      const before = [0, 1, 2].map((k) => run(`a${i} ${k}`, as, 700))
      if ((await compared(before, run(`b${i}`, as, 700))).changed.length > 0) alarms += 1
    }
    // Four standard deviations above 0.05 · 20.
    expect(alarms).toBeLessThanOrEqual(4)
  })

  test('the effect is the k-th largest, p N/k times the k-th smallest, k more than half (Rüger 1978)', () => {
    const codes = (of: number[]): Side => ({
      cells: { of: 'value', values: ['yes'] },
      isTime: false,
      codes: Int32Array.from(of),
    })
    const now = [codes([0, 0, 1, 1, 0, 1, 0, 1, 1, 0]), codes([0, 0, 1, 1, 1, 0, 0, 1, 1, 0])] as const
    const pairOf = (counts: number[]): PairIn => ({
      a: 'a',
      b: 'b',
      profile: {} as Associations,
      table: { rows: 2, columns: 2, counts: Float64Array.from(counts) },
      sides: now,
    })
    const rows = new Uint8Array(10).fill(1)
    const alone = (counts: number[]) => againstMost([pairOf(counts)], rows)
    const table = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(table, { minLength: 1, maxLength: 7 }), (tables) => {
        const single = tables.map((counts) => alone(counts))
        const [effects, ps] = [
          single.map((one) => one?.told.change.effect as number).sort((x, y) => y - x),
          single.map((one) => one?.pValue as number).sort((x, y) => x - y),
        ]
        const k = Math.floor(tables.length / 2) + 1
        const all = againstMost(tables.map(pairOf), rows)
        expect(all?.told.change.effect).toBe(effects[k - 1])
        expect(all?.pValue).toBeCloseTo(Math.min(1, (tables.length / k) * (ps[k - 1] as number)), 12)
      }),
      { numRuns: 50 },
    )
    expect(againstMost([], rows)).toBeNull()
  })
})
