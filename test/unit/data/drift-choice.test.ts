import { measureDataDrift } from '../../../shared/data/drift/measure.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const RULES = { warn: 0.1, fail: 0.25, method: 'auto', methods: {}, alpha: 0.05 } as const
const repeat = (values: readonly number[], times: number) => Array.from({ length: times }, () => values).flat()

// Evidently 0.7.23 with pandas 2.2.3: evidently.legacy.calculations.stattests.registry.get_stattest(pd.Series(before),
// pd.Series(now), ColumnType.Numerical | ColumnType.Categorical, None).name. Values of both sides count, new ones each.
test.each([
  ['number', repeat([0, 1, 2, 3], 10), repeat([2, 3, 4, 5], 10), 'ks'],
  ['number', repeat([0, 1, 2], 10), repeat([1, 2, 3, 4], 10), 'chi-square'],
  ['number', repeat([1], 30), repeat([1, 2], 20), 'z-test'],
  ['number', repeat([1], 30), repeat([1, 2, 3], 20), 'chi-square'],
  ['number', repeat([0, 1, 2, 3], 300), repeat([2, 3, 4, 5], 10), 'wasserstein'],
  ['number', repeat([0, 1, 2, 3], 300), repeat([2, 3, 4], 10), 'jensen-shannon'],
  ['text', repeat([0, 1, 2, 3], 10), repeat([2, 3, 4, 5], 10), 'chi-square'],
  ['text', repeat([1], 30), repeat([1, 2], 20), 'z-test'],
  ['text', repeat([1], 30), repeat([1, 2, 3], 20), 'chi-square'],
  ['text', repeat([0, 1, 2, 3], 300), repeat([2, 3, 4, 5], 10), 'jensen-shannon'],
] as const)('%s: the values of both sides choose the method', async (kind, before, now, method) => {
  const load = async (name: string, values: readonly number[]) => {
    const cells = values.map((value) => (kind === 'text' ? `v${value}` : `${value}`))
    return bench.load(await bench.write(`${name}.csv`, `x\n${cells.join('\n')}\n`))
  }
  const [old, dataset] = [await load('before', before), await load('now', now)]
  const [baseline, profile] = [await profileTable(bench.engine, old), await profileTable(bench.engine, dataset)]
  for (const rows of [null, old]) {
    const found = await measureDataDrift(bench.engine, {
      dataset,
      profile,
      baseline,
      rows,
      names: ['x'],
      label: null,
      rules: RULES,
      joint: false,
    })
    expect(found.columns.map((one) => one.method)).toEqual([method])
  }
})
