import { scoresCheck } from '../../../actions/evaluate-gate/scores.js'
import type { Sample } from '../../../shared/stats/sample.js'

const sample = (score: number[] | null): Sample => ({
  task: 'binary',
  n: score?.length ?? 2,
  classes: ['0', '1'],
  blocks: new Uint16Array(score?.length ?? 2),
  truth: new Uint16Array(score?.length ?? 2),
  label: new Uint16Array(score?.length ?? 2),
  score: score && Float64Array.from(score),
  weights: null,
  clustered: false,
})

test('scores that are all 0 or 1 are taken for labels, with a warning', () => {
  expect(scoresCheck(sample([0, 1, 1]))).toMatchObject([
    { rule: 'scores-are-labels', verdict: 'warn', message: expect.stringContaining('each of the 3 scores is exactly') },
  ])
})

test.each([
  ['probabilities', [0, 1, 0.5]],
  ['labels', null],
  ['no rows', []],
])('%s are none', (_, score) => {
  expect(scoresCheck(sample(score))).toEqual([])
})
