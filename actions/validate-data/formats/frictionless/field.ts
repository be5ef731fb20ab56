import { identifier } from '../../../../shared/data/engine/sql.js'
import { isScalar } from '../arguments.js'
import type { ColumnInput, ContractBuilder } from '../builder.js'
import { type Cursor, show } from '../cursor.js'
import { type Bounds, bounded } from '../foreign/bounds.js'
import { insideAnchors, toRe2 } from '../foreign/pattern.js'
import { sqlIn } from '../sql-text.js'
import { readConstraintBounds, sqlBounds } from './bounds.js'
import { BOOLEANS, type FieldType, readFieldType } from './types.js'

const DESCRIBING = [
  'title',
  'description',
  'example',
  'examples',
  'rdfType',
  'categoriesOrdered',
  'missingValues',
  'unit',
]

/** A field: its type and format, its constraints and categories. `optional`: the data may lack it. */
export function readField(field: Cursor, name: string, optional: boolean, builder: ContractBuilder): void {
  const description = field.text('description')
  const rule: ColumnInput = {
    name,
    ...(optional ? { required: false } : {}),
    ...(description === undefined ? {} : { description }),
  }
  const type = readFieldType(field, name, rule, builder)
  const constraints = field.map('constraints')
  if (constraints !== undefined) readConstraints(constraints, name, type, rule, builder)
  if (field.has('categories')) {
    const values = (field.list('categories') ?? []).map((item) =>
      typeof item === 'object' && item !== null ? (item as { value?: unknown }).value : item,
    )
    const odd = values.find((value) => !isScalar(value))
    if (values.includes(undefined) || odd !== undefined)
      builder.problem(
        field.lineOf('categories'),
        `${show(odd ?? null)} is no category`,
        'write texts, or maps with `value`',
      )
    else if (type.name !== 'string' && type.name !== 'integer' && type.name !== 'any')
      builder.problem(field.lineOf('categories'), `a ${type.name} has no categories`, 'only string and integer have')
    else restrict(rule, values.map(String))
  }
  field.skip(...DESCRIBING)
  field.rest()
  builder.column(rule, field.line)
}

/** A second set leaves what is in both. */
function restrict(rule: ColumnInput, values: readonly string[]): void {
  const earlier = rule.values?.map(String)
  rule.values = earlier === undefined ? [...values] : earlier.filter((value) => values.includes(value))
}

function readConstraints(
  constraints: Cursor,
  name: string,
  type: FieldType,
  rule: ColumnInput,
  builder: ContractBuilder,
): void {
  const refuse = (key: string) =>
    builder.problem(
      constraints.lineOf(key),
      `\`${key}\` of a ${type.name} is not checked`,
      'remove it, or write another type',
    )
  if (constraints.flag('required') === true) rule.missing = { 'max-count': 0 }
  if (constraints.flag('unique') === true) readUnique(name, type, rule, constraints.lineOf('unique'), builder)
  const [min, max] = [constraints.count('minLength'), constraints.count('maxLength')]
  if (min !== undefined || max !== undefined) {
    const length = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
    if (type.lengths !== undefined) {
      const problem = type.lengths(length)
      if (problem !== null) builder.problem(constraints.line, problem, 'count them in a check of SQL')
    } else if (type.name === 'string' || type.name === 'any') rule.length = length
    else for (const key of ['minLength', 'maxLength']) if (constraints.has(key)) refuse(key)
  }
  const bounds: Bounds = {}
  readConstraintBounds(constraints, type, bounds, builder)
  if (bounded(bounds)) {
    if (type.number !== undefined || type.order === 'text')
      builder.check(sqlBounds(name, type, bounds), constraints.line)
    else rule.range = bounds
  }
  readPattern(constraints, name, type, rule, builder)
  readEnum(constraints, name, type, rule, builder)
  const schema = constraints.raw('jsonSchema')
  if (schema !== undefined && schema !== null) {
    if (type.schema === undefined || typeof schema !== 'object' || Array.isArray(schema)) refuse('jsonSchema')
    else type.schema(schema as Record<string, unknown>)
  }
  constraints.rest()
  type.finish?.(builder)
}

/** Values are compared as what they stand for: 1,50 and 1,5, or True and 1, are the same. */
function readUnique(
  column: string,
  { number, trues, falses }: FieldType,
  rule: ColumnInput,
  line: number,
  builder: ContractBuilder,
): void {
  const text = `CAST(${identifier(column)} AS VARCHAR)`
  const value =
    trues !== undefined && falses !== undefined
      ? `CASE WHEN ${sqlIn(text, trues)} THEN true WHEN ${sqlIn(text, falses)} THEN false END`
      : number
  if (value === undefined) {
    rule.unique = true
    return
  }
  const query = `SELECT v, n FROM (SELECT ${value} AS v, count(*) AS n FROM data GROUP BY 1) WHERE v IS NOT NULL AND n > 1`
  builder.check({ check: 'sql', name: `unique values of ${column}`, query }, line)
}

/** A pattern matches the whole text as it is written (v2: the physical value). */
function readPattern(
  constraints: Cursor,
  column: string,
  type: FieldType,
  rule: ColumnInput,
  builder: ContractBuilder,
): void {
  const pattern = constraints.text('pattern')
  if (pattern === undefined) return
  const re2 = toRe2(pattern)
  const line = constraints.lineOf('pattern')
  if (re2.problem !== undefined) {
    builder.problem(line, `the pattern ${show(pattern)}: ${re2.problem}`, 'write it for RE2')
    return
  }
  const whole = insideAnchors(re2.pattern) ?? re2.pattern
  if (rule.pattern === undefined && type.name !== 'boolean') rule.pattern = whole
  else builder.check({ check: 'pattern', column, patterns: [whole] }, line)
}

function readEnum(
  constraints: Cursor,
  column: string,
  type: FieldType,
  rule: ColumnInput,
  builder: ContractBuilder,
): void {
  const values = constraints.list('enum')?.filter((value) => value !== null)
  if (values === undefined) return
  const line = constraints.lineOf('enum')
  const odd = values.find((value) => !isScalar(value))
  if (odd !== undefined && type.schema === undefined) {
    builder.problem(line, `${show(odd)} is no ${type.name}`, 'write values as they stand in the data')
    return
  }
  if (type.schema !== undefined) type.schema({ enum: values })
  else if (type.name === 'boolean') {
    const wanted = values.flatMap((value) => (typeof value === 'boolean' ? [value] : BOOLEANS(type, String(value))))
    restrict(rule, [
      ...(wanted.includes(true) ? (type.trues ?? []) : []),
      ...(wanted.includes(false) ? (type.falses ?? []) : []),
    ])
  } else if (type.number !== undefined) {
    const list = values.map((value) => `${type.number} = ${type.literal?.(String(value)) ?? 'NULL'}`).join(' OR ')
    builder.check({ check: 'rows', name: `values of ${column}`, condition: list === '' ? 'false' : list }, line)
  } else if (rule['date-format'] !== undefined) {
    builder.problem(
      line,
      'an enumeration of dates in a format of their own is not checked',
      'write the dates in ISO form',
    )
  } else restrict(rule, values.map(String))
}
