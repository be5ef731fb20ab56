import { readFileSync } from 'node:fs'
import { Ajv2019, type ErrorObject, type ValidateFunction } from 'ajv/dist/2019.js'
import addFormats from 'ajv-formats'
import type { Route } from './call.js'

/** GitHub's own description, cut by scripts/cut-openapi.mjs. */
interface Description {
  readonly source: string
  readonly operations: Readonly<Record<string, Operation>>
}
interface Operation {
  readonly manual?: string
  readonly body?: object
  readonly replies: Readonly<Record<string, object | null>>
}

export interface Check {
  /** What is wrong with a request so that GitHub refuses it; null when nothing is. Notes violations. */
  request(route: Route, request: RequestParts): string | null
  /** Notes violations of a reply. */
  reply(route: Route, reply: { readonly path: string; readonly status: number; readonly body: unknown }): void
  /** Page of the manual. */
  manual(route: Route): string
}

interface RequestParts {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
}

const FILE = new URL('./openapi.json', import.meta.url)

/** Read and compiled for the first request that is looked at, and what it needs alone. */
let shared: { description: Description; find: (path: string[], coerce: boolean) => ValidateFunction } | undefined

export function load() {
  if (shared) return shared
  const description: Description = JSON.parse(readFileSync(FILE, 'utf8'))
  const [exact, coercing] = [false, true].map((coerceTypes) => {
    const ajv = new Ajv2019({ strict: false, allErrors: true, verbose: true, coerceTypes, logger: false })
    addFormats.default(ajv)
    for (const name of ['uri-template', 'repo.nwo', 'int64', 'timestamp', 'ssh-url', 'hostname'])
      ajv.addFormat(name, true)
    return ajv.addSchema(description, 'github')
  }) as [Ajv2019, Ajv2019]
  const find = (path: string[], coerce: boolean): ValidateFunction => {
    const pointer = path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    const validate = (coerce ? coercing : exact).getSchema(`github#/${pointer}`)
    if (validate === undefined) throw new Error(`no schema at ${path.join(' → ')}`)
    return validate
  }
  shared = { description, find }
  return shared
}

/** Compares requests, and the replies of the local GitHub itself, with GitHub's description of its API. */
export function openCheck(violations: string[]): Check {
  const operationOf = ({ method, path }: Route) => {
    const name = `${method} ${path}`
    const operation = load().description.operations[name]
    if (operation === undefined) throw new Error(`openapi.json has no ${name}: add it to scripts/cut-openapi-list.mjs`)
    return { name, operation }
  }
  const errorsOf = (path: string[], value: unknown, coerce = false): readonly ErrorObject[] => {
    const validate = load().find(path, coerce)
    return validate(value) ? [] : (validate.errors ?? [])
  }
  const note = (where: string, part: string, errors: readonly ErrorObject[]) => {
    for (const text of new Set(errors.filter(isTelling(errors)).map(inWords)))
      violations.push(`${where}: ${part}${text}`)
  }
  return {
    request(route, { path, query, body }) {
      const { name, operation } = operationOf(route)
      const where = `${route.method} ${path}`
      // GitHub describes one time here and takes a range too, in the words of its search.
      const { created, ...others } = query
      const isRange = /^([<>]=?)\d{4}-|\.\./.test(created ?? '')
      const ofQuery = errorsOf(['operations', name, 'query'], isRange ? others : { ...query }, true)
      note(where, 'query', ofQuery)
      if (operation.body === undefined) {
        if (body !== undefined) violations.push(`${where}: a body is not expected`)
        return null
      }
      const ofBody = errorsOf(['operations', name, 'body'], body ?? {})
      note(where, 'body', ofBody)
      // What GitHub does not know it does not look at.
      const refused = ofBody.filter(
        ({ keyword }) => keyword !== 'unevaluatedProperties' && keyword !== 'additionalProperties',
      )
      return refused.length === 0 ? null : [...new Set(refused.filter(isTelling(refused)).map(asGitHub))].join('\n')
    },
    reply(route, { path, status, body }) {
      const { name, operation } = operationOf(route)
      const where = `${route.method} ${path}: reply ${status}`
      if (status < 400 && !(status in operation.replies)) violations.push(`${where} is not one of GitHub's`)
      if (!operation.replies[status]) {
        if (status < 400 && body !== undefined) violations.push(`${where} has a body`)
        return
      }
      // GitHub sends the status with every error, and describes it for some.
      const { status: _, ...error } = (body ?? {}) as Record<string, unknown>
      const sent = status < 400 ? body : error
      note(where, '', notGiven(errorsOf(['operations', name, 'replies', String(status)], sent), sent))
    },
    manual: (route) => operationOf(route).operation.manual ?? 'https://docs.github.com/rest',
  }
}

/** What GitHub gives although its description has no such value: an upload that broke off, an address that is not there. */
const GIVEN = [
  { where: /\/state$/, value: 'starter' },
  { where: /\/(environment|target|log)_url$/, value: '' },
]

function notGiven(errors: readonly ErrorObject[], body: unknown): readonly ErrorObject[] {
  const valueAt = (pointer: string) =>
    pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], body)
  const left = errors.filter(
    ({ instancePath }) =>
      !GIVEN.some(({ where, value }) => where.test(instancePath) && valueAt(instancePath) === value),
  )
  return left.some(({ keyword }) => !['anyOf', 'if'].includes(keyword)) || left.length === errors.length ? left : []
}

/** Of alternatives that all fail, the sentence that none holds says nothing beside the reasons. */
const isTelling = (errors: readonly ErrorObject[]) => (error: ErrorObject) =>
  errors.length === 1 || !['anyOf', 'if'].includes(error.keyword)

function inWords({ instancePath, keyword, params, message }: ErrorObject): string {
  const extra = params.unevaluatedProperty ?? params.additionalProperty
  if (extra !== undefined) return `${instancePath}/${extra} is not known`
  if (keyword === 'enum') return `${instancePath} ${message}: ${params.allowedValues.join(', ')}`
  return `${instancePath} ${message}`
}

/** As GitHub tells the client. */
function asGitHub({ instancePath, keyword, params, message, data }: ErrorObject): string {
  const where = `For 'properties${instancePath}', `
  if (keyword === 'required') return `"${params.missingProperty}" wasn't supplied.`
  if (keyword === 'type') return `${where}${JSON.stringify(data)} is not a ${[params.type].flat().join(' or ')}.`
  if (keyword === 'enum') return `${where}${data} is not a member of ${JSON.stringify(params.allowedValues)}.`
  if (keyword === 'maxItems') {
    return `${where}No more than ${params.limit} items are allowed; ${(data as unknown[]).length} were supplied.`
  }
  return `${where}${message}.`
}
