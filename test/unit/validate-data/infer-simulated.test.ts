import { dropRows } from '../../../shared/data/engine/row-store.js'
import { type Bench, openBench } from '../data/support.js'
import { breaches, inferFrom, plainProfile, simulated } from './infer-support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

/** One table at a time: hundreds would fill the memory. */
async function withSample<T>(
  rows: number,
  seed: number,
  use: (dataset: Awaited<ReturnType<Bench['load']>>) => Promise<T>,
) {
  const dataset = await bench.load(await bench.parquet('sample.parquet', simulated(rows, seed)))
  try {
    return await use(dataset)
  } finally {
    await dropRows(bench.engine, dataset.table, dataset.columns.length)
  }
}

describe('a contract that a sample suggests', () => {
  // Every contract is inferred of a sample of its own, and judges fresh ones: 100 of each size, 95 of which have to keep it.
  test.each([
    { rows: 200, contracts: 100, fresh: 1 },
    { rows: 20_000, contracts: 20, fresh: 5 },
  ])(
    'is kept by fresh samples of the same distributions: $rows rows',
    async ({ rows, contracts, fresh }) => {
      const broken: string[] = []
      let kept = 0
      for (let seed = 1; seed <= contracts; seed++) {
        const { contract } = await withSample(rows, seed, async (dataset) => {
          const inferred = await inferFrom(bench, dataset, { target: 'label' }, await plainProfile(bench, dataset))
          if (seed <= 5) expect([seed, await breaches(bench, dataset, inferred.contract, 'label')]).toEqual([seed, []])
          return inferred
        })
        for (let i = 1; i <= fresh; i++) {
          const found = await withSample(rows, i * 1_000_000 + seed, (dataset) =>
            breaches(bench, dataset, contract, 'label'),
          )
          if (found.length === 0) kept += 1
          broken.push(...found)
        }
      }
      expect({ ok: kept >= 95, kept, broken }).toMatchObject({ ok: true })
    },
    600_000,
  )
})
