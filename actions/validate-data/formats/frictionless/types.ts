import { identifier, literal } from '../../../../shared/data/engine/sql.js'
import type { ColumnInput, ContractBuilder } from '../builder.js'
import { type Cursor, show } from '../cursor.js'
import { isoOf } from '../foreign/dates.js'
import { escapePattern } from '../foreign/pattern.js'
import { jsonType, listType, POINT } from './structures.js'

/** A type of a field: how it is judged, and what its constraints compare. */
export interface FieldType {
  readonly name: string
  /** A bound as it is written, for a range; null when it is no value of the type. Undefined: the type has no bounds. */
  readonly bound?: (written: unknown) => number | string | null
  /** SQL of the number that a text stands for, when it is written with signs of its own. */
  readonly number?: string
  /** SQL of a number of an enumeration. */
  readonly literal?: (written: string) => string
  /** Texts of these compare as they are. */
  readonly order?: 'text'
  readonly trues?: readonly string[]
  readonly falses?: readonly string[]
  /** Adds a JSON Schema that values have to fulfil. */
  readonly schema?: (schema: Record<string, unknown>) => void
  /** Takes lengths that count items; the reason when they cannot be counted. */
  readonly lengths?: (length: { min?: number; max?: number }) => string | null
  /** Called after the constraints. */
  readonly finish?: (builder: ContractBuilder) => void
}

const STRINGS: Readonly<Record<string, NonNullable<ColumnInput['format']> | null>> = {
  default: null,
  email: 'email',
  uri: 'uri',
  uuid: 'uuid',
  binary: 'base64',
}
const WITHOUT_FORMATS = ['any', 'integer', 'number', 'boolean', 'year', 'yearmonth', 'duration', 'list']
const TRUES = ['true', 'True', 'TRUE', '1']
const FALSES = ['false', 'False', 'FALSE', '0']

const numberOf = (written: unknown): number | null => {
  const value = typeof written === 'string' && written.trim() !== '' ? Number(written) : written
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
const textOf = (pattern: RegExp) => (written: unknown) =>
  typeof written === 'string' && pattern.test(written) ? written : null

export const BOOLEANS = ({ trues = [], falses = [] }: FieldType, text: string): boolean[] =>
  trues.includes(text) ? [true] : falses.includes(text) ? [false] : []

/** Reads `type` and `format` into the rule of a column. A field without a type is of any (version 2). */
export function readFieldType(field: Cursor, column: string, rule: ColumnInput, builder: ContractBuilder): FieldType {
  const name = field.text('type') ?? 'any'
  const format = (field.text('format') ?? 'default').replace(/^fmt:/, '')
  const wrong = (cure: string) =>
    builder.problem(field.lineOf('format'), `the format of a ${name} is ${show(format)}`, cure)
  if (format !== 'default' && WITHOUT_FORMATS.includes(name)) wrong('remove it: there is none but default')
  switch (name) {
    case 'any':
      return { name, bound: numberOf }
    case 'string':
      rule.type = 'string'
      if (!Object.hasOwn(STRINGS, format)) wrong(`known ones: ${Object.keys(STRINGS).join(', ')}`)
      else if (STRINGS[format] !== null) rule.format = STRINGS[format] as NonNullable<ColumnInput['format']>
      return { name }
    case 'integer':
    case 'number':
      return numberType(field, column, name, rule)
    case 'boolean': {
      const trues = field.texts('trueValues') ?? TRUES
      const falses = field.texts('falseValues') ?? FALSES
      rule.type = 'string'
      rule.values = [...new Set([...trues, ...falses])]
      return { name, trues, falses }
    }
    case 'date':
    case 'datetime':
    case 'time':
      return temporalType(name, format, column, rule, builder, field, wrong)
    case 'year':
      rule.type = 'integer'
      rule.format = 'year'
      return { name, bound: numberOf }
    case 'yearmonth':
      rule.format = 'year-month'
      return { name, order: 'text', bound: textOf(/^[0-9]{4}-[0-9]{2}$/) }
    case 'duration':
      rule.format = 'duration'
      return { name }
    case 'object':
    case 'array':
      return jsonType(field, column, name, builder)
    case 'list':
      return listType(field, rule, builder)
    case 'geopoint':
      if (format === 'default') rule.pattern = POINT
      else if (format === 'array' || format === 'object') return jsonType(field, column, `geopoint ${format}`, builder)
      else wrong('known ones: default, array, object')
      return { name }
    default:
      builder.problem(
        field.lineOf('type'),
        `the type ${show(name)} is not ${name === 'geojson' ? 'checked' : 'known'} here`,
        name === 'geojson' ? 'write object' : 'write string, number, integer, boolean, date, datetime, time, year, …',
      )
      return { name }
  }
}

/** Plain numbers are typed; those with signs of their own are texts of a pattern, and compared as what they stand for. */
function numberType(field: Cursor, column: string, name: 'integer' | 'number', rule: ColumnInput): FieldType {
  const bare = field.flag('bareNumber') ?? true
  const decimal = field.text('decimalChar') ?? '.'
  const group = field.text('groupChar') ?? ''
  field.flag('floatNumber')
  if (bare && (name === 'integer' ? group === '' : decimal === '.' && group === '')) {
    rule.type = name
    return { name, bound: numberOf }
  }
  const [point, thousands] = [escapePattern(decimal), escapePattern(group)]
  const digits = group === '' ? '[0-9]+' : `[0-9](?:[0-9]|${thousands})*`
  const fraction = name === 'integer' ? '' : `(?:${point}[0-9]*)?(?:[eE][+-]?[0-9]+)?`
  const special = name === 'integer' ? '' : '|[+-]?(?i:nan|inf|infinity)'
  rule.type = 'string'
  rule.pattern = bare
    ? `[+-]?${digits}${fraction}${special}`
    : `[^0-9-]*-?${digits}${name === 'integer' ? '' : `(?:${point}[0-9]+)?`}[^0-9]*`
  let value = `CAST(${identifier(column)} AS VARCHAR)`
  if (!bare) value = `regexp_replace(regexp_replace(${value}, '^[^0-9-]*', ''), '[^0-9]*$', '')`
  if (group !== '') value = `replace(${value}, ${literal(group)}, '')`
  if (decimal !== '.') value = `replace(${value}, ${literal(decimal)}, '.')`
  const plain = (written: unknown) =>
    numberOf(
      typeof written === 'string'
        ? (group === '' ? written : written.replaceAll(group, '')).replace(decimal, '.')
        : written,
    )
  return {
    name,
    number: `TRY_CAST(${value} AS DOUBLE)`,
    bound: plain,
    literal: (written) => String(plain(written) ?? 'NULL'),
  }
}

function temporalType(
  name: 'date' | 'datetime' | 'time',
  format: string,
  column: string,
  rule: ColumnInput,
  builder: ContractBuilder,
  field: Cursor,
  wrong: (cure: string) => void,
): FieldType {
  const iso = {
    date: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
    datetime: /^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9:]+)?$/,
    time: /^[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z?$/,
  }[name]
  if (format === 'default') {
    if (name === 'time') rule.format = 'time'
    else rule.type = name === 'date' ? 'date' : 'timestamp'
    return name === 'time' ? { name, order: 'text', bound: textOf(iso) } : { name, bound: textOf(iso) }
  }
  if (format === 'any') {
    if (name === 'time') wrong('write default, or a pattern such as %H:%M')
    else builder.check({ check: 'date-format', column }, field.lineOf('format'))
    return { name }
  }
  if (!/%[A-Za-z]/.test(format)) {
    wrong('write default, any, or a pattern such as %d/%m/%Y')
    return { name }
  }
  if (name === 'time') {
    builder.check({ check: 'date-format', column, format }, field.lineOf('format'))
    return { name }
  }
  rule.type = name === 'date' ? 'date' : 'timestamp'
  rule['date-format'] = format
  return { name, bound: (written) => (typeof written === 'string' ? isoOf(written, format) : null) }
}
