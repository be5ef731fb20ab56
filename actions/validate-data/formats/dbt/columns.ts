import { isRecord, shown } from '../arguments.js'
import type { ContractBuilder } from '../builder.js'
import { writtenAs } from '../foreign/types.js'
import { readTest, type TestPlace } from './tests.js'

type Line = (path: readonly PropertyKey[]) => number

interface ColumnPlace {
  /** Whether dbt enforces the contract, so that types and columns are promises and not descriptions. */
  readonly enforced: boolean
  readonly references: TestPlace['references']
  readonly line: Line
}

const KEYS = ['name', 'data_type', 'tests', 'data_tests', 'constraints']
const QUIET_KEYS = [
  'description',
  'docs',
  'meta',
  'tags',
  'config',
  'quote',
  'policy_tags',
  'granularity',
  'dimension',
  'entity',
]

/** `config.contract.enforced` and `constraints` of a table. Returns whether the contract is enforced. */
export function readContract(value: Readonly<Record<string, unknown>>, line: Line, builder: ContractBuilder): boolean {
  const contract = isRecord(value.config) ? value.config.contract : undefined
  const enforced = isRecord(contract) && contract.enforced === true
  if (enforced && Array.isArray(value.columns)) {
    const columns = value.columns.flatMap((column) =>
      isRecord(column) && typeof column.name === 'string' ? [column.name] : [],
    )
    builder.check({ check: 'columns', columns, match: 'exact' }, line(['config']))
  }
  readConstraints(value.constraints, null, (at) => line(['constraints', ...at]), builder)
  return enforced
}

/** One item of `columns`: its tests, its constraints, its type where it is enforced. */
export function readColumn(item: unknown, place: ColumnPlace, builder: ContractBuilder): void {
  const { line } = place
  if (!isRecord(item) || typeof item.name !== 'string' || item.name === '') {
    builder.problem(line([]), `a column is ${shown(item)}`, 'write a mapping with its name')
    return
  }
  const { name } = item
  for (const key of ['tests', 'data_tests']) {
    const tests = item[key]
    if (tests === undefined || tests === null) continue
    if (!Array.isArray(tests)) {
      builder.problem(line([key]), `\`${key}\` of ${JSON.stringify(name)} is ${shown(tests)}`, 'write a list of tests')
      continue
    }
    tests.forEach((test, i) => {
      readTest(test, { column: name, references: place.references, line: (at) => line([key, i, ...at]) }, builder)
    })
  }
  readConstraints(item.constraints, name, (at) => line(['constraints', ...at]), builder)
  if (place.enforced && item.data_type !== undefined) {
    const types = typeof item.data_type === 'string' ? writtenAs(item.data_type) : null
    if (types === null) {
      builder.problem(
        line(['data_type']),
        `the type ${shown(item.data_type)} of ${JSON.stringify(name)} cannot be honoured: it does not say how values are written`,
        'name one of integers, numbers, booleans, texts, dates or timestamps',
      )
    } else builder.check({ check: 'type', column: name, types: [...types], 'on-empty': 'pass' }, line(['data_type']))
  }
  for (const key of Object.keys(item)) {
    if (![...KEYS, ...QUIET_KEYS].includes(key)) {
      builder.problem(line([key]), `\`${key}\` of ${JSON.stringify(name)} is not known here`, 'remove it')
    }
  }
}

/** Constraints hold whether or not the database would enforce them. */
function readConstraints(list: unknown, column: string | null, line: Line, builder: ContractBuilder): void {
  if (list === undefined || list === null) return
  if (!Array.isArray(list)) {
    builder.problem(line([]), `\`constraints\` is ${shown(list)}`, 'write a list')
    return
  }
  list.forEach((item: unknown, i) => {
    const {
      type,
      expression,
      columns = column === null ? [] : [column],
      warn_unsupported: _,
      ...rest
    } = isRecord(item) ? item : {}
    const at = line([i])
    const names = Array.isArray(columns) ? columns.filter((name) => typeof name === 'string') : []
    if (type === 'not_null' && names.length > 0) {
      for (const name of names) builder.check({ check: 'missing', column: name, 'on-empty': 'pass' }, at)
    } else if ((type === 'unique' || type === 'primary_key') && names.length > 0) {
      builder.check({ check: 'key', columns: names, 'pass-over': 'any-missing', 'on-empty': 'pass' }, at)
      if (type === 'primary_key') {
        for (const name of names) builder.check({ check: 'missing', column: name, 'on-empty': 'pass' }, at)
      }
    } else if (type === 'check' && typeof expression === 'string') {
      builder.check({ check: 'rows', condition: expression, 'on-empty': 'pass' }, at)
    } else {
      builder.problem(
        at,
        `the constraint ${shown({ type, ...rest })} cannot be honoured`,
        'write a test in its place: relationships for a foreign key, expression_is_true for a condition',
      )
    }
  })
}
