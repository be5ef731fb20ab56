import type { ColumnRule } from '../../../../shared/contracts/data-contract.js'
import { round12 } from '../../../../shared/data/engine/sql.js'
import { jdkOfStrftime } from '../foreign/dates.js'
import type { Loss } from './convert.js'

type Plain = Record<string, unknown>
type Lose = (path: Loss['path'], message: string) => void

const FORMATS = ['email', 'uuid', 'uri', 'url', 'hostname', 'ipv4', 'ipv6', 'duration']
const OTHER: Readonly<Record<string, string>> = { base64: 'byte', datetime: 'date-time' }

/** A column rule as a property; `place` is its place in the key, from 1. */
export function propertyOf(rule: ColumnRule, at: readonly PropertyKey[], place: number | null, lose: Lose): Plain {
  const type = typeOf(rule)
  const quality = qualityOf(rule, at, lose)
  const options = optionsOf(rule, type, at, lose)
  loseRest(rule, at, lose)
  return {
    name: rule.name,
    ...(place === null ? {} : { primaryKey: true, primaryKeyPosition: place }),
    ...(type === undefined ? {} : { logicalType: type }),
    ...(Object.keys(options).length > 0 ? { logicalTypeOptions: options } : {}),
    ...(rule.description === undefined ? {} : { description: rule.description }),
    ...(isNeverMissing(rule) && rule.level === 'fail' ? { required: true } : {}),
    ...(rule.unique === true ? { unique: true } : {}),
    ...(rule.sensitive === undefined || rule.sensitive === false ? {} : { classification: 'confidential' }),
    ...(quality.length > 0 ? { quality } : {}),
  }
}

const isNeverMissing = ({ missing }: ColumnRule): boolean =>
  missing?.['max-count'] === 0 || missing?.['max-share'] === 0

/** The options of a type need the type. */
function typeOf(rule: ColumnRule): string | undefined {
  if (rule.type !== undefined) return rule.type
  if (rule.format === 'time') return 'time'
  if (rule.length !== undefined || rule.pattern !== undefined || rule.format !== undefined) return 'string'
  if (rule['date-format'] !== undefined) return 'timestamp'
  const bound = rule.range?.min ?? rule.range?.max
  return bound === undefined ? undefined : typeof bound === 'number' ? 'number' : 'timestamp'
}

function optionsOf(rule: ColumnRule, type: string | undefined, at: readonly PropertyKey[], lose: Lose): Plain {
  const options: Plain = {}
  const { min, max } = rule.length ?? {}
  if (rule.length !== undefined && type !== 'string') lose([...at, 'length'], 'a length of what is no text')
  else Object.assign(options, min === undefined ? {} : { minLength: min }, max === undefined ? {} : { maxLength: max })
  if (rule.pattern !== undefined && rule['max-unknown'] === 0) {
    if (type === 'string') options.pattern = anchored(rule.pattern)
    else lose([...at, 'pattern'], `a pattern of a ${type}`)
  }
  if (rule.range !== undefined) {
    if (type === 'string' || type === 'boolean') lose([...at, 'range'], `a range of a ${type}`)
    else {
      const { range } = rule
      if (range.min !== undefined) options[range['strict-min'] ? 'exclusiveMinimum' : 'minimum'] = range.min
      if (range.max !== undefined) options[range['strict-max'] ? 'exclusiveMaximum' : 'maximum'] = range.max
    }
  }
  if (rule.format !== undefined && type !== 'time') {
    const format = FORMATS.includes(rule.format) ? rule.format : OTHER[rule.format]
    if (format === undefined || type !== 'string') lose([...at, 'format'], `the format ${rule.format}`)
    else options.format = format
  }
  if (rule['date-format'] !== undefined) {
    const jdk = type === 'date' || type === 'timestamp' ? jdkOfStrftime(rule['date-format']) : null
    if (jdk === null) lose([...at, 'date-format'], `the date format ${JSON.stringify(rule['date-format'])}`)
    else options.format = jdk
  }
  return options
}

/** The standard reads a pattern anywhere in the text. */
export const anchored = (pattern: string): string => (/^[^|()]*$/.test(pattern) ? `^${pattern}$` : `^(?:${pattern})$`)

function qualityOf(rule: ColumnRule, at: readonly PropertyKey[], lose: Lose): Plain[] {
  const level = rule.level === 'warn' ? { severity: 'warning' } : {}
  const quality: Plain[] = []
  const { 'max-share': share, 'max-count': count } = rule.missing ?? {}
  // `required` has no level.
  if (isNeverMissing(rule) && rule.level === 'warn') quality.push({ metric: 'nullValues', mustBe: 0, ...level })
  if (count !== undefined && count > 0) quality.push({ metric: 'nullValues', mustBeLessOrEqualTo: count, ...level })
  if (share !== undefined && share > 0)
    quality.push({ metric: 'nullValues', mustBeLessOrEqualTo: round12(share * 100), unit: 'percent', ...level })
  const share100 = { mustBeLessOrEqualTo: round12(rule['max-unknown'] * 100), unit: 'percent' }
  const limit = rule['max-unknown'] === 0 ? { mustBe: 0 } : share100
  if (rule.values !== undefined)
    quality.push({ metric: 'invalidValues', arguments: { validValues: rule.values }, ...limit, ...level })
  if (rule['max-unknown'] > 0 && rule.pattern !== undefined)
    quality.push({ metric: 'invalidValues', arguments: { pattern: anchored(rule.pattern) }, ...limit, ...level })
  if (rule['max-unknown'] > 0 && (rule.values ?? rule.pattern) !== undefined)
    lose([...at, 'max-unknown'], 'a share of the rows with a value: it became one of all rows')
  if (rule['max-unknown'] > 0 && [rule.range, rule.length, rule.format].some((one) => one !== undefined))
    lose([...at, 'max-unknown'], 'a share of values outside range, length or format')
  return quality
}

function loseRest(rule: ColumnRule, at: readonly PropertyKey[], lose: Lose): void {
  if (!rule.required) lose([...at, 'required'], 'a column that may be lacking')
  if (rule.forbidden !== undefined) lose([...at, 'forbidden'], 'forbidden values')
  if (rule.outliers !== undefined) lose([...at, 'outliers'], 'outliers')
  if (rule.order !== undefined) lose([...at, 'order'], 'the order of values')
  if (rule.statistics !== undefined) lose([...at, 'statistics'], 'statistics')
  if (rule.sensitive === 'hash') lose([...at, 'sensitive'], 'whether sensitive values are hashed')
  if (
    rule.level === 'warn' &&
    [rule.type, rule.range, rule.length, rule.pattern, rule.format, rule['date-format'], rule.unique].some(
      (one) => one !== undefined,
    )
  )
    lose([...at, 'level'], 'a level of type, options or uniqueness')
}
