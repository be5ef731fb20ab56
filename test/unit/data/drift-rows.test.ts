import type { ColumnType } from '../../../shared/contracts/data-contract.js'
import type { Dataset } from '../../../shared/data/dataset.js'
import { measureDrift } from '../../../shared/data/drift/columns.js'
import { exactDistances } from '../../../shared/data/drift/exact.js'
import { measureJoint } from '../../../shared/data/drift/joint.js'
import type { DriftRules } from '../../../shared/data/drift/judge.js'
import { measureDataDrift } from '../../../shared/data/drift/measure.js'
import { poolProfiles } from '../../../shared/data/drift/pool/profiles.js'
import { daysOf, rowsOfSeason } from '../../../shared/data/drift/season.js'
import { sinceOfCounts } from '../../../shared/data/drift/since/counts.js'
import { jointSince } from '../../../shared/data/drift/since/joint.js'
import { textDrift, tokensOf } from '../../../shared/data/drift/text/against-rows.js'
import { profileTable } from '../../../shared/data/profile.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { type Bench, type Columns, datasetOf, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const RULES: DriftRules = { warn: 0.1, fail: 0.25, method: 'auto', methods: {}, alpha: 0.05 }

/** A dataset straight from SQL: `i` counts its rows from 0, `u(k)` is uniform on [0, 1). */
function dataset(rows: number, columns: Columns, seed = 0): Promise<Dataset> {
  const written = Object.entries(columns).map(([name, [type, sql]]) => {
    const uniform = sql.replace(
      /u\((\d+)\)/g,
      (_, k) => `((hash(i * 1000 + ${k} * 7919 + ${seed} * 104729) % 1000003) / 1000003.0)`,
    )
    return [name, [type, uniform] as const]
  })
  return datasetOf(bench.engine, rows, Object.fromEntries(written))
}

const profileOf = (one: Dataset) => profileTable(bench.engine, one)

test('exact distances from every value, against scipy 1.17.1', async () => {
  const values = (list: number[]) => `list_extract([${list.join(', ')}]::DOUBLE[], i + 1)`
  const before = await dataset(7, { x: ['number', values([1, 2, 2, 3, 5, 8, 13])] })
  const now = await dataset(8, { x: ['number', values([2, 3, 3, 4, 5, 5, 6, 9])] })
  const side = (one: Dataset) => ({ table: one.table, column: one.columns[0] as Dataset['columns'][number] })
  const found = await exactDistances(bench.engine, side(before), side(now))
  // ks_2samp([1, 2, 2, 3, 5, 8, 13], [2, 3, 3, 4, 5, 5, 6, 9]).statistic and wasserstein_distance of the same
  expect(found?.ks).toBeCloseTo(0.30357142857142855, 12)
  expect(found?.wasserstein).toBeCloseTo(1.6607142857142856, 10)
  const nothing = await dataset(3, { x: ['number', "'nan'::DOUBLE"] })
  expect(await exactDistances(bench.engine, side(before), side(nothing))).toBeNull()
})

describe('against rows of a baseline', () => {
  const plain = {
    x: ['number', 'sqrt(-2 * ln(1 - u(1))) * cos(2 * pi() * u(2))'],
    n: ['integer', 'floor(u(3) * 50)::BIGINT'],
    c: ['string', "['red', 'green', 'blue'][1 + floor(u(4) * 3)::INT]"],
    y: ['string', "CASE WHEN u(5) < 0.3 THEN 'yes' ELSE 'no' END"],
    t: [
      'string',
      "concat('the parcel ', floor(u(6) * 500)::INT, ' came ', ['late', 'soon'][1 + floor(u(7) * 2)::INT], ' to ', floor(u(8) * 900)::INT)",
    ],
    at: ['date', "DATE '2024-01-01' + floor(i / 40)::INT"],
  } as const
  const ask = async (before: Dataset, now: Dataset, rows: boolean, rules = RULES) => {
    const [baseline, profile] = [await profileOf(before), await profileOf(now)]
    return measureDataDrift(bench.engine, {
      dataset: now,
      profile,
      baseline,
      rows: rows ? before : null,
      names: ['x', 'n', 'c', 't'],
      label: 'y',
      time: 'at',
      rules,
      joint: true,
    })
  }

  test('equal data have not drifted in anything, with and without rows', async () => {
    const [before, now] = [await dataset(2000, plain, 1), await dataset(2000, plain, 2)]
    const found = await ask(before, now, true)
    expect([...found.columns, found.label].map((one) => `${one?.drift.column} ${one?.state} ${one?.method}`)).toEqual([
      'x none wasserstein',
      'n none wasserstein',
      'c none jensen-shannon',
      't none text',
      'y none jensen-shannon',
    ])
    expect(found.joint?.auc).toBeGreaterThan(0.45)
    expect(found.joint?.auc).toBeLessThan(0.55)
    expect(found.since.size + found.news.size).toBe(0)
    const byProfile = await ask(before, now, false)
    expect(byProfile.joint).toBeNull()
    expect(byProfile.columns.map(({ state }) => state)).toEqual(['none', 'none', 'none', 'none'])
    // The histogram gives a lower bound of the exact statistic, and says how much is missing at most.
    const exact = (await ask(before, now, true, { ...RULES, method: 'ks' })).columns[0]?.measure
    const coarse = (await ask(before, now, false, { ...RULES, method: 'ks' })).columns[0]?.measure
    expect(exact?.bound).toBe(0)
    expect(coarse?.effect).toBeLessThanOrEqual((exact?.effect as number) + 1e-12)
    expect((coarse?.effect as number) + (coarse?.bound as number)).toBeGreaterThanOrEqual(exact?.effect as number)
  })

  test('planted: a shift since a day, a new class, a word, and which columns tell', async () => {
    const before = await dataset(2000, plain, 1)
    const now = await dataset(
      2000,
      {
        ...plain,
        x: ['number', 'sqrt(-2 * ln(1 - u(1))) * cos(2 * pi() * u(2)) + CASE WHEN i >= 840 THEN 1.5 ELSE 0 END'],
        y: ['string', "CASE WHEN u(5) < 0.3 THEN 'yes' WHEN u(5) < 0.6 THEN 'perhaps' ELSE 'no' END"],
        t: ['string', "concat('the parcel ', floor(u(6) * 500)::INT, ' came broken to ', floor(u(8) * 900)::INT)"],
      },
      3,
    )
    const found = await ask(before, now, true)
    const states = Object.fromEntries([...found.columns, found.label].map((one) => [one?.drift.column, one]))
    expect(states.x).toMatchObject({ state: 'drifted', measure: { method: 'wasserstein' } })
    expect(states.n?.state).toBe('none')
    expect(states.c?.state).toBe('none')
    expect(states.t).toMatchObject({ state: 'drifted', measure: { of: 'texts with the word "broken"', effect: 1 } })
    expect(states.y?.state).toBe('drifted')
    expect(found.news.get('y')).toEqual([{ value: 'perhaps', count: expect.any(Number) }])
    // Forty rows a day from Monday 2024-01-01 on: row 840 is Monday 2024-01-22.
    expect(found.since.get('x')).toMatchObject({ since: '2024-01-22', unit: 'week', fromStart: false })
    expect(found.joint?.interval?.low).toBeGreaterThan(0.55)
    expect(
      found.joint?.tellers
        .slice(0, 2)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['x', 'y'])
  })
})

describe('the joint distribution', () => {
  test('a dependence that turned shows, though each column alone is as before', async () => {
    const noise = {
      a: ['number', 'u(3)'],
      b: ['number', 'u(4)'],
      d: ['string', "['p', 'q'][1 + floor(u(5) * 2)::INT]"],
    } as const
    const before = await dataset(
      3000,
      { x: ['number', 'u(1)'], y: ['number', '(u(1) * 0.9 + u(2) * 0.1)'], ...noise },
      1,
    )
    const now = await dataset(
      3000,
      { x: ['number', 'u(1)'], y: ['number', '(0.9 - u(1) * 0.9 + u(2) * 0.1)'], ...noise },
      2,
    )
    const found = await measureJoint(bench.engine, before, now, ['a', 'x', 'b', 'y', 'd'])
    expect(found.auc).toBeGreaterThan(0.8)
    expect(
      found.tellers
        .slice(0, 2)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['x', 'y'])
  })

  test('equal data stay near 0.5, whatever the seed', async () => {
    const columns = Object.fromEntries(Array.from({ length: 10 }, (_, c) => [`c${c}`, ['number', `u(${c})`] as const]))
    let above = 0
    for (let seed = 0; seed < 10; seed++) {
      const found = await measureJoint(
        bench.engine,
        await dataset(600, columns, 2 * seed + 10),
        await dataset(600, columns, 2 * seed + 11),
        Object.keys(columns),
      )
      if ((found.interval?.low ?? 0) > 0.5) above += 1
      expect(found.auc).toBeLessThan(0.58)
    }
    // One-sided 2.5 % each: three or more of ten have a chance of 0.2 %.
    expect(above).toBeLessThanOrEqual(2)
  })

  test('few rows say so', async () => {
    const few = await dataset(30, { x: ['number', 'u(1)'] })
    expect((await measureJoint(bench.engine, few, few, ['x'])).reason).toBe(
      'the baseline has 30 rows and these data 30, at least 200 each are needed',
    )
    expect((await measureJoint(bench.engine, few, few, [])).reason).toBe('no column is in both')
  })
})

test('NaN and infinities are counted apart and poison nothing', async () => {
  const x = (bad: string) => ({ x: ['number', `CASE WHEN i % 10 = 0 THEN '${bad}'::DOUBLE ELSE i END`] }) as const
  const [before, now] = [await dataset(1000, x('nan')), await dataset(1000, x('-inf'))]
  const [drift] = await measureDrift(bench.engine, now, await profileOf(before), ['x'])
  expect(drift?.psi).toBe(0)
  expect(drift?.compared).toMatchObject({
    before: { rows: 1000, missing: 0, nonFinite: 100 },
    now: { rows: 1000, missing: 0, nonFinite: 100 },
  })
  expect(drift?.compared?.numbers?.now.reduce((sum, count) => sum + count, 0)).toBe(900)
})

test('hashed values of a sensitive column are not taken for new ones', async () => {
  const made = await dataset(300, { mail: ['string', "['a@x.org', 'b@x.org'][1 + i % 2]"] })
  const profile = await profileOf(made)
  const sensitive = { how: 'hash', by: 'name', kind: 'email', reason: 'its name' } as const
  const hashed = profile.columns.map((column) => ({
    ...column,
    sensitive,
    top: column.top.map(({ count }, i) => ({ value: `hmac ${i}`, count })),
  }))
  expect(await measureDrift(bench.engine, made, { ...profile, columns: hashed }, ['mail'])).toEqual([
    { column: 'mail', cells: [], psi: null, chance: null, reason: 'its values are identifiers or free text' },
  ])
})

test('values outside the range of the baseline, and hostile names and values', async () => {
  const evil = `it's "x"; DROP TABLE made_1; -- ::error::`
  const text = (last: string) =>
    ({ [evil]: ['string', `CASE WHEN i % 2 = 0 THEN '${last}' ELSE 'b' END`], n: ['integer', 'i'] }) as const
  const before = await dataset(500, text("<script>''alert(1)''</script>"))
  const now = await dataset(500, { ...text('::set-output name=x::\ny'), n: ['integer', 'i + 1000'] })
  const profile = await profileOf(before)
  const found = await measureDataDrift(bench.engine, {
    dataset: now,
    profile: await profileOf(now),
    baseline: profile,
    rows: before,
    names: [evil, 'n'],
    label: null,
    rules: RULES,
    joint: true,
  })
  expect(found.columns.map(({ state }) => state)).toEqual(['drifted', 'drifted'])
  expect(found.news.get(evil)).toEqual([{ value: '::set-output name=x::\ny', count: 250 }])
  expect(found.columns[1]?.measure).toMatchObject({ effect: 1, bound: 0 })
})

describe('since when', () => {
  const [good, bad] = [
    [500, 500],
    [900, 100],
  ]
  test('the first period of the run that lasts to the end', () => {
    const since = (...periods: number[][]) =>
      sinceOfCounts(
        { baseline: [5000, 5000] },
        periods.map((counts, i) => [`2024-0${i + 1}-01`, counts] as const),
        0.1,
        'month',
      )
    expect(since(good, bad, bad)).toMatchObject({ since: '2024-02-01', fromStart: false, periods: 3 })
    expect(since(bad, good, bad)?.since).toBe('2024-03-01')
    expect(since(bad, bad)).toMatchObject({ since: '2024-01-01', fromStart: true })
    expect(since(bad, good)?.since).toBeNull()
    // Too few rows to judge a period: it is passed over.
    expect(since(good, bad, [9, 1], bad)?.since).toBe('2024-02-01')
    expect(since([9, 1])).toBeNull()
  })

  test('a period of many rare values is off by chance in one of a hundred, and one of nothing but such says nothing', () => {
    const random = seededRandom('rare values')
    // Values as often as √((v + 1) / 60) − √(v / 60), the last forty together.
    const draw = (rows: number) => {
      const counts = new Array<number>(21).fill(0)
      for (let i = 0; i < rows; i++) {
        const value = Math.min(20, Math.floor(60 * random.uniform() ** 2))
        counts[value] = (counts[value] as number) + 1
      }
      return counts
    }
    let off = 0
    for (let i = 0; i < 300; i++) {
      const found = sinceOfCounts({ baseline: draw(3000) }, [['2024-01-01', draw(200)]], 0.1, 'month')
      if (found?.since != null) off += 1
    }
    // Four standard deviations above 0.01 · 300.
    expect(off).toBeLessThanOrEqual(9)
    const even = new Array<number>(12).fill(1)
    const scale = (by: number) => even.map((count) => count * by)
    expect(sinceOfCounts({ baseline: scale(100) }, [['2024-01-01', scale(5)]], 0.1, 'month')).toBeNull()
  })
})

test('words and lengths of texts', () => {
  expect([...tokensOf('Füße, 3 FÜSSE; naïve-ish!')]).toEqual(['füße', '3', 'füsse', 'naïve', 'ish'])
  const found = textDrift(['a b', 'a c', 'a'], ['a d', 'e'])
  expect(found).toEqual({
    before: 3,
    now: 2,
    tokens: [{ token: 'a', before: 3, now: 1 }],
    // b and c stand in one text each; d and e are not in the baseline
    unknown: { before: 2, now: 2 },
    lengths: { values: [1, 3], before: [1, 2], now: [1, 1] },
  })
})

describe('seasons', () => {
  const dated = (sql: string) => ({ at: ['date', sql], x: ['integer', 'i'] }) as const
  test.each([
    ['year', '2024-03-01', '2024-03-31', 31],
    ['month', '2025-02-10', '2025-02-12', 3],
    ['week', '2025-03-03', '2025-03-05', 3],
  ] as const)('%s: rows of the same time before', async (season, from, to, rows) => {
    const baseline = await dataset(800, dated("DATE '2023-06-01' + i::INT"))
    const now = await dataset(3, dated("DATE '2025-03-10' + i::INT"))
    const days = await daysOf(bench.engine, now, 'at')
    expect(days).toEqual({ first: '2025-03-10', last: '2025-03-12' })
    const found = await rowsOfSeason(bench.engine, baseline, 'at', days as { first: string; last: string }, season)
    expect(found).toMatchObject({ from, to })
    // The baseline ends on 2025-08-08.
    expect(found?.dataset.rows).toBe(rows)
  })

  test('no rows, and no dates', async () => {
    const baseline = await dataset(10, dated("DATE '2025-01-01' + i::INT"))
    const days = { first: '2025-03-10', last: '2025-03-12' }
    expect((await rowsOfSeason(bench.engine, baseline, 'at', days, 'year'))?.dataset.rows).toBe(0)
    expect(await rowsOfSeason(bench.engine, baseline, 'x', days, 'year')).toBeNull()
    expect(await daysOf(bench.engine, baseline, 'x')).toBeNull()
  })
})

describe('profiles put together', () => {
  const columns = {
    x: ['number', 'sqrt(-2 * ln(1 - u(1))) * cos(2 * pi() * u(2))'],
    n: ['integer', 'floor(u(3) * 12)::BIGINT'],
    c: ['string', "['red', 'green', 'blue'][1 + floor(u(4) * 3)::INT]"],
  } as const

  test('say of all rows what the profile of all rows says', async () => {
    const parts = [await dataset(1500, columns, 1), await dataset(2500, columns, 2)]
    const whole: Dataset = { ...(parts[0] as Dataset), table: 'whole', rows: 4000 }
    await bench.engine.run(
      `CREATE TABLE whole AS ${parts.map(({ table }) => `SELECT * FROM ${table}`).join(' UNION ALL ')}`,
    )
    const [pooled, exact] = [
      poolProfiles([await profileOf(parts[0] as Dataset), await profileOf(parts[1] as Dataset)]),
      await profileOf(whole),
    ]
    expect(pooled.rows).toBe(4000)
    pooled.columns.forEach((column, i) => {
      const same = exact.columns[i] as typeof column
      expect(column).toMatchObject({ name: same.name, type: same.type, rows: 4000, missing: same.missing })
      expect(column.numeric?.mean ?? 0).toBeCloseTo(same.numeric?.mean ?? 0, 9)
      expect(column.numeric?.sd ?? 0).toBeCloseTo(same.numeric?.sd ?? 0, 9)
      expect([column.numeric?.min, column.numeric?.max]).toEqual([same.numeric?.min, same.numeric?.max])
      if (column.name !== 'x') expect(column.top).toEqual(same.top)
      expect((column.numeric?.histogram.counts ?? []).reduce((sum, count) => sum + count, 0)).toBe(
        column.numeric === null ? 0 : 4000,
      )
    })
    // What was pooled has not drifted from its own rows.
    const drifts = await measureDrift(bench.engine, whole, pooled, ['x', 'n', 'c'])
    for (const { psi } of drifts) expect(psi).toBeLessThan(0.01)
    expect(drifts.slice(1).map(({ psi }) => psi)).toEqual([0, 0])
  })

  test('one profile is itself', async () => {
    const profile = await profileOf(await dataset(100, columns))
    expect(poolProfiles([profile])).toBe(profile)
  })
})

describe('since when rows can be told apart', () => {
  const columns = (turned: string): Record<string, readonly [ColumnType, string]> => ({
    x: ['number', 'u(1)'],
    y: ['number', `CASE WHEN ${turned} THEN 0.9 - u(1) * 0.9 ELSE u(1) * 0.9 END + u(2) * 0.1`],
    at: ['date', "DATE '2024-01-01' + (i // 40)::INT"],
  })

  test('the first period from which on all are, though each column alone is as before', async () => {
    const before = await dataset(3000, columns('false'), 1)
    const ask = async (turned: string, dated = true) => {
      const now = await dataset(4000, columns(turned), 2)
      const clock = dated ? now.columns[2] : undefined
      return measureJoint(bench.engine, before, now, ['x', 'y'], { clock })
    }
    // Forty rows a day from Monday 2024-01-01 on: row 2240 is Monday 2024-02-26.
    expect((await ask('i >= 2240')).since).toEqual({ since: '2024-02-26', fromStart: false, unit: 'week', periods: 15 })
    expect((await ask('true')).since).toMatchObject({ since: '2024-01-01', fromStart: true })
    // An excursion that was over again is not the one at hand.
    expect((await ask('i < 2240')).since).toMatchObject({ since: null })
    expect((await ask('false')).since).toBeNull()
    expect((await ask('true', false)).since).toBeNull()
  })

  test('by the area under the ROC curve of the scores of a period, beyond chance', () => {
    const scores = (values: readonly number[], times: number) =>
      Float64Array.from({ length: values.length * times }, (_, i) => values[i % values.length] as number)
    const before = scores([1, 2, 3, 4], 50)
    const since = (...periods: (readonly [string | null, readonly number[], number])[]) => {
      const now = Float64Array.from(periods.flatMap(([, values, times]) => [...scores(values, times)]))
      const dated = periods.flatMap(([period, values, times]) =>
        new Array<string | null>(values.length * times).fill(period),
      )
      return jointSince(before, now, dated, 0.55, 'month')
    }
    const [same, off] = [
      [1, 2, 3, 4],
      [4, 5, 6, 7],
    ]
    expect(since(['2024-02-01', off, 20], ['2024-01-01', same, 20])).toEqual({
      since: '2024-02-01',
      fromStart: false,
      unit: 'month',
      periods: 2,
    })
    // Too few rows, no date, and an area above the limit that chance reaches: passed over.
    // By counting pairs 9/16 of [1, 2, 3, 4] against [1, 2, 4, 4], with a standard error of about 0.045 in so few rows (Hanley and McNeil 1982).
    const passed = since(
      ['2024-01-01', off, 20],
      ['2024-02-01', same, 12],
      [null, same, 40],
      ['2024-03-01', [1, 2, 4, 4], 13],
    )
    expect(passed).toEqual({ since: '2024-01-01', fromStart: true, unit: 'month', periods: 1 })
    expect(since(['2024-01-01', off, 20], ['2024-02-01', same, 20])).toMatchObject({ since: null, periods: 2 })
    expect(since(['2024-01-01', off, 12])).toBeNull()
  })
})
