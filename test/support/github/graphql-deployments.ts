import { type Asking, actor, refusal } from './graphql.js'
import type { Deployment, DeploymentStatus, Repository } from './state/types.js'

interface Paging {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}
interface Ordered extends Paging {
  readonly environments?: readonly string[] | null
  readonly orderBy?: { readonly direction: 'ASC' | 'DESC' } | null
}

export function queries(asking: Asking) {
  return {
    repository: ({ owner, name }: { owner: string; name: string }) =>
      showRepository(asking, asking.repository(owner, name)),
    node: () => null,
  }
}

function showRepository(asking: Asking, repository: Repository) {
  return {
    id: `R_${repository.id}`,
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: `${repository.owner}/${repository.name}`,
    isPrivate: repository.private,
    deployments: ({ environments, orderBy, ...paging }: Ordered) => {
      if (repository.private) asking.demand('deployments: read')
      const of = repository.deployments.filter(({ environment }) => environments?.includes(environment) ?? true)
      if (orderBy?.direction === 'DESC') of.reverse()
      return connection(of, paging, 'deployments', showDeployment)
    },
  }
}

/** A page of a list; GitHub wants to be told how many, and gives at most 100. */
function connection<T>(
  items: readonly T[],
  { first, last, after, before }: Paging,
  name: string,
  show: (item: T) => unknown,
) {
  const asked = first ?? last
  if (asked === null || asked === undefined) {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`
    throw refusal('MISSING_PAGINATION_BOUNDARIES', message)
  }
  if (asked < 0 || asked > 100) {
    const message = `Requesting ${asked} records on the \`${name}\` connection exceeds the \`first\` limit of 100 records.`
    throw refusal('MISSING_PAGINATION_BOUNDARIES', message)
  }
  const from = after ? indexOf(after) + 1 : 0
  const to = before ? indexOf(before) : items.length
  const start = typeof first === 'number' ? from : Math.max(from, to - asked)
  const end = typeof first === 'number' ? Math.min(to, from + first) : to
  const nodes = items.slice(start, end).map(show)
  const [startCursor, endCursor] = nodes.length === 0 ? [null, null] : [cursorOf(start), cursorOf(end - 1)]
  const pageInfo = { startCursor, endCursor, hasNextPage: end < items.length, hasPreviousPage: start > 0 }
  return { nodes, totalCount: items.length, pageInfo }
}

const cursorOf = (index: number) => Buffer.from(`cursor:${index}`).toString('base64')
const indexOf = (cursor: string) => Number(Buffer.from(cursor, 'base64').toString().split(':')[1])

/** What the statuses of a deployment make of it: one that succeeded is ACTIVE, one without any is PENDING. */
const stateOf = (last: DeploymentStatus | undefined) =>
  last === undefined ? 'PENDING' : last.state === 'success' ? 'ACTIVE' : last.state.toUpperCase()

function showDeployment(deployment: Deployment) {
  const newestFirst = [...deployment.statuses].reverse()
  const [last] = newestFirst
  return {
    type: 'Deployment',
    id: `DE_${deployment.id}`,
    databaseId: deployment.id,
    commitOid: deployment.sha,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    creator: actor(deployment.creator),
    description: deployment.description,
    environment: deployment.environment,
    latestEnvironment: last?.environment ?? deployment.environment,
    originalEnvironment: deployment.originalEnvironment,
    payload: payloadText(deployment.payload),
    state: stateOf(last),
    task: deployment.task,
    latestStatus: last ? showStatus(last) : null,
    statuses: (paging: Paging) => connection(newestFirst, paging, 'statuses', showStatus),
  }
}

/** GitHub gives the payload as the JSON of what was sent; of text as the JSON of that text. */
const payloadText = (payload: unknown) => JSON.stringify(payload ?? {})

function showStatus(status: DeploymentStatus) {
  return {
    type: 'DeploymentStatus',
    id: `DES_${status.id}`,
    createdAt: status.createdAt,
    updatedAt: status.createdAt,
    creator: actor(status.creator),
    description: status.description === '' ? null : status.description,
    environment: status.environment,
    environmentUrl: status.environmentUrl === '' ? null : status.environmentUrl,
    logUrl: status.logUrl === '' ? null : status.logUrl,
    state: status.state.toUpperCase(),
  }
}
