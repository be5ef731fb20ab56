import type { RollbackProposal, StageFailure } from '../../shared/contracts/post-mortem.js'
import { lastSuccess } from '../../shared/registry/resolve.js'
import { formatTime } from '../../shared/report/format.js'
import { type Collected, type Release, STAGES } from './evidence.js'

/** The version on trial and the last one that held. */
export interface Versions {
  /** Null when the failure came before there was a version. */
  readonly bad: string | null
  readonly lastGood: { readonly tag: string; readonly at: string } | null
  /** True when the bad version reached production. */
  readonly inProduction: boolean
}

/** Which version failed and which served well before, from the history of the environment. */
export function versionsOf(
  failure: StageFailure | null,
  { documents, history }: Pick<Collected, 'documents' | 'history'>,
): Versions {
  const served = history.filter(({ state }) => state === 'success')
  const { monitoring, deployment } = documents
  const lastBefore = (tag: string | null, at: string | null) => {
    const earlier = served.filter((record) => record.tag !== tag && (at === null || record.at < at))
    return earlier[0] === undefined ? null : { tag: earlier[0].tag, at: earlier[0].at }
  }
  if (failure?.stage === 'monitor') {
    const bad = monitoring?.deployed?.tag ?? null
    const began = served.filter(({ tag, at }) => tag === bad && at <= failure.at).map(({ at }) => at)[0] ?? null
    return { bad, lastGood: lastBefore(bad, began), inProduction: true }
  }
  if (failure?.stage === 'deploy') {
    const bad = deployment?.wanted?.tag ?? null
    return {
      bad,
      lastGood: lastBefore(bad, null),
      inProduction: deployment?.rolledBack !== true && deployment?.serving?.tag === bad && bad !== null,
    }
  }
  return { bad: null, lastGood: lastBefore(null, null), inProduction: false }
}

/** Whether going back helps, to which version, and why each other one was not taken. Does nothing itself. */
export function proposeRollback(
  failure: StageFailure | null,
  collected: Collected,
  versions: Versions,
): RollbackProposal {
  const nothing = (reason: string): RollbackProposal => ({ helps: false, to: null, reason, command: null, refused: [] })
  if (failure === null) return nothing('nothing failed')
  const { documents, history, environment } = collected
  const wanted = documents.monitoring?.decision.to ?? null
  const done = history.find(
    ({ action, tag, state, at }) =>
      (action === 'rollback' || tag === wanted) && state === 'success' && at >= failure.at,
  )
  if (failure.stage === 'deploy') return afterDeployment(collected, versions)
  if (!STAGES.some((stage) => stage === failure.stage))
    return nothing('what failed first is no stage, so nothing shows that a rollback would help')
  if (failure.stage !== 'monitor') {
    const serving = lastSuccess(history)?.tag
    return nothing(
      serving
        ? `the failure was caught before production; ${serving} still serves in ${environment}`
        : 'the failure was caught before production; nothing is deployed',
    )
  }
  const decision = documents.monitoring?.decision
  const refused = refuse(collected, versions, decision?.to ?? null)
  if (decision?.action === 'rollback' && decision.to !== null) {
    if (done)
      return {
        helps: true,
        to: done.tag,
        reason: `done: ${environment} was rolled back to ${done.tag} at ${formatTime(done.at)}`,
        command: null,
        refused,
      }
    const unfit = unfitness(collected.releases.get(decision.to), decision.to)
    if (unfit === null)
      return {
        helps: true,
        to: decision.to,
        reason: decision.reasons.at(-1) ?? '',
        command: commandFor(decision.to, environment),
        refused,
      }
    return { ...nothing(`${decision.to} would have been the version to return to, but ${unfit}`), refused }
  }
  const cause =
    decision?.action === 'fix-data'
      ? 'data are the cause, a rollback will not help'
      : 'nothing shows that a rollback would help'
  return { ...nothing(`${cause}: ${decision?.reasons.at(-1) ?? 'no decision was recorded'}`), refused }
}

function afterDeployment(collected: Collected, versions: Versions): RollbackProposal {
  const { documents, environment } = collected
  const deployment = documents.deployment
  const serving = deployment?.serving?.tag ?? null
  const refused = refuse(collected, versions, versions.lastGood?.tag ?? null)
  if (serving !== null && serving !== versions.bad) {
    return {
      helps: false,
      to: null,
      reason: `not needed: the target itself reports that ${serving} serves`,
      command: null,
      refused,
    }
  }
  const to = versions.lastGood?.tag ?? null
  if (to === null)
    return { helps: false, to: null, reason: 'no earlier version was ever in production', command: null, refused }
  const unfit = unfitness(collected.releases.get(to), to)
  if (unfit !== null)
    return { helps: false, to: null, reason: `${to} served before, but ${unfit}`, command: null, refused }
  return {
    helps: true,
    to,
    reason: `${to} served before with success, and what serves now is not confirmed`,
    command: commandFor(to, environment),
    refused,
  }
}

const commandFor = (tag: string, environment: string): string =>
  `plumbline deploy --tag ${tag} --environment ${environment}`

function refuse(
  { releases, history, documents }: Collected,
  { bad }: Versions,
  taken: string | null,
): RollbackProposal['refused'] {
  const served = new Set(history.filter(({ state }) => state === 'success').map(({ tag }) => tag))
  const { monitoring } = documents
  const broken = (monitoring?.features ?? []).filter((feature) => feature.broken).map(({ name }) => name)
  const reasonAgainst = (release: Release): string => {
    if (release.tag === bad) return 'it is the version that failed'
    const unfit = unfitness(release, release.tag)
    if (unfit !== null) return unfit
    if (!served.has(release.tag)) return 'it was never in production with success'
    const seen = monitoring?.versions.find(({ tag }) => tag === release.tag)
    const missed = seen?.slos.find(({ state }) => state !== 'ok')
    if (missed) return `in the same log ${missed.name} was ${missed.state} for it`
    const reads = broken.filter((name) => release.manifest?.signature.inputs.some((input) => input.name === name))
    if (reads.length > 0) return `it reads ${reads.join(', ')}, which arrives empty`
    if (monitoring !== null && !seen) return 'the log has no rows of it, so nothing shows that it would do better'
    return taken === null ? 'nothing shows that it would do better' : `${taken} served more recently`
  }
  return [...releases.values()]
    .filter(({ tag }) => tag !== taken)
    .map((release) => ({ tag: release.tag, reason: reasonAgainst(release) }))
}

function unfitness(release: Release | undefined, tag: string): string | null {
  if (release === undefined) return `${tag} is not published`
  return release.manifest === null ? (release.problem ?? 'its manifest cannot be read') : null
}
