import type { RunRef } from '../contracts/common.js'
import type { DeploymentRecord } from '../contracts/deployment.js'
import type { Log } from '../core/context.js'
import { UserError } from '../core/errors.js'
import { byText } from '../core/order.js'
import { LONGEST_DESCRIPTION, type NewStatus, openDeployments, type StoredDeployment } from '../github/deployments.js'
import type { GitHub } from '../github/github.js'
import { mayHaveHappened } from '../github/lost.js'
import { Refusal } from '../github/refusal.js'
import { openReleases } from '../github/releases.js'
import { clip } from '../report/escape.js'
import type { DeploymentIntent } from './registry.js'
import { payloadOf, readDeployment, type Told } from './releases-history-rows.js'
import type { Owner } from './releases-lines.js'
import { beginWork, endWork, isAtWork, standingOf } from './releases-owner.js'

export interface DeploymentHistoryOptions {
  readonly github: GitHub
  readonly run: RunRef
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  now(): Date
}

/** A deployment of ours, as it is stored and as it is read. */
export interface Row {
  readonly stored: StoredDeployment
  readonly told: Told
}

/** Deployments of a repository, read as ours; what is made is made once. All throw UserError, with `undone` in its message. */
export interface HistoryStore {
  /** All of an environment (null: of every one), and those that are ours, the newest first. */
  rowsOf(environment: string | null, undone: string): Promise<{ all: StoredDeployment[]; ours: Row[] }>
  /** Whether nobody is at work on a deployment that has no result. */
  isOver(told: Told): Promise<boolean>
  /** Its id; null when it is gone. */
  idOf(stored: StoredDeployment, undone: string): Promise<number | null>
  addStatus(id: number, environment: string, added: NewStatus, undone: string): Promise<void>
  /** Makes a deployment and gives its id. `record`: what became of it, when that is known by now. */
  create(intent: DeploymentIntent, owner: Owner, undone: string, record?: DeploymentRecord): Promise<number>
}

/** See {@link HistoryStore}. */
export function openHistoryStore({ github, run, env, log, now }: DeploymentHistoryOptions): HistoryStore {
  const deployments = openDeployments(github)
  const releases = openReleases(github)
  let self: Owner | undefined

  /** As the owner of something that is not begun. */
  const me = (): Owner => {
    self ??= beginWork(run, env, now())
    endWork(self)
    return self
  }
  async function rowsOf(environment: string | null, undone: string): Promise<{ all: StoredDeployment[]; ours: Row[] }> {
    const all = await deployments.list(environment, undone)
    const ours: Row[] = []
    for (const stored of all) {
      const told = readDeployment(stored)
      if (told === 'damaged') log.debug(`Deployment ${stored.id} of ${stored.environment} cannot be read; left out.`)
      else if (told !== 'foreign') ours.push({ stored, told })
    }
    const newestFirst = (a: Row, b: Row) =>
      byText(b.told.order, a.told.order) || (b.stored.id ?? 0) - (a.stored.id ?? 0)
    return { all, ours: ours.sort(newestFirst) }
  }

  /** Whether nobody is at work on a deployment that has no result. */
  async function isOver({ by, since, intent }: Told): Promise<boolean> {
    const unknown = { ...me(), nonce: '', since, run: intent.run ?? null, machine: '', pid: 0, runner: '', job: '' }
    // A job's own deployment is ended by GitHub when the job ends: until then it may be at work.
    if (by === null && intent.run === me().run) return false
    const owner = by ?? unknown
    const standing = standingOf(owner, me(), now(), isAtWork)
    if (standing !== 'ask') return standing !== 'alive'
    try {
      const found = await releases.run(owner.run ?? '', 'the run of a deployment is not known')
      return found !== null && (found.over || (by !== null && found.attempt > by.attempt))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      log.debug(error.message)
      return false
    }
  }

  async function addStatus(id: number, environment: string, added: NewStatus, undone: string): Promise<void> {
    const isThere = ({ state, description }: { state: string; description: string }) =>
      state === added.state && description === added.description
    await surely(
      () => deployments.addStatus(id, added, undone).then(() => true),
      async () => {
        const row = (await deployments.list(environment, undone)).find((one) => one.id === id)
        return row?.statuses.some(isThere) || undefined
      },
    )
  }

  /** Tag of the release, else the commit of the run, else the default branch: a deployment needs a ref that exists. */
  async function create(intent: DeploymentIntent, owner: Owner, undone: string, record?: DeploymentRecord) {
    const { environment, tag } = intent
    const fields = {
      environment,
      description: clip(`${intent.action} of ${tag}`, LONGEST_DESCRIPTION),
      payload: payloadOf(intent, owner, record),
      production: /^prod(uction)?\b/i.test(environment),
    }
    const make = async () => {
      const refs = [tag, ...(run.commit === null || run.commit === '' ? [] : [run.commit])]
      for (const ref of refs) {
        try {
          return await deployments.create({ ...fields, ref }, undone)
        } catch (error) {
          if (!(error instanceof Refusal) || error.status !== 422 || !/\bref\b/i.test(error.words)) throw error
        }
      }
      return deployments.create({ ...fields, ref: await deployments.defaultBranch(undone) }, undone)
    }
    return surely(make, async () => {
      const { ours } = await rowsOf(environment, undone)
      const found = ours.find(({ told }) => told.by?.nonce === owner.nonce)
      return found && ((await deployments.idOf(found.stored, undone)) ?? undefined)
    })
  }

  return { rowsOf, isOver, idOf: deployments.idOf, addStatus, create }
}

/** Asked again only after a look for its effect. */
async function surely<T>(make: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    if (!mayHaveHappened(error)) throw error
    return (await find()) ?? (await make())
  }
}
