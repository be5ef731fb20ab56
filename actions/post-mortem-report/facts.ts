import type { InputRef, Scalar } from '../../shared/contracts/common.js'
import type { DataProfile } from '../../shared/contracts/data-profile.js'
import type { Change } from '../../shared/contracts/post-mortem.js'
import type { TrainingRun } from '../../shared/contracts/training-run.js'
import { commitOf } from '../../shared/core/run-ref.js'
import { formatDigest } from '../../shared/report/format.js'
import type { Documents, Release } from './evidence.js'

export type Group = Change['group']

/** One thing that is known about one side of the comparison. */
export interface Fact {
  readonly group: Group
  readonly what: string
  readonly value: Scalar
  readonly source: string
}

/** What the release itself says about how it was made. */
export function factsOfRelease(release: Release): Fact[] {
  const { manifest, tag } = release
  if (manifest === null) return []
  const source = `manifest of ${tag}`
  const { lineage } = manifest
  return [
    ...made(lineage, source),
    ...dataFacts(lineage.data, source),
    ...fileFacts(
      lineage.code.map(({ name, digest }) => ({ path: name, digest })),
      source,
    ),
    ...manifest.signature.inputs.map(({ name }) => fact('features', `feature ${name}`, 'read', source)),
    ...manifest.metrics.map(({ metric, value }) => fact('metrics', metric, value, source)),
    ...(release.profile === null ? [] : profileFacts(release.profile, `data-profile.json of ${tag}`)),
    ...(release.training === null ? [] : environmentFacts(release.training, `training-run.json of ${tag}`)),
  ]
}

/** What the documents of the run directory say about the candidate. */
export function factsOfRun({ profile, training, evaluation }: Documents, directory: string): Fact[] {
  const at = (name: string) => `${directory}/${name}.json`
  const facts: Fact[] = []
  const run = (training ?? evaluation ?? profile)?.run
  if (training !== null) {
    const source = at('training-run')
    const { seed, params, command } = training
    facts.push(...made({ commit: commitOf(training.run), seed, params, command }, source))
    facts.push(...fileFacts(training.code, source), ...environmentFacts(training, source))
  } else if (run !== undefined) {
    const source = profile !== null ? at('data-profile') : at('evaluation')
    const commit = commitOf(run)
    if (commit !== null) facts.push(fact('code', 'commit', commitText(commit), source))
  }
  facts.push(...dataOfRun(training, profile, at))
  if (profile !== null) {
    facts.push(...profile.features.map((name) => fact('features', `feature ${name}`, 'read', at('data-profile'))))
    facts.push(...profileFacts(profile, at('data-profile')))
  }
  for (const { metric, slice, candidate } of evaluation?.metrics ?? []) {
    if (slice === null) facts.push(fact('metrics', metric, candidate.value, at('evaluation')))
  }
  return facts
}

/** Metrics of the last good version on the rows that the gate judged; none when the gate compared with another one. */
export function baselineMetrics({ evaluation }: Documents, tag: string, directory: string): Fact[] {
  if (evaluation?.baseline?.tag !== tag) return []
  return evaluation.metrics
    .filter(({ slice, baseline }) => slice === null && baseline !== null)
    .map(({ metric, baseline }) => fact('metrics', metric, baseline?.value ?? null, `${directory}/evaluation.json`))
}

/** The files of every dataset, as a manifest lists them; what train itself read counts where the two differ. */
function dataOfRun(training: TrainingRun | null, profile: DataProfile | null, at: (name: string) => string): Fact[] {
  const profiled = profile?.datasets.flatMap(({ files }) => files) ?? []
  const trained = training?.inputs.filter(({ kind }) => kind === 'file') ?? []
  const others = profiled.filter(({ name }) => !trained.some((ref) => ref.name === name))
  return [...dataFacts(trained, at('training-run')), ...dataFacts(others, at('data-profile'))]
}

/** A working copy that differs from its commit is not that commit. */
const commitText = (commit: string): string => commit.replace(/-dirty$/, ' with uncommitted changes')

function fact(group: Group, what: string, value: Scalar, source: string): Fact {
  return { group, what, value, source }
}

function made(
  lineage: {
    commit: string | null
    seed: number | null
    params: TrainingRun['params']
    command: readonly string[] | null
  },
  source: string,
): Fact[] {
  const { commit, seed, params, command } = lineage
  const names = Object.keys(params)
  return [
    ...(commit === null ? [] : [fact('code', 'commit', commitText(commit), source)]),
    ...(seed === null ? [] : [fact('command', 'seed', seed, source)]),
    ...(command === null ? [] : [fact('command', 'training command', command.join(' '), source)]),
    // A marker keeps "no parameters" apart from "not recorded".
    ...(names.length === 0 ? [fact('params', 'number of parameters', 0, source)] : []),
    ...names.map((name) => fact('params', `parameter ${name}`, plain(params[name] ?? null), source)),
  ]
}

const plain = (value: Scalar | readonly Scalar[]): Scalar =>
  Array.isArray(value) ? JSON.stringify(value) : (value as Scalar)

function dataFacts(refs: readonly InputRef[], source: string): Fact[] {
  return refs.flatMap(({ name, digest, rows }) => [
    fact('data', name, formatDigest(digest), source),
    ...(rows === undefined ? [] : [fact('data', `rows of ${name}`, rows, source)]),
  ])
}

function fileFacts(files: readonly { path: string; digest: string }[], source: string): Fact[] {
  return files.map(({ path, digest }) => fact('code', path, formatDigest(digest), source))
}

function environmentFacts({ environment }: TrainingRun, source: string): Fact[] {
  const { program, os, arch, runnerImage } = environment
  return [
    fact('environment', 'system', `${os} ${arch}`, source),
    ...(program === null ? [] : [fact('environment', 'program', program, source)]),
    ...(runnerImage === null ? [] : [fact('environment', 'runner image', runnerImage, source)]),
  ]
}

function profileFacts({ datasets }: DataProfile, source: string): Fact[] {
  const columns = datasets.find(({ name }) => name === 'train')?.columns ?? []
  return columns.flatMap(({ name, type, missing, rows }) => [
    fact('schema', `type of ${name}`, type, source),
    fact('schema', `missing share of ${name}`, rows === 0 ? null : rounded(missing / rows), source),
  ])
}

/** To four digits after the point: finer moves are noise of the measuring. */
export const rounded = (value: number): number => Number(value.toFixed(4))
