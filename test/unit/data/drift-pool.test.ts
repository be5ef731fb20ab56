import fc from 'fast-check'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import type { Dataset } from '../../../shared/data/dataset.js'
import type { DriftRules } from '../../../shared/data/drift/judge.js'
import { type DriftRequest, measureDataDrift } from '../../../shared/data/drift/measure.js'
import { atSome, belowAt, cellsOf, poolSamples, sampleOf } from '../../../shared/data/drift/pool/bounds.js'
import { poolWords } from '../../../shared/data/drift/pool/columns.js'
import { poolMoments } from '../../../shared/data/drift/pool/moments.js'
import { poolProfiles } from '../../../shared/data/drift/pool/profiles.js'
import { countsBelow } from '../../../shared/data/profile/quantile-bounds.js'
import { profileTable } from '../../../shared/data/profile.js'
import { aColumn } from '../../support/profiles.js'
import { type Bench, type Columns, datasetOf, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const RULES: DriftRules = { warn: 0.1, fail: 0.25, method: 'auto', methods: {}, alpha: 0.05 }

const dataset = (rows: number, columns: Columns, from = 0) => datasetOf(bench.engine, rows, columns, from)

const profileOf = (one: Dataset) => profileTable(bench.engine, one, { slices: ['g'] })

/** Profiles of some sizes one after the other, put together, and all of their rows. */
async function runs(columns: Columns, ...sizes: number[]): Promise<{ pooled: DatasetProfile; rows: Dataset }> {
  const profiles: DatasetProfile[] = []
  let from = 0
  for (const size of sizes) {
    profiles.push(await profileOf(await dataset(size, columns, from)))
    from += size
  }
  return { pooled: poolProfiles(profiles), rows: await dataset(from, columns) }
}

async function drift(baseline: DatasetProfile, now: Dataset, names: string[], more: Partial<DriftRequest> = {}) {
  return measureDataDrift(bench.engine, {
    dataset: now,
    profile: await profileOf(now),
    baseline,
    rows: null,
    names,
    label: null,
    rules: RULES,
    joint: false,
    ...more,
  })
}

describe('bounds of several samples', () => {
  const values = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 60 })
  const below = (list: readonly number[], cut: number) => list.filter((value) => value < cut).length
  const sampleFrom = (list: readonly number[], points: number) => {
    const sorted = [...list].sort((a, b) => a - b)
    const quantiles = Array.from({ length: points }, (_, i) => {
      const position = ((sorted.length - 1) * i) / (points - 1)
      const low = Math.floor(position + 1e-9)
      const from = sorted[low] as number
      const to = sorted[Math.min(sorted.length - 1, low + 1)] as number
      return { p: i / (points - 1), value: from + (to - from) * Math.max(0, position - low) }
    })
    return { n: sorted.length, ...countsBelow(sorted.length, quantiles) }
  }

  test('hold for the values of all of them, at every cut and between', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), fc.integer({ min: 2, max: 9 }), (lists, points) => {
        const pooled = poolSamples(
          lists.map((list) => sampleFrom(list, points)),
          [-5.5, 0],
        )
        const all = lists.flat()
        expect(pooled.n).toBe(all.length)
        pooled.cuts.forEach((cut, i) => {
          const [low, high, likely] = [pooled.low[i] as number, pooled.high[i] as number, pooled.likely[i] as number]
          expect(low).toBeLessThanOrEqual(below(all, cut))
          expect(high).toBeGreaterThanOrEqual(below(all, cut))
          expect(likely).toBeGreaterThanOrEqual(low)
          expect(likely).toBeLessThanOrEqual(high)
        })
        expect(cellsOf(pooled).every((count) => count >= 0)).toBe(true)
        const some = atSome(
          pooled,
          pooled.cuts.map((_, i) => i).filter((i) => i % 3 === 0),
        )
        for (let x = -31; x <= 31; x += 0.5) {
          const { low, high } = belowAt(some, x)
          expect(low).toBeLessThanOrEqual(below(all, x))
          expect(high).toBeGreaterThanOrEqual(below(all, x))
        }
      }),
    )
  })

  test('by hand', () => {
    const sample = sampleOf([0, 10], [2, 6, 4])
    expect(sample).toEqual({ n: 12, cuts: [0, 10], likely: [2, 8], low: [2, 8], high: [2, 8] })
    expect(belowAt(sample, -1)).toEqual({ low: 0, high: 2, likely: 0 })
    expect(belowAt(sample, 5)).toEqual({ low: 2, high: 8, likely: 5 })
    expect(belowAt(sample, 11)).toEqual({ low: 8, high: 12, likely: 12 })
    expect(poolSamples([sample, sampleOf([5], [1, 1])])).toEqual({
      n: 14,
      cuts: [0, 5, 10],
      low: [2, 3, 9],
      high: [3, 9, 10],
      likely: [2, 6, 10],
    })
    // numpy 2.4.6: np.mean([1, 2, 3, 10, 20]), np.std([1, 2, 3, 10, 20], ddof=1)
    const parts = [
      { n: 3, mean: 2, sd: 1 },
      { n: 2, mean: 15, sd: Math.sqrt(50) },
    ]
    expect(poolMoments(parts)).toEqual({ mean: 7.2, sd: 7.98122797569 })
  })
})

describe('numbers of several runs', () => {
  const a = '((i * 7919) % 10007) / 10.0'

  test('the exact statistic lies in the range that is named, close to that of one profile of all', async () => {
    const { pooled, rows } = await runs({ x: ['number', a] }, 2000, 2500, 3000)
    const now = await dataset(3000, { x: ['number', `${a} * 0.9 + 40`] })
    for (const method of ['ks', 'wasserstein'] as const) {
      const by = async (more: Partial<DriftRequest>) =>
        (await drift(pooled, now, ['x'], { rules: { ...RULES, method }, ...more })).columns[0]?.measure
      const [found, exact] = [await by({}), await by({ rows })]
      expect(exact?.bound).toBe(0)
      const [effect, bound, truth] = [found?.effect ?? 0, found?.bound ?? 9, exact?.effect ?? 9]
      expect(method === 'ks' ? effect : effect - bound).toBeLessThanOrEqual(truth + 1e-12)
      expect(effect + bound).toBeGreaterThanOrEqual(truth - 1e-12)
      expect(bound).toBeLessThan(0.04)
      expect(found?.from).toMatch(/^\d+ places of 3 profiles put together$/)
    }
    // What was pooled has not drifted from its own rows.
    expect(
      (await drift(pooled, rows, ['x'], { rules: { ...RULES, method: 'psi' } })).columns[0]?.drift.psi,
    ).toBeLessThan(0.001)
  })

  test('values that all of them have counted are exact, more than a hundred of them too', async () => {
    const columns = (shift: number): Columns => ({
      n: ['integer', `(i * 37) % 301 + ${shift}`],
      c: ['string', `concat('value ', (i * 37) % 301)`],
    })
    const { pooled, rows } = await runs(columns(0), 903, 1204)
    const whole = await profileOf(rows)
    for (const i of [0, 1]) {
      const { counts, distinct, top, otherCount } = pooled.columns[i] as (typeof pooled.columns)[number]
      const {
        counts: expected,
        distinct: different,
        top: most,
        otherCount: others,
      } = whole.columns[i] as (typeof pooled.columns)[number]
      expect({ counts, distinct }).toEqual({ counts: expected, distinct: different })
      if (i === 1) expect({ top, otherCount }).toEqual({ top: most, otherCount: others })
    }
    const found = await drift(pooled, await dataset(3010, columns(30)), ['n'], { rules: { ...RULES, method: 'ks' } })
    // Uniform on 301 whole numbers, moved by thirty: 30 / 301
    expect(found.columns[0]?.measure).toMatchObject({ from: 'exact counts of every value', bound: 0 })
    expect(found.columns[0]?.measure?.effect).toBeCloseTo(30 / 301, 12)
  })
})

describe('texts of several runs', () => {
  const text = (middle: string): Columns => ({
    t: ['string', `concat('the parcel ', i, ' ', ${middle}, ' to ', (i * 37) % 9001)`],
  })
  const usual = "['came late', 'came soon'][1 + i % 2]"

  test('words by what each profile lists, and at most what it leaves out', () => {
    const of = (top: { word: string; count: number }[], most: number, covered: number) =>
      aColumn({ words: { texts: 100, top, most, covered, sample: null } })
    const pooled = poolWords([
      of(
        [
          { word: 'late', count: 60 },
          { word: 'parcel', count: 40 },
        ],
        2,
        80,
      ),
      of([{ word: 'late', count: 50 }], 100, 50),
    ])
    expect(pooled).toEqual({
      texts: 200,
      tokens: [
        { word: 'late', low: 110, high: 110 },
        // A list that is not full leaves out what stands in fewer than twenty texts.
        { word: 'parcel', low: 40, high: 59 },
      ],
      unlisted: 59,
      covered: 130,
    })
    expect(poolWords([of([{ word: 'late', count: 60 }], 2, 60), aColumn()])).toBeNull()
  })

  test('a word that came and longer texts are found; the same texts have not drifted', async () => {
    const { pooled } = await runs(text(usual), 900, 1100)
    const ask = async (middle: string) =>
      (await drift(pooled, await dataset(1500, text(middle), 300), ['t'])).columns[0]
    expect(await ask(usual)).toMatchObject({ state: 'none', method: 'text' })
    const broken = await ask(`CASE WHEN i % 3 > 0 THEN 'came broken' ELSE ${usual} END`)
    // 1,000 of 1,500 texts; of each profile at most 19 texts held the word.
    expect(broken).toMatchObject({ state: 'drifted', measure: { token: 'broken' } })
    expect(broken?.measure?.effect).toBeCloseTo(1000 / 1500 - 38 / 2000, 2)
    expect(await ask("repeat('very ', 30)")).toMatchObject({
      state: 'drifted',
      measure: { of: 'length of the text', effect: 1, from: '7 quantiles of each of 2 profiles' },
    })
  })
})

describe('slices of several runs', () => {
  const columns = (x: string, c = "['p', 'q', 'r'][1 + (i // 2) % 3]"): Columns => ({
    g: ['string', "['a', 'b'][1 + i % 2]"],
    x: ['number', x],
    c: ['string', c],
    t: ['string', `concat('parcel ', i % 997)`],
  })
  const x = '(i * 37 % 1009) / 1009.0'

  test('add up: rows, categories, bounds of numbers; what moved is found', async () => {
    const { pooled, rows } = await runs(columns(x), 1000, 1200)
    const whole = await profileOf(rows)
    const [a] = pooled.slices?.[0]?.values ?? []
    const [same] = whole.slices?.[0]?.values ?? []
    expect(a).toMatchObject({ value: 'a', rows: 1100 })
    expect(a?.columns[1]).toEqual(same?.columns[1])
    expect(a?.columns[0]?.mean).toBeCloseTo(same?.columns[0]?.mean ?? 0, 10)
    const [mine, its] = [a?.columns[0]?.cells, same?.columns[0]?.cells]
    expect(mine?.of === 'number' && its?.of === 'number' ? mine.sd / its.sd : 0).toBeCloseTo(1, 4)
    expect(mine).toMatchObject({ min: its?.of === 'number' ? its.min : 0, max: its?.of === 'number' ? its.max : 0 })
    const now = await dataset(2000, columns(`CASE WHEN i % 2 = 0 THEN ${x} ELSE 0.5 + (${x} - 0.5) * 0.4 END`))
    const names = ['x', 'c', 't']
    const [found, exact] = [await drift(pooled, now, names), await drift(pooled, now, names, { rows })]
    expect((await drift(pooled, rows, names)).slices).toMatchObject({ drifted: [], means: 0, compared: 6 })
    const [first, other] = [found.slices?.drifted[0], exact.slices?.drifted[0]]
    expect(first).toMatchObject({ value: 'b', column: 'x', of: 'values', measure: { method: other?.measure?.method } })
    const [effect, bound, truth] = [first?.effect ?? 0, first?.measure?.bound ?? 9, other?.effect ?? 9]
    expect(Math.abs(effect - truth)).toBeLessThanOrEqual(bound)
    expect(found.slices?.drifted).toHaveLength(exact.slices?.drifted.length ?? 0)
  })

  test('a slice, or a column of it, that one profile does not tell is not compared', async () => {
    const [one, other] = [
      await profileOf(await dataset(100, columns(x))),
      await profileOf(await dataset(100, columns(x))),
    ]
    expect(poolProfiles([one, { ...other, slices: [] }]).slices).toBeUndefined()
    const part = (other.slices ?? []).map((slice) => ({ ...slice, values: slice.values.slice(0, 1) }))
    expect(poolProfiles([one, { ...other, slices: part }]).slices?.[0]?.values).toHaveLength(1)
    const old = (other.slices ?? []).map((slice) => ({
      ...slice,
      values: slice.values.map((value) => ({ ...value, columns: value.columns.map(({ cells: _, ...rest }) => rest) })),
    }))
    const values = poolProfiles([one, { ...other, slices: old }]).slices?.[0]?.values ?? []
    expect(values.flatMap((value) => value.columns.map(({ cells }) => cells))).toEqual(new Array(6).fill(undefined))
  })
})
