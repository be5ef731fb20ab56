import fc from 'fast-check'
import { type DatasetProfile, DatasetProfile as DatasetProfileSchema } from '../../../shared/contracts/data-profile.js'
import type { Dataset } from '../../../shared/data/dataset.js'
import type { DriftRules } from '../../../shared/data/drift/judge.js'
import { type DriftRequest, measureDataDrift } from '../../../shared/data/drift/measure.js'
import { coarsest, merged, shareCells } from '../../../shared/data/profile/slice-cells.js'
import { type ProfileOptions, profileTable } from '../../../shared/data/profile.js'
import { mergeProfileStates, writeProfileState } from '../../../shared/data/profile-state.js'
import { type Bench, type Columns, datasetOf, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const RULES: DriftRules = { warn: 0.1, fail: 0.25, method: 'auto', methods: {}, alpha: 0.05 }
const OPTIONS: ProfileOptions = { slices: ['g'] }

const dataset = (rows: number, columns: Columns) => datasetOf(bench.engine, rows, columns)

const profileOf = (one: Dataset, options = OPTIONS) => profileTable(bench.engine, one, options)

async function slicesOf(
  before: Dataset | DatasetProfile,
  now: Dataset,
  names: string[],
  more: Partial<DriftRequest> & { options?: ProfileOptions } = {},
) {
  const { options = OPTIONS, ...rest } = more
  const found = await measureDataDrift(bench.engine, {
    dataset: now,
    profile: await profileOf(now, options),
    baseline: 'table' in before ? await profileOf(before, options) : before,
    rows: null,
    names,
    label: null,
    rules: RULES,
    joint: false,
    ...rest,
  })
  return found.slices
}

/** A profile as it was written before slices had cells. */
const older = (profile: DatasetProfile): DatasetProfile => ({
  ...profile,
  slices: (profile.slices ?? []).map((slice) => ({
    ...slice,
    values: slice.values.map((one) => ({ ...one, columns: one.columns.map(({ cells: _, ...rest }) => rest) })),
  })),
})

const G = "['a', 'b'][1 + i % 2]"
const X = '(i * 37 % 1009) / 1009.0'
const C = "['p', 'q', 'r'][1 + (i // 2) % 3]"
const T = "concat('parcel ', i, CASE WHEN i % 4 = 1 THEN ' came late' ELSE '' END)"
const columns = (x = X, c = C, t = T): Columns => ({
  g: ['string', G],
  x: ['number', x],
  c: ['string', c],
  t: ['string', t],
})

describe('what a profile keeps of slices', () => {
  test('every value with its count where they are few, exactly, by slice', async () => {
    const profile = await profileOf(
      await dataset(60, {
        g: ['string', G],
        n: ['integer', 'CASE WHEN i < 4 THEN NULL ELSE i % 4 * 10 END'],
        c: ['string', C],
      }),
    )
    expect(DatasetProfileSchema.parse(profile)).toEqual(profile)
    // Rows 4 … 59 of even place hold 0 and 20, those of odd place 10 and 30, fourteen times each; statistics.stdev of the former: 10.18.
    expect(profile.slices?.[0]?.values).toMatchObject([
      {
        value: 'a',
        rows: 30,
        columns: [
          { missing: 2, cells: { of: 'number', min: 0, max: 20, cuts: [0, 1, 20, 21], counts: [0, 14, 0, 14, 0] } },
          { missing: 0, cells: { of: 'value', counts: [10, 10, 10], other: 0 } },
        ],
      },
      {
        value: 'b',
        rows: 30,
        columns: [
          { missing: 2, cells: { of: 'number', min: 10, max: 30, cuts: [10, 11, 30, 31], counts: [0, 14, 0, 14, 0] } },
          { cells: { counts: [10, 10, 10] } },
        ],
      },
    ])
    const [n] = profile.slices?.[0]?.values[0]?.columns ?? []
    // numpy 2.4.6: np.std([0, 20] * 14, ddof=1) = 10.18350154434631, to 1/65,536 of the deviation of the whole column
    expect(n?.cells).toMatchObject({ sd: expect.closeTo(10.18350154434631, 3) })
  })

  test('cells between quantiles where they are many, lengths of texts, and nothing of small slices and sensitive columns', async () => {
    const made: Columns = {
      g: ['string', "CASE WHEN i < 2000 THEN ['a', 'b'][1 + i % 2] ELSE 'rare' END"],
      x: ['number', `CASE WHEN i % 2 = 0 THEN ${X} ELSE 100 + ${X} END`],
      t: ['string', T],
      mail: ['string', "concat('p', i, '@example.org')"],
      secret: ['number', X],
    }
    const data = await dataset(2019, made)
    const profile = await profileOf(data, { ...OPTIONS, sensitive: new Map([['secret', 'omit']]) })
    const [a, b, rare] = profile.slices?.[0]?.values ?? []
    expect(rare).toMatchObject({ value: 'rare', rows: 19 })
    expect(rare?.columns.some(({ cells }) => cells !== undefined)).toBe(false)
    const [x, t, mail, secret] = a?.columns ?? []
    expect([mail?.cells, secret?.cells]).toEqual([undefined, undefined])
    expect(x?.cells).toMatchObject({ of: 'number', min: 0, max: expect.closeTo(1008 / 1009, 10) })
    expect(b?.columns[0]?.cells).toMatchObject({ min: 100 })
    for (const cells of [x?.cells, t?.cells, b?.columns[0]?.cells]) {
      if (cells === undefined || cells.of === 'value') throw new Error('cells of numbers are expected')
      expect(cells.counts.reduce((sum, count) => sum + count, 0)).toBe(1000)
      expect(cells.counts).toHaveLength(cells.cuts.length + 1)
      expect(cells.counts.length).toBeLessThanOrEqual(40)
    }
    expect(t?.cells).toMatchObject({ of: 'length', min: 8, max: 11 })
    // Cells are exact: counted again in SQL.
    const cells = b?.columns[0]?.cells
    for (const [i, cut] of (cells?.of === 'number' ? cells.cuts : []).entries()) {
      const [row] = await bench.engine.all(
        `SELECT count(*) AS n FROM ${data.table} WHERE c0 = 'b' AND c1 < ${cut}::DOUBLE`,
      )
      const below = cells?.of === 'number' ? cells.counts.slice(0, i + 1).reduce((sum, count) => sum + count, 0) : -1
      expect(row?.n).toBe(below)
    }
  })

  test('are as many cells as there is room for: fewer of each first, then none of the rarest slices', async () => {
    expect(shareCells(10)).toEqual({ most: 40, pairs: 125 })
    expect(shareCells(250)).toEqual({ most: 20, pairs: 250 })
    expect(shareCells(1000)).toEqual({ most: 8, pairs: 625 })
    const many: Columns = Object.fromEntries(
      Array.from({ length: 50 }, (_, c) => [
        `n${String(c).padStart(2, '0')}`,
        ['number', `(i * ${c + 3} % 997) / 7.0`] as const,
      ]),
    )
    // Slice k has about 21 / (k + 1) parts of the rows, so that the last ones are the rarest.
    const g = 'least(19, floor(1 / (((i * 7919 % 10007) + 1) / 10008.0)))::INT'
    const profile = await profileOf(await dataset(4000, { g: ['integer', g], ...many }))
    const slice = profile.slices?.[0]
    const have = slice?.values.map(({ columns: all }) => all.filter(({ cells }) => cells !== undefined).length)
    expect(have?.slice(0, 12)).toEqual(new Array(12).fill(50))
    expect(have?.slice(12).every((count) => count === 0)).toBe(true)
    const large = slice?.values.filter(({ rows }) => rows >= 20).length ?? 0
    expect(large).toBeGreaterThan(12)
    expect(slice?.valuesWithoutCells).toBe(large - 12)
    const kept =
      slice?.values.flatMap(({ columns: all }) => all.flatMap(({ cells }) => cells?.counts.length ?? 0)) ?? []
    expect(kept.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(5000)
  })

  test('parts put together give the whole, with types and places that only the whole shows', async () => {
    const rows = Array.from({ length: 240 }, (_, i) => [
      ['x', 'y', '1', ''][i % 4],
      i % 7 === 0 ? '' : i < 120 ? String((i * 37) % 50) : ((i * 37) % 50) + 0.25,
      ['red', 'green', 'blue', 'violet'][(i * i) % 4],
      i % 11 === 0 ? 'nan' : i % 5,
      `2024-0${1 + (i % 9)}-1${i % 10}`,
      i % 3 === 0,
      `text ${'long '.repeat(i % 4)}${i}`,
    ])
    const text = (part: typeof rows) => `g,m,c,f,d,b,t\n${part.map((row) => row.join(',')).join('\n')}\n`
    const names = ['s1.csv', 's2.csv', 's3.csv']
    for (const [i, name] of names.entries()) await bench.write(name, text(rows.slice(i * 80, i * 80 + 80)))
    for (const [i, name] of names.entries()) {
      const input = { name: 'train', source: name, options: { slices: ['g', 'b'] }, shard: null }
      await writeProfileState(bench.engine, bench.files, input, `s${i}.parquet`)
    }
    const { profile } = await mergeProfileStates(bench.engine, bench.files, ['s2.parquet', 's0.parquet', 's1.parquet'])
    const whole = await bench.profile(names, { slices: ['g', 'b'] })
    expect(profile.slices).toEqual(whole.slices)
    const kinds = whole.slices?.[0]?.values[0]?.columns.map(({ cells }) => cells?.of)
    expect(kinds).toEqual(['number', 'value', 'number', 'number', 'value', 'length'])
  })

  test('the order of rows, zeros of both signs, and hostile values of the slice show nowhere', async () => {
    const evil = `it''s "x"; DROP TABLE of_slices_1; -- ::error::<b>`
    const made = (i: string): Columns => ({
      g: ['string', `CASE WHEN ${i} % 3 = 0 THEN '${evil}' WHEN ${i} % 3 = 1 THEN NULL ELSE 'b' END`],
      x: ['number', `CASE WHEN ${i} % 5 = 0 THEN '-0'::DOUBLE WHEN ${i} % 5 = 1 THEN 0 ELSE ${i} / 7.0 END`],
      z: ['number', `CASE WHEN ${i} % 2 = 0 THEN '-0'::DOUBLE ELSE 0 END`],
    })
    const [one, other] = [await dataset(3000, made('i')), await dataset(3000, made('(2999 - i)'))]
    const [slices, reversed] = [(await profileOf(one)).slices, (await profileOf(other)).slices]
    expect(JSON.stringify(reversed)).toBe(JSON.stringify(slices))
    expect(slices?.[0]?.values.map(({ value, rows }) => [value, rows])).toEqual([
      ['b', 1000],
      [evil.replace("''", "'"), 1000],
      [null, 1000],
    ])
    expect(slices?.[0]?.values.every(({ columns: all }) => all.every(({ cells }) => cells !== undefined))).toBe(true)
    expect(await slicesOf(await profileOf(one), other, ['x', 'z'])).toMatchObject({
      drifted: [],
      compared: 6,
      means: 0,
    })
  })
})

describe('the coarsest cells', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 80 })

  test('no partition into as many cells has a smaller largest one', () => {
    /** The least largest sum of at most k runs, by trying all places for the last run. */
    const best = (list: readonly number[], k: number): number => {
      let row = list.map((_, i) => list.slice(0, i + 1).reduce((sum, one) => sum + one, 0))
      for (let runs = 2; runs <= k; runs++) {
        row = row.map((whole, i) => {
          let [least, sum] = [whole, 0]
          for (let from = i; from > 0; from--) {
            sum += list[from] as number
            least = Math.min(least, Math.max(row[from - 1] as number, sum))
          }
          return least
        })
      }
      return row.at(-1) as number
    }
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 12 }), (list, most) => {
        const kept = coarsest(list, most)
        const cells = merged(list, kept)
        expect(cells.length).toBeLessThanOrEqual(most)
        expect(cells.reduce((sum, count) => sum + count, 0)).toBe(list.reduce((sum, count) => sum + count, 0))
        expect(Math.max(...cells)).toBe(best(list, most))
      }),
    )
  })

  test.each([
    [[0, 14, 0, 14, 0], 40, [0, 1, 2, 3], [0, 14, 0, 14, 0]],
    [[1, 1, 98, 1, 1], 3, [1, 2], [2, 98, 2]],
    [[5], 8, [], [5]],
    [[0, 0, 0], 8, [], [0]],
    [[1, 2, 3, 4], 1, [], [10]],
  ])('%j in at most %i', (list, most, kept, cells) => {
    expect(coarsest(list, most)).toEqual(kept)
    expect(merged(list, kept)).toEqual(cells)
  })
})

describe('slices against a profile', () => {
  test('a spread that changed while the mean stood still: the exact statistic lies in the range that is named', async () => {
    const before = await dataset(2000, columns())
    expect(await slicesOf(before, await dataset(2000, columns()), ['x', 'c', 't'])).toEqual({
      drifted: [],
      compared: 6,
      means: 0,
      tooSmall: 0,
      untold: [],
      withRows: false,
    })
    const moved = columns(
      `CASE WHEN i % 2 = 0 THEN ${X} ELSE 0.5 + (${X} - 0.5) * 0.4 END`,
      `CASE WHEN i % 2 = 0 AND i % 3 = 0 THEN 'p' ELSE ${C} END`,
    )
    const now = await dataset(2000, moved)
    const byRows = await slicesOf(before, now, ['x', 'c', 't'], { rows: before })
    const byProfile = await slicesOf(before, now, ['x', 'c', 't'])
    // scipy 1.17.1: ks_2samp of the 1,000 values of each side in slice b is 0.303; up to 1,000 values it decides
    expect(byRows).toMatchObject({ drifted: [{ slice: 'g', value: 'b', column: 'x', of: 'values' }], withRows: true })
    expect(byRows?.drifted[0]?.effect).toBeCloseTo(0.303, 12)
    const [first, ...others] = byProfile?.drifted ?? []
    expect(others).toEqual([])
    expect(first).toMatchObject({ slice: 'g', value: 'b', column: 'x', of: 'values', measure: { method: 'ks' } })
    const { effect = 1, bound = 0 } = first?.measure ?? {}
    expect(effect).toBeLessThanOrEqual(0.303 + 1e-12)
    expect(effect + bound).toBeGreaterThanOrEqual(0.303 - 1e-12)
    expect(bound).toBeLessThan(0.06)
    // An older profile keeps the means of slices alone, and they stand still.
    const old = older(await profileOf(before))
    expect(await slicesOf(old, now, ['x', 'c'])).toMatchObject({ drifted: [], compared: 6, means: 2 })
  })

  test('many values by the Wasserstein distance, in standard deviations of the slice', async () => {
    const before = await dataset(6000, columns())
    const now = await dataset(6000, columns(`${X} * CASE WHEN i % 2 = 0 THEN 1 ELSE 0.7 END`))
    // scipy 1.17.1: x = [(i*37%1009)/1009 for i in range(1, 6000, 2)]; wasserstein_distance(x, [0.7*v for v in x]) / np.std(x)
    const exact = 0.5191297270017644
    const found = (await slicesOf(before, now, ['x']))?.drifted ?? []
    expect(found).toMatchObject([{ value: 'b', measure: { method: 'wasserstein' } }])
    expect(Math.abs((found[0]?.effect ?? 0) - exact)).toBeLessThanOrEqual(found[0]?.measure?.bound ?? 0)
    expect(found[0]?.measure?.bound).toBeLessThan(0.1)
    expect((await slicesOf(before, now, ['x'], { rows: before }))?.drifted[0]?.effect).toBeCloseTo(exact, 10)
  })

  test('categories, newcomers, truth values, texts by length, and what is missing', async () => {
    const before = await dataset(1200, { ...columns(), b: ['boolean', 'i % 3 = 0'] })
    const ask = async (now: Columns, names: string[]) => {
      const found = await slicesOf(
        before,
        await dataset(1200, { ...columns(), b: ['boolean', 'i % 3 = 0'], ...now }),
        names,
      )
      return found?.drifted.map(({ value, column, of, measure, effect }) => [
        value,
        column,
        of,
        measure?.method,
        effect,
      ])
    }
    expect(await ask({ c: ['string', `CASE WHEN i % 4 = 0 THEN 'new' ELSE ${C} END`] }, ['c', 'x'])).toEqual([
      // Half of slice a: p, q, r from 1/3 each to 1/6, and 1/2 of the new one; 600 rows of the baseline, so that chi-square decides.
      // scipy 1.17.1: chi2_contingency([[200, 200, 200, 0], [100, 100, 100, 300]], correction=False).statistic = 400; V = sqrt(400 / 1200)
      ['a', 'c', 'values', 'chi-square', expect.closeTo(Math.sqrt(400 / 1200), 12)],
    ])
    expect(await ask({ b: ['boolean', 'i % 3 = 0 OR i % 2 = 1'] }, ['b'])).toEqual([
      ['b', 'b', 'values', 'z-test', expect.closeTo(2 / 3, 12)],
    ])
    expect(
      await ask({ t: ['string', `CASE WHEN i % 2 = 0 THEN concat(${T}, ' and more') ELSE ${T} END`] }, ['t']),
    ).toEqual([['a', 't', 'length', 'ks', 1]])
    expect(await ask({ x: ['number', `CASE WHEN i % 2 = 1 AND i % 5 < 2 THEN NULL ELSE ${X} END`] }, ['x'])).toEqual([
      ['b', 'x', 'missing', undefined, expect.closeTo(0.4, 12)],
    ])
  })

  test('cells too wide for a distance: what lies open on both sides of the limit is told by the Kolmogorov–Smirnov statistic', async () => {
    // Values to 1,000,000 of which the middle one is 4: the last of 40 cells is nearly as wide as all of them.
    const far = (u: string) => `1 / ((${u}) / 6000.0 + 0.000001) ** 2`
    const before = await dataset(6000, { g: ['string', "'a'"], x: ['number', far('i')] })
    const found = await slicesOf(before, await dataset(6000, { g: ['string', "'a'"], x: ['number', far('i * 0.9')] }), [
      'x',
    ])
    expect(found).toMatchObject({ compared: 1, drifted: [] })
  })

  test('values beyond the twenty commonest are named as not compared, with their rows', async () => {
    // 25 values: the first has 40 of 520 rows, each of the others 20.
    const of = (g: string): Columns => ({ g: ['string', g], x: ['number', X] })
    const g = "concat('v', greatest(0, i // 20 - 1))"
    const before = await dataset(520, of(g))
    const untold = [{ slice: 'g', values: 5, rows: 100, reason: null }]
    expect(await slicesOf(before, before, ['x'])).toMatchObject({ compared: 20, untold })
    expect(await slicesOf(before, before, ['x'], { rows: before })).toMatchObject({ compared: 20, untold })
    // A value that the baseline does not tell apart is compared with nothing by its profile.
    const now = await dataset(520, of(`CASE WHEN i < 40 THEN 'new' ELSE ${g} END`))
    expect((await slicesOf(before, now, ['x']))?.untold).toEqual([{ slice: 'g', values: 6, rows: 140, reason: null }])
  })

  test('an older profile: a mean that moved, and what is missing, in slices of twenty rows or more', async () => {
    const made = (x: string): Columns => ({
      g: ['string', "CASE WHEN i < 400 THEN ['a', 'b'][1 + i % 2] ELSE 'c' END"],
      x: ['number', x],
    })
    const before = older(await profileOf(await dataset(405, made(X))))
    const now = await dataset(405, made(`CASE WHEN i % 2 = 1 THEN ${X} + 0.2 WHEN i % 10 < 4 THEN NULL ELSE ${X} END`))
    const found = await slicesOf(before, now, ['x'])
    expect(found).toMatchObject({ compared: 4, means: 2, tooSmall: 1 })
    expect(found?.drifted.map(({ value, of }) => [value, of]).sort()).toEqual([
      ['a', 'missing'],
      ['b', 'mean'],
    ])
    expect(await slicesOf({ ...before, slices: undefined } as never, now, ['x'])).toMatchObject({
      compared: 0,
      untold: [{ slice: 'g', values: 3, rows: 405, reason: 'the profile of the baseline tells no slices of it' }],
    })
  })

  test('any two samples: what the rows say lies in the range that the profile tells', async () => {
    const sample = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 25, maxLength: 120 })
    await fc.assert(
      fc.asyncProperty(sample, sample, fc.integer({ min: 1, max: 7 }), async (one, other, step) => {
        const of = (values: readonly number[]): Columns => ({
          g: ['string', "'all'"],
          // Divided by the engine: it reads decimals of a list by their longest, which would move the last bit.
          x: ['number', `list_extract([${values.join(', ')}]::DOUBLE[], i + 1) / ${step}`],
        })
        const [before, now] = [await dataset(one.length, of(one)), await dataset(other.length, of(other))]
        const rules = { ...RULES, limit: 0, alpha: 1 }
        const measured = async (rows: Dataset | null) =>
          (await slicesOf(before, now, ['x'], { rows, rules }))?.drifted.find(({ of: what }) => what === 'values')
        const [exact, found] = [await measured(before), await measured(null)]
        const [low, bound] = [found?.effect ?? 0, found?.measure?.bound ?? 0]
        expect(found?.measure?.method).toBe(exact?.measure?.method)
        expect(low).toBeLessThanOrEqual((exact?.effect ?? 0) + 1e-12)
        expect(low + bound).toBeGreaterThanOrEqual((exact?.effect ?? 0) - 1e-12)
      }),
      { numRuns: 25 },
    )
  })
})

describe('since when a slice is off', () => {
  const dated = (columnsOf: Columns): Columns => ({ ...columnsOf, at: ['date', "DATE '2024-01-01' + (i // 40)::INT"] })
  // Forty rows a day from Monday 2024-01-01 on, twenty of each slice: row 1680 is of 2024-02-12, a Monday.
  const moved = (from: number): Columns =>
    dated(columns(`CASE WHEN i % 2 = 1 AND i >= ${from} THEN ${X} * 0.5 + 0.5 ELSE ${X} END`))

  test.each([
    ['a profile', false],
    ['rows', true],
  ])('against %s', async (_, withRows) => {
    const before = await dataset(2400, dated(columns()))
    const ask = async (now: Columns) =>
      (await slicesOf(before, await dataset(4000, now), ['x', 'c'], { rows: withRows ? before : null, time: 'at' }))
        ?.drifted
    const [first] = (await ask(moved(1680))) ?? []
    expect(first).toMatchObject({ value: 'b', column: 'x' })
    expect(first?.since).toMatchObject({ since: '2024-02-01', unit: 'month', fromStart: false })
    expect((await ask(moved(0)))?.[0]?.since).toMatchObject({ since: '2024-01-01', fromStart: true })
    const gone = dated(columns(`CASE WHEN i % 2 = 1 AND i >= 2400 THEN NULL ELSE ${X} END`))
    // Row 2400 is of 2024-03-01.
    expect((await ask(gone))?.[0]).toMatchObject({ of: 'missing', since: { since: '2024-03-01' } })
    const category = dated(columns(X, `CASE WHEN i % 2 = 0 AND i >= 2400 THEN 'p' ELSE ${C} END`))
    expect((await ask(category))?.[0]).toMatchObject({ column: 'c', value: 'a', since: { since: '2024-03-01' } })
  })

  test('nothing is said of undated data and of means alone', async () => {
    const before = await dataset(2400, dated(columns()))
    const now = await dataset(4000, moved(0))
    expect((await slicesOf(before, now, ['x']))?.drifted[0]).not.toHaveProperty('since')
    const old = older(await profileOf(before))
    const byMean = await slicesOf(old, now, ['x'], { time: 'at' })
    expect(byMean?.drifted[0]).toMatchObject({ of: 'mean', value: 'b' })
    expect(byMean?.drifted[0]).not.toHaveProperty('since')
  })
})
