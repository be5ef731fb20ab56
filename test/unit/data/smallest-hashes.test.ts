import { smallestHashes } from '../../../shared/data/profile/smallest-hashes.js'
import { patternsOf } from '../../../shared/data/profile/text.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

/** What a sort of everything gives: the definition. */
async function sortedAll(from: string, most: number) {
  const rows = await bench.engine.all(
    `SELECT v AS t, n FROM (SELECT v, sum(n)::BIGINT AS n FROM ${from} GROUP BY v) ORDER BY hash(v), v LIMIT ${most}`,
  )
  return { texts: rows.map(({ t }) => t), counts: rows.map(({ n }) => n) }
}

test.each([
  ['few beside all', "(SELECT 'v' || (i % 3000) AS v, 1 AS n FROM range(9000) t(i))", 3000, 200],
  ['nearly all', "(SELECT 'v' || i AS v, 2 AS n FROM range(1000) t(i))", 1000, 990],
  ['more than there are', "(SELECT 'v' || i AS v, 1 AS n FROM range(40) t(i))", 40, 100],
  ['with the sign that parts them', "(SELECT 'v' || chr(0) || i AS v, 1 AS n FROM range(500) t(i))", 500, 50],
  // A number of different values that is too large makes the bound too small.
  ['of fewer than is said', "(SELECT 'v' || i AS v, 1 AS n FROM range(500) t(i))", 900, 300],
])('%s: those of a sort of all values', async (_, from, distinct, most) => {
  const found = await smallestHashes(bench.engine, 'v', { distinct, table: from }, most)
  const all = await sortedAll(from, most)
  expect([...found.texts]).toEqual(all.texts)
  expect([...found.counts]).toEqual(all.counts)
})

test('no values, nothing', async () => {
  const found = await smallestHashes(bench.engine, 'v', { distinct: 1, table: "(SELECT 'a' AS v, 1 AS n LIMIT 0)" }, 10)
  expect(found.texts).toEqual([])
})

test('the commonest shapes come first, ties in the order of their text, and the rest is counted', () => {
  const texts = ['a', 'B', '1', '-', 'x y', 'AB', '12']
  const found = patternsOf({ texts, counts: [2, 2, 5, 1, 2, 7, 1], sample: null }, 4)
  expect(found).toEqual({
    top: [
      { pattern: 'AA', count: 7 },
      { pattern: '9', count: 5 },
      { pattern: 'A', count: 2 },
      { pattern: 'a', count: 2 },
    ],
    other: 4,
    sample: null,
  })
})
