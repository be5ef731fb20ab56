import { nearestNames } from '../../../../shared/core/nearest.js'
import { isRecord, shown } from '../arguments.js'
import type { CheckInput, ContractBuilder } from '../builder.js'
import { writtenAs } from '../foreign/types.js'
import { argumentsOf, knownCheck, PANDERA_CHECKS, translateCheck } from './checks.js'

/** Where a column stands in the file, and what the schema says of all columns. */
export interface ColumnPlace {
  line(path: readonly PropertyKey[]): number
  /** `dtype` of the schema, which holds for every column. */
  readonly dtype: unknown
}

const QUIET = ['title', 'description', 'metadata', 'coerce', 'name']
const READ = [
  'dtype',
  'nullable',
  'checks',
  'unique',
  'required',
  'regex',
  'report_duplicates',
  'default',
  'drop_invalid_rows',
]

/** Adds what a column of the schema promises, or the problems in it. */
export function readPanderaColumn(name: string, value: unknown, place: ColumnPlace, builder: ContractBuilder): void {
  const column = isRecord(value) ? value : {}
  const { line } = place
  const problem = (key: string, message: string, cure: string) =>
    builder.problem(line([key]), `${JSON.stringify(name)}: ${message}`, cure)
  if (value !== null && value !== undefined && !isRecord(value)) {
    builder.problem(line([]), `column ${JSON.stringify(name)} is ${shown(value)}`, 'write a mapping')
    return
  }
  if (column.regex === true) {
    problem('regex', '`regex` cannot be honoured: a column is checked by its name', 'declare each column')
    return
  }
  if (column.drop_invalid_rows === true) {
    problem('drop_invalid_rows', '`drop_invalid_rows` cannot be honoured: rows are judged, not dropped', 'remove it')
  }
  const required = column.required !== false
  const add = (check: CheckInput, at: readonly PropertyKey[]) =>
    builder.check(required ? check : { ...check, 'on-absent': 'pass' }, line(at))
  if (required) add({ check: 'column', column: name }, [])
  readType(name, column.dtype ?? place.dtype, add, problem)
  // What is missing is filled with the default before it is looked at.
  const filled = column.default !== undefined && column.default !== null
  if (column.nullable !== true && !filled) {
    add({ check: 'missing', column: name, 'on-empty': 'pass' }, column.nullable === undefined ? [] : ['nullable'])
  }
  if (column.unique === true) {
    const count = (column.report_duplicates ?? 'all') === 'all' ? 'members' : 'copies'
    // Two missing values are duplicates in pandas.
    add({ check: 'key', columns: [name], 'pass-over': 'never', count, 'on-empty': 'pass' }, ['unique'])
  }
  for (const written of checksOf(column)) readCheck(name, written, place, add, builder)
  if (column.checks === undefined || column.checks === null) return
  for (const { name: key } of besides(column)) {
    problem(key, `\`${key}\` stands beside \`checks\`, where Pandera does not read it`, 'move it into `checks`')
  }
}

type Add = (check: CheckInput, at: readonly PropertyKey[]) => void
type ProblemOf = (key: string, message: string, cure: string) => void

function readType(name: string, dtype: unknown, add: Add, problem: ProblemOf): void {
  if (dtype === undefined || dtype === null) return
  const types = typeof dtype === 'string' ? writtenAs(dtype) : null
  if (types === null) {
    problem(
      'dtype',
      `the type ${shown(dtype)} cannot be honoured: it does not say how values are written`,
      'name one of integers, numbers, booleans, texts, dates or timestamps, or leave it out',
    )
  } else add({ check: 'type', column: name, types: [...types], 'on-empty': 'pass' }, ['dtype'])
}

interface Written {
  readonly name: string
  readonly value: unknown
  readonly path: readonly PropertyKey[]
}

/** A list with `options.check_name`, a mapping by name, or keys beside those of the column. */
function checksOf(column: Readonly<Record<string, unknown>>): Written[] {
  const { checks } = column
  if (Array.isArray(checks)) {
    return checks.map((item: unknown, i) => {
      const options = isRecord(item) ? item.options : undefined
      const name = isRecord(options) ? options.check_name : undefined
      return { name: typeof name === 'string' ? name : '', value: item, path: ['checks', i] }
    })
  }
  if (isRecord(checks)) {
    return Object.entries(checks).map(([name, value]) => ({ name, value, path: ['checks', name] }))
  }
  return besides(column)
}

function besides(column: Readonly<Record<string, unknown>>): Written[] {
  return Object.entries(column)
    .filter(([key]) => !READ.includes(key) && !QUIET.includes(key))
    .map(([name, value]) => ({ name, value, path: [name] }))
}

function readCheck(column: string, written: Written, place: ColumnPlace, add: Add, builder: ContractBuilder): void {
  const { name, value, path } = written
  const kind = knownCheck(name)
  if (kind === undefined) {
    const [near] = nearestNames(name, [...Object.keys(PANDERA_CHECKS), ...READ, ...QUIET])
    builder.problem(
      place.line(path),
      `${JSON.stringify(column)}: ${name === '' ? 'a check has no name' : `the check ${name} is not known`}`,
      near === undefined
        ? 'write it as a check of a Plumbline contract: only built-in checks are in the file'
        : `did you mean ${near}?`,
    )
    return
  }
  const checks = translateCheck(
    { name, values: argumentsOf(value, kind.sole), path },
    kind,
    column,
    (key, message, cure) => builder.problem(place.line(key === null ? path : [...path, key]), message, cure),
  )
  for (const check of checks) add(check, path)
}
