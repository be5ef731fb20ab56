import type { Collected, Documents, Release, Stage, StageEntry } from '../../../actions/post-mortem-report/evidence.js'
import type { Check, Verdict } from '../../../shared/contracts/common.js'
import type { ColumnProfile, DataProfile } from '../../../shared/contracts/data-profile.js'
import type { DataValidation } from '../../../shared/contracts/data-validation.js'
import type { Deployment, DeploymentRecord } from '../../../shared/contracts/deployment.js'
import type { Evaluation } from '../../../shared/contracts/evaluation.js'
import type { ModelManifest } from '../../../shared/contracts/model-manifest.js'
import type { Monitoring } from '../../../shared/contracts/monitoring.js'
import type { TrainingRun } from '../../../shared/contracts/training-run.js'
import { checkOf } from '../../../shared/core/check.js'
import { digestOf } from '../../../shared/core/hash.js'

/** Planted incidents: documents as the stages write them, with one fault each. */

export const DAY = (day: number, hour = 0) => new Date(Date.UTC(2026, 1, day, hour)).toISOString()

const header = <N extends string>(name: N, at: string, verdict: Verdict, summary: string, checks: Check[] = []) => ({
  schema: `plumbline.${name}/1` as `plumbline.${N}/1`,
  createdAt: at,
  plumblineVersion: '0.1.0',
  run: { kind: 'local' as const, commit: 'c0ffee1', dirty: false },
  verdict,
  summary,
  inputs: [],
  checks,
})

export const data = (content: string, rows: number) => ({
  kind: 'file' as const,
  name: 'data/train.csv',
  digest: digestOf(content),
  bytes: content.length,
  rows,
})

const columnProfile = (name: string, missing = 0, rows = 1000): ColumnProfile => ({
  name,
  type: 'number',
  rows,
  missing,
  invalid: 0,
  nonFinite: 0,
  distinct: 10,
  numeric: null,
  length: null,
  mostly: null,
  top: [],
  otherCount: rows - missing,
})

export function profile(at: string, columns: Record<string, number>, content = 'old data'): DataProfile {
  return {
    ...header('data-profile', at, 'pass', ''),
    target: 'damage',
    features: Object.keys(columns),
    datasets: [
      {
        name: 'train',
        files: [data(content, 1000)],
        rows: 1000,
        duplicates: { extra: 0, groups: 0, members: 0 },
        columns: Object.entries(columns).map(([name, missing]) => columnProfile(name, missing)),
      },
    ],
  }
}

export function validation(at: string, checks: Check[] = [], verdict: Verdict = 'pass'): DataValidation {
  return {
    ...header('data-validation', at, verdict, checks[0]?.message ?? 'all rules hold', checks),
    contract: null,
    baseline: null,
    baselineReason: 'none',
    prepare: null,
    counts: { datasets: 1, rows: 1000, columns: 3, checks: checks.length, failed: 0, warned: 0 },
  }
}

export function training(at: string, parts: Partial<TrainingRun> = {}): TrainingRun {
  return {
    ...header('training-run', at, 'pass', 'the command ended without error'),
    inputs: [data('old data', 1000)],
    command: ['node', 'train.mjs'],
    seed: 42,
    params: { trees: 100 },
    status: 'succeeded',
    exitCode: 0,
    exitMeaning: 'ended without error',
    durationSeconds: 3,
    outputs: [],
    metrics: {},
    metricsIgnored: [],
    code: [{ path: 'train.mjs', bytes: 9, digest: digestOf('train v1') }],
    environment: { os: 'linux', arch: 'x64', node: 'v24.0.0', program: 'v24.0.0', runnerImage: 'ubuntu24 1' },
    firstError: null,
    tail: [],
    ...parts,
  }
}

export function evaluation(at: string, checks: Check[], auc = 0.8): Evaluation {
  const measured = (value: number) => ({ value, n: 500, interval: null, reason: null })
  return {
    ...header('evaluation', at, checks[0]?.verdict ?? 'pass', checks[0]?.message ?? 'all rules hold', checks),
    task: 'binary',
    target: 'damage',
    positive: '1',
    classes: null,
    threshold: 0.5,
    confidence: 0.95,
    rows: 500,
    rowsDigest: digestOf('rows'),
    candidate: { model: 'm', version: null, tag: null, digest: null },
    baseline: ref('1.0.0'),
    baselineStatus: 'compared',
    metrics: [
      {
        metric: 'roc_auc',
        definition: '',
        direction: 'higher-is-better',
        slice: null,
        candidate: measured(auc),
        baseline: measured(0.81),
        difference: null,
        trivial: 0.5,
      },
    ],
    changes: null,
    reliability: null,
    behaviour: [],
    notMeasured: ['No invariance rule is declared.'],
  }
}

export function deployment(at: string, parts: Partial<Deployment> = {}): Deployment {
  return {
    ...header('deployment', at, 'pass', 'm@v2.0.0 serves in production'),
    environment: 'production',
    target: { type: 'directory', address: 'deployed' },
    action: 'deploy',
    wanted: ref('2.0.0'),
    before: ref('1.0.0'),
    serving: ref('2.0.0'),
    confirmed: true,
    rolledBack: false,
    golden: { rows: 50, before: 50, after: 50, tolerance: 1e-6 },
    refused: [],
    ...parts,
  }
}

export const ref = (version: string) => ({ model: 'm', version, tag: `m@v${version}`, digest: digestOf(version) })

export function monitoring(at: string, parts: Partial<Monitoring> = {}): Monitoring {
  return {
    ...header('monitoring', at, 'fail', 'clicks: 9 % is below 15 %', [
      checkOf('fail', {
        rule: 'objective-breach',
        subject: 'clicks',
        message: 'clicks: 9 % is below the objective of 15 %',
      }),
    ]),
    environment: 'production',
    deployed: ref('2.0.0'),
    deployedAt: DAY(5),
    rows: 9000,
    newest: DAY(12),
    slos: [
      {
        name: 'clicks',
        condition: { good: 'clicked = 1', valid: null },
        objective: 0.15,
        window: '7d',
        from: DAY(5),
        to: DAY(12),
        good: 450,
        total: 5000,
        undecided: 0,
        attainment: { value: 0.09, n: 5000, interval: null, reason: null },
        state: 'breach',
        message: '9 % is below the objective of 15 %',
        budgetUsed: 1.07,
        sliceSeconds: 86_400,
        series: [
          { from: DAY(5), good: 200, total: 1000 },
          { from: DAY(8), good: 50, total: 1000 },
        ],
      },
    ],
    versions: [
      {
        value: '2.0.0',
        tag: 'm@v2.0.0',
        rows: 5000,
        from: DAY(5),
        to: DAY(12),
        slos: [{ name: 'clicks', good: 450, total: 5000, state: 'breach' }],
      },
      {
        value: '1.0.0',
        tag: 'm@v1.0.0',
        rows: 4000,
        from: DAY(1),
        to: DAY(5),
        slos: [{ name: 'clicks', good: 800, total: 4000, state: 'ok' }],
      },
    ],
    features: [],
    retraining: null,
    decision: {
      action: 'rollback',
      reasons: [
        'clicks: 9 % is below 15 %',
        'm@v2.0.0 missed it from its first rows on',
        'm@v1.0.0 met the objective in the same log',
      ],
      to: 'm@v1.0.0',
    },
    ...parts,
  }
}

export function manifest(
  version: string,
  parts: Partial<ModelManifest['lineage']> = {},
  features = ['speed', 'phase'],
): ModelManifest {
  return {
    schema: 'plumbline.model-manifest/1',
    plumblineVersion: '0.1.0',
    model: 'm',
    version,
    tag: `m@v${version}`,
    task: 'binary',
    metrics: [{ metric: 'roc_auc', definition: '', value: 0.82, n: 500, interval: null }],
    signature: { inputs: features.map((name) => ({ name, type: 'number', nullable: true })), outputs: ['score'] },
    files: [],
    lineage: {
      commit: 'c0ffee1',
      data: [data('old data', 1000)],
      seed: 42,
      params: { trees: 100 },
      command: ['node', 'train.mjs'],
      code: [{ kind: 'file', name: 'train.mjs', digest: digestOf('train v1') }],
      ...parts,
    },
  } as unknown as ModelManifest
}

export function release(version: string, parts: Partial<Release> = {}): Release {
  return {
    tag: `m@v${version}`,
    publishedAt: DAY(Number(version[0]) * 2),
    manifest: manifest(version),
    problem: null,
    profile: null,
    training: null,
    ...parts,
  }
}

export const deployed = (version: string, at: string, parts: Partial<DeploymentRecord> = {}): DeploymentRecord => ({
  environment: 'production',
  tag: `m@v${version}`,
  manifestDigest: digestOf(version),
  action: 'deploy',
  state: 'success',
  at,
  reason: null,
  ...parts,
})

const NONE: Documents = {
  profile: null,
  validation: null,
  training: null,
  evaluation: null,
  package: null,
  deployment: null,
  monitoring: null,
}

const KEYS: readonly (readonly [Stage, keyof Documents, string])[] = [
  ['validate-data', 'validation', 'data-validation'],
  ['train', 'training', 'training-run'],
  ['evaluate-gate', 'evaluation', 'evaluation'],
  ['package-model', 'package', 'model-package'],
  ['deploy', 'deployment', 'deployment'],
  ['monitor', 'monitoring', 'monitoring'],
]

/** What collect would have read from these documents. */
export function collected(
  documents: Partial<Documents>,
  parts: { history?: DeploymentRecord[]; releases?: Release[]; notRun?: Stage[] } = {},
): Collected {
  const all = { ...NONE, ...documents }
  const entries = KEYS.flatMap(([stage, key, name]): StageEntry[] => {
    const document = all[key]
    if (document === null) return []
    const { createdAt, verdict, summary, checks } = document
    return [{ stage, at: createdAt, verdict, summary, checks, source: `.plumbline/${name}.json` }]
  })
  return {
    documents: all,
    entries,
    notRun: parts.notRun ?? [],
    environment: 'production',
    history: parts.history ?? [deployed('1.0.0', DAY(3))],
    releases: new Map((parts.releases ?? [release('1.0.0')]).map((item) => [item.tag, item])),
    workflow: null,
    notCollected: [],
    unreadable: [],
  }
}
