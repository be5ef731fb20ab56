import type { YamlSource } from '../../../../shared/core/yaml.js'
import type { ContractBuilder } from '../builder.js'
import { readScalar, type Scalar, withoutAnnotations } from './column.js'
import { ANNOTATIONS, isSchema, type Path, resolve, type Schema } from './keywords.js'

/** Where a property stands, and whether it is there in every row. */
interface Place {
  readonly path: Path
  readonly column: string
  /** Every object around it is required and not null. */
  readonly sure: boolean
  readonly required: boolean
}

/** What is left of a schema when column rules have taken what they say exactly; null when nothing is. */
export type Rest = Schema | null

/** Columns out of the properties of a row, and one check of what is left; of rows that are JSON that includes what may be null. */
export function translateRow(root: Schema, source: YamlSource, builder: ContractBuilder, isJson: boolean): void {
  const seen = new Set<unknown>()
  let row: Schema = root
  while (typeof row.$ref === 'string' && onlyReference(row) && !seen.has(row)) {
    seen.add(row)
    const next = resolve(root, row.$ref)
    if (!isSchema(next)) break
    row = next
  }
  const path = pathTo(root, row)
  if (row.type !== undefined && ![row.type].flat().includes('object')) {
    builder.problem(
      source.line([...path, 'type']),
      `the schema describes ${JSON.stringify(row.type)}`,
      'describe one row, which is an object',
    )
    return
  }
  const nested = { found: false }
  const context: Context = { root, source, builder, isJson, nested }
  const rest = restOfObject(context, row, { path, column: '', sure: true, required: true })
  if (rest.additionalProperties === false && !nested.found && row.patternProperties === undefined) {
    builder.set('extra-columns', 'fail', source.line([...path, 'additionalProperties']))
    delete rest.additionalProperties
  }
  if (rest.additionalProperties === undefined && isSchema(rest.properties)) {
    const said = Object.entries(rest.properties).filter(([, part]) => part !== true)
    if (said.length === 0) delete rest.properties
    else rest.properties = Object.fromEntries(said)
  }
  delete rest.type
  if (Object.keys(rest).length === 0) return
  const definitions = Object.fromEntries(
    ['$defs', 'definitions'].filter((key) => root[key] !== undefined).map((key) => [key, root[key]]),
  )
  const refers = JSON.stringify(rest).includes('"$ref"')
  builder.check(
    {
      check: 'row-schema',
      name: 'schema of the row',
      schema: {
        ...(root.$schema === undefined ? {} : { $schema: root.$schema }),
        type: 'object',
        ...rest,
        ...(refers ? definitions : {}),
      },
    },
    source.line(path),
  )
}

interface Context {
  readonly root: Schema
  readonly source: YamlSource
  readonly builder: ContractBuilder
  readonly isJson: boolean
  readonly nested: { found: boolean }
}

const onlyReference = (schema: Schema): boolean =>
  Object.keys(schema).every((key) => key === '$ref' || ANNOTATIONS.includes(key) || key.startsWith('x-'))

function pathTo(root: Schema, schema: Schema): Path {
  for (const key of ['$defs', 'definitions']) {
    const found = Object.entries((root[key] as Schema | undefined) ?? {}).find(([, value]) => value === schema)
    if (found !== undefined) return [key, found[0]]
  }
  return []
}

/** Takes the properties of an object; the rest holds everything else that it says. */
function restOfObject(context: Context, schema: Schema, place: Place): Schema {
  const rest: Schema = {}
  for (const [key, value] of Object.entries(schema)) {
    if (ANNOTATIONS.includes(key) || key.startsWith('x-') || key === 'properties' || key === 'required') continue
    if (key === 'additionalProperties' && (value === true || (isSchema(value) && Object.keys(value).length === 0)))
      continue
    rest[key] = value
  }
  const required = new Set(Array.isArray(schema.required) ? (schema.required as string[]) : [])
  const properties = Object.entries(isSchema(schema.properties) ? schema.properties : {})
  const parts = properties.map(([name, part]): [string, unknown] => {
    const inner: Place = {
      path: [...place.path, 'properties', name],
      column: place.column === '' ? name : `${place.column}.${name}`,
      sure: place.sure,
      required: required.has(name),
    }
    const left = restOfProperty(context, part, inner)
    if (!left.keepRequired) required.delete(name)
    return [name, left.rest ?? true]
  })
  // Other keywords about properties need to know the names of all.
  const closed = rest.additionalProperties !== undefined || rest.unevaluatedProperties !== undefined
  const said = parts.filter(([, part]) => part !== true || closed)
  if (said.length > 0) rest.properties = Object.fromEntries(said)
  if (required.size > 0) rest.required = [...required]
  return rest
}

interface Left {
  readonly rest: Rest | false
  /** Whether the row is still to be asked for the key. */
  readonly keepRequired: boolean
}

function restOfProperty(context: Context, part: unknown, place: Place): Left {
  if (!isSchema(part)) {
    if (part === true) return restOfAnything(context, {}, place)
    return { rest: false, keepRequired: place.required }
  }
  const { schema, nullable } = simplify(context.root, part)
  const types = [schema.type].flat()
  if (isSchema(schema.properties) && types.includes('object')) {
    context.nested.found = true
    const isObject = types.length === 1 && !nullable
    const inner = restOfObject(context, schema, { ...place, sure: isSure(place) && isObject })
    const type = isObject ? 'object' : [...new Set([...types, ...(nullable ? ['null'] : [])])]
    return { rest: { ...inner, type }, keepRequired: place.required }
  }
  const scalar = readScalar(schema, place.column, isSure(place))
  if (context.isJson && scalar.rule.type === undefined)
    return restOfAnything(context, nullable && schema.type !== undefined ? orNull(schema) : schema, place)
  return restOfScalar(context, scalar, { place, nullable, isTyped: schema.type !== undefined })
}

const isSure = (place: Place): boolean => place.sure && place.required

/** What may be an object, whose fields are columns of their own: nothing but the row can be asked. */
function restOfAnything({ builder, source, nested, isJson }: Context, schema: Schema, place: Place): Left {
  nested.found ||= isJson
  const said = typeof schema.description === 'string' ? { description: schema.description } : {}
  builder.column({ name: place.column, ...said, required: isSure(place) && !isJson }, source.line(place.path))
  const rest = withoutAnnotations(schema)
  return { rest: Object.keys(rest).length === 0 ? null : rest, keepRequired: place.required }
}

interface ScalarPlace {
  readonly place: Place
  readonly nullable: boolean
  /** Whether the schema names a type. */
  readonly isTyped: boolean
}

function restOfScalar(
  { builder, source, isJson }: Context,
  { rule, checks, rest }: Scalar,
  { place, nullable, isTyped }: ScalarPlace,
): Left {
  const line = source.line(place.path)
  const sure = isSure(place)
  // A set of texts has no null in it, whatever the type.
  const empty = nullable && (isTyped || rule.values === undefined)
  const present = sure && !empty
  builder.column({ ...rule, required: sure, ...(present ? { missing: { 'max-count': 0 } } : {}) }, line)
  for (const check of checks) builder.check(check, line)
  // In data that are no JSON, null and an absent key are the same, so only the column is asked for.
  const same = sure && empty && isTyped && !isJson
  if (same) {
    builder.note(
      line,
      `a row without ${JSON.stringify(place.column)} passes as one in which it is null, which it may be`,
    )
  }
  const isFilled = !empty && !present && (isJson || place.required)
  const left = isFilled && rest?.type === undefined ? notNull(rest) : rest
  return {
    rest: left === null || !empty || !isTyped ? left : orNull(left),
    keepRequired: place.required && !present && !same,
  }
}

const orNull = (rest: Schema): Schema => ({ anyOf: [{ type: 'null' }, rest] })

const NOT_NULL: Schema = { not: { type: 'null' } }
const notNull = (rest: Rest): Schema => (rest === null ? NOT_NULL : { allOf: [rest, NOT_NULL] })

/** Follows a lone reference, and takes `null` out of `type` and out of a choice of two. */
function simplify(root: Schema, part: Schema): { schema: Schema; nullable: boolean } {
  let schema = part
  let nullable = false
  for (let steps = 0; steps < 50; steps++) {
    const choice = schema.anyOf ?? schema.oneOf
    const alone = Object.keys(schema).every((key) => ANNOTATIONS.includes(key) || key === 'anyOf' || key === 'oneOf')
    if (typeof schema.$ref === 'string' && onlyReference(schema)) {
      const next = resolve(root, schema.$ref)
      if (!isSchema(next)) break
      schema = { ...next, ...(schema.description === undefined ? {} : { description: schema.description }) }
    } else if (Array.isArray(choice) && choice.length === 2 && alone && choice.some(isNull)) {
      const other = choice.find((item) => !isNull(item))
      if (!isSchema(other)) break
      nullable = true
      schema = { ...other, ...(schema.description === undefined ? {} : { description: schema.description }) }
    } else break
  }
  const types = [schema.type].flat()
  if (types.includes('null') && types.length === 2) {
    const said = Array.isArray(schema.enum) ? schema.enum.includes(null) : schema.const === undefined
    if (!said) return { schema: { ...schema, type: types.find((type) => type !== 'null') }, nullable: false }
    nullable = true
    const values = Array.isArray(schema.enum) ? { enum: schema.enum.filter((value) => value !== null) } : {}
    schema = { ...schema, ...values, type: types.find((type) => type !== 'null') }
  }
  return { schema, nullable: nullable || schema.type === undefined || types.includes('null') }
}

const isNull = (item: unknown): boolean => isSchema(item) && item.type === 'null' && Object.keys(item).length === 1
