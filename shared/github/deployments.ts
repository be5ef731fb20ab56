import * as z from 'zod'
import { listed, MOST_PAGES, PAGE, read } from './answer.js'
import type { GitHub } from './github.js'
import type { About } from './refusal.js'

/** Longest description that GitHub takes for a status. */
export const LONGEST_DESCRIPTION = 140

export type State = 'error' | 'failure' | 'in_progress' | 'inactive' | 'success'

export interface StoredStatus {
  /** One of `State`, or one that only GitHub sets, such as `waiting`. */
  readonly state: string
  readonly description: string
  readonly logUrl: string
  readonly createdAt: string
}

export interface StoredDeployment {
  readonly nodeId: string
  /** Null where the id is too large for the query; see `Deployments.idOf`. */
  readonly id: number | null
  readonly environment: string
  readonly commit: string
  readonly createdAt: string
  /** Undefined when there is none that can be read. */
  readonly payload: unknown
  /** In no order that could be relied on. */
  readonly statuses: readonly StoredStatus[]
}

export interface NewDeployment {
  readonly environment: string
  /** Branch, tag or commit. */
  readonly ref: string
  readonly description: string
  readonly payload: object
  readonly production: boolean
}

export interface NewStatus {
  readonly state: State
  readonly description: string
  readonly logUrl: string | null
  readonly environmentUrl: string | null
}

/**
 * The deployments of a repository, as far as a history needs them. Every method throws Refusal, whose message begins
 * with `undone`.
 */
export interface Deployments {
  /** Newest first, with their statuses; of one environment, or of all when it is null. */
  list(environment: string | null, undone: string): Promise<StoredDeployment[]>
  /** Id of the new deployment. Asked once: it may have been made although the answer was lost. */
  create(deployment: NewDeployment, undone: string): Promise<number>
  /** Asked once, too. */
  addStatus(id: number, status: NewStatus, undone: string): Promise<void>
  /** Number by which a listed deployment is written to; null when it is gone. */
  idOf(deployment: StoredDeployment, undone: string): Promise<number | null>
  defaultBranch(undone: string): Promise<string>
}

const QUERY = `query ($owner: String!, $repo: String!, $environments: [String!], $first: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    deployments(environments: $environments, first: $first, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        databaseId
        environment
        commitOid
        createdAt
        payload
        statuses(first: 30) { nodes { state description logUrl createdAt } }
      }
    }
  }
}`

const text = z.string().nullish()
const Status = z.object({ state: z.string(), description: text, logUrl: text, createdAt: z.string() })
const Node = z.object({
  id: z.string(),
  databaseId: z.number().nullish(),
  environment: text,
  commitOid: z.string(),
  createdAt: z.string(),
  payload: text,
  statuses: z.object({ nodes: z.array(Status.nullable()).nullish() }).nullish(),
})
const Page = z.object({
  repository: z.object({
    deployments: z.object({
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
      nodes: z.array(Node.nullable()).nullish(),
    }),
  }),
})
const Created = z.object({ id: z.number() })
const Listed = z.object({ id: z.number(), node_id: z.string() })
const Repository = z.object({ default_branch: z.string() })

const AT = '/repos/{owner}/{repo}'

/** Deployments of a repository: listed by GraphQL with their statuses, written by REST. */
export function openDeployments(github: GitHub): Deployments {
  const reading = (undone: string): About => ({ undone, needs: 'deployments: read' })
  const writing = (undone: string): About => ({ undone, needs: 'deployments: write' })

  async function* pages(environment: string | null, about: About): AsyncGenerator<StoredDeployment> {
    const { owner, repo } = github
    const environments = environment === null ? null : [environment]
    let after: string | null = null
    for (let page = 1; page <= MOST_PAGES; page++) {
      const answer = await github.graphql(QUERY, { owner, repo, environments, first: PAGE, after }, about)
      const { pageInfo, nodes } = read(Page, answer, about).repository.deployments
      for (const node of nodes ?? []) if (node !== null) yield stored(node)
      if (!pageInfo.hasNextPage) return
      after = pageInfo.endCursor ?? null
    }
  }

  return {
    async list(environment, undone) {
      const found = new Map<string, StoredDeployment>()
      // One made meanwhile moves others to the next page, where they come a second time.
      for await (const deployment of pages(environment, reading(undone))) found.set(deployment.nodeId, deployment)
      return [...found.values()]
    },
    async create({ environment, ref, description, payload, production }, undone) {
      const about = writing(undone)
      const answer = await github.ask(
        `POST ${AT}/deployments`,
        {
          environment,
          ref,
          description,
          payload,
          production_environment: production,
          transient_environment: false,
          // By default GitHub would merge the default branch into the ref, and wait for every check of the commit.
          auto_merge: false,
          required_contexts: [],
        },
        about,
      )
      return read(Created, answer.data, about).id
    },
    async addStatus(id, { state, description, logUrl, environmentUrl }, undone) {
      await github.ask(
        `POST ${AT}/deployments/{deployment_id}/statuses`,
        {
          deployment_id: id,
          state,
          description,
          ...(logUrl === null ? {} : { log_url: logUrl }),
          ...(environmentUrl === null ? {} : { environment_url: environmentUrl }),
          // It would also hit another model that serves in this environment, and never one in production.
          auto_inactive: false,
        },
        writing(undone),
      )
    },
    async idOf({ id, nodeId, environment }, undone) {
      if (id !== null) return id
      for await (const one of listed(github, `GET ${AT}/deployments`, { environment }, Listed, reading(undone))) {
        if (one.node_id === nodeId) return one.id
      }
      return null
    },
    async defaultBranch(undone) {
      const about = { undone, needs: 'metadata: read' }
      return read(Repository, (await github.ask(`GET ${AT}`, {}, about)).data, about).default_branch
    },
  }
}

function stored(node: z.output<typeof Node>): StoredDeployment {
  const statuses = (node.statuses?.nodes ?? []).filter((status) => status !== null)
  return {
    nodeId: node.id,
    id: node.databaseId ?? null,
    environment: node.environment ?? '',
    commit: node.commitOid,
    createdAt: node.createdAt,
    payload: parsed(node.payload),
    statuses: statuses.map(({ state, description, logUrl, createdAt }) => ({
      state: state.toLowerCase(),
      description: description ?? '',
      logUrl: logUrl ?? '',
      createdAt,
    })),
  }
}

/** The query gives JSON as text; a payload that was sent as text is text in it once more. */
function parsed(payload: string | null | undefined): unknown {
  try {
    const value: unknown = JSON.parse(payload ?? 'null')
    return typeof value === 'string' ? JSON.parse(value) : (value ?? undefined)
  } catch {
    return undefined
  }
}
