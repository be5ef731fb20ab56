import type { YamlSource } from '../../../../shared/core/yaml.js'
import { identifier } from '../../../../shared/data/engine/sql.js'
import type { ColumnInput, ContractBuilder } from '../builder.js'
import { type Cursor, show } from '../cursor.js'
import { bounded } from '../foreign/bounds.js'
import { foldQuality } from './fold.js'
import { readNested } from './nested.js'
import { readOptions } from './options.js'
import { readQuality } from './quality.js'
import { readRelationship } from './relations.js'
import type { OdcsTable, OdcsTables } from './tables.js'

/** Keys of a property that describe it, or how it is stored. */
export const DESCRIBING = [
  'id',
  'name',
  'physicalName',
  'physicalType',
  'businessName',
  'description',
  'tags',
  'authoritativeDefinitions',
  'customProperties',
  'partitioned',
  'partitionKeyPosition',
  'encryptedName',
  'transformSourceObjects',
  'transformLogic',
  'transformDescription',
  'examples',
  'criticalDataElement',
  'classification',
  'primaryKeyPosition',
]
const TYPES = ['string', 'date', 'timestamp', 'time', 'number', 'integer', 'object', 'array', 'boolean']
const SENSITIVE = /^(confidential|restricted|sensitive|secret|pii|personal)$/i

interface Key {
  readonly column: string
  readonly position: number
  readonly line: number
}

/** Columns, keys and the rules of columns of one table. */
export function readProperties(
  table: OdcsTable,
  tables: OdcsTables,
  source: YamlSource,
  builder: ContractBuilder,
): void {
  const keys: Key[] = []
  let stored: number | null = null
  const read = (cursor: Cursor, prefix: string, sure: boolean): void => {
    const name = cursor.text('physicalName') ?? cursor.text('name')
    if (name === undefined) {
      builder.problem(cursor.line, 'a property has no name', 'add `name:`')
      return
    }
    const column = `${prefix}${name}`
    const type = typeOf(cursor, builder)
    if (type === undefined && cursor.has('physicalType')) stored ??= cursor.lineOf('physicalType')
    const required = cursor.flag('required') === true
    const isKey = cursor.flag('primaryKey') === true
    if (isKey)
      keys.push({ column, position: cursor.number('primaryKeyPosition') ?? -1, line: cursor.lineOf('primaryKey') })
    let rules = cursor.maps('quality')
    if (type === 'object' || type === 'array') {
      if (prefix === '') readNested(source, cursor, name, builder)
      for (const child of cursor.maps('properties')) read(child, `${column}.`, sure && required)
      cursor.skip('items', 'logicalTypeOptions', 'unique')
      if (type === 'array' || !cursor.has('properties')) {
        builder.column(
          { name: column, required: sure, ...(required && sure ? { missing: { 'max-count': 0 } } : {}) },
          cursor.line,
        )
      }
    } else rules = readScalar(cursor, column, type, { sure, required }, builder)
    for (const rule of rules) readQuality(rule, { table, column }, builder)
    for (const relationship of cursor.maps('relationships'))
      readRelationship(relationship, column, table, tables, builder)
    cursor.skip(...DESCRIBING)
    cursor.rest()
  }
  for (const property of table.cursor.maps('properties')) read(property, '', true)
  if (keys.length > 0) {
    const sorted = [...keys].sort((a, b) => a.position - b.position)
    builder.set(
      'key',
      sorted.map(({ column }) => column),
      (sorted[0] as Key).line,
    )
  }
  if (stored !== null)
    builder.note(stored, '`physicalType` is about the storage: without `logicalType` no type is checked')
}

function typeOf(cursor: Cursor, builder: ContractBuilder): string | undefined {
  const type = cursor.text('logicalType')
  if (type === undefined || TYPES.includes(type)) return type
  builder.problem(cursor.lineOf('logicalType'), `\`logicalType\` is ${show(type)}`, `write one of: ${TYPES.join(', ')}`)
  return undefined
}

function readScalar(
  cursor: Cursor,
  column: string,
  type: string | undefined,
  { sure, required }: { sure: boolean; required: boolean },
  builder: ContractBuilder,
): Cursor[] {
  const rule: ColumnInput = { name: column }
  if (!sure) rule.required = false
  if (type === 'time') rule.format = 'time'
  else if (type !== undefined) rule.type = type as NonNullable<ColumnInput['type']>
  const description = cursor.text('description')
  if (description !== undefined) rule.description = description
  // An optional parent may be absent, and its fields with it: that is judged on the object.
  if (required && sure) rule.missing = { 'max-count': 0 }
  if (cursor.flag('unique') === true) rule.unique = true
  if (SENSITIVE.test(cursor.text('classification') ?? '')) rule.sensitive = true
  const values = allowed(cursor, builder)
  const options = cursor.map('logicalTypeOptions')
  if (options !== undefined) {
    const found = readOptions(options, column, type, builder)
    Object.assign(rule, found.rule)
    if (bounded(found.bounds)) {
      if (type === 'time') {
        const { min, max } = found.bounds
        const text = `CAST(${identifier(column)} AS VARCHAR)`
        const sides = [
          ...(min === undefined ? [] : [`${text} ${found.bounds['strict-min'] ? '>' : '>='} ${quoted(min)}`]),
          ...(max === undefined ? [] : [`${text} ${found.bounds['strict-max'] ? '<' : '<='} ${quoted(max)}`]),
        ]
        builder.check({ check: 'rows', name: `range of ${column}`, condition: sides.join(' AND ') }, options.line)
      } else rule.range = found.bounds
    }
    if (found.values !== undefined) rule.values = found.values
  }
  if (values !== undefined) rule.values = values
  const left = cursor.maps('quality').filter((quality) => !foldQuality(quality, rule))
  builder.column(rule, cursor.line)
  return left
}

const quoted = (value: string | number): string => `'${String(value).replaceAll("'", "''")}'`

/** `enum`: a list of values, or of maps with `value` (3.2). */
function allowed(cursor: Cursor, builder: ContractBuilder): string[] | undefined {
  const list = cursor.list('enum')
  if (list === undefined) return undefined
  return list.flatMap((item) => {
    const value = typeof item === 'object' && item !== null ? (item as { value?: unknown }).value : item
    if (value === null) return []
    if (['string', 'number', 'boolean'].includes(typeof value)) return [String(value)]
    builder.problem(cursor.lineOf('enum'), `${show(item)} is no value`, 'write texts or numbers')
    return []
  })
}
