import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

const DIST = process.env.PLUMBLINE_BUNDLE ?? fileURLToPath(new URL('../../dist', import.meta.url))

test('the second thread of evaluate-gate runs from the bundle', async () => {
  const sample = (score: readonly number[]) => ({
    task: 'binary',
    n: 4,
    classes: ['no', 'yes'],
    truth: Uint16Array.of(0, 0, 1, 1),
    label: Uint16Array.from(score, (p) => Number(p > 0.5)),
    score: Float64Array.from(score),
    blocks: Uint16Array.of(0, 1, 2, 3),
    weights: null,
    clustered: false,
  })
  const worker = new Worker(`${DIST}/measure-thread.js`, {
    workerData: {
      // The example of sklearn.metrics.roc_auc_score: 0.75.
      subjects: { candidate: sample([0.1, 0.4, 0.35, 0.8]), baseline: sample([0.1, 0.2, 0.7, 0.8]) },
      settings: { level: 0.95, seed: 'rows', replicates: 20 },
      threshold: 0.5,
      tasks: [
        { metric: 'roc_auc', of: 'models' },
        { metric: 'roc_auc', of: 'trivial' },
      ],
      taken: new Int32Array(new SharedArrayBuffer(8)),
    },
  })
  const found: unknown[] = []
  worker.on('message', (message) => found.push(message))
  await new Promise((resolve, reject) => {
    worker.on('exit', resolve)
    worker.on('error', reject)
  })
  const value = (of: number) => expect.objectContaining({ value: of })
  expect(found).toEqual([
    {
      metric: 'roc_auc',
      of: 'models',
      result: { candidate: value(0.75), baseline: value(1), difference: value(-0.25), trivial: value(0.5) },
    },
    { metric: 'roc_auc', of: 'trivial', result: value(0.25) },
  ])
})
