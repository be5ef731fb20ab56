/**
 * `node intervals.mjs ROWS`: milliseconds of the intervals of 1,000 replicates alone, as one line of JSON. What they are drawn
 * from (counts of cells, sums of blocks) is there already: its reading takes a time that grows with the rows.
 */
const lib = new URL('../../lib/shared/stats/', import.meta.url)
const { bootstrapBlocks, bootstrapCells, BLOCKS } = await import(new URL('sampling/bootstrap.js', lib))
const { findMetric } = await import(new URL('metrics/index.js', lib))

const ROWS = Number(process.argv[2])
const settings = { level: 0.95, seed: 'bench', replicates: 1000 }
const truth = new Uint16Array(ROWS)
const score = new Float64Array(ROWS)
const blocks = new Uint16Array(ROWS)
let state = 1
for (let i = 0; i < ROWS; i++) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  score[i] = state / 2 ** 32
  blocks[i] = (state >>> 7) % BLOCKS
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  truth[i] = Number(state / 2 ** 32 < score[i])
}
const label = Uint16Array.from(score, (one) => Number(one > 0.5))
const sample = {
  task: 'binary',
  n: ROWS,
  classes: ['0', '1'],
  truth,
  label,
  score,
  blocks,
  weights: null,
  clustered: false,
}

const times = {}
for (const name of ['f1', 'mcc', 'ece', 'average_precision']) {
  const metric = findMetric(name, 'binary')
  metric.estimate(sample, { ...settings, seed: 'what is counted once' })
  const start = performance.now()
  metric.estimate(sample, settings)
  times[name] = performance.now() - start
}
const sums = Float64Array.from({ length: 4 * BLOCKS }, (_, i) => i % 7)
let start = performance.now()
bootstrapBlocks(sums, 4, ([a, b, c, d]) => a / b - c / d, settings)
times['sums of blocks'] = performance.now() - start
start = performance.now()
bootstrapCells(Float64Array.of(ROWS / 2, ROWS / 8, ROWS / 8, ROWS / 4), ([a, b]) => a / b, settings)
times['counts of cells'] = performance.now() - start
console.log(JSON.stringify(times))
