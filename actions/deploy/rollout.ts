import { setTimeout as sleep } from 'node:timers/promises'
import type { Check } from '../../shared/contracts/common.js'
import type { GoldenRow } from '../../shared/contracts/predict.js'
import { checkOf } from '../../shared/core/check.js'
import type { Exec, Log } from '../../shared/core/context.js'
import { UserError } from '../../shared/core/errors.js'
import { compareGolden } from '../../shared/predict/golden.js'
import { openModel, readGolden } from '../../shared/predict/package.js'
import type { Predictor, PredictPorts } from '../../shared/predict/predictor.js'
import { type GoldenResult, isConfirmed, judgeDigest, judgeGolden } from './confirm.js'
import { describeServing, type Plan } from './plan.js'
import type { Fetch, Serving, Staged, Target, Version } from './targets/target.js'

const POLL_MS = 500
/** How long a target that does not answer is asked again, where no new version has to come up. */
const PATIENCE_SECONDS = 10

export interface Job {
  readonly target: Target
  readonly fetch: Fetch
  readonly exec: Exec
  /** `onnx` of the context, for models in ONNX files. */
  readonly onnx?: PredictPorts['onnx']
  readonly log: Log
  readonly tolerance: number
  readonly timeoutSeconds: number
  /** Called when all that can be proven before the switch is proven. */
  announce(version: Version): Promise<void>
}

export interface Rollout {
  readonly checks: readonly Check[]
  readonly switched: boolean
  /** What the target said at the end, null when it could not be asked. */
  readonly serving: Serving | null
  readonly confirmed: boolean
  readonly rolledBack: boolean
  readonly golden: { readonly rows: number; readonly before: number | null; readonly after: number | null } | null
}

const broken = (check: Check): boolean => check.verdict === 'fail' || check.verdict === 'error'

/**
 * Golden rows on the copy, the switch, the digest that the target reports, golden rows through the target; and back to
 * the version before as soon as something after the switch is not as it should be.
 */
export async function rollOut(job: Job, staged: Staged, before: Serving, plan: Plan): Promise<Rollout> {
  const { target, exec, log, onnx, tolerance } = job
  const { manifest, digest } = staged.model
  const wanted: Version = { tag: manifest.tag, digest }
  const rows = await readGolden(staged.model)
  const ask = (open: () => Promise<Predictor>) => askGolden(rows, open, tolerance)
  const checks: Check[] = []

  const copy = await ask(() => openModel(staged.model, { exec, log, onnx, maxSeconds: job.timeoutSeconds }))
  checks.push(judgeGolden('golden-before', copy, `${wanted.tag}, before the switch`, tolerance))
  const counts = { rows: rows.length, before: asRecorded(copy), after: null }
  const golden = rows.length === 0 ? null : counts
  if (checks.some(broken) && plan.kind === 'switch') return unswitched(job, checks, before, golden)

  await job.announce(wanted)
  if (plan.kind === 'switch') {
    const refusal = await refusalOf(() => target.switchTo(staged, before))
    // A switch whose answer was lost may have been made all the same: what the target serves is what counts.
    const now = refusal === null ? null : await askServing(job)
    const isMade = now === null || ('state' in now && isConfirmed(now, wanted))
    checks.push(judgeSwitch(refusal, isMade, wanted, target))
    if (!isMade && 'state' in now) return unswitched(job, checks, before, golden)
  }
  const serving = await askServing(job, job.timeoutSeconds)
  const proof = judgeDigest(serving, wanted, target.address)
  checks.push(proof)
  let after: GoldenResult | null = null
  if (!broken(proof)) {
    after = await ask(() => target.predictor(staged.model))
    checks.push(judgeGolden('golden-after', after, `${wanted.tag}, through the target`, tolerance))
  }
  const result = golden && { ...golden, after: asRecorded(after) }
  if (!checks.some(broken) && 'state' in serving) {
    return { checks, switched: plan.kind === 'switch', serving, confirmed: true, rolledBack: false, golden: result }
  }
  const { check, ...end } = await undo(job, serving, wanted, plan.previous)
  return { ...end, checks: [...checks, check], switched: true, golden: result }
}

async function unswitched(
  job: Job,
  checks: readonly Check[],
  before: Serving,
  golden: Rollout['golden'],
): Promise<Rollout> {
  const now = await askServing(job)
  const serving = 'error' in now ? null : now
  const same = isConfirmed(serving, before.state === 'serving' ? before.version : null)
  return { checks, switched: false, serving, confirmed: same && before.state !== 'damaged', rolledBack: false, golden }
}

interface Undone {
  readonly check: Check
  readonly serving: Serving | null
  readonly confirmed: boolean
  readonly rolledBack: boolean
}

/** Back to the version before, or to nothing after a first deployment; proven like a deployment. */
async function undo(
  job: Job,
  now: Serving | { readonly error: string },
  wanted: Version,
  previous: Version | null,
): Promise<Undone> {
  const { target } = job
  const serving = 'error' in now ? null : now
  const facts = { rule: 'rolled-back', subject: target.address, expected: previous?.tag ?? 'nothing' }
  const isOther = serving?.state === 'serving' && ![wanted.digest, previous?.digest].includes(serving.version.digest)
  if (isOther) {
    const message = `${describeServing(serving)} serves, which this run has not put there; it was left alone`
    const cure = 'another deployment runs to the same target: let only one run at a time, then deploy again'
    return { check: checkOf('error', { ...facts, message, cure }), serving, confirmed: false, rolledBack: false }
  }
  const refusal = isConfirmed(serving, previous)
    ? null
    : await refusalOf(async () => {
        const staged = previous === null ? null : await target.stage(previous, job.fetch)
        try {
          await target.switchTo(staged, serving ?? { state: 'damaged', reason: '' })
        } finally {
          await staged?.release()
        }
      })
  const last = await askServing(job)
  const at = 'error' in last ? null : last
  if (isConfirmed(at, previous)) {
    const message =
      previous === null
        ? 'there was no version before it to return to, so it was switched off; the target itself reports that nothing serves'
        : `${previous.tag} serves again, as the target itself reports`
    return { check: checkOf('pass', { ...facts, message }), serving: at, confirmed: true, rolledBack: true }
  }
  const reason = refusal ?? ('error' in last ? last.error : `the target reports ${describeServing(last)}`)
  const message = `the return to ${previous?.tag ?? 'nothing'} could not be confirmed: ${reason}`
  const cure = 'look at the target now; then deploy the version that is to serve'
  return { check: checkOf('error', { ...facts, message, cure }), serving: at, confirmed: false, rolledBack: false }
}

function judgeSwitch(refusal: string | null, isMade: boolean, wanted: Version, target: Target): Check {
  const facts = { rule: 'switched', subject: target.address, expected: wanted.tag }
  if (isMade) {
    const lost = refusal === null ? '' : `, although its answer was lost: ${refusal}`
    return checkOf('pass', { ...facts, message: `the target was switched to ${wanted.tag}${lost}` })
  }
  return checkOf('fail', {
    ...facts,
    message: `the target did not switch to ${wanted.tag}: ${refusal}`,
    cure: 'mend what the target complains about, then run the step again',
  })
}

/** Message of the UserError that work ends with, null when it succeeds. */
async function refusalOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
}

/** Asks the target what it serves; one that cannot be asked is asked again until the time is over. */
export async function askServing(
  { target, timeoutSeconds }: Pick<Job, 'target' | 'timeoutSeconds'>,
  patience = PATIENCE_SECONDS,
): Promise<Serving | { readonly error: string }> {
  const until = performance.now() + Math.min(timeoutSeconds, patience) * 1000
  for (;;) {
    try {
      return await target.serving()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      if (performance.now() + POLL_MS > until) return { error: error.message }
    }
    await sleep(POLL_MS)
  }
}

async function askGolden(
  golden: readonly GoldenRow[],
  open: () => Promise<Predictor>,
  tolerance: number,
): Promise<GoldenResult | null> {
  const rows = golden.length
  if (rows === 0) return null
  let predictor: Predictor | null = null
  try {
    predictor = await open()
    const answers = await predictor.predict(golden.map(({ row }) => row))
    await predictor.close()
    return { rows, mismatches: compareGolden(golden, answers, tolerance) }
  } catch (error) {
    await predictor?.close().catch(() => undefined)
    if (error instanceof UserError) return { rows, error: error.message }
    throw error
  }
}

function asRecorded(result: GoldenResult | null): number | null {
  if (result === null || 'error' in result) return null
  return result.rows - new Set(result.mismatches.map(({ row }) => row)).size
}
