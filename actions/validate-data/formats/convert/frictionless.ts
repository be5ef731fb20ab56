import type { DataCheck } from '../../../../shared/contracts/data-checks.js'
import { type ColumnRule, DataContract } from '../../../../shared/contracts/data-contract.js'
import type { Converted, ConvertOptions, Loss } from './convert.js'

type Plain = Record<string, unknown>
type Lose = (path: Loss['path'], message: string) => void

const FORMATS: Readonly<Record<string, string>> = {
  email: 'email',
  uri: 'uri',
  url: 'uri',
  uuid: 'uuid',
  base64: 'binary',
}
const TYPES: Readonly<Record<string, string>> = {
  year: 'year',
  'year-month': 'yearmonth',
  duration: 'duration',
  time: 'time',
  datetime: 'datetime',
  date: 'date',
}

/** A contract as a Table Schema of Data Package 2 (datapackage.org/standard/table-schema). */
export function writeFrictionless(contract: DataContract, { name }: ConvertOptions): Converted {
  const losses: Loss[] = []
  const lose: Lose = (path, message) => void losses.push({ path, message })
  const uniqueKeys: string[][] = []
  const foreignKeys: Plain[] = []
  contract.checks.forEach((check, i) => {
    if (!writeCheck(check, contract.checks, uniqueKeys, foreignKeys)) lose(['checks', i], `the check ${check.check}`)
  })
  loseTop(contract, lose)
  const schema = {
    $schema: 'https://datapackage.org/profiles/2.0/tableschema.json',
    name: name.toLowerCase().replaceAll(/[^-a-z0-9._/]+/g, '-') || 'contract',
    fieldsMatch: matchOf(contract, lose),
    fields: contract.columns.map((rule, i) => fieldOf(rule, ['columns', i], lose)),
    ...(contract.key === undefined ? {} : { primaryKey: contract.key }),
    ...(uniqueKeys.length > 0 ? { uniqueKeys } : {}),
    ...(foreignKeys.length > 0 ? { foreignKeys } : {}),
  }
  return { text: `${JSON.stringify(schema, null, 2)}\n`, losses }
}

function matchOf(contract: DataContract, lose: Lose): string {
  const extra = contract['extra-columns']
  const order = contract['column-order']
  const optional = contract.columns.filter(({ required }) => !required).length
  if (extra === 'warn') lose(['extra-columns'], 'a warning about other columns: they became allowed')
  if (order === 'warn' || (order === 'fail' && (extra !== 'fail' || optional > 0)))
    lose(['column-order'], 'the order of columns where others may stand between')
  if (optional > 0 && (optional < contract.columns.length || extra !== 'fail'))
    lose(['columns'], 'columns of which some may be lacking')
  else if (optional > 0) return 'superset'
  if (extra !== 'fail') return 'subset'
  return order === 'fail' ? 'exact' : 'equal'
}

function fieldOf(rule: ColumnRule, at: readonly PropertyKey[], lose: Lose): Plain {
  const type = rule.format !== undefined && TYPES[rule.format] !== undefined ? TYPES[rule.format] : typeOf(rule)
  const format = rule['date-format'] ?? (rule.format === undefined ? undefined : FORMATS[rule.format])
  if (rule.format !== undefined && format === undefined && TYPES[rule.format] === undefined)
    lose([...at, 'format'], `the format ${rule.format}`)
  if (rule.format === 'url') lose([...at, 'format'], 'the format url: it became uri')
  loseRest(rule, at, lose)
  const constraints = constraintsOf(rule, type as string, at, lose)
  return {
    name: rule.name,
    type,
    ...(format === undefined ? {} : { format }),
    ...(type === 'boolean' ? { trueValues: ['true', 'True', 'TRUE'], falseValues: ['false', 'False', 'FALSE'] } : {}),
    ...(rule.description === undefined ? {} : { description: rule.description }),
    ...(Object.keys(constraints).length > 0 ? { constraints } : {}),
  }
}

function typeOf({ type, length, pattern, values, format }: ColumnRule): string {
  if (type !== undefined) return type === 'timestamp' ? 'datetime' : type
  return [length, pattern, values, format].some((one) => one !== undefined) ? 'string' : 'any'
}

function constraintsOf(rule: ColumnRule, type: string, at: readonly PropertyKey[], lose: Lose): Plain {
  const constraints: Plain = {}
  const text = type === 'string'
  if (rule.missing?.['max-count'] === 0 || rule.missing?.['max-share'] === 0) constraints.required = true
  else if (rule.missing !== undefined) lose([...at, 'missing'], 'a tolerance of missing values')
  if (rule.unique === true) constraints.unique = true
  if (rule.length !== undefined && !text) lose([...at, 'length'], `a length of a ${type}`)
  else {
    if (rule.length?.min !== undefined) constraints.minLength = rule.length.min
    if (rule.length?.max !== undefined) constraints.maxLength = rule.length.max
  }
  if (rule.pattern !== undefined && !text) lose([...at, 'pattern'], `a pattern of a ${type}`)
  // frictionless-py puts ^ and $ around it, which bind closer than a choice.
  else if (rule.pattern !== undefined)
    constraints.pattern = rule.pattern.includes('|') ? `(?:${rule.pattern})` : rule.pattern
  if (rule.range !== undefined) {
    const { min, max } = rule.range
    if (!['integer', 'number', 'date', 'datetime', 'year'].includes(type) || rule['date-format'] !== undefined)
      lose(
        [...at, 'range'],
        `a range of a ${type}${rule['date-format'] === undefined ? '' : ' in a format of its own'}`,
      )
    else {
      if (min !== undefined) constraints[rule.range['strict-min'] ? 'exclusiveMinimum' : 'minimum'] = boundOf(min, type)
      // Here a day as upper bound ends with the day, there with its midnight.
      const next = type === 'datetime' && !rule.range['strict-max'] ? dayAfter(max) : null
      if (next !== null) constraints.exclusiveMaximum = boundOf(next, type)
      else if (max !== undefined)
        constraints[rule.range['strict-max'] ? 'exclusiveMaximum' : 'maximum'] = boundOf(max, type)
    }
  }
  if (rule.values !== undefined) {
    if (type === 'any' || type === 'object') lose([...at, 'values'], 'values without a type')
    else
      constraints.enum =
        type === 'integer' || type === 'number' ? rule.values.map((value) => Number(value)) : rule.values
  }
  return constraints
}

/** Version 2 reads the time of a timestamp to the second. */
const boundOf = (bound: number | string, type: string): number | string =>
  type === 'datetime' && typeof bound === 'string' && /^[0-9-]{10}$/.test(bound) ? `${bound}T00:00:00` : bound

/** The day after a day in ISO form; null for anything else. */
function dayAfter(bound: number | string | undefined): string | null {
  if (typeof bound !== 'string' || !/^[0-9-]{10}$/.test(bound)) return null
  return new Date(Date.parse(bound) + 86_400_000).toISOString().slice(0, 10)
}

function loseRest(rule: ColumnRule, at: readonly PropertyKey[], lose: Lose): void {
  for (const [key, message] of [
    ['forbidden', 'forbidden values'],
    ['outliers', 'outliers'],
    ['order', 'the order of values'],
    ['statistics', 'statistics'],
  ] as const)
    if (rule[key] !== undefined) lose([...at, key], message)
  if (rule.sensitive !== undefined && rule.sensitive !== false) lose([...at, 'sensitive'], 'that values are sensitive')
  if (rule['max-unknown'] > 0) lose([...at, 'max-unknown'], 'a share of values that may be others: none may')
  if (rule.level === 'warn') lose([...at, 'level'], 'a level: it became an error')
}

function writeCheck(
  check: DataCheck,
  all: readonly DataCheck[],
  uniqueKeys: string[][],
  foreignKeys: Plain[],
): boolean {
  if (check.where !== undefined || check['group-by'] !== undefined || check.level === 'warn') return false
  if (check.check === 'key') {
    if (check['pass-over'] !== 'any-missing' || check.count !== 'copies' || check.on !== undefined || tolerant(check))
      return false
    uniqueKeys.push(check.columns)
    return true
  }
  if (check.check !== 'foreign-key' || tolerant(check)) return false
  // A reference to itself is one check for each dataset.
  const own = (one: DataCheck, dataset: string) =>
    one.check === 'foreign-key' &&
    one.on === dataset &&
    one.to.data === dataset &&
    JSON.stringify([one.columns, one.to.columns]) === JSON.stringify([check.columns, check.to.columns])
  if (!['train', 'test'].every((dataset) => all.some((one) => own(one, dataset)))) return false
  if (check.on === 'train')
    foreignKeys.push({ fields: check.columns, reference: { fields: check.to.columns ?? check.columns } })
  return true
}

const tolerant = (check: { mostly?: number | undefined; 'max-bad'?: number | undefined }): boolean =>
  (check.mostly !== undefined && check.mostly < 1) || (check['max-bad'] ?? 0) > 0

function loseTop(contract: DataContract, lose: Lose): void {
  const bare = DataContract.parse({ schema: contract.schema })
  for (const [key, message] of [
    ['version', 'a version'],
    ['rows', 'the number of rows'],
    ['duplicates', 'copies of whole rows'],
    ['freshness', 'freshness'],
    ['volume', 'rows against a baseline'],
    ['label', 'the balance of classes'],
    ['leakage', 'settings of leakage'],
    ['drift', 'settings of drift'],
  ] as const)
    if (JSON.stringify(contract[key]) !== JSON.stringify(bare[key])) lose([key], message)
}
