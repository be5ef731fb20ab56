import type { Prediction } from '../../../shared/contracts/predict.js'
import { readInvocations } from '../../../shared/predict/mlflow.js'
import { normalise } from '../../../shared/predict/normalise.js'
import { readInfer } from '../../../shared/predict/open-inference.js'
import { metadataOf, outputsOf } from '../../../shared/serve/protocol.js'
import { logLines } from '../../../shared/serve/request-log.js'
import type { Task } from '../../../shared/stats/sample.js'
import { sampleManifest } from '../../support/sample-package.js'

const NOTHING: Prediction = { label: null, score: null, probabilities: null, value: null }
const failed = (problem: string) => new Error(problem)
const EVIL = '"],\n\u0000::set-output name=x::<b>'
const own = (name: string, value: number) => Object.fromEntries([[name, value]])

const CASES: [string, Task, Prediction[]][] = [
  ['scores and labels', 'binary', [{ ...NOTHING, label: 'yes', score: 0.75 }]],
  [
    'probabilities, not of every class on every row',
    'multiclass',
    [
      { ...NOTHING, probabilities: { a: 0.5, b: 0.5 } },
      { ...NOTHING, probabilities: { ...own('__proto__', 0.25), b: 0.75 } },
    ],
  ],
  ['a value', 'regression', [{ ...NOTHING, value: -1.5e-300 }]],
  [
    'labels: none, several, and hostile ones',
    'multilabel',
    [
      { ...NOTHING, labels: [] },
      { ...NOTHING, labels: ['a', 'b|c', EVIL] },
      { ...NOTHING, labels: ['__proto__'] },
    ],
  ],
  [
    'labels with probabilities of each class on its own',
    'multilabel',
    [{ ...NOTHING, labels: ['a'], probabilities: { a: 0.9, constructor: 0.8 } }],
  ],
  [
    'quantiles, not of every level on every row',
    'quantile',
    [
      { ...NOTHING, quantiles: { '0.1': 1, '0.5': 2, '0.9': 3.25 } },
      { ...NOTHING, quantiles: { '0.5': 4 } },
    ],
  ],
  [
    'texts, the empty one among them',
    'text',
    [
      { ...NOTHING, text: '' },
      { ...NOTHING, text: EVIL },
    ],
  ],
  ['a score of a ranked row', 'ranking', [{ ...NOTHING, score: -3 }]],
]

describe('what the server writes, the client reads back', () => {
  test.each(CASES)('Open Inference Protocol: %s', (_name, task, predictions) => {
    const reply = JSON.parse(JSON.stringify({ outputs: outputsOf(predictions) }))
    const read = readInfer(reply, failed).map((answer) => normalise(answer, task))
    expect(read).toEqual(predictions.map((prediction) => ({ prediction })))
  })

  test.each(CASES)('MLflow, a list of objects: %s', (_name, task, predictions) => {
    const reply = JSON.parse(JSON.stringify({ predictions }))
    const read = readInvocations(reply, failed).map((answer) => normalise(answer, task))
    expect(read).toEqual(predictions.map((prediction) => ({ prediction })))
  })

  test('MLflow: bare lists of labels and bare texts', () => {
    const read = (predictions: unknown[], task: Task) =>
      readInvocations({ predictions }, failed).map((answer) => normalise(answer, task))
    expect(read([['a', 2], []], 'multilabel')).toEqual([
      { prediction: { ...NOTHING, labels: ['a', '2'] } },
      { prediction: { ...NOTHING, labels: [] } },
    ])
    expect(read(['x'], 'text')).toEqual([{ prediction: { ...NOTHING, text: 'x' } }])
  })
})

test('tensors of labels, quantiles and texts, as the protocol has them', () => {
  expect(outputsOf([{ ...NOTHING, labels: ['a', 'b'] }])).toEqual([
    { name: 'labels', datatype: 'BYTES', shape: [1], data: ['["a","b"]'] },
  ])
  expect(
    outputsOf([
      { ...NOTHING, quantiles: { '0.1': 1, '0.9': 3 } },
      { ...NOTHING, quantiles: { '0.1': 2, '0.9': 5 } },
    ]),
  ).toEqual([
    {
      name: 'quantiles',
      datatype: 'FP64',
      shape: [2, 2],
      parameters: { levels: '["0.1","0.9"]' },
      data: [1, 3, 2, 5],
    },
  ])
  expect(outputsOf([{ ...NOTHING, text: 'so' }])).toEqual([
    { name: 'text', datatype: 'BYTES', shape: [1], data: ['so'] },
  ])
})

test('levels may be named by numbers', () => {
  const outputs = [
    { name: 'quantiles', datatype: 'FP32', shape: [1, 2], parameters: { levels: '[0.25, 0.75]' }, data: [[1, 2]] },
  ]
  expect(readInfer({ outputs }, failed)).toEqual([{ quantiles: { '0.25': 1, '0.75': 2 } }])
})

test.each([
  [
    { name: 'quantiles', datatype: 'FP64', shape: [1, 2], data: [1, 2] },
    'output "quantiles" does not name its levels as a JSON list in parameters.levels',
  ],
  [
    { name: 'probabilities', datatype: 'FP64', shape: [1, 2], parameters: { classes: 'a,b' }, data: [1, 2] },
    'output "probabilities" does not name its classes as a JSON list in parameters.classes',
  ],
  [
    { name: 'labels', datatype: 'BYTES', shape: [1], data: ['a|b'] },
    'output "labels" has "a|b", which is no JSON list of labels',
  ],
  [
    { name: 'labels', datatype: 'BYTES', shape: [1], data: ['{"a": 1}'] },
    'output "labels" has "{\\"a\\": 1}", which is no JSON list of labels',
  ],
  [
    { name: 'quantiles', datatype: 'FP64', shape: [1, 2], parameters: { levels: '["0.1","0.9"]' }, data: [1] },
    'output "quantiles" of shape [1, 2] has 1 elements, expected 2 for each of 1 rows',
  ],
])('a tensor that cannot be read: %#', (output, message) => {
  expect(() => readInfer({ outputs: [output] }, failed)).toThrow(message)
})

test('the description of a model names one tensor for its quantiles, and which outputs are texts', () => {
  const manifest = sampleManifest('model', '1.0.0', { 'predict.mjs': '' })
  const outputs = ['labels', 'text', 'score', 'quantiles.0.1', 'quantiles.0.9', 'probabilities.a']
  expect(metadataOf({ ...manifest, signature: { inputs: [], outputs } }, 'sha256:0')).toMatchObject({
    outputs: [
      { name: 'labels', datatype: 'BYTES', shape: [-1] },
      { name: 'text', datatype: 'BYTES', shape: [-1] },
      { name: 'score', datatype: 'FP64', shape: [-1] },
      { name: 'probabilities', datatype: 'FP64', shape: [-1, 1] },
      { name: 'quantiles', datatype: 'FP64', shape: [-1, 2] },
    ],
  })
})

test('labels, quantiles and texts stand in the request log as flat columns', () => {
  const lines = logLines({
    at: new Date('2026-01-02T03:04:05.000Z'),
    id: 'q1',
    manifest: { tag: 'model@v1.0.0', version: '1.0.0' },
    digest: 'sha256:0',
    rows: [{ x: 1 }, { x: 2 }, { x: 3 }],
    predictions: [
      { ...NOTHING, labels: ['a', EVIL] },
      { ...NOTHING, quantiles: { '0.1': 1, '0.9': 2 } },
      { ...NOTHING, text: '' },
    ],
  })
  const read = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(read.map(({ plumbline_labels }) => plumbline_labels && JSON.parse(plumbline_labels))).toEqual([
    ['a', EVIL],
    undefined,
    undefined,
  ])
  expect(read[1]).toMatchObject({ x: 2, plumbline_row: 1, 'plumbline_quantile_0.1': 1, 'plumbline_quantile_0.9': 2 })
  expect(read[2]).toMatchObject({ plumbline_text: '' })
  expect(Object.keys(read[2]).filter((name) => name.startsWith('plumbline_'))).toHaveLength(7)
})
