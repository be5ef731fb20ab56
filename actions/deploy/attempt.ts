import type { Check } from '../../shared/contracts/common.js'
import type { DeploymentRecord } from '../../shared/contracts/deployment.js'
import type { Override } from '../../shared/contracts/model-manifest.js'
import { checkOf } from '../../shared/core/check.js'
import { UserError } from '../../shared/core/errors.js'
import { isUnanswered } from '../../shared/github/refusal.js'
import type { Registry } from '../../shared/registry/registry.js'
import { lastSuccess } from '../../shared/registry/resolve.js'
import { newerRun, type Refused, rollbackCandidates } from './history.js'
import { describeServing, type Plan, planDeployment } from './plan.js'
import { askServing, type Job, type Rollout, rollOut } from './rollout.js'
import { stageTemporarily } from './targets/staging.js'
import type { Serving, Staged, Version } from './targets/target.js'

export interface Request {
  readonly model: string
  readonly environment: string
  /** Null: roll back to the newest version that served well before. */
  readonly wanted: Version | null
  readonly dryRun: boolean
  /** Id of the workflow run, null on a laptop. */
  readonly run: string | null
}

export interface Attempt extends Omit<Rollout, 'serving'> {
  readonly wanted: Version | null
  /** What served before and at the end; null when the target could not be asked. */
  readonly before: Serving | null
  readonly serving: Serving | null
  readonly plan: Plan | null
  readonly refused: readonly Refused[]
  /** What people set aside on the way to the wanted version, by its verified manifest; null when there was no copy of it. */
  readonly overrides: readonly Override[] | null
  /** False when nothing was tried, so that there is nothing to record. */
  readonly tried: boolean
}

/** One deployment or rollback in the order of work: what serves, which version, the plan, a verified copy, the rollout. */
export async function attempt(job: Job, registry: Registry, request: Request): Promise<Attempt> {
  const history = await registry.deployments(request.environment, request.model)
  const before = await askServing(job)
  if ('error' in before) return nothingDone({ wanted: request.wanted, checks: [unreachable(job, before.error)] })
  const stage = (version: Version) =>
    request.dryRun ? stageTemporarily(version, job.fetch) : job.target.stage(version, job.fetch)
  const start = { before, serving: before, confirmed: before.state !== 'damaged' }
  const situation = { job, registry, request, history, start, stage }
  return request.wanted === null ? rollBack(situation) : deployTo(situation, request.wanted)
}

/** What is known when a version is chosen. */
interface Situation {
  readonly job: Job
  readonly registry: Registry
  readonly request: Request
  readonly history: readonly DeploymentRecord[]
  /** What is true as long as nothing has been changed. */
  readonly start: { readonly before: Serving; readonly serving: Serving; readonly confirmed: boolean }
  readonly stage: Stage
}
type Stage = (version: Version) => Promise<Staged>

async function deployTo(situation: Situation, wanted: Version): Promise<Attempt> {
  const { history, start, stage, request } = situation
  const { dryRun, environment, run } = request
  const plan = planDeployment(start.before, wanted, history)
  tellPlan(situation, wanted, plan)
  if (plan.kind === 'nothing') {
    const message = `${wanted.tag} serves already, as the target itself reports; nothing was changed`
    const check = checkOf('pass', { rule: 'already-serving', subject: environment, measured: wanted.digest, message })
    return { ...nothingDone({ wanted, checks: [check] }), ...start, plan }
  }
  const newer = newerRun(history, wanted, run)
  if (newer !== null) {
    const message = `run ${newer.run} began after this one and has deployed ${newer.tag} already, so that an older run would overwrite it`
    const cure = `to deploy ${wanted.tag} on purpose start a new run: one that is run again keeps its age`
    const check = checkOf('fail', { rule: 'newer-run', subject: environment, measured: newer.tag, message, cure })
    return { ...nothingDone({ wanted, checks: [check] }), ...start, plan }
  }
  const staged = await verified(stage, wanted)
  if ('refusal' in staged) {
    const message = `${wanted.tag} cannot be used: ${staged.refusal}`
    const cure = 'restore it in the registry, or package the model again for a new version'
    const check = checkOf('fail', {
      rule: 'version-verified',
      subject: wanted.tag,
      expected: wanted.digest,
      message,
      cure,
    })
    return { ...nothingDone({ wanted, checks: [check] }), ...start, plan, tried: !dryRun }
  }
  return proceed(situation, { staged, plan, wanted, refused: [] })
}

async function rollBack(situation: Situation): Promise<Attempt> {
  const { registry, history, start, stage } = situation
  const { environment } = situation.request
  const { before } = start
  const lastGood = lastSuccess(history)?.manifestDigest ?? null
  const known = rollbackCandidates(history, before.state === 'serving' ? before.version.digest : lastGood)
  const refused = [...known.refused]
  for (const wanted of known.candidates) {
    const staged = await published(registry, stage, wanted)
    if ('refusal' in staged) {
      refused.push({ tag: wanted.tag, reason: staged.refusal })
      continue
    }
    const plan = planDeployment(before, wanted, history)
    tellPlan(situation, wanted, plan)
    return proceed(situation, { staged, plan, wanted, refused })
  }
  const check = checkOf('fail', {
    rule: 'no-rollback-version',
    subject: environment,
    message:
      history.length === 0
        ? `nothing was ever deployed to ${environment}, so there is nothing to roll back to`
        : `there is no version to roll back to in ${environment}: ${refused.map(({ tag, reason }) => `${tag}: ${reason}`).join('; ')}`,
    cure: 'deploy a version by its tag',
  })
  return { ...nothingDone({ wanted: null, checks: [check] }), ...start, refused }
}

interface Chosen {
  readonly wanted: Version
  readonly plan: Plan
  readonly staged: Staged
  /** Versions that were passed over. */
  readonly refused: readonly Refused[]
}

/** From the verified copy on. A dry run stops here. */
async function proceed(
  { job, start, request: { environment, dryRun } }: Situation,
  { wanted, plan, staged, refused }: Chosen,
): Promise<Attempt> {
  const { overrides } = staged.model.manifest
  try {
    const message = `every file of ${wanted.tag} has the digest in its manifest`
    const check = checkOf('pass', { rule: 'version-verified', subject: wanted.tag, measured: wanted.digest, message })
    if (dryRun) {
      const message = `dry run: ${describeServing(start.before)} would be followed by ${wanted.tag}; nothing was changed and nothing proven`
      const planned = checkOf('warn', {
        rule: 'dry-run',
        subject: environment,
        message,
        cure: 'run again without dry-run',
      })
      return { ...nothingDone({ wanted, checks: [check, planned] }), ...start, plan, refused, overrides }
    }
    const rollout = await rollOut(job, staged, start.before, plan)
    const checks = [check, ...rollout.checks]
    return { ...rollout, checks, wanted, before: start.before, plan, refused, overrides, tried: true }
  } finally {
    await staged.release()
  }
}

/** Throws what says nothing of the version: a registry that cannot be asked now. */
async function verified(stage: Stage, version: Version): Promise<Staged | { refusal: string }> {
  try {
    return await stage(version)
  } catch (error) {
    if (!(error instanceof UserError) || isUnanswered(error)) throw error
    return { refusal: error.message }
  }
}

/** A version of the history that is still published as it was, and verifies. */
async function published(registry: Registry, stage: Stage, version: Version): Promise<Staged | { refusal: string }> {
  try {
    const found = await registry.manifest(version.tag)
    if (found === null) return { refusal: 'it is no longer in the registry' }
    if (found.digest !== version.digest)
      return { refusal: `the registry has another manifest under this tag, ${found.digest}` }
  } catch (error) {
    if (!(error instanceof UserError) || isUnanswered(error)) throw error
    return { refusal: error.message }
  }
  return verified(stage, version)
}

function tellPlan(
  { job: { log, target }, start: { before }, request }: Situation,
  wanted: Version,
  { kind, previous }: Plan,
): void {
  log.info(`Environment ${request.environment}, ${target.type} ${target.address}`)
  log.info(`  serves now:  ${describeServing(before)}${before.state === 'damaged' ? ` (${before.reason})` : ''}`)
  log.info(
    `  will serve:  ${wanted.tag} (${wanted.digest})${kind === 'finish' ? ', not proven yet by the run that switched to it' : ''}`,
  )
  if (kind !== 'nothing')
    log.info(`  if it fails: ${previous === null ? 'nothing serves; there is no version before it' : previous.tag}`)
}

function unreachable({ target }: Job, reason: string): Check {
  return checkOf('error', {
    rule: 'target-usable',
    subject: target.address,
    message: `the target cannot be asked what it serves: ${reason}`,
    cure: 'see that it is up and reachable from here, then run the step again',
  })
}

/** The target could not even be entered: locked, read-only or not there. */
export function unusable(address: string, wanted: Version | null, error: UserError): Attempt {
  const problem = error.problems[0]
  const check = checkOf('error', {
    rule: 'target-usable',
    subject: address,
    message: error.message,
    ...(problem?.cure === undefined ? {} : { cure: problem.cure }),
  })
  return nothingDone({ wanted, checks: [check] })
}

function nothingDone({ wanted, checks }: Pick<Attempt, 'wanted' | 'checks'>): Attempt {
  return {
    wanted,
    checks,
    before: null,
    serving: null,
    plan: null,
    refused: [],
    overrides: null,
    switched: false,
    confirmed: false,
    rolledBack: false,
    golden: null,
    tried: false,
  }
}
