import type { ColumnType } from '../../../shared/contracts/data-contract.js'
import type { Dataset } from '../../../shared/data/dataset.js'
import { measureCells } from '../../../shared/data/drift/by-method.js'
import type { DriftRules } from '../../../shared/data/drift/judge.js'
import { type DriftRequest, measureDataDrift } from '../../../shared/data/drift/measure.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type Bench, type Columns, datasetOf, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const RULES: DriftRules = { warn: 0.1, fail: 0.25, method: 'auto', methods: {}, alpha: 0.05 }

const dataset = (rows: number, columns: Columns) => datasetOf(bench.engine, rows, columns)

async function drift(before: Dataset, now: Dataset, names: string[], more: Partial<DriftRequest> = {}) {
  return measureDataDrift(bench.engine, {
    dataset: now,
    profile: await profileTable(bench.engine, now),
    baseline: await profileTable(bench.engine, before),
    rows: null,
    names,
    label: null,
    rules: RULES,
    joint: false,
    ...more,
  })
}

/** A column without a single value, as text: no value tells another type. */
const NOTHING = ['string', 'CAST(NULL AS VARCHAR)'] as const

describe('a column without a single value', () => {
  const typed: Columns = {
    n: ['number', 'i / 7.0'],
    k: ['integer', 'i % 3'],
    flag: ['boolean', 'i % 2 = 0'],
    day: ['date', "DATE '2024-01-01' + (i % 100)::INT"],
    at: ['timestamp', "TIMESTAMP '2024-01-01 10:00:00' + to_minutes(i)"],
  }
  const empty: Columns = Object.fromEntries(Object.keys(typed).map((name) => [name, NOTHING]))

  test.each(['auto', 'psi'] as const)('has lost them, and is of no other type: %s', async (method) => {
    const [before, now] = [await dataset(400, typed), await dataset(300, empty)]
    for (const rows of [null, before]) {
      const { columns } = await drift(before, now, Object.keys(typed), { rows, rules: { ...RULES, method } })
      expect(columns.map(({ state }) => state)).toEqual(['drifted', 'drifted', 'drifted', 'drifted', 'drifted'])
      for (const { measure, drift: one } of columns) {
        expect(one.compared?.now).toEqual({ rows: 300, missing: 300, nonFinite: 0 })
        if (method === 'auto') expect(measure).toMatchObject({ of: 'missing values', effect: 1 })
      }
    }
  })

  test('of the baseline leaves nothing to compare', async () => {
    const [before, now] = [await dataset(300, empty), await dataset(400, typed)]
    const { columns } = await drift(before, now, Object.keys(typed))
    expect(columns.map(({ state, reason }) => [state, reason])).toEqual(
      Object.keys(typed).map(() => ['unmeasured', 'the baseline has no values']),
    )
    const other = await dataset(300, { n: ['string', "'a' || i % 5"] })
    const [one] = (await drift(await dataset(400, { n: typed.n as Columns[string] }), other, ['n'])).columns
    expect(one?.reason).toBe('the type was number and is string')
  })
})

describe('labels of bins', () => {
  const labels = async (type: ColumnType, before: string, now: string) => {
    const [one] = (
      await drift(await dataset(1001, { x: [type, before] }), await dataset(1001, { x: [type, now] }), ['x'])
    ).columns
    return one?.drift.cells.map(({ label }) => label) ?? []
  }

  test('the outer bins are open where values of these data lie outside', async () => {
    const inside = await labels('integer', 'i', 'i')
    expect([inside[0], inside.at(-2)]).toEqual(['0 … 50', '950 … 1000'])
    const above = await labels('integer', 'i', 'i + 1')
    expect([above[0], above.at(-2)]).toEqual(['0 … 50', '950 or more'])
    const both = await labels('integer', 'i', 'i * 2 - 500')
    expect([both[0], both[1], both.at(-2)]).toEqual(['below 50', '50 … 100', '950 or more'])
    const days = await labels('date', "DATE '2024-01-01' + i::INT", "DATE '2023-12-01' + (i * 2)::INT")
    expect([days[0], days.at(-2)]).toEqual(['before 2024-02-20', '2026-08-08 or later'])
  })

  test('have as many digits as tell neighbours apart', async () => {
    const far = await labels('number', '1e9 + i / 1000.0', '1e9 + i / 1000.0')
    expect(far.slice(0, 2)).toEqual(['1000000000 … 1000000000.05', '1000000000.05 … 1000000000.1'])
    expect((await labels('number', 'i / 7.0', 'i / 7.0'))[1]).toBe('7.14286 … 14.2857')
  })
})

test('newcomers that are rare in both sides together are tested by themselves', () => {
  // scipy 1.17.1: fisher_exact([[0, 9000], [32, 268]]).pvalue is 3.59e-49, times 2 tests
  const found = measureCells([1800, 1800, 1800, 1800, 1800, 0], [49, 49, 49, 60, 61, 32], 'jensen-shannon')
  expect(found.pMethod).toBe('Fisher’s exact test, times 2 tests')
  expect(found.pValue / 7.18e-49).toBeCloseTo(1, 2)
  // scipy 1.17.1: chi2_contingency([[497, 503], [600, 402]], correction=False).pvalue is 4.737054782885146e-06
  const same = measureCells([500, 497, 3], [400, 600, 2], 'jensen-shannon')
  expect(same.pMethod).toBe('chi-square, times 2 tests')
  expect(same.pValue).toBeCloseTo(2 * 4.737054782885146e-6, 15)
})

test('why nothing is said of when', async () => {
  const columns = (shift: number): Columns => ({
    x: ['number', `(i * 37 % 1009) / 1009.0 + ${shift}`],
    at: ['date', "DATE '2024-01-01' + (i // 40)::INT"],
    text: ['string', "'2024-01-01 ' || i"],
  })
  const [before, now] = [await dataset(2000, columns(0)), await dataset(2000, columns(1))]
  const undated = await drift(before, now, ['x'])
  expect(undated.sinceReason).toBe('the data have no `data.time`')
  expect((await drift(before, now, ['x'], { time: 'text' })).sinceReason).toBe('`data.time` holds no dates')
  const later = await dataset(2000, { ...columns(1), at: ['date', "DATE '2024-06-01' + (i // 40)::INT"] })
  const dated = await drift(before, later, ['x', 'at'], { time: 'at' })
  expect([...dated.since.keys()]).toEqual(['x'])
  expect([...dated.undated]).toEqual([['at', 'it is the time itself']])
})
