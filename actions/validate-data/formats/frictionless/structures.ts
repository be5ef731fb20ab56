import type { ColumnInput, ContractBuilder } from '../builder.js'
import { type Cursor, show } from '../cursor.js'
import { escapePattern } from '../foreign/pattern.js'
import type { FieldType } from './types.js'

type Schema = Record<string, unknown>

const LONGITUDE = '[+-]?(?:180(?:\\.0*)?|(?:1[0-7][0-9]|0*[0-9]{1,2})(?:\\.[0-9]*)?)'
const LATITUDE = '[+-]?(?:90(?:\\.0*)?|0*[0-8]?[0-9](?:\\.[0-9]*)?)'
/** `lon, lat`, in degrees. */
export const POINT = `\\s*${LONGITUDE}\\s*,\\s*${LATITUDE}\\s*`

const degrees = (limit: number): Schema => ({
  anyOf: [
    { type: 'number', minimum: -limit, maximum: limit },
    { type: 'string', pattern: limit === 180 ? `^${LONGITUDE}$` : `^${LATITUDE}$` },
  ],
})
const SCHEMAS: Readonly<Record<string, Schema>> = {
  object: { type: 'object' },
  array: { type: 'array' },
  'geopoint array': { type: 'array', minItems: 2, maxItems: 2, prefixItems: [degrees(180), degrees(90)] },
  'geopoint object': {
    type: 'object',
    required: ['lon', 'lat'],
    maxProperties: 2,
    properties: { lon: degrees(180), lat: degrees(90) },
  },
}

/** Objects, arrays and points in JSON. A length counts their items. */
export function jsonType(field: Cursor, column: string, name: string, builder: ContractBuilder): FieldType {
  if (name === 'object' || name === 'array') {
    const format = field.text('format') ?? 'default'
    if (format !== 'default') builder.problem(field.lineOf('format'), `the format is ${show(format)}`, 'remove it')
  }
  let schema: Schema = SCHEMAS[name] as Schema
  const parts: Schema[] = []
  const [least, most] = name.includes('array') ? ['minItems', 'maxItems'] : ['minProperties', 'maxProperties']
  let told = false
  const finish = (to: ContractBuilder): void => {
    if (told) return
    told = true
    to.check({ check: 'json', column, schema: parts.length === 0 ? schema : { ...schema, allOf: parts } }, field.line)
  }
  if (!field.has('constraints')) finish(builder)
  return {
    name,
    schema: (part) => void parts.push(part),
    lengths({ min, max }) {
      schema = {
        ...schema,
        ...(min === undefined ? {} : { [least]: min }),
        ...(max === undefined ? {} : { [most]: max }),
      }
      return null
    },
    finish,
  }
}

const ITEMS: Readonly<Record<string, string>> = {
  integer: '\\s*[+-]?[0-9]+\\s*',
  number: '\\s*(?:[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?i:nan|inf|infinity))\\s*',
  boolean: '(?:true|True|TRUE|1|false|False|FALSE|0)',
}

/** A list in one cell (version 2): items of a type between delimiters. A length counts items. */
export function listType(field: Cursor, rule: ColumnInput, builder: ContractBuilder): FieldType {
  const delimiter = field.text('delimiter') ?? ','
  const items = field.text('itemType') ?? 'string'
  const single = [...delimiter].length === 1
  const item =
    items === 'string' ? (single ? `[^${escapePattern(delimiter).replace(/^([-])$/, '\\$1')}]*` : null) : ITEMS[items]
  rule.type = 'string'
  if (item === undefined) {
    builder.problem(
      field.lineOf('itemType'),
      `the items of the list are ${show(items)}`,
      'string, integer, number and boolean are checked',
    )
    return { name: 'list' }
  }
  const pattern = (times: string) => `(?:${item})(?:${escapePattern(delimiter)}(?:${item}))${times}`
  if (items !== 'string') rule.pattern = pattern('*')
  return {
    name: 'list',
    lengths({ min = 1, max }) {
      if (item === null) return 'items between delimiters of several characters are not counted'
      const [least, most] = [Math.max(0, min - 1), max === undefined ? '' : String(max - 1)]
      // RE2 repeats no more than 1,000 times.
      if (least > 1000 || Number(most) > 1000) return 'more than 1,000 items are not counted'
      if (max === 0) return 'a list has one item at least'
      if (max !== undefined && min > max) return '`minLength` is larger than `maxLength`'
      rule.pattern = pattern(`{${least},${most}}`)
      return null
    },
  }
}
