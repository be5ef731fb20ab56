import type { Check, InputRef } from '../../../shared/contracts/common.js'
import { DataProfile } from '../../../shared/contracts/data-profile.js'
import { DataValidation } from '../../../shared/contracts/data-validation.js'
import { Evaluation } from '../../../shared/contracts/evaluation.js'
import { TrainingRun } from '../../../shared/contracts/training-run.js'
import { digestOf } from '../../../shared/core/hash.js'
import { modelContentDigest } from '../../../shared/registry/content.js'

/** A working project: one feature, a model of one number, and a predict command that needs a second file. */
export const PROJECT = {
  'data/train.csv': `id,x,color,y\n${Array.from({ length: 40 }, (_, i) => `t${i},${i},${i % 3 ? 'red' : 'blue'},${i % 2}\n`).join('')}`,
  'data/test.csv': `id,x,color,y\n${Array.from({ length: 30 }, (_, i) => `s${i},${i === 7 ? '' : i},${i % 5 ? 'red' : 'green'},${i % 2}\n`).join('')}`,
  'model/model.json': '{"weight":0.01}',
  'train.mjs': '// trains\n',
  'lib.mjs': 'export const score = (m, row) => Math.min(1, (row.x ?? 0) * m.weight)\n',
  'predict.mjs': `import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { score } from './lib.mjs'
const model = JSON.parse(readFileSync(new URL('model/model.json', import.meta.url), 'utf8'))
createInterface({ input: process.stdin }).on('line', (text) => console.log(score(model, JSON.parse(text))))
`,
}

export const CONFIG = {
  model: 'demo',
  task: 'binary',
  data: { train: 'data/train.csv', test: 'data/test.csv', target: 'y', id: 'id' },
  train: { command: 'node train.mjs', code: ['train.mjs', 'lib.mjs'], params: { rate: 0.1 } },
  predict: { command: 'node predict.mjs' },
  package: { golden: 12, description: 'Says whether x is large.', license: 'Apache-2.0', limits: ['Not for y.'] },
}

export type Workspace = Readonly<Record<string, string>>

const header = (verdict: string, over: object = {}) => ({
  createdAt: '2026-01-02T03:04:05.000Z',
  plumblineVersion: '0.1.0',
  run: { kind: 'local', commit: null, dirty: false },
  verdict,
  summary: `it is a ${verdict}`,
  inputs: [] as InputRef[],
  checks: [] as Check[],
  ...over,
})

export const fileRef = (files: Workspace, name: string): InputRef => ({
  kind: 'file',
  name,
  digest: digestOf(files[name] ?? ''),
  bytes: Buffer.byteLength(files[name] ?? ''),
})
const fileDigest = (files: Workspace, path: string) => ({
  path,
  bytes: (files[path] ?? '').length,
  digest: digestOf(files[path] ?? ''),
})
export const documentRef = (name: string, text: string): InputRef => ({
  kind: 'document',
  name: `.plumbline/${name}.json`,
  digest: digestOf(text),
})

const column = (name: string, type: string, missing = 0) => ({
  name,
  type,
  rows: 40,
  missing,
  nonFinite: 0,
  invalid: 0,
  mostly: null,
  distinct: 2,
  numeric: null,
  length: null,
  top: [],
  otherCount: 0,
})

/** The documents of a chain over these files, as JSON texts by name; `over` changes fields of one. */
export function documents(
  files: Workspace,
  over: Partial<Record<'profile' | 'validation' | 'training' | 'evaluation', object>> = {},
): Record<string, string> {
  const text = (schema: { parse(value: unknown): unknown }, value: unknown) =>
    `${JSON.stringify(schema.parse(value), null, 2)}\n`
  const data = ['data/train.csv', 'data/test.csv'].map((name) => ({ ...fileRef(files, name), rows: 30 }))
  const dataset = (name: string, index: number) => ({
    name,
    files: [data[index]],
    rows: 40,
    duplicates: { extra: 0, groups: 0, members: 0 },
    columns: [column('x', 'integer', name === 'test' ? 1 : 0), column('color', 'string'), column('y', 'integer')],
  })
  const profile = text(DataProfile, {
    schema: 'plumbline.data-profile/1',
    ...header('pass', { inputs: data }),
    target: 'y',
    features: ['x', 'color'],
    datasets: [dataset('test', 1), dataset('train', 0)],
    ...over.profile,
  })
  const validation = text(DataValidation, {
    schema: 'plumbline.data-validation/1',
    ...header('pass', { inputs: [...data, documentRef('data-profile', profile)] }),
    contract: null,
    baseline: null,
    baselineReason: 'first',
    prepare: null,
    counts: { datasets: 2, rows: 70, columns: 4, checks: 1, failed: 0, warned: 0 },
    ...over.validation,
  })
  const training = text(TrainingRun, {
    schema: 'plumbline.training-run/1',
    ...header('pass', {
      inputs: [data[0], documentRef('data-profile', profile), documentRef('data-validation', validation)],
    }),
    command: ['node', 'train.mjs'],
    seed: 42,
    params: { rate: 0.1 },
    status: 'succeeded',
    exitCode: 0,
    exitMeaning: 'ended well',
    durationSeconds: 1,
    outputs: [fileDigest(files, 'model/model.json')],
    metrics: {},
    metricsIgnored: [],
    code: [fileDigest(files, 'lib.mjs'), fileDigest(files, 'train.mjs')],
    environment: { os: 'x', arch: 'x', node: 'v20', program: null, runnerImage: null },
    firstError: null,
    tail: [],
    ...over.training,
  })
  const packaged = ['model/model.json', 'predict.mjs', 'lib.mjs', 'train.mjs']
  const candidateFiles = packaged.map((path) => ({ path, digest: digestOf(files[path] ?? '') }))
  const measured = (value: number | null, reason: string | null = null) => ({
    value,
    n: 30,
    interval: value === null ? null : { low: value - 0.1, high: value + 0.1, level: 0.95, method: 'wilson' },
    reason,
  })
  const metric = (name: string, value: number | null, slice: object | null = null) => ({
    metric: name,
    definition: `what ${name} means`,
    direction: 'higher-is-better',
    slice,
    candidate: measured(value, value === null ? 'one class only' : null),
    baseline: null,
    difference: null,
    trivial: 0.5,
  })
  const evaluation = text(Evaluation, {
    schema: 'plumbline.evaluation/1',
    ...header('pass', {
      inputs: [
        data[1],
        documentRef('data-profile', profile),
        documentRef('training-run', training),
        fileRef(files, 'model/model.json'),
      ],
    }),
    task: 'binary',
    target: 'y',
    positive: '1',
    classes: ['0', '1'],
    threshold: 0.5,
    confidence: 0.95,
    rows: 30,
    rowsDigest: digestOf('rows'),
    candidate: { model: 'demo', version: null, tag: null, digest: modelContentDigest(candidateFiles) },
    baseline: null,
    baselineStatus: 'first-version',
    metrics: [
      metric('roc_auc', 0.75),
      metric('recall', null),
      metric('roc_auc', 0.6, { column: 'color', value: 'red' }),
    ],
    changes: null,
    reliability: null,
    behaviour: [],
    notMeasured: ['Color has no rule.'],
    ...over.evaluation,
  })
  return {
    '.plumbline/data-profile.json': profile,
    '.plumbline/data-validation.json': validation,
    '.plumbline/training-run.json': training,
    '.plumbline/evaluation.json': evaluation,
  }
}
