import { measureDataDrift } from '../../../shared/data/drift/measure.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

// Thirty days of 240 texts each. Lengths are few whole numbers, of which a profile knows the quantiles and not how often each
// stands there: an index of the likely counts called every day off, the first too.
test('texts that are longer since a day: that day, against a profile and against rows', async () => {
  const words = (i: number) => Array.from({ length: 5 }, (_, k) => `w${(i * (k + 3) * 7 + k * i * i) % 97}`).join(' ')
  const day = (d: number) => new Date(Date.UTC(2024, 0, 1 + d)).toISOString().slice(0, 10)
  const text = (i: number) => `n${i} ${words(i)}`
  const now = Array.from({ length: 30 * 240 }, (_, i) => {
    const d = Math.floor(i / 240)
    return `${day(d)},${text(10_000 + i)}${d >= 12 && i % 2 === 0 ? ' and much more besides' : ''}`
  })
  const before = Array.from({ length: 4000 }, (_, i) => `2023-06-01,${text(20_000 + i)}`)
  const load = async (name: string, rows: readonly string[]) =>
    bench.load(await bench.write(`${name}.csv`, `at,t\n${rows.join('\n')}\n`))
  const [old, dataset] = [await load('before', before), await load('now', now)]
  const [baseline, profile] = [await profileTable(bench.engine, old), await profileTable(bench.engine, dataset)]
  const rules = { warn: 0.1, fail: 0.25, method: 'auto', methods: {}, alpha: 0.05 } as const
  for (const rows of [null, old]) {
    const asked = { dataset, profile, baseline, rows, names: ['t'], label: null, time: 'at', rules, joint: false }
    const { columns, since } = await measureDataDrift(bench.engine, asked)
    expect(columns.map(({ state }) => state)).toEqual(['drifted'])
    expect(since.get('t')).toEqual({ since: '2024-01-13', fromStart: false, unit: 'day', periods: 30 })
  }
})
