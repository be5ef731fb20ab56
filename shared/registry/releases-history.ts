import { DeploymentRecord } from '../contracts/deployment.js'
import { UserError } from '../core/errors.js'
import { createQueue } from '../core/queue.js'
import type { NewStatus } from '../github/deployments.js'
import { readTag, requireTag } from './names.js'
import type { DeploymentIntent, DeploymentTicket, Registry } from './registry.js'
import {
  beginningOf,
  cutResult,
  cutStatus,
  isActive,
  jobsOwn,
  markOf,
  servesAgain,
  statusOf,
  supersededBy,
} from './releases-history-rows.js'
import { type DeploymentHistoryOptions, openHistoryStore, type Row } from './releases-history-store.js'
import type { Owner } from './releases-lines.js'
import { beginWork, endWork } from './releases-owner.js'

export type DeploymentHistory = Pick<
  Registry,
  'environments' | 'deployments' | 'announceDeployment' | 'recordDeployment'
>

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
export function openDeploymentHistory(options: DeploymentHistoryOptions): DeploymentHistory {
  const { github, run, env, log, now } = options
  const store = openHistoryStore(options)
  const begun = new Map<number, Begun>()
  const logUrl = run.kind === 'github' ? run.url : null

  const status = (of: Pick<NewStatus, 'state' | 'description'>, url: string | null = null): NewStatus => ({
    ...of,
    logUrl,
    environmentUrl: url,
  })

  /** For what the history is true without. */
  async function tried(what: Promise<unknown>, consequence: string): Promise<void> {
    try {
      await what
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      log.info(`${error.message}. ${consequence}`)
    }
  }

  async function closeCut(rows: readonly Row[], undone: string): Promise<void> {
    for (const { stored, told } of rows) {
      if (told.result !== null) continue
      const { tag, environment, run: by } = told.intent
      if (!(await store.isOver(told))) {
        log.info(
          `${tag} is being deployed to ${environment} at the same time${by === undefined ? '' : `, by run ${by}`}.`,
        )
        continue
      }
      const id = await store.idOf(stored, undone)
      if (id === null) continue
      log.info(`The deployment of ${tag} to ${environment}, begun at ${told.since}, was cut: it is ended now.`)
      const consequence = 'The next deployment to this environment ends it.'
      await tried(store.addStatus(id, environment, status(cutStatus), `deployment ${id} is not ended`), consequence)
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
      const other = row && (await store.idOf(row.stored, undone))
      if (other != null && other !== id) await store.addStatus(other, record.environment, status(next), undone)
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
    const { all, ours } = await store.rowsOf(environment, undone)
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
      const ownId = own === null ? null : await store.idOf(own, undone)
      if (ownId !== null && description !== null) {
        await store.addStatus(ownId, environment, status({ state: 'in_progress', description }, url), undone)
        return opened(ownId)
      }
      if (own !== null)
        log.info(`${tag} has a deployment of its own beside that of the job, whose statuses have no room for the tag.`)
      const id = await store.create(intent, owner, undone)
      await tried(store.addStatus(id, environment, status(beginningOf(intent), url), undone), 'It shows as pending.')
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
      const id = ticket?.id ?? (await store.create(done, owner, undone, done))
      const told = store.addStatus(id, environment, status(statusOf(done), known?.url ?? null), undone)
      await (ticket === null ? tried(told, 'GitHub shows it as pending.') : told)
      if (done.state !== 'failure') {
        await tried(
          (async () => tellOthers(id, done, known?.rows ?? (await store.rowsOf(environment, undone)).ours))(),
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
      const { ours } = await store.rowsOf(null, 'the environments cannot be told')
      return [...new Set(ours.map(({ told }) => told.intent.environment))].sort()
    },
    async deployments(environment, model) {
      const undone = `what is deployed to ${environment} cannot be told`
      const { ours } = await store.rowsOf(checkedName(environment), undone)
      const records: DeploymentRecord[] = []
      for (const { told } of ours) {
        const { url: _, ...intent } = told.intent
        if (model !== undefined && readTag(intent.tag)?.model !== model) continue
        const result = told.result ?? ((await store.isOver(told)) ? cutResult(told.since) : null)
        if (result !== null) records.push({ ...intent, ...result })
      }
      return records
    },
    announceDeployment: (intent) => inTurn(() => announce(intent)),
    recordDeployment: (done, ticket = null) => inTurn(() => record(done, ticket)),
  }
}

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
