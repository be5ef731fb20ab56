import fc from 'fast-check'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import type { Dataset } from '../../../shared/data/dataset.js'
import { measureDrift } from '../../../shared/data/drift/columns.js'
import type { DriftRules } from '../../../shared/data/drift/judge.js'
import { type DriftRequest, measureDataDrift } from '../../../shared/data/drift/measure.js'
import { countsBelow } from '../../../shared/data/profile/quantile-bounds.js'
import { wordsOf } from '../../../shared/data/profile/words.js'
import { type ProfileOptions, profileTable } from '../../../shared/data/profile.js'
import { ksBounds } from '../../../shared/stats/two-sample/kolmogorov-smirnov.js'
import { wassersteinOfCells } from '../../../shared/stats/two-sample/wasserstein.js'
import { type Bench, type Columns, datasetOf, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const RULES: DriftRules = { warn: 0.1, fail: 0.25, method: 'auto', methods: {}, alpha: 0.05 }

const dataset = (rows: number, columns: Columns) => datasetOf(bench.engine, rows, columns)

async function drift(
  before: Dataset | DatasetProfile,
  now: Dataset,
  names: string[],
  { options = {}, ...more }: Partial<DriftRequest> & { options?: ProfileOptions } = {},
) {
  const baseline = 'table' in before ? await profileTable(bench.engine, before, options) : before
  return measureDataDrift(bench.engine, {
    dataset: now,
    profile: await profileTable(bench.engine, now, options),
    baseline,
    rows: null,
    names,
    label: null,
    rules: RULES,
    joint: false,
    ...more,
  })
}

describe('numbers against the quantiles of a profile', () => {
  // a = ((i*7919)%10007)/10 for i < 5000, b = ((j*7919+13)%10007)/10*0.9+40 for j < 3000; with ties: a[::5] = b[::4] = 500
  const a = '((i * 7919) % 10007) / 10.0'
  const b = '((i * 7919 + 13) % 10007) / 10.0 * 0.9 + 40'
  test.each([
    // scipy 1.17.1: ks_2samp(a, b).statistic, wasserstein_distance(a, b), np.std(a)
    ['different values', a, b, 0.06093333333333333, 26.18389666666666, 288.9365731560586],
    [
      'ties',
      `CASE WHEN i % 5 = 0 THEN 500 ELSE ${a} END`,
      `CASE WHEN i % 4 = 0 THEN 500 ELSE ${b} END`,
      0.04933333333333333,
      31.108096666666658,
      258.27437393225364,
    ],
  ])('%s: the exact statistic lies in the range that is named', async (_, old, fresh, ks, distance, spread) => {
    const [before, now] = [await dataset(5000, { x: ['number', old] }), await dataset(3000, { x: ['number', fresh] })]
    const by = async (method: 'ks' | 'wasserstein') =>
      (await drift(before, now, ['x'], { rules: { ...RULES, method } })).columns[0]?.measure
    const found = await by('ks')
    expect(found).toMatchObject({ method: 'ks', from: '201 quantiles of the baseline' })
    const { effect = 0, bound = 1 } = found ?? {}
    expect(effect).toBeLessThanOrEqual(ks + 1e-12)
    expect(effect + bound).toBeGreaterThanOrEqual(ks - 1e-12)
    // Two steps of 201 quantiles, and one of the current counts between them.
    expect(bound).toBeLessThan(0.02)
    const moved = await by('wasserstein')
    expect(Math.abs((moved?.effect ?? 0) - distance / spread)).toBeLessThanOrEqual(moved?.bound ?? 0)
    expect(moved?.bound).toBeLessThan(0.02)
    // With the rows there is nothing to be unsure of.
    const exact = (await drift(before, now, ['x'], { rows: before, rules: { ...RULES, method: 'ks' } })).columns[0]
    expect(exact?.measure).toMatchObject({ from: 'every value of both sides', bound: 0 })
    expect(exact?.measure?.effect).toBeCloseTo(ks, 12)
  })

  test('counted values are exact, dates among them', async () => {
    const columns = (shift: number) =>
      ({
        n: ['integer', `(i * 37) % 101 + ${shift}`],
        at: ['date', `DATE '2024-01-01' + ((i * 37) % 101 + ${shift})::INT`],
      }) as const
    const [before, now] = [await dataset(2020, columns(0)), await dataset(1010, columns(10))]
    const found = await drift(before, now, ['n', 'at'], { rules: { ...RULES, method: 'ks' } })
    // Uniform on 101 whole numbers, moved by ten: 10 / 101
    for (const { measure } of found.columns) {
      expect(measure).toMatchObject({ from: 'exact counts of every value', bound: 0 })
      expect(measure?.effect).toBeCloseTo(10 / 101, 12)
    }
  })

  test('bounds of counts hold for any sample, and those of the statistics too', () => {
    const sample = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 120 })
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: 2, max: 12 }), (one, other, points) => {
        const sorted = [...one].sort((x, y) => x - y)
        const n = sorted.length
        const quantiles = Array.from({ length: points }, (_, i) => {
          const p = i / (points - 1)
          const position = (n - 1) * p
          const low = Math.floor(position + 1e-9)
          const weight = Math.max(0, position - low)
          const from = sorted[low] as number
          return { p, value: from + ((sorted[Math.min(n - 1, low + 1)] as number) - from) * weight }
        })
        const { cuts, low, high, likely } = countsBelow(n, quantiles)
        const below = (values: number[], cut: number) => values.filter((value) => value < cut).length
        cuts.forEach((cut, i) => {
          const count = below(sorted, cut)
          expect(low[i]).toBeLessThanOrEqual(count)
          expect(high[i]).toBeGreaterThanOrEqual(count)
          expect(likely[i]).toBeGreaterThanOrEqual(low[i] as number)
          expect(likely[i]).toBeLessThanOrEqual(high[i] as number)
        })
        const cells = (ends: number[]) => [...ends, n].map((end, i) => end - (ends[i - 1] ?? 0))
        const now = [...cuts.map((cut) => below(other, cut)), other.length].map(
          (end, i, all) => end - (all[i - 1] ?? 0),
        )
        const places = [...new Set([...one, ...other])].sort((x, y) => x - y)
        const share = (values: number[], x: number) => values.filter((value) => value <= x).length / values.length
        const gaps = places.map((x) => Math.abs(share(one, x) - share(other, x)))
        const found = ksBounds(cells([...likely]), now, () => false, { low, high })
        expect(found?.low).toBeLessThanOrEqual(Math.max(...gaps) + 1e-12)
        expect(found?.high).toBeGreaterThanOrEqual(Math.max(...gaps) - 1e-12)
        const edges = [Math.min(...places, cuts[0] as number), ...cuts, Math.max(...places, cuts.at(-1) as number)]
        const far = gaps.reduce((sum, gap, i) => sum + gap * ((places[i + 1] ?? places[i] ?? 0) - (places[i] ?? 0)), 0)
        const moved = wassersteinOfCells(edges, cells([...likely]), now, () => false, { low, high })
        expect(Math.abs((moved?.distance ?? 0) - far)).toBeLessThanOrEqual((moved?.bound ?? 0) + 1e-9)
      }),
    )
  })
})

describe('free text against a profile', () => {
  const text = (middle: string) =>
    ({
      t: ['string', `concat('the parcel ', i, ' ', ${middle}, ' to ', (i * 37) % 9001)`],
      at: ['date', "DATE '2024-01-01' + (i // 20)::INT"],
    }) as const
  const usual = "['came late', 'came soon'][1 + i % 2]"

  test('its profile tells words, of no person and in many texts', async () => {
    const profile = await profileTable(bench.engine, await dataset(2000, text(usual)))
    expect(profile.columns[0]?.words).toEqual({
      texts: 2000,
      top: [
        { word: 'came', count: 2000 },
        { word: 'parcel', count: 2000 },
        { word: 'the', count: 2000 },
        { word: 'to', count: 2000 },
        { word: 'late', count: 1000 },
        { word: 'soon', count: 1000 },
      ],
      most: 100,
      covered: 2000,
      sample: null,
    })
    const hidden = await profileTable(bench.engine, await dataset(2000, text(usual)), {
      sensitive: new Map([['t', 'omit' as const]]),
    })
    expect(hidden.columns[0]).not.toHaveProperty('words')
    expect(wordsOf({ texts: Array(30).fill('call 12345 or a-1-2-3 now'), sample: null }, 2).top).toEqual([
      { word: '1', count: 30 },
      { word: '2', count: 30 },
    ])
    expect(wordsOf({ texts: Array(19).fill('seldom'), sample: null }, 9)).toMatchObject({ top: [], covered: 0 })
  })

  test('a word that came, and since when', async () => {
    const before = await dataset(2000, text(usual))
    const same = await drift(before, await dataset(1500, text(usual)), ['t'], { time: 'at' })
    expect(same.columns[0]).toMatchObject({ state: 'none', method: 'text' })
    const broken = `CASE WHEN i >= 840 AND i % 3 > 0 THEN 'came broken' ELSE ${usual} END`
    const found = await drift(before, await dataset(2000, text(broken)), ['t'], { time: 'at' })
    // 774 of 2,000 texts; the profile does not list the word, so that at most 19 texts of the baseline held it.
    expect(found.columns[0]).toMatchObject({
      state: 'drifted',
      measure: { of: 'texts with the word "broken"', token: 'broken', method: 'z-test' },
    })
    expect(found.columns[0]?.measure?.effect).toBeCloseTo(774 / 2000 - 19 / 2000, 2)
    // Twenty rows a day from Monday 2024-01-01: row 840 is 2024-02-12, a Monday.
    expect(found.since.get('t')).toMatchObject({ since: '2024-02-01', unit: 'month' })
  })

  test('longer texts, other words altogether, few texts, and none', async () => {
    const before = await dataset(500, text(usual))
    const longer = await drift(before, await dataset(500, text("repeat('very ', 30)")), ['t'])
    expect(longer.columns[0]).toMatchObject({
      state: 'drifted',
      measure: { method: 'ks', of: 'length of the text', effect: 1, from: '7 quantiles of the baseline' },
    })
    const foreign = { t: ['string', "concat('das Paket ', i, ' kam an ', (i * 37) % 9001, ' heute')"] } as const
    const other = await drift(before, await dataset(500, foreign), ['t'])
    expect(other.columns[0]?.state).toBe('drifted')
    const few = await drift(before, await dataset(15, text(usual)), ['t'])
    expect(few.columns[0]).toMatchObject({ state: 'unmeasured', reason: expect.stringContaining('at least 20') })
    const empty = await drift(before, await dataset(500, { t: ['string', 'NULL::VARCHAR'] }), ['t'])
    expect(empty.columns[0]?.state).not.toBe('none')
  })

  test('withheld values are compared by what is missing, and by length', async () => {
    const mail = (missing: number) =>
      ({
        mail: ['string', `CASE WHEN i % 100 < ${missing} THEN NULL ELSE concat('p', i, '@example.org') END`],
      }) as const
    const before = await dataset(1000, mail(0))
    const found = await drift(before, await dataset(1000, mail(40)), ['mail'])
    expect(found.columns[0]).toMatchObject({ state: 'drifted', measure: { of: 'missing values', effect: 0.4 } })
    expect(found.columns[0]?.drift.compared?.sensitive).toBe(true)
    expect(
      (await measureDrift(bench.engine, before, await profileTable(bench.engine, before), ['mail']))[0]?.psi,
    ).toBeNull()
  })

  test('hostile words are neither SQL nor patterns', async () => {
    const evil = `it''s "x"; DROP TABLE t; -- ::set-output name=a::b (.* [[ \\\\ <script>`
    const before = await dataset(300, text(usual))
    const now = await dataset(300, { ...text(usual), t: ['string', `concat('${evil} ', i, ' ', i * 7)`] })
    const found = await drift(before, now, ['t'], { time: 'at' })
    expect(found.columns[0]?.state).toBe('drifted')
  })
})
