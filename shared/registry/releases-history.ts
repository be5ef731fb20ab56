import type { RunRef } from '../contracts/common.js'
import { DeploymentRecord } from '../contracts/deployment.js'
import type { Log } from '../core/context.js'
import { UserError } from '../core/errors.js'
import { createQueue } from '../core/queue.js'
import { LONGEST_DESCRIPTION, type NewStatus, openDeployments, type StoredDeployment } from '../github/deployments.js'
import type { GitHub } from '../github/github.js'
import { mayHaveHappened } from '../github/lost.js'
import { Refusal } from '../github/refusal.js'
import { openReleases } from '../github/releases.js'
import { clip } from '../report/escape.js'
import { readTag, requireTag } from './names.js'
import type { DeploymentIntent, DeploymentTicket, Registry } from './registry.js'
import {
  beginningOf,
  cutResult,
  cutStatus,
  isActive,
  jobsOwn,
  markOf,
  payloadOf,
  readDeployment,
  servesAgain,
  statusOf,
  supersededBy,
  type Told,
} from './releases-history-rows.js'
import type { Owner } from './releases-lines.js'
import { beginWork, endWork, isAtWork, standingOf } from './releases-owner.js'

export interface DeploymentHistoryOptions {
  readonly github: GitHub
  readonly run: RunRef
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  now(): Date
}

export type DeploymentHistory = Pick<
  Registry,
  'environments' | 'deployments' | 'announceDeployment' | 'recordDeployment'
>

/** A deployment of ours, as it is stored and as it is read. */
interface Row {
  readonly stored: StoredDeployment
  readonly told: Told
}

/** What this process has begun. */
interface Begun {
  readonly owner: Owner
  /** What was there when it began. */
  readonly rows: readonly Row[]
  readonly url: string | null
}

/**
 * History of environments in the deployments of a repository: one for each try, whose payload says which version, and
 * whose statuses say what became of it. A job with `environment:` has one already, which is taken up. What a run left
 * that was cut is ended by the next one of its environment.
 */
export function openDeploymentHistory({ github, run, env, log, now }: DeploymentHistoryOptions): DeploymentHistory {
  const deployments = openDeployments(github)
  const releases = openReleases(github)
  const begun = new Map<number, Begun>()
  const logUrl = run.kind === 'github' ? run.url : null
  let self: Owner | undefined

  /** As the owner of something that is not begun. */
  const me = (): Owner => {
    self ??= beginWork(run, env, now())
    endWork(self)
    return self
  }
  const status = (of: Pick<NewStatus, 'state' | 'description'>, url: string | null = null): NewStatus => ({
    ...of,
    logUrl,
    environmentUrl: url,
  })

  async function rowsOf(environment: string | null, undone: string): Promise<{ all: StoredDeployment[]; ours: Row[] }> {
    const all = await deployments.list(environment, undone)
    const ours: Row[] = []
    for (const stored of all) {
      const told = readDeployment(stored)
      if (told === 'damaged') log.debug(`Deployment ${stored.id} of ${stored.environment} cannot be read; left out.`)
      else if (told !== 'foreign') ours.push({ stored, told })
    }
    const newestFirst = (a: Row, b: Row) =>
      compare(b.told.order, a.told.order) || (b.stored.id ?? 0) - (a.stored.id ?? 0)
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

  /** Asked again only after a look for its effect. */
  async function surely<T>(make: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> {
    try {
      return await make()
    } catch (error) {
      if (!mayHaveHappened(error)) throw error
      return (await find()) ?? (await make())
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

  /** For what the history is true without. */
  async function tried(what: Promise<unknown>, consequence: string): Promise<void> {
    try {
      await what
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      log.info(`${error.message}. ${consequence}`)
    }
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

  async function closeCut(rows: readonly Row[], undone: string): Promise<void> {
    for (const { stored, told } of rows) {
      if (told.result !== null) continue
      const { tag, environment, run: by } = told.intent
      if (!(await isOver(told))) {
        log.info(
          `${tag} is being deployed to ${environment} at the same time${by === undefined ? '' : `, by run ${by}`}.`,
        )
        continue
      }
      const id = await deployments.idOf(stored, undone)
      if (id === null) continue
      log.info(`The deployment of ${tag} to ${environment}, begun at ${told.since}, was cut: it is ended now.`)
      const consequence = 'The next deployment to this environment ends it.'
      await tried(addStatus(id, environment, status(cutStatus), `deployment ${id} is not ended`), consequence)
    }
  }

  /** GitHub does not take back what served before in production, and elsewhere it would hit other models as well. */
  async function tellOthers(id: number, record: DeploymentRecord, rows: readonly Row[]): Promise<void> {
    const model = requireTag(record.tag).model
    const served = rows.filter(
      ({ stored, told }) =>
        stored.id !== id && told.result?.state === 'success' && readTag(told.intent.tag)?.model === model,
    )
    const change = async (row: Row | undefined, next: Pick<NewStatus, 'state' | 'description'>, undone: string) => {
      const other = row && (await deployments.idOf(row.stored, undone))
      if (other != null && other !== id) await addStatus(other, record.environment, status(next), undone)
    }
    if (record.state === 'success') {
      for (const row of served.filter(({ stored }) => isActive(stored))) {
        const undone = `the deployment of ${row.told.intent.tag} before it is not marked as inactive`
        await tried(change(row, supersededBy(record.tag), undone), 'GitHub shows both as active.')
      }
    }
    const former = served[0]
    if (record.state === 'rolled-back' && former !== undefined && !isActive(former.stored)) {
      const undone = `the deployment of ${former.told.intent.tag} is not marked as serving again`
      await tried(change(former, servesAgain(former.told.intent.tag), undone), 'GitHub shows none as active.')
    }
  }

  const ticketOf = (id: number, environment: string): DeploymentTicket => {
    const server = env.GITHUB_SERVER_URL || 'https://github.com'
    return { id, url: `${server}/${github.owner}/${github.repo}/deployments/${encodeURIComponent(environment)}` }
  }

  async function announce(intent: DeploymentIntent): Promise<DeploymentTicket> {
    const { environment, tag } = checked(intent)
    const undone = `the deployment of ${tag} to ${environment} is not announced`
    const { all, ours } = await rowsOf(environment, undone)
    await closeCut(ours, undone)
    const owner = beginWork(run, env, now())
    const url = intent.url ?? null
    const opened = (id: number): DeploymentTicket => {
      begun.set(id, { owner, rows: ours, url })
      return ticketOf(id, environment)
    }
    try {
      const own = run.kind === 'github' ? jobsOwn(all, run) : null
      const description = markOf(intent)
      const ownId = own === null ? null : await deployments.idOf(own, undone)
      if (ownId !== null && description !== null) {
        await addStatus(ownId, environment, status({ state: 'in_progress', description }, url), undone)
        return opened(ownId)
      }
      if (own !== null)
        log.info(`${tag} has a deployment of its own beside that of the job, whose statuses have no room for the tag.`)
      const id = await create(intent, owner, undone)
      await tried(addStatus(id, environment, status(beginningOf(intent), url), undone), 'It shows as pending.')
      return opened(id)
    } catch (error) {
      endWork(owner)
      throw error
    }
  }

  async function record(given: DeploymentRecord, ticket: DeploymentTicket | null): Promise<DeploymentTicket> {
    const done = DeploymentRecord.parse(checked(given))
    const { environment, tag } = done
    const undone = `the deployment of ${tag} to ${environment} is not in its history`
    const known = ticket === null ? undefined : begun.get(ticket.id)
    const owner = known?.owner ?? beginWork(run, env, now())
    try {
      const id = ticket?.id ?? (await create(done, owner, undone, done))
      const told = addStatus(id, environment, status(statusOf(done), known?.url ?? null), undone)
      await (ticket === null ? tried(told, 'GitHub shows it as pending.') : told)
      if (done.state !== 'failure') {
        await tried(
          (async () => tellOthers(id, done, known?.rows ?? (await rowsOf(environment, undone)).ours))(),
          'GitHub may show others as active.',
        )
      }
      return ticketOf(id, environment)
    } finally {
      endWork(owner)
    }
  }

  // Each has to see what the one before has done.
  const inTurn = createQueue()

  return {
    async environments() {
      const { ours } = await rowsOf(null, 'the environments cannot be told')
      return [...new Set(ours.map(({ told }) => told.intent.environment))].sort()
    },
    async deployments(environment, model) {
      const undone = `what is deployed to ${environment} cannot be told`
      const { ours } = await rowsOf(checkedName(environment), undone)
      const records: DeploymentRecord[] = []
      for (const { told } of ours) {
        const { url: _, ...intent } = told.intent
        if (model !== undefined && readTag(intent.tag)?.model !== model) continue
        const result = told.result ?? ((await isOver(told)) ? cutResult(told.since) : null)
        if (result !== null) records.push({ ...intent, ...result })
      }
      return records
    },
    announceDeployment: (intent) => inTurn(() => announce(intent)),
    recordDeployment: (done, ticket = null) => inTurn(() => record(done, ticket)),
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Throws UserError for what is no tag or no environment. */
function checked<T extends { readonly tag: string; readonly environment: string }>(of: T): T {
  requireTag(of.tag)
  checkedName(of.environment)
  return of
}

function checkedName(environment: string): string {
  if (environment.trim() !== '' && environment.length <= 255 && !/\p{Cs}/u.test(environment)) return environment
  throw new UserError(`${JSON.stringify(environment.slice(0, 40))} is not the name of an environment`, {
    cure: 'use 1 to 255 characters, such as production',
  })
}
