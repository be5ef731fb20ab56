import type { YamlSource } from '../../../../shared/core/yaml.js'
import type { ContractBuilder } from '../builder.js'
import { type Cursor, cursorOf } from '../cursor.js'

type Schema = Record<string, unknown>

const JSON_TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  date: 'string',
  timestamp: 'string',
  time: 'string',
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  object: 'object',
  array: 'array',
}
const JSON_FORMATS: Readonly<Record<string, string>> = { date: 'date', timestamp: 'date-time', time: 'time' }
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  object: ['minProperties', 'maxProperties', 'required'],
  array: ['minItems', 'maxItems', 'uniqueItems'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
}

interface Raw {
  readonly name?: string
  readonly physicalName?: string
  readonly logicalType?: string
  readonly logicalTypeOptions?: Readonly<Record<string, unknown>>
  readonly required?: boolean
  readonly properties?: readonly Raw[]
  readonly items?: Raw
}

/**
 * What a property of objects or lists says that no column can: presence inside an optional object, counts, items. It
 * becomes a JSON Schema of the row; scalars of objects are columns of their own.
 */
export function readNested(source: YamlSource, property: Cursor, name: string, builder: ContractBuilder): void {
  check(source, property.path, builder)
  const raw = property.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown>)[key],
    source.value,
  ) as Raw
  const schema = structure(raw, false)
  const required = raw.required === true && raw.logicalType === 'object'
  if (schema === null && !required) return
  builder.check(
    {
      check: 'row-schema',
      name: `structure of ${name}`,
      schema: {
        type: 'object',
        ...(required ? { required: [name] } : {}),
        properties: { [name]: schema ?? { type: 'object' } },
      },
    },
    property.line,
  )
}

/** Keys of options and items that nothing would check. */
function check(source: YamlSource, path: readonly PropertyKey[], builder: ContractBuilder): void {
  const quiet = cursorOf(source, builder, path)
  const type = quiet.text('logicalType') ?? ''
  const options = quiet.map('logicalTypeOptions')
  if (options !== undefined && (type === 'object' || type === 'array')) {
    options.skip(...(OPTIONS[type] ?? []))
    options.rest()
  }
  if (quiet.has('items')) {
    const items = quiet.map('items')
    const itemType = items?.text('logicalType') ?? ''
    const itemOptions = items?.map('logicalTypeOptions')
    itemOptions?.skip(...(OPTIONS[itemType] ?? []))
    itemOptions?.rest()
    for (const key of ['quality', 'relationships', 'unique'])
      if (items?.has(key))
        builder.problem(
          items.lineOf(key),
          `\`${key}\` of the items of a list is not checked`,
          'say it of the list, in a quality rule with a query',
        )
    if (items !== undefined) check(source, items.path, builder)
  }
}

/** The structure of a value; `whole` also holds its scalars to their types. Null when there is nothing to say. */
function structure(raw: Raw, whole: boolean): Schema | null {
  const type = raw.logicalType ?? (raw.properties === undefined ? undefined : 'object')
  const options = Object.fromEntries(
    Object.entries(raw.logicalTypeOptions ?? {}).filter(([key]) => (OPTIONS[type ?? ''] ?? []).includes(key)),
  )
  if (type === 'object') {
    const children = raw.properties ?? []
    const inner = children.flatMap((child): [string, Schema][] => {
      const found = structure(child, whole)
      const present = child.required === true ? { not: { type: 'null' } } : null
      if (found === null && present === null) return []
      return [[child.physicalName ?? child.name ?? '', { ...present, ...found }]]
    })
    const required = [
      ...children.filter((child) => child.required === true).map((child) => child.physicalName ?? child.name ?? ''),
      ...((options.required as string[] | undefined) ?? []),
    ]
    if (inner.length === 0 && required.length === 0 && Object.keys(options).length === 0 && !whole) return null
    return {
      type: raw.required === true ? 'object' : ['object', 'null'],
      ...options,
      ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
      ...(inner.length > 0 ? { properties: Object.fromEntries(inner) } : {}),
    }
  }
  if (type === 'array') {
    const items = raw.items === undefined ? null : structure(raw.items, true)
    return {
      type: raw.required === true ? 'array' : ['array', 'null'],
      ...options,
      ...(items === null ? {} : { items }),
    }
  }
  if (!whole || type === undefined) return null
  const json = JSON_TYPES[type] as string
  return {
    type: raw.required === true ? json : [json, 'null'],
    ...(JSON_FORMATS[type] === undefined ? {} : { format: JSON_FORMATS[type] }),
    ...options,
  }
}
