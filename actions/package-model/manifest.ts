import type { InputRef, RunRef } from '../../shared/contracts/common.js'
import type { Config } from '../../shared/contracts/config.js'
import type { DataProfile } from '../../shared/contracts/data-profile.js'
import type { ModelManifest, PackagedFile } from '../../shared/contracts/model-manifest.js'
import type { Prediction } from '../../shared/contracts/predict.js'
import { digestOfJson } from '../../shared/core/hash.js'
import { byText } from '../../shared/core/order.js'
import { commitOf } from '../../shared/core/run-ref.js'
import { modelContentDigest } from '../../shared/registry/content.js'
import { tagOf } from '../../shared/registry/names.js'
import type { PublishedVersion } from '../../shared/registry/registry.js'
import type { Chain } from './lineage.js'
import type { Made, VersionDecision } from './version.js'

export interface Facts {
  readonly config: Config
  readonly plumblineVersion: string
  readonly run: RunRef
  readonly task: NonNullable<Config['task']>
  readonly chain: Chain
  /** Everything in the package but the model card, which is written last. */
  readonly files: readonly PackagedFile[]
  /** Answers to the golden rows; empty when the model was not asked. */
  readonly answers: readonly Prediction[]
  readonly overrides: ModelManifest['overrides']
}

/** What the version is decided by: everything in a manifest that does not depend on the version. Pure. */
export function describeModel(facts: Facts): Made {
  const { config, chain, task } = facts
  const training = chain.training?.document
  return {
    task,
    predict: config.predict ?? null,
    signature: {
      inputs: signatureInputs(chain.profile?.document ?? null),
      outputs: signatureOutputs(facts.answers),
    },
    files: [...facts.files],
    lineage: {
      commit: commitOf(facts.run),
      data: dataOf(chain),
      seed: training?.seed ?? null,
      params: sortedKeys(training?.params ?? {}),
      command: training?.command ?? null,
      code: (training?.code ?? []).map(({ path, digest, bytes }) => ({
        kind: 'file' as const,
        name: path,
        digest,
        bytes,
      })),
    },
  }
}

/**
 * Identity of the model in a package: model and code files, how it is asked, what it takes and gives, and the params,
 * seed and training data behind it. Nothing with a clock is in it, so the same run again gives the same digest. Pure.
 */
export function contentDigestOf(made: Made, trainingData: readonly InputRef[]): string {
  return digestOfJson({
    files: modelContentDigest(made.files),
    task: made.task,
    predict: made.predict,
    signature: made.signature,
    params: made.lineage.params,
    seed: made.lineage.seed,
    data: trainingData.map(({ name, digest }) => [name, digest]),
  })
}

/** Files that the model was trained on, sorted by name. */
export function trainingData({ training, profile }: Chain): InputRef[] {
  const named = training
    ? training.document.inputs.filter(({ kind }) => kind === 'file')
    : (profile?.document.datasets.find(({ name }) => name === 'train')?.files ?? [])
  return byName(named)
}

/** The manifest of one version, without the model card among its files. No clock, no machine: the same facts give the same manifest. Pure. */
export function buildManifest(
  facts: Facts,
  made: Made,
  decision: VersionDecision,
  previous: PublishedVersion | null,
): ModelManifest {
  const { config, chain } = facts
  const golden = facts.files.find(({ role }) => role === 'golden')
  return {
    schema: 'plumbline.model-manifest/1',
    plumblineVersion: facts.plumblineVersion,
    model: config.model,
    version: decision.version,
    tag: tagOf(config.model, decision.version),
    task: facts.task,
    description: config.package.description ?? null,
    license: config.package.license ?? null,
    previous:
      previous === null
        ? null
        : { model: previous.model, version: previous.version, tag: previous.tag, digest: previous.manifestDigest },
    bump: decision.bump,
    contentDigest: contentDigestOf(made, trainingData(chain)),
    files: byPath(facts.files),
    predict: made.predict,
    signature: made.signature,
    golden: golden ? { path: golden.path, rows: facts.answers.length, digest: golden.digest } : null,
    metrics: metricsOf(chain),
    verdicts: verdictsOf(chain),
    overrides: facts.overrides,
    lineage: made.lineage,
  }
}

/** The same manifest with one more file. */
export const withFile = (manifest: ModelManifest, file: PackagedFile): ModelManifest => ({
  ...manifest,
  files: byPath([...manifest.files, file]),
})

function signatureInputs(profile: DataProfile | null): ModelManifest['signature']['inputs'] {
  if (profile === null) return []
  const datasets = [...profile.datasets].sort((a, b) => Number(b.name === 'train') - Number(a.name === 'train'))
  return profile.features.flatMap((name) => {
    const column = datasets.flatMap(({ columns }) => columns).find((one) => one.name === name)
    return column ? [{ name, type: column.type, nullable: column.missing > 0 }] : []
  })
}

/** Fields that some answer has, those that have names of their own with each name. */
function signatureOutputs(answers: readonly Prediction[]): string[] {
  const given = (field: keyof Prediction) => (answers.some((answer) => answer[field] != null) ? [field] : [])
  const named = (field: 'probabilities' | 'quantiles') => {
    const names = new Set(answers.flatMap((answer) => Object.keys(answer[field] ?? {})))
    return [...names].sort().map((name) => `${field}.${name}`)
  }
  return [
    ...given('label'),
    ...given('labels'),
    ...given('score'),
    ...given('value'),
    ...given('text'),
    ...named('probabilities'),
    ...named('quantiles'),
  ]
}

/** Files of every dataset that the documents name. */
function dataOf(chain: Chain): InputRef[] {
  const profiled = chain.profile?.document.datasets.flatMap(({ files }) => files) ?? []
  return byName([...profiled, ...trainingData(chain)])
}

function metricsOf({ evaluation }: Chain): ModelManifest['metrics'] {
  return (evaluation?.document.metrics ?? [])
    .filter(({ slice }) => slice === null)
    .map(({ metric, definition, candidate }) => ({
      metric,
      definition,
      value: candidate.value,
      n: candidate.n,
      interval: candidate.interval,
    }))
}

function verdictsOf(chain: Chain): ModelManifest['verdicts'] {
  const documents = {
    'data-validation': chain.validation,
    'training-run': chain.training,
    evaluation: chain.evaluation,
  }
  return Object.entries(documents).flatMap(([document, link]) =>
    link ? [{ document, verdict: link.document.verdict, summary: link.document.summary }] : [],
  )
}

const byPath = (files: readonly PackagedFile[]): PackagedFile[] => [...files].sort((a, b) => byText(a.path, b.path))

/** Sorted by name, each name once. */
function byName(refs: readonly InputRef[]): InputRef[] {
  return [...new Map(refs.map((ref) => [ref.name, ref])).values()].sort((a, b) => byText(a.name, b.name))
}

function sortedKeys<V>(record: Readonly<Record<string, V>>): Record<string, V> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => byText(a, b)))
}
