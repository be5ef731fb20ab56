import type { CheckInput, ColumnInput } from '../builder.js'
import { type Bounds, bounded, lower, upper } from '../foreign/bounds.js'
import { insideAnchors, toRe2 } from '../foreign/pattern.js'
import { ANNOTATIONS, type Schema } from './keywords.js'

/** Formats that a column rule says in the same way. */
const FORMATS: Readonly<Record<string, NonNullable<ColumnInput['format']>>> = {
  email: 'email',
  uuid: 'uuid',
  uri: 'uri',
  hostname: 'hostname',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  time: 'time',
  'date-time': 'datetime',
  duration: 'duration',
}

export interface Scalar {
  readonly rule: ColumnInput
  readonly checks: CheckInput[]
  /** What no column rule says. */
  readonly rest: Schema | null
}

/**
 * A schema of one value, without `null`, as a column rule. Where its type is not one of the simple ones, all of it is rest.
 * `sure`: the data have to have the column, so that checks may ask for it.
 */
export function readScalar(schema: Schema, column: string, sure: boolean): Scalar {
  const rule: ColumnInput = { name: column }
  const checks: CheckInput[] = []
  if (typeof schema.description === 'string') rule.description = schema.description
  const rest = withoutAnnotations(schema)
  const take = <T>(key: string): T => {
    const value = rest[key] as T
    delete rest[key]
    return value
  }
  const type = schema.type
  const values = valuesOf(schema)
  if (type === undefined && values !== null && values.every((value) => typeof value === 'string')) {
    rule.type = 'string'
    rule.values = values.map(String)
    take('enum')
    take('const')
  }
  if (type === 'string' || type === 'integer' || type === 'number' || type === 'boolean') {
    rule.type = take<'string' | 'integer' | 'number' | 'boolean'>('type')
    if (values?.every((value) => fits(value, type))) {
      rule.values = [...new Set(values.map(String))]
      take('enum')
      take('const')
    }
    if (type === 'integer' || type === 'number') takeBounds(rest, rule, take)
    if (type === 'string')
      takeText(
        rest,
        rule,
        sure ? (patterns) => checks.push({ check: 'pattern', column, patterns, match: 'anywhere' }) : null,
        take,
      )
  }
  return { rule, checks, rest: Object.keys(rest).length === 0 ? null : rest }
}

/** What of a schema can fail a value. */
export const withoutAnnotations = (schema: Schema): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => !ANNOTATIONS.includes(key) && !key.startsWith('x-')))

function valuesOf({ enum: list, const: only }: Schema): unknown[] | null {
  const sets = [...(Array.isArray(list) ? [list] : []), ...(only === undefined ? [] : [[only]])]
  return sets.length === 1 ? (sets[0] as unknown[]) : null
}

const fits = (value: unknown, type: string): boolean =>
  type === 'integer' ? Number.isInteger(value) : typeof value === type

function takeBounds(rest: Schema, rule: ColumnInput, take: <T>(key: string) => T): void {
  const bounds: Bounds = {}
  for (const [key, add, strict] of [
    ['minimum', lower, false],
    ['exclusiveMinimum', lower, true],
    ['maximum', upper, false],
    ['exclusiveMaximum', upper, true],
  ] as const)
    if (typeof rest[key] === 'number') add(bounds, take<number>(key), strict)
  if (bounded(bounds)) rule.range = bounds
}

function takeText(
  rest: Schema,
  rule: ColumnInput,
  addPatterns: ((patterns: string[]) => void) | null,
  take: <T>(key: string) => T,
): void {
  if (rest.minLength !== undefined || rest.maxLength !== undefined) {
    const [min, max] = [take<number | undefined>('minLength'), take<number | undefined>('maxLength')]
    rule.length = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
  }
  const re2 = typeof rest.pattern === 'string' ? toRe2(rest.pattern) : null
  if (re2?.pattern !== undefined) {
    const inside = insideAnchors(re2.pattern)
    if (inside !== null) rule.pattern = inside
    else addPatterns?.([re2.pattern])
    if (inside !== null || addPatterns !== null) take('pattern')
  }
  const format = String(rest.format)
  if (format === 'date') {
    take('format')
    // A column of dates has no length.
    if (rule.length === undefined) rule.type = 'date'
    else rule.format = 'date'
  } else if (Object.hasOwn(FORMATS, format)) {
    take('format')
    rule.format = FORMATS[format] as NonNullable<ColumnInput['format']>
  }
}
