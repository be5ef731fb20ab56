import { stringify } from 'yaml'
import type { Source } from '../../shared/contracts/config.js'
import { type Guess, LEAK_ADVICE } from './detect.js'

export interface ConfigFacts {
  readonly model: string
  readonly guess: Guess
  readonly train: Source
  /** Null: there is one table, and the repository's own code has to say how it splits. */
  readonly test: Source | null
  /** Null when train and test were there already. */
  readonly prepare: { readonly inputs: readonly string[]; readonly outputs: readonly string[] } | null
  /** Whether training and predict scripts are written. */
  readonly scripts: boolean
  /** Training code of the repository itself. */
  readonly code: string | null
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
    ...(guess.id === null ? {} : { id: guess.id }),
    ...(guess.time === null ? {} : { time: guess.time }),
    features: [...guess.features],
    ...(facts.prepare
      ? {
          prepare: {
            command: 'node prepare.mjs',
            inputs: [...facts.prepare.inputs],
            outputs: [...facts.prepare.outputs],
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
    comment(`The target was chosen ${guess.reason}.`),
    ...guess.excluded.map(({ name, reason }) =>
      comment(`Left out of the features: ${JSON.stringify(name)}, ${reason}.`),
    ),
    ...(guess.leaks.length > 0 ? [comment(LEAK_ADVICE)] : []),
    block({ data }),
    ...(facts.test === null ? ['# Rows kept for the gate, never trained on: add `test:` under data.'] : []),
    ...(facts.scripts
      ? [block({ train, predict: { command: 'node predict.mjs' } })]
      : [
          '# Name your own code here: the command that trains, and the one that answers rows on stdin.',
          '# train:',
          comment(`  command: ${commandOf(facts.code)}`),
          '# predict:',
          '#   command: python predict.py',
        ]),
    block({
      evaluate: { rules: [{ metric: RULE_METRIC[guess.task], 'max-loss': marginOf(guess) }] },
    }),
    ...(facts.scripts ? [block({ package: { files: ['model', 'predict.mjs', 'model.mjs'] } })] : []),
  ]
  return `${parts.join('\n')}\n`
}

const comment = (text: string) => `# ${text.replaceAll(/\s+/g, ' ').replace(/^ /, '  ')}`

const PROGRAMS: Readonly<Record<string, string>> = {
  py: 'python',
  r: 'Rscript',
  jl: 'julia',
  sh: 'bash',
  ts: 'npx tsx',
}

function commandOf(code: string | null): string {
  if (code === null || /\.yaml$/.test(code)) return 'python train.py'
  const program = PROGRAMS[code.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'node'
  return `${program} ${/\s/.test(code) ? JSON.stringify(code) : code}`
}

/** How much worse than the baseline is still allowed: a hundredth of the metric, or of the target's standard deviation. */
function marginOf({ task, spread }: Guess): number {
  return task === 'regression' ? Number(((spread ?? 0) / 100).toPrecision(2)) : 0.01
}

const block = (value: unknown) => stringify(value, { lineWidth: 0 }).trimEnd()

/** The workflow of a new project: the gate on pull requests, and a release of what is accepted on the main branch. */
export function workflowText(): string {
  return `# Written by \`plumbline init\`; it is yours to change.
# More: https://github.com/plumbline-ml/plumbline/tree/v1/workflows-examples
name: model
on:
  pull_request:
  push:
    branches: [main]
permissions: {}
jobs:
  gate:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    timeout-minutes: 60
    permissions:
      contents: read
      # To read which version is deployed: the candidate is compared with it.
      deployments: read
      # For the gate's comment; without it the report is in the step summary.
      pull-requests: write
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: plumbline-ml/plumbline@v1
        with:
          stages: validate-data, train, evaluate-gate

  release:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    timeout-minutes: 60
    permissions:
      # To publish the version as a release.
      contents: write
      deployments: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: plumbline-ml/plumbline@v1
        with:
          stages: validate-data, train, evaluate-gate, package-model
`
}
