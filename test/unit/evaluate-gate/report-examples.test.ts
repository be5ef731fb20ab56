import { answerText, truthText } from '../../../actions/evaluate-gate/report/answers.js'
import { lossesOf } from '../../../actions/evaluate-gate/report/losses.js'
import { findExamples } from '../../../actions/evaluate-gate/report/worst.js'
import { examplePage } from '../../../actions/evaluate-gate/report/worst-table.js'
import type { Sample } from '../../../shared/stats/sample.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { memoryRows } from './memory-rows.js'
import { type Cells, judged } from './report-support.js'

const ROWS: readonly Cells[] = [
  { id: 'a', size: 'S', y: 1 },
  { id: 'b', size: 'L', y: 0 },
  { id: 'c', size: null, y: 1 },
  { id: 'd', size: 'S', y: 0 },
]

function binary(rows: readonly Cells[], score: readonly number[], weights: Float64Array | null = null): Sample {
  return {
    task: 'binary',
    ...judged(rows),
    weights,
    classes: ['no', 'yes'],
    truth: Uint16Array.from(rows, ({ y }) => Number(y)),
    label: Uint16Array.from(score, (p) => Number(p > 0.5)),
    score: Float64Array.from(score),
  }
}

test('worst, regressed and improved rows by log loss, with the columns of slices', async () => {
  const candidate = binary(ROWS, [0.1, 0.2, 0.9, 0.3])
  const baseline = binary(ROWS, [0.8, 0.9, 0.9, 0.3])
  const losses = lossesOf({ candidate, baseline })
  const found = await findExamples(candidate, losses, memoryRows(ROWS), ['size', 'size', 'gone'])
  expect(found?.columns).toEqual(['size'])
  expect(found?.worst.map(({ name }) => name)).toEqual(['a', 'd', 'b', 'c'])
  // −ln 0.1 and −ln 0.8
  expect(found?.regressed).toEqual([
    {
      name: 'a',
      row: 0,
      loss: expect.closeTo(Math.LN10, 12),
      before: expect.closeTo(0.223144, 6),
      cells: { size: 'S' },
    },
  ])
  expect(found?.improved.map(({ name }) => name)).toEqual(['b'])
})

test('without a baseline there is nothing that changed', async () => {
  const candidate = binary(ROWS, [0.1, 0.2, 0.9, 0.3])
  const found = await findExamples(candidate, lossesOf({ candidate, baseline: null }), memoryRows(ROWS), [])
  expect(found?.regressed).toEqual([])
  expect(found?.worst[0]?.before).toBeNull()
})

test('rows of no weight count for nothing', async () => {
  const candidate = binary(ROWS, [0.1, 0.2, 0.9, 0.3], Float64Array.from([0, 1, 1, 1]))
  const found = await findExamples(candidate, lossesOf({ candidate, baseline: null }), memoryRows(ROWS), [])
  expect(found?.worst.map(({ name }) => name)).toEqual(['d', 'b', 'c'])
})

test('of thousands of equal losses the same rows are shown whatever the order', async () => {
  const random = seededRandom('order')
  const rows = Array.from({ length: 5000 }, (_, i) => ({ id: `r${i}`, y: i % 2, said: Number(random.uniform() < 0.7) }))
  const shown = async (from: typeof rows) => {
    const sample: Sample = {
      task: 'binary',
      ...judged(from),
      classes: ['no', 'yes'],
      truth: Uint16Array.from(from, ({ y }) => y),
      label: Uint16Array.from(from, ({ said }) => said),
      score: null,
    }
    const found = await findExamples(sample, lossesOf({ candidate: sample, baseline: null }), memoryRows(from), [])
    return found?.worst.map(({ name }) => name)
  }
  const names = await shown(rows)
  expect(names).toHaveLength(20)
  expect(await shown([...rows].reverse())).toEqual(names)
})

test('rows that are not those of the answers are not shown', async () => {
  const candidate = binary(ROWS, [0.1, 0.2, 0.9, 0.3])
  const losses = lossesOf({ candidate, baseline: null })
  expect(await findExamples(candidate, losses, memoryRows(ROWS.slice(1)), [])).toBeNull()
  expect(examplePage(null, { candidate, baseline: null, trivial: null }, 'x')).toEqual([])
})

const base = { n: 1, blocks: new Uint16Array(1), weights: null, clustered: false }
test.each<[string, Sample, string, string]>([
  [
    'binary',
    {
      task: 'binary',
      ...base,
      classes: ['no', 'yes'],
      truth: Uint16Array.of(1),
      label: Uint16Array.of(0),
      score: Float64Array.of(0.25),
    },
    'yes',
    'no (yes: 0.250)',
  ],
  [
    'multiclass',
    {
      task: 'multiclass',
      ...base,
      classes: ['a', 'b', 'c'],
      truth: Uint16Array.of(2),
      label: Uint16Array.of(1),
      probabilities: Float64Array.of(0.1, 0.6, 0.3),
    },
    'c',
    'b (0.600; true class: 0.300)',
  ],
  [
    'regression',
    { task: 'regression', ...base, truth: Float64Array.of(12.5), value: Float64Array.of(-3) },
    '12.5',
    '−3',
  ],
  [
    'multilabel',
    {
      task: 'multilabel',
      ...base,
      classes: ['x', 'y'],
      truth: Uint8Array.of(1, 1),
      label: Uint8Array.of(0, 0),
      scores: null,
    },
    'x, y',
    'none',
  ],
  [
    'quantile',
    { task: 'quantile', ...base, truth: Float64Array.of(4), levels: [0.1, 0.9], values: Float64Array.of(1, 3.25) },
    '4',
    '0.1: 1, 0.9: 3.25',
  ],
  [
    'ranking',
    {
      task: 'ranking',
      ...base,
      offsets: Uint32Array.of(0, 3),
      item: Uint32Array.of(4, 5, 6),
      score: Float64Array.of(3, 2, 1),
      relevance: Float64Array.of(0, 2, 0),
      idealOffsets: Uint32Array.of(0, 2),
      ideal: Float64Array.of(2, 1),
      catalogue: 9,
      popularity: null,
    },
    '2 relevant items',
    'relevant at 2 of 3 items',
  ],
  ['text', { task: 'text', ...base, references: [['a\nb', 'c']], output: ['d'] }, 'a↵b | c', 'd'],
])('what a %s row says', (_, sample, truth, answer) => {
  expect(truthText(sample, 0)).toBe(truth)
  expect(answerText(sample, 0)).toBe(answer)
})
