import { nearestNames } from '../../../../shared/core/nearest.js'
import { isKnownFormat, metaProblems } from './compile.js'

export type Schema = Record<string, unknown>
export type Path = readonly (string | number)[]

export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Keywords that describe and never fail a value (core and meta-data vocabularies). */
export const ANNOTATIONS: readonly string[] = [
  '$schema',
  '$id',
  '$anchor',
  '$dynamicAnchor',
  '$recursiveAnchor',
  '$vocabulary',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'example',
  'deprecated',
  'readOnly',
  'writeOnly',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
]
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies']
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const SINGLE = [
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'items',
  'additionalItems',
  'unevaluatedItems',
  'contains',
  'not',
  'if',
  'then',
  'else',
]
const ASSERTIONS = [
  ...['type', 'enum', 'const', '$ref', '$dynamicRef', '$recursiveRef', 'format'],
  ...['multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength', 'pattern'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minContains', 'maxContains'],
  ...['minProperties', 'maxProperties', 'required', 'dependentRequired', 'dependencies'],
]
const KNOWN = new Set([...ANNOTATIONS, ...MAPS, ...LISTS, ...SINGLE, ...ASSERTIONS])

export interface SchemaProblem {
  readonly line: number
  readonly message: string
  readonly cure: string
}

/** Everything in a schema that could not be honoured: unknown keywords and formats, references that lead nowhere, wrong values. */
export function schemaProblems(root: Schema, line: (path: Path) => number): SchemaProblem[] {
  const dialect = root.$schema
  if (dialect !== undefined && !/json-schema\.org\/(draft-07|draft\/(2019-09|2020-12))\/schema/.test(String(dialect))) {
    return [
      {
        line: line(['$schema']),
        message: `the dialect ${JSON.stringify(dialect)} is not read`,
        cure: 'write draft-07, 2019-09 or 2020-12, such as https://json-schema.org/draft/2020-12/schema',
      },
    ]
  }
  const problems: SchemaProblem[] = []
  walk(root, [], (schema, path) => {
    for (const keyword of Object.keys(schema)) {
      if (KNOWN.has(keyword) || keyword.startsWith('x-')) continue
      const [near] = keyword === 'nullable' ? [] : nearestNames(keyword, [...KNOWN])
      problems.push({
        line: line([...path, keyword]),
        message: `the keyword ${JSON.stringify(keyword)} is not known: nothing would check it`,
        cure:
          near !== undefined
            ? `did you mean ${near}?`
            : keyword === 'nullable'
              ? 'write `type: [string, "null"]`'
              : 'remove it, or begin its name with x-',
      })
    }
    if (typeof schema.format === 'string' && !isKnownFormat(schema.format)) {
      problems.push({
        line: line([...path, 'format']),
        message: `the format ${JSON.stringify(schema.format)} is not known: nothing would check it`,
        cure: 'write it as a pattern',
      })
    }
    const reference = schema.$ref
    if (typeof reference === 'string' && resolve(root, reference) === null) {
      problems.push({
        line: line([...path, '$ref']),
        message: reference.startsWith('#')
          ? `there is nothing at ${JSON.stringify(reference)}`
          : `${JSON.stringify(reference)} lies in another file`,
        cure: 'put the schema into $defs and refer to it as #/$defs/name',
      })
    }
  })
  const wrong = metaProblems(root, problems.length === 0).map(({ path, message }) => ({
    line: line(path),
    message: `${path.length === 0 ? 'the schema' : path.join('.')} ${message}`,
    cure: 'correct the schema',
  }))
  return [...problems, ...wrong]
}

function walk(schema: unknown, path: Path, visit: (schema: Schema, path: Path) => void): void {
  if (!isSchema(schema)) return
  visit(schema, path)
  for (const key of MAPS) {
    const map = schema[key]
    if (isSchema(map)) for (const [name, part] of Object.entries(map)) walk(part, [...path, key, name], visit)
  }
  for (const key of [...LISTS, ...SINGLE]) {
    const part = schema[key]
    if (Array.isArray(part)) for (const [i, item] of part.entries()) walk(item, [...path, key, i], visit)
    else walk(part, [...path, key], visit)
  }
}

/** The schema at a pointer such as `#/$defs/name` or an anchor; null when it is not there, or elsewhere. */
export function resolve(root: Schema, reference: string): unknown {
  if (reference === '#') return root
  if (!reference.startsWith('#')) return null
  if (!reference.startsWith('#/')) {
    let found: Schema | null = null
    walk(root, [], (schema) => {
      if (schema.$anchor === reference.slice(1)) found = schema
    })
    return found
  }
  let value: unknown = root
  for (const part of reference.slice(2).split('/')) {
    let key = part
    try {
      key = decodeURIComponent(part)
    } catch {
      return null
    }
    key = key.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null
    value = (value as Record<string, unknown>)[key]
  }
  return value ?? null
}
