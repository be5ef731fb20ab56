import { measureDataDrift } from '../../../shared/data/drift/measure.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

/** The Kolmogorov–Smirnov statistic against a profile and against rows, with what the exact one may be more. */
async function ksOf(before: readonly string[], now: readonly string[]) {
  const load = async (name: string, values: readonly string[]) =>
    bench.load(await bench.write(`${name}.csv`, `x\n${values.join('\n')}\n`))
  const [old, dataset] = [await load('before', before), await load('now', now)]
  const [baseline, profile] = [await profileTable(bench.engine, old), await profileTable(bench.engine, dataset)]
  const found = []
  for (const rows of [null, old]) {
    const rules = { warn: 0.1, fail: 0.25, method: 'ks', methods: {}, alpha: 0.05 } as const
    const asked = { dataset, profile, baseline, rows, names: ['x'], label: null, rules, joint: false }
    const [column] = (await measureDataDrift(bench.engine, asked)).columns
    found.push({ effect: column?.measure?.effect ?? Number.NaN, bound: column?.measure?.bound ?? Number.NaN })
  }
  return found as [{ effect: number; bound: number }, { effect: number; bound: number }]
}

describe('numbers far from 0 and close together', () => {
  // Python: before = [1e9 + k * 7 % 60 / 1000 for k in range(60)]; now = [1e9 + (k * 7 % 60 + 5) / 1000 for k in range(60)]
  // scipy.stats.ks_2samp(before, now).statistic = 0.0833333333
  const at = (k: number) => `1000000000.${String(k).padStart(3, '0')}`
  const places = Array.from({ length: 60 }, (_, k) => (k * 7) % 60)

  test('are compared by every digit with rows, and a profile says what twelve digits leave open', async () => {
    const [byProfile, byRows] = await ksOf(
      places.map(at),
      places.map((k) => at(k + 5)),
    )
    expect(byRows.effect).toBeCloseTo(5 / 60, 12)
    expect(byRows.bound).toBe(0)
    expect(byProfile.effect).toBeLessThanOrEqual(5 / 60 + 1e-12)
    expect(byProfile.effect + byProfile.bound).toBeGreaterThanOrEqual(5 / 60 - 1e-12)
    expect(byProfile.bound).toBeGreaterThan(0)
  })

  test('a few of them are compared with many by every digit', async () => {
    // Python: before = [1e9 + k for k in range(3)] * 10; now = [1e9 + k % 3 + (k % 7 - 3) / 1000 for k in range(105)]
    // scipy.stats.ks_2samp(before, now).statistic = 0.14285714285714285
    const before = Array.from({ length: 30 }, (_, k) => `${1_000_000_000 + (k % 3)}.0`)
    const now = Array.from({ length: 105 }, (_, k) => (1e9 + (k % 3) + ((k % 7) - 3) / 1000).toFixed(3))
    const [byProfile, byRows] = await ksOf(before, now)
    expect(byRows).toEqual({ effect: expect.closeTo(0.14285714285714285, 12), bound: 0 })
    expect(byProfile.effect).toBeLessThanOrEqual(0.14285714285714285 + 1e-12)
    expect(byProfile.effect + byProfile.bound).toBeGreaterThanOrEqual(0.14285714285714285 - 1e-12)
  })

  test('those that twelve digits tell apart are exact without rows too', async () => {
    // scipy.stats.ks_2samp([k / 1000 for k in range(60)], [(k + 5) / 1000 for k in range(60)]).statistic = 0.0833333333
    const small = (k: number) => `0.${String(k).padStart(3, '0')}`
    for (const { effect, bound } of await ksOf(
      places.map(small),
      places.map((k) => small(k + 5)),
    )) {
      expect(effect).toBeCloseTo(5 / 60, 12)
      expect(bound).toBe(0)
    }
  })
})
