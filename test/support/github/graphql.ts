import { readFileSync } from 'node:fs'
import { buildSchema, type ExecutionResult, GraphQLError, type GraphQLSchema, graphql } from 'graphql'
import type { Hono } from 'hono'
import { mutations } from './graphql-comments.js'
import { queries } from './graphql-deployments.js'
import type { Server } from './server.js'
import type { Repository } from './state/types.js'
import { grants, type Need, type Token } from './tokens.js'
import type { Env } from './traffic.js'

/** GitHub's own schema, cut by scripts/cut-openapi.mjs. */
const FILE = new URL('./schema.graphql', import.meta.url)
let schema: GraphQLSchema | undefined

/** What the fields of the roots are resolved with. */
export interface Asking {
  readonly server: Server
  readonly token: Token
  /** Throws the error that GitHub gives for a repository that the token does not see. */
  repository(owner: string, name: string): Repository
  /** Throws the error that GitHub gives for a missing permission. */
  demand(...any: Need[]): void
}

/** GitHub gives its errors a type. */
export const refusal = (type: 'FORBIDDEN' | 'NOT_FOUND' | 'MISSING_PAGINATION_BOUNDARIES', message: string) =>
  new GraphQLError(message, { extensions: { type } })

export function mountGraphql(app: Hono<Env>, server: Server): void {
  app.post(new URL(server.at.graphql).pathname, async (context) => {
    const [, value = ''] = (context.req.header('authorization') ?? '').split(' ')
    const token = server.tokens.get(value)
    if (token === undefined) return context.json({ message: 'Bad credentials', status: '401' }, 401)
    context.get('record').actor = token.actor
    const { query, variables } = await context.req.json()
    const result = await answer(server, token, String(query), variables)
    const broken = result.errors?.filter(({ extensions }) => extensions.type === undefined) ?? []
    for (const { message } of broken) server.violations.push(`POST ${context.req.path}: ${message}`)
    const { limit, remaining, reset } = server.state.rateLimit
    context.header('x-ratelimit-limit', String(limit))
    context.header('x-ratelimit-remaining', String(remaining))
    context.header('x-ratelimit-reset', String(reset))
    context.header('x-ratelimit-resource', 'graphql')
    return context.json(shown(result))
  })
}

function answer(server: Server, token: Token, source: string, variableValues: Record<string, unknown> | undefined) {
  schema ??= withTypes(buildSchema(readFileSync(FILE, 'utf8')))
  const asking: Asking = {
    server,
    token,
    repository(owner, name) {
      const fullName = `${owner}/${name}`
      const there = server.state.repositories.find((one) => `${one.owner}/${one.name}` === fullName)
      if (there && (!there.private || token.repositories.includes(fullName))) return there
      throw refusal('NOT_FOUND', `Could not resolve to a Repository with the name '${fullName}'.`)
    },
    demand(...any) {
      if (!any.some((need) => grants(token, need))) throw refusal('FORBIDDEN', 'Resource not accessible by integration')
    },
  }
  const rootValue = {
    viewer: () => ({ id: `U_${token.actor}`, login: token.actor }),
    ...queries(asking),
    ...mutations(asking),
  }
  return graphql({ schema, source, rootValue, variableValues: variableValues ?? null })
}

/** Accounts and nodes are told apart by the type they carry. */
function withTypes(built: GraphQLSchema): GraphQLSchema {
  for (const name of ['Actor', 'Node', 'Minimizable']) {
    const type = built.getType(name)
    if (type && 'resolveType' in type) type.resolveType = ({ type: of }: { type: string }) => of
  }
  return built
}

/** As GitHub writes it: the type of an error beside its message. */
function shown({ data, errors }: ExecutionResult) {
  if (errors === undefined) return { data }
  const written = errors.map(({ message, path, locations, extensions: { type, ...extensions } }) => ({
    ...(type === undefined ? { extensions } : { type }),
    path,
    locations,
    message,
  }))
  return { ...(data === undefined ? {} : { data }), errors: written }
}

export const actor = (login: string | null) =>
  login === null
    ? null
    : login.endsWith('[bot]')
      ? { type: 'Bot', id: `B_${login}`, login: login.slice(0, -5) }
      : { type: 'User', id: `U_${login}`, login }
