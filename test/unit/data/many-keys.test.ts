import { withManyKeys } from '../../../shared/data/many-keys.js'
import { type Bench, openBench } from './support.js'

const ROWS = 1_000_000
const threadsOf = async ({ engine }: Bench) =>
  Number((await engine.all("SELECT current_setting('threads') AS n"))[0]?.n)

test('there are four threads at least while it lasts, and as many as before afterwards', async () => {
  const bench = await openBench()
  const before = await threadsOf(bench)
  const beside = await bench.engine.beside?.()
  const during = await Promise.all([
    withManyKeys(bench.engine, ROWS, () => threadsOf(bench)),
    withManyKeys(beside ?? bench.engine, ROWS, () => threadsOf(bench)),
  ])
  expect(Math.min(...during)).toBeGreaterThanOrEqual(4)
  await expect(withManyKeys(bench.engine, ROWS, () => Promise.reject(new Error('lost')))).rejects.toThrow('lost')
  expect(await threadsOf(bench)).toBe(before)
  await bench.close()
})

test.each([
  ['few rows', {}, ROWS - 1],
  ['a limit of memory', { memoryMb: 512 }, ROWS],
  ['a number of threads that was asked for', { threads: 2 }, ROWS],
])('%s: nothing changes', async (_, options, rows) => {
  const bench = await openBench(options)
  const before = await threadsOf(bench)
  expect(await withManyKeys(bench.engine, rows, () => threadsOf(bench))).toBe(before)
  await bench.close()
})
