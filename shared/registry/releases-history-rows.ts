import * as z from 'zod'
import { Digest } from '../contracts/common.js'
import type { DeploymentRecord } from '../contracts/deployment.js'
import { LONGEST_DESCRIPTION, type StoredDeployment, type StoredStatus } from '../github/deployments.js'
import { clip, oneLine } from '../report/escape.js'
import { readTag } from './names.js'
import type { DeploymentIntent } from './registry.js'
import { Owner } from './releases-lines.js'

/** How GitHub's deployments tell what this product did. Pure. */

const SCHEMA = 'plumbline.deployment/1'

const Result = z.object({
  state: z.enum(['success', 'failure', 'rolled-back']),
  at: z.iso.datetime(),
  reason: z.string().nullable(),
})
type Result = z.output<typeof Result>

const Payload = z.object({
  schema: z.literal(SCHEMA),
  tag: z.string().refine((tag) => readTag(tag) !== null),
  manifestDigest: Digest,
  action: z.enum(['deploy', 'rollback']),
  run: z.string().optional(),
  by: Owner,
  /** Of a deployment that was over before it was announced. */
  result: Result.optional(),
})

/** What a deployment says that a process of ours made, or took up. */
export interface Told {
  readonly intent: DeploymentIntent
  /** Null for the deployment of the job itself, which GitHub made and was taken up. */
  readonly by: Owner | null
  readonly since: string
  /** Null while nobody has said what became of it. */
  readonly result: Result | null
  /** By GitHub's clock: when the result was told, or when it began. */
  readonly order: string
}

export type Reading = Told | 'foreign' | 'damaged'

/** `foreign`: of another tool. `damaged`: it says that it is ours, and the rest cannot be read. */
export function readDeployment(row: StoredDeployment): Reading {
  const taken = row.statuses.flatMap((status) => takenUp(row, status))[0]
  if (taken !== undefined) return withResult(row, { ...taken, by: null })
  if ((row.payload as { schema?: unknown } | null | undefined)?.schema !== SCHEMA) return 'foreign'
  const payload = Payload.safeParse(row.payload).data
  if (payload === undefined) return 'damaged'
  const { tag, manifestDigest, action, run, by, result } = payload
  const intent = { environment: row.environment, tag, manifestDigest, action, ...(run === undefined ? {} : { run }) }
  if (result !== undefined) return { intent, by, since: by.since, result, order: row.createdAt }
  return withResult(row, { intent, by, since: row.createdAt })
}

/** Payload of a deployment of our own. */
export const payloadOf = (intent: DeploymentIntent, by: Owner, record?: DeploymentRecord): object => ({
  schema: SCHEMA,
  tag: intent.tag,
  manifestDigest: intent.manifestDigest,
  action: intent.action,
  ...(intent.run === undefined ? {} : { run: intent.run }),
  by,
  ...(record === undefined
    ? {}
    : { result: { ...resultOf(record), reason: record.reason && clip(record.reason, 2000) } }),
})

const resultOf = ({ state, at, reason }: DeploymentRecord): Result => ({ state, at, reason })

const TAKEN = /^plumbline (deploy|rollback) (\S+) (sha256:[0-9a-f]{64})$/

/** What a deployment that GitHub made is marked with, in the description of a status; null when it has no room. */
export function markOf({ action, tag, manifestDigest }: DeploymentIntent): string | null {
  const mark = `plumbline ${action} ${tag} ${manifestDigest}`
  return mark.length <= LONGEST_DESCRIPTION ? mark : null
}

function takenUp(row: StoredDeployment, status: StoredStatus): Pick<Told, 'intent' | 'since'>[] {
  const [, action, tag = '', manifestDigest = ''] = TAKEN.exec(status.description) ?? []
  if ((action !== 'deploy' && action !== 'rollback') || readTag(tag) === null) return []
  const run = runOf(status.logUrl)
  const { environment } = row
  const intent = { environment, tag, manifestDigest, action, ...(run === null ? {} : { run }) } as const
  return [{ intent, since: status.createdAt }]
}

/** Id of the workflow run that an address belongs to. */
const runOf = (address: string): string | null => /\/actions\/runs\/(\d+)(?:\/|$)/.exec(address)?.[1] ?? null

const OURS = 'plumbline: '
const [FAILED, BACK] = ['failed: ', 'rolled back: ']
/** Said of a version that served before: no result of its own deployment. */
const AGAIN = `${OURS}serves again: `
/** What is said of a deployment whose run ended before it could say anything. */
const CUT = 'its run ended before it said what became of it'
const CUT_DESCRIPTION = `${OURS}${FAILED}${CUT}`

/** State and description of the status that tells a result. */
export function statusOf({ state, tag, reason }: Pick<DeploymentRecord, 'state' | 'tag' | 'reason'>) {
  if (state === 'success') return { state: 'success', description: short(`${OURS}${tag} serves`) } as const
  const words = `${state === 'failure' ? FAILED : BACK}${oneLine(reason ?? 'no reason was given')}`
  return { state: 'failure', description: short(`${OURS}${words}`) } as const
}
export const beginningOf = ({ tag, action }: DeploymentIntent) =>
  ({ state: 'in_progress', description: short(`${OURS}${action} of ${tag}`) }) as const
export const cutStatus = { state: 'error', description: CUT_DESCRIPTION } as const
export const supersededBy = (tag: string) =>
  ({ state: 'inactive', description: short(`${OURS}followed by ${tag}`) }) as const
export const servesAgain = (tag: string) => ({ state: 'success', description: short(`${AGAIN}${tag}`) }) as const

const short = (description: string): string => clip(description, LONGEST_DESCRIPTION)

function withResult(row: StoredDeployment, told: Pick<Told, 'intent' | 'by' | 'since'>): Told {
  const finals = row.statuses.filter(({ state }) => ['success', 'failure', 'error'].includes(state))
  const ours = newest(
    finals.filter(({ description }) => description.startsWith(OURS) && !description.startsWith(AGAIN)),
  )
  if (ours !== undefined) {
    if (ours.description === CUT_DESCRIPTION) return { ...told, result: cutResult(told.since), order: told.since }
    return { ...told, result: resultFrom(ours), order: ours.createdAt }
  }
  // GitHub ends the deployment of a job with the job, and a person may end any other.
  const isEnded = told.by === null ? finals.length > 0 : finals.some(({ state }) => state !== 'success')
  return { ...told, result: isEnded ? cutResult(told.since) : null, order: told.since }
}

export const cutResult = (since: string): Result => ({ state: 'failure', at: since, reason: CUT })

function resultFrom({ state, description, createdAt: at }: StoredStatus): Result {
  if (state === 'success') return { state, at, reason: null }
  const words = description.slice(OURS.length)
  if (words.startsWith(BACK)) return { state: 'rolled-back', at, reason: words.slice(BACK.length) }
  return { state: 'failure', at, reason: words.startsWith(FAILED) ? words.slice(FAILED.length) : words }
}

const newest = (statuses: readonly StoredStatus[]): StoredStatus | undefined =>
  statuses.reduce<StoredStatus | undefined>(
    (best, status) => (best === undefined || status.createdAt > best.createdAt ? status : best),
    undefined,
  )

/** Whether GitHub shows a deployment as the one that serves: each success has to be taken back by its own `inactive`. */
export function isActive({ statuses }: StoredDeployment): boolean {
  const count = (wanted: string) => statuses.filter(({ state }) => state === wanted).length
  return count('success') > count('inactive')
}

/**
 * The deployment that GitHub made for this job, as it does for a job with `environment:`; null when there is none, or
 * more than one could be it.
 */
export function jobsOwn(
  rows: readonly StoredDeployment[],
  run: { readonly runId: string; readonly commit: string },
): StoredDeployment | null {
  const own = rows.filter(
    (row) =>
      row.commit === run.commit &&
      readDeployment(row) === 'foreign' &&
      row.statuses.some(({ logUrl }) => runOf(logUrl) === run.runId) &&
      row.statuses.every(({ state }) => ['waiting', 'queued', 'pending', 'in_progress'].includes(state)),
  )
  return own.length === 1 ? (own[0] ?? null) : null
}
