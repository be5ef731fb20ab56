#!/usr/bin/env node
/**
 * Cuts what the tests use out of GitHub's descriptions of its two APIs: `node scripts/cut-openapi.mjs`. They are far too
 * large to be dependencies (400 MB for REST), so they are fetched into a temporary folder. The results are committed:
 * test/support/github/openapi.json and schema.graphql. To take newer ones, change the versions here.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, print, visit } from 'graphql'
import { FIELDS, OPERATIONS } from './cut-openapi-list.mjs'
import { at } from './tools.mjs'

const REST = { name: '@octokit/openapi', version: '23.0.2', file: 'generated/api.github.com.json' }
const GRAPHQL = { name: '@octokit/graphql-schema', version: '15.26.1', file: 'schema.graphql' }

const sourceOf = ({ name, version, file }) => `${name}@${version} ${file}`

function fetched({ name, version, file }) {
  const folder = mkdtempSync(join(tmpdir(), 'cut-openapi-'))
  try {
    const [{ filename }] = JSON.parse(
      execFileSync('npm', ['pack', '--json', `${name}@${version}`], { cwd: folder, encoding: 'utf8' }),
    )
    execFileSync('tar', ['xzf', filename, `package/${file}`], { cwd: folder })
    return readFileSync(join(folder, 'package', file), 'utf8')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The operations and the schemas they use, as JSON Schema of 2019-09 in which unknown fields are errors. */
export function cutRest(description, operations, source) {
  const schemas = {}
  const resolved = (entry) =>
    entry?.$ref
      ? entry.$ref
          .slice(2)
          .split('/')
          .reduce((node, key) => node[key], description)
      : entry
  const value = (schema) => closed(converted(schema))

  const converted = (schema) => {
    if (schema.$ref) {
      const name = schema.$ref.split('/').at(-1)
      if (!(name in schemas)) {
        schemas[name] = null
        schemas[name] = converted(description.components.schemas[name])
      }
      return { $ref: `#/schemas/${name}` }
    }
    const { type, format, pattern, minItems, maxItems, minLength, maxLength, minimum, maximum, required } = schema
    const result = { type, format, pattern, minItems, maxItems, minLength, maxLength, minimum, maximum, required }
    if (schema.enum) result.enum = schema.nullable ? [...new Set([...schema.enum, null])] : schema.enum
    if (schema.items) result.items = value(schema.items)
    if (schema.allOf) result.allOf = schema.allOf.map(converted)
    const any = schema.anyOf ?? schema.oneOf
    // Some alternatives of GitHub's overlap. Where the fields stand beside them, they do not open it for others.
    if (any) result.anyOf = any.map(converted).map((one) => (schema.properties ? shut(one) : one))
    if (schema.properties) result.properties = mapped(schema.properties, value)
    const more = schema.additionalProperties
    if (typeof more === 'object') result.additionalProperties = value(more)
    else if (more === true || (type === 'object' && !schema.properties && !any && !schema.allOf))
      result.additionalProperties = true
    return schema.nullable ? nullable(result) : result
  }

  const bodyOf = (entry) => resolved(entry)?.content?.['application/json']?.schema
  const cut = mapped(Object.fromEntries(operations.map((name) => [name, name])), (name) => {
    const [method, path] = name.split(' ')
    const shared = description.paths[path]?.parameters ?? []
    const operation = description.paths[path]?.[method.toLowerCase()]
    if (!operation) throw new Error(`${sourceOf(REST)} has no ${name}`)
    const query = [...shared, ...(operation.parameters ?? [])].map(resolved).filter((one) => one.in === 'query')
    const body = bodyOf(operation.requestBody)
    return {
      manual: operation.externalDocs?.url,
      query: {
        type: 'object',
        properties: Object.fromEntries(query.map((one) => [one.name, value(one.schema)])),
        required: query.filter((one) => one.required).map((one) => one.name),
        additionalProperties: false,
      },
      ...(body ? { body: value(body) } : {}),
      replies: mapped(operation.responses, (reply) => (bodyOf(reply) ? value(bodyOf(reply)) : null)),
    }
  })
  correct(schemas, cut)
  return { source, operations: cut, schemas: Object.fromEntries(Object.entries(schemas).sort()) }
}

/** Where GitHub is known to give something else than it describes. */
function correct(schemas, operations) {
  const fieldOf = (name, ...path) =>
    path.reduce((schema, key) => (schema.items ?? schema).properties[key], schemas[name])
  // A range, as in a search.
  for (const { query } of Object.values(operations)) delete query.properties.created?.format
  // The state of an upload that broke off.
  if (schemas['release-asset']) fieldOf('release-asset', 'state').enum.push('starter')
  // Empty where none was given.
  for (const key of ['target_url', 'log_url', 'environment_url'])
    if (schemas['deployment-status']) delete fieldOf('deployment-status', key).format
  // The fork of a pull request may have been deleted, and a label need not be described.
  for (const name of ['pull-request', 'pull-request-simple']) {
    if (!schemas[name]) continue
    const head = fieldOf(name, 'head').properties
    head.repo = nullable(head.repo)
    head.user = nullable(head.user)
    fieldOf(name, 'labels').items.properties.description.type = ['string', 'null']
  }
}

const shut = ({ additionalProperties, ...schema }) => schema

const mapped = (object, change) => Object.fromEntries(Object.entries(object).map(([key, one]) => [key, change(one)]))

function nullable(schema) {
  if (schema.type) return { ...schema, type: [schema.type, 'null'] }
  return { anyOf: [schema, { type: 'null' }] }
}

/** A value with fields that the description names has no others. */
function closed(schema) {
  const hasFields = schema.properties || schema.$ref || schema.anyOf || schema.allOf
  return hasFields && !schema.additionalProperties ? { ...schema, unevaluatedProperties: false } : schema
}

/** The types with only these fields, and all that their arguments need. */
export function cutGraphql(text, fields, source) {
  const document = visit(parse(text, { noLocation: true }), {
    enter: (node) => (node.description ? { ...node, description: undefined } : undefined),
  })
  const inputs = new Set()
  const kept = visit(document, {
    ObjectTypeDefinition: (node) => onlyFields(node, fields),
    InterfaceTypeDefinition: (node) => onlyFields(node, fields),
    UnionTypeDefinition: () => null,
    DirectiveDefinition: () => null,
    Directive: ({ name }) => (name.value === 'deprecated' ? undefined : null),
  })
  const byName = new Map(kept.definitions.map((definition) => [definition.name?.value, definition]))
  const used = (node) =>
    visit(node, {
      NamedType: ({ name: { value } }) => {
        const definition = byName.get(value)
        if (!definition || inputs.has(value)) return
        inputs.add(value)
        if (!/^(ObjectType|InterfaceType)/.test(definition.kind)) used(definition)
      },
    })
  for (const name of Object.keys(fields)) used(byName.get(name))
  const definitions = kept.definitions.filter((definition) => {
    const name = definition.name?.value
    return name in fields || (inputs.has(name) && !/^(ObjectType|InterfaceType)/.test(definition.kind))
  })
  const missing = [...inputs].filter(
    (name) => /^(ObjectType|InterfaceType)/.test(byName.get(name).kind) && !(name in fields),
  )
  if (missing.length > 0) throw new Error(`fields of these types are to be chosen too: ${missing.join(', ')}`)
  return `# ${source}\n${print({ kind: 'Document', definitions })}\n`
}

function onlyFields(node, fields) {
  const wanted = fields[node.name.value]
  if (!wanted) return { ...node, fields: [], interfaces: [] }
  const kept = node.fields.filter(({ name }) => wanted.includes(name.value))
  if (kept.length < wanted.length) throw new Error(`${node.name.value} has not all of ${wanted.join(', ')}`)
  const isWhole = (name) => fields[name]?.every((field) => wanted.includes(field))
  return { ...node, fields: kept, interfaces: node.interfaces.filter(({ name }) => isWhole(name.value)) }
}

if (import.meta.filename === process.argv[1]) {
  const rest = cutRest(JSON.parse(fetched(REST)), OPERATIONS, sourceOf(REST))
  writeFileSync(at('test/support/github/openapi.json'), `${JSON.stringify(rest)}\n`)
  writeFileSync(at('test/support/github/schema.graphql'), cutGraphql(fetched(GRAPHQL), FIELDS, sourceOf(GRAPHQL)))
}
