import type { Monitoring } from '../../shared/contracts/monitoring.js'
import type { Change } from '../../shared/contracts/post-mortem.js'
import { shortList } from '../../shared/report/format.js'
import { type Fact, type Group, rounded } from './facts.js'

export interface Comparison {
  readonly changes: readonly Change[]
  /** Groups that are known on one side only, or on none. */
  readonly missing: readonly { readonly what: string; readonly reason: string }[]
}

/** A share of missing values has to move by this much to count as changed. */
const SHARE_STEP = 0.01

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
