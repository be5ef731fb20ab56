import { measureDataDrift } from '../../../shared/data/drift/measure.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const RULES = { warn: 0.1, fail: 0.25, method: 'auto', methods: {}, alpha: 0.05 } as const
const times = (n: number, make: (i: number) => string) => Array.from({ length: n }, (_, i) => make(i))

/** The drift of `c` in slices of `s`, against a profile and against rows: `slice column`. */
async function slicesOf(before: readonly string[], now: readonly string[]): Promise<string[][]> {
  const load = async (name: string, values: readonly string[]) =>
    bench.load(await bench.write(`${name}.csv`, `s,c\n${values.map((value) => `p,${value}\nq,same\n`).join('')}`))
  const [old, dataset] = [await load('before', before), await load('now', now)]
  const options = { slices: ['s'] }
  const baseline = await profileTable(bench.engine, old, options)
  const profile = await profileTable(bench.engine, dataset, options)
  const found: string[][] = []
  for (const rows of [null, old]) {
    const asked = { dataset, profile, baseline, rows, names: ['c'], label: null, rules: RULES, joint: false }
    const { slices } = await measureDataDrift(bench.engine, asked)
    found.push((slices?.drifted ?? []).map(({ slice, value, column }) => `${slice}=${value} ${column}`))
  }
  return found
}

describe('rare values of a slice', () => {
  const common = [...times(100, () => 'a'), ...times(60, () => 'b')]

  // Forty values of one row each on both sides, and none of them on both: what two samples of a long tail look like. By the
  // values that the baseline lists, 40 of 200 rows seemed to be of none: scipy.stats.chi2_contingency([[100, 60, 40, 0],
  // [100, 60, 0, 40]], correction=False).pvalue = 3.1e-17.
  test('are others in every sample, and no drift', async () => {
    const before = [...common, ...times(40, (i) => `old ${i}`)]
    const now = [...common, ...times(40, (i) => `new ${i}`)]
    expect(await slicesOf(before, now)).toEqual([[], []])
  })

  test('are drift when there are more of them, or one is rare no longer', async () => {
    const before = [...common, ...times(40, (i) => `old ${i}`)]
    const more = [...times(60, () => 'a'), ...times(40, () => 'b'), ...times(100, (i) => `new ${i}`)]
    expect(await slicesOf(before, more)).toEqual([['s=p c'], ['s=p c']])
    const one = [...times(60, () => 'a'), ...times(40, () => 'b'), ...times(100, () => 'old 3')]
    expect(await slicesOf(before, one)).toEqual([['s=p c'], ['s=p c']])
  })
})
