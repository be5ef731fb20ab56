import type { InputRef, Scalar } from '../../shared/contracts/common.js'
import type { DataProfile } from '../../shared/contracts/data-profile.js'
import type { Monitoring } from '../../shared/contracts/monitoring.js'
import type { Change } from '../../shared/contracts/post-mortem.js'
import type { TrainingRun } from '../../shared/contracts/training-run.js'
import { commitOf } from '../../shared/core/run-ref.js'
import { formatDigest, shortList } from '../../shared/report/format.js'
import type { Documents, Release } from './evidence.js'

type Group = Change['group']

/** One thing that is known about one side of the comparison. */
export interface Fact {
  readonly group: Group
  readonly what: string
  readonly value: Scalar
  readonly source: string
}

export interface Comparison {
  readonly changes: readonly Change[]
  /** Groups that are known on one side only, or on none. */
  readonly missing: readonly { readonly what: string; readonly reason: string }[]
}

/** A share of missing values has to move by this much to count as changed. */
const SHARE_STEP = 0.01

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

/** Production against the training of the deployed version: what the comparison of two releases cannot show. */
export function productionChanges({ features, slos }: Monitoring, source: string): Change[] {
  const missing = features
    .filter(({ missing, trainingMissing }) => missing !== null && trainingMissing !== null)
    .map(
      ({ name, missing, trainingMissing, broken }): Change => ({
        group: 'production',
        what: `missing share of ${name}`,
        good: rounded(trainingMissing as number),
        bad: rounded(missing as number),
        changed: broken || Math.abs((missing as number) - (trainingMissing as number)) >= SHARE_STEP,
        source,
      }),
    )
  const drift = features
    .filter(({ psi }) => psi !== null)
    .map(
      ({ name, psi, level }): Change => ({
        group: 'production',
        what: `distribution of ${name} (PSI)`,
        good: 0,
        bad: rounded(psi as number),
        changed: level !== 'none',
        source,
      }),
    )
  const attainment = slos.map(
    ({ name, objective, attainment, state }): Change => ({
      group: 'production',
      what: `attainment of ${name}`,
      good: objective,
      bad: attainment.value === null ? null : rounded(attainment.value),
      changed: state === 'breach',
      source,
    }),
  )
  return [...attainment, ...missing, ...drift]
}

/** Both sides next to each other. A group that one side knows nothing about is not compared, and is named. */
export function compare(good: readonly Fact[], bad: readonly Fact[], names: { good: string; bad: string }): Comparison {
  const changes: Change[] = []
  const missing: { what: string; reason: string }[] = []
  for (const group of GROUPS) {
    const [from, to] = [inGroup(good, group), inGroup(bad, group)]
    if (from.size === 0 || to.size === 0) {
      const without = [from.size === 0 ? names.good : null, to.size === 0 ? names.bad : null].filter(
        (name) => name !== null,
      )
      missing.push({
        what: `${WORDS[group]} compared`,
        reason: `${without.join(' and ')} ${without.length > 1 ? 'have' : 'has'} no record of it`,
      })
      continue
    }
    for (const what of new Set([...from.keys(), ...to.keys()]))
      changes.push(change(group, what, from.get(what), to.get(what)))
  }
  return { changes, missing }
}

/** What the comparison says in words; that nothing changed is a finding of its own. */
export function findingsOf(changes: readonly Change[], names: { good: string; bad: string }): string[] {
  const known = new Set(changes.map(({ group }) => group))
  const changed = (groups: readonly Group[]) => changes.filter((item) => item.changed && groups.includes(item.group))
  const repository = (['code', 'command', 'params', 'features'] as const).filter((group) => known.has(group))
  const findings: string[] = []
  const between = `between ${names.good} and ${names.bad}`
  const edited = changed(repository)
  if (edited.length > 0) findings.push(`Changed ${between}: ${listed(edited)}.`)
  else if (known.has('code')) {
    const same = repository.map((group) => WORDS[group]).join(', ')
    findings.push(`Nothing in the repository changed ${between}: ${same} are the same.`)
  }
  const moved = changed(['data', 'schema'])
  if (moved.length > 0) findings.push(`The data changed: ${listed(moved)}.`)
  else if (known.has('data')) findings.push('The data files are the same, byte for byte.')
  else if (known.has('schema'))
    findings.push('The columns of the training data have the same types and missing shares.')
  if (known.has('environment')) {
    const moved = changed(['environment'])
    findings.push(
      moved.length === 0
        ? 'The environment of the training is the same.'
        : `The environment changed: ${listed(moved)}.`,
    )
  }
  const inProduction = changed(['production'])
  if (known.has('production')) {
    findings.push(
      inProduction.length === 0
        ? 'In production nothing measured has moved away from the training of the deployed version.'
        : `In production moved: ${listed(inProduction)}.`,
    )
  }
  return findings
}

const GROUPS: readonly Group[] = ['code', 'command', 'params', 'data', 'schema', 'features', 'metrics', 'environment']
const WORDS: Readonly<Record<Group, string>> = {
  code: 'commit and code files',
  command: 'command and seed',
  params: 'parameters',
  data: 'data files',
  schema: 'columns of the training data',
  features: 'features',
  metrics: 'metrics',
  environment: 'environment of the training',
  production: 'production',
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

const rounded = (value: number): number => Number(value.toFixed(4))

function inGroup(facts: readonly Fact[], group: Group): Map<string, Fact> {
  return new Map(facts.filter((item) => item.group === group).map((item) => [item.what, item]))
}

function change(group: Group, what: string, good: Fact | undefined, bad: Fact | undefined): Change {
  const [from, to] = [good?.value ?? null, bad?.value ?? null]
  const isShare = what.startsWith('missing share') && typeof from === 'number' && typeof to === 'number'
  const changed = isShare ? Math.abs(from - to) >= SHARE_STEP : from !== to
  const sources = [...new Set([good?.source, bad?.source].filter((source) => source !== undefined))]
  return { group, what, good: from, bad: to, changed, source: sources.join(', ') }
}

const listed = (changes: readonly Change[]): string =>
  shortList(
    changes.map(({ what }) => what),
    6,
  )
