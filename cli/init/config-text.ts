import { stringify } from 'yaml'
import type { Guess } from './detect.js'

export interface ConfigFacts {
  readonly model: string
  readonly guess: Guess
  readonly train: string
  /** Null: the repository has one table and its own code, which has to say how it splits. */
  readonly test: string | null
  /** Null when train and test were there already. */
  readonly prepare: { readonly source: string; readonly test: string } | null
  /** Null when the repository has its own training code. */
  readonly scripts: boolean
}

const RULE_METRIC = { binary: 'roc_auc', multiclass: 'accuracy', regression: 'rmse' } as const

/** plumbline.yml of a new project. Parts are joined as text so that each can carry its reason as a comment. */
export function configText(facts: ConfigFacts): string {
  const { guess } = facts
  const data = {
    train: facts.train,
    ...(facts.test === null ? {} : { test: facts.test }),
    target: guess.target,
    ...(guess.positive === null ? {} : { positive: guess.positive }),
    id: guess.id ?? 'id',
    ...(guess.time === null ? {} : { time: guess.time }),
    features: [...guess.features],
    ...(facts.prepare
      ? {
          prepare: {
            command: 'node prepare.mjs',
            inputs: [facts.prepare.source, 'prepare.mjs', 'table.mjs'],
            outputs: [facts.train, facts.prepare.test],
          },
        }
      : {}),
  }
  const train = {
    command: 'node train.mjs',
    seed: 42,
    params: { trees: 100, depth: 3 },
    code: ['train.mjs', 'model.mjs', 'table.mjs'],
    metrics: 'metrics.json',
  }
  const parts = [
    '# Written by `plumbline init`; it is yours to change.',
    '# yaml-language-server: $schema=https://raw.githubusercontent.com/plumbline-ml/plumbline/main/schemas/plumbline.schema.json',
    block({ model: facts.model, task: guess.task }),
    `# The target was chosen ${guess.reason}.`,
    ...guess.excluded.map(({ name, reason }) => `# Left out of the features: ${JSON.stringify(name)}, ${reason}.`),
    block({ data }),
    ...(facts.test === null ? ['# Rows kept for the gate, never trained on: add `test:` under data.'] : []),
    ...(facts.scripts
      ? [block({ train, predict: { command: 'node predict.mjs' } })]
      : [
          '# Name your own code here: the command that trains, and the one that answers rows on stdin.',
          '# train:',
          '#   command: python train.py',
          '# predict:',
          '#   command: python predict.py',
        ]),
    block({
      evaluate: { rules: [{ metric: RULE_METRIC[guess.task], 'max-loss': guess.task === 'regression' ? 0 : 0.01 }] },
    }),
    ...(facts.scripts ? [block({ package: { files: ['model', 'predict.mjs', 'model.mjs'] } })] : []),
  ]
  return `${parts.join('\n')}\n`
}

const block = (value: unknown) => stringify(value, { lineWidth: 0 }).trimEnd()

/** The workflow of a new project: the chain on pull requests up to the gate, and whole on the main branch. */
export function workflowText(): string {
  return `# Written by \`plumbline init\`; it is yours to change.
name: model
on:
  pull_request:
  push:
    branches: [main]
permissions: {}
jobs:
  chain:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: plumbline-ml/plumbline@v1
        with:
          stages: validate-data, train, evaluate-gate
`
}
