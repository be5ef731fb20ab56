import { double, identifier } from '../../../../shared/data/engine/sql.js'
import type { ColumnInput, ContractBuilder } from '../builder.js'
import { type Cursor, show } from '../cursor.js'
import { type Bounds, lower, upper } from '../foreign/bounds.js'
import { strftimeOfJdk } from '../foreign/dates.js'
import { insideAnchors, toRe2 } from '../foreign/pattern.js'

export interface Options {
  readonly rule: Partial<ColumnInput>
  readonly bounds: Bounds
  readonly values?: string[]
}

/** Formats of texts that say what a value looks like. */
const FORMATS: Readonly<Record<string, NonNullable<ColumnInput['format']>>> = {
  email: 'email',
  uuid: 'uuid',
  uri: 'uri',
  url: 'url',
  hostname: 'hostname',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  byte: 'base64',
  date: 'date',
  time: 'time',
  'date-time': 'datetime',
  duration: 'duration',
}
/** Bits of Rust's integers. Beyond 63 of them values are no integers here. */
const INTEGERS: Readonly<Record<string, readonly [number, number] | null>> = {
  i8: [-128, 127],
  i16: [-32_768, 32_767],
  i32: [-2_147_483_648, 2_147_483_647],
  i64: null,
  u8: [0, 255],
  u16: [0, 65_535],
  u32: [0, 4_294_967_295],
}

/** `logicalTypeOptions` of a scalar. In 3.0 `exclusiveMinimum` is true or false and turns `minimum`, in 3.1 a bound itself. */
export function readOptions(
  options: Cursor,
  column: string,
  type: string | undefined,
  builder: ContractBuilder,
): Options {
  const rule: Partial<ColumnInput> = {}
  const bounds: Bounds = {}
  const text = type === undefined || type === 'string'
  const temporal = type === 'date' || type === 'timestamp' || type === 'time'
  const number = type === 'integer' || type === 'number'
  if (text) {
    const [min, max] = [options.count('minLength'), options.count('maxLength')]
    if (min !== undefined || max !== undefined)
      rule.length = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
    readPattern(options, column, rule, builder)
  }
  if (number || temporal) readBounds(options, bounds, number ? 'number' : 'string', builder)
  if (options.has('format')) readFormat(options, type, rule, bounds, builder)
  if (number && options.has('multipleOf')) {
    const step = options.number('multipleOf')
    if (step !== undefined) {
      const quotient = `${identifier(column)} / ${double(step)}`
      builder.check(
        {
          check: 'rows',
          name: `${column} is a multiple of ${step}`,
          condition: `abs(${quotient} - round(${quotient})) < 1e-9`,
        },
        options.lineOf('multipleOf'),
      )
    }
  }
  if (type === 'timestamp' || type === 'time') readZone(options, builder)
  const values = options
    .list('enum')
    ?.filter((value) => value !== null)
    .map(String)
  options.rest()
  return { rule, bounds, ...(values === undefined ? {} : { values }) }
}

function readPattern(options: Cursor, column: string, rule: Partial<ColumnInput>, builder: ContractBuilder): void {
  const pattern = options.text('pattern')
  if (pattern === undefined) return
  const { pattern: re2, problem } = toRe2(pattern)
  if (problem !== undefined) {
    builder.problem(options.lineOf('pattern'), `the pattern ${show(pattern)}: ${problem}`, 'write it for RE2')
    return
  }
  const inside = insideAnchors(re2)
  if (inside !== null) rule.pattern = inside
  else builder.check({ check: 'pattern', column, patterns: [re2], match: 'anywhere' }, options.lineOf('pattern'))
}

function readBounds(options: Cursor, bounds: Bounds, kind: 'number' | 'string', builder: ContractBuilder): void {
  const take = (key: string): number | string | undefined => {
    const value = options.raw(key)
    if (value === undefined || value === null || typeof value === 'boolean') return undefined
    if (typeof value === kind) return value as number | string
    builder.problem(
      options.lineOf(key),
      `\`${key}\` is ${show(value)}`,
      kind === 'number' ? 'write a number' : 'write ISO text',
    )
    return undefined
  }
  for (const [plain, strict, add] of [
    ['minimum', 'exclusiveMinimum', lower],
    ['maximum', 'exclusiveMaximum', upper],
  ] as const) {
    const value = take(plain)
    if (value !== undefined) add(bounds, value, options.raw(strict) === true)
    const exclusive = take(strict)
    if (exclusive !== undefined) add(bounds, exclusive, true)
  }
}

function readFormat(
  options: Cursor,
  type: string | undefined,
  rule: Partial<ColumnInput>,
  bounds: Bounds,
  builder: ContractBuilder,
): void {
  const format = options.text('format')
  if (format === undefined) return
  const line = options.lineOf('format')
  const unknown = (cure: string) => builder.problem(line, `the format ${show(format)} is not known here`, cure)
  if (type === 'date' || type === 'timestamp' || type === 'time') {
    const strftime = strftimeOfJdk(format)
    if (strftime === null) unknown('write a DateTimeFormatter pattern of numbers and names, such as dd.MM.yyyy')
    else if (type !== 'date' || strftime !== '%Y-%m-%d') rule['date-format'] = strftime
  } else if (type === 'integer') {
    const limits = Object.hasOwn(INTEGERS, format) ? INTEGERS[format] : undefined
    if (limits === undefined) unknown('integers of up to 64 bits are checked: i8, i16, i32, i64, u8, u16, u32')
    else if (limits !== null) {
      lower(bounds, limits[0], false)
      upper(bounds, limits[1], false)
    }
  } else if (type === 'number') {
    if (format !== 'f32' && format !== 'f64') unknown('write f32 or f64')
  } else if (format === 'password' || format === 'binary') {
    builder.note(line, `the format ${show(format)} says nothing about the text and is not checked`)
  } else if (Object.hasOwn(FORMATS, format)) rule.format = FORMATS[format] as NonNullable<ColumnInput['format']>
  else unknown(`known ones: ${Object.keys(FORMATS).join(', ')}; others as a \`pattern\``)
}

function readZone(options: Cursor, builder: ContractBuilder): void {
  if (options.flag('timezone') === true) {
    builder.problem(
      options.lineOf('timezone'),
      'whether every time has a zone is not checked by a type',
      "say it as a format with XXX, such as yyyy-MM-dd'T'HH:mm:ssXXX",
    )
  }
  const zone = options.text('defaultTimezone')
  if (zone !== undefined && !/^(etc\/)?(utc|gmt|z)$/i.test(zone)) {
    builder.problem(options.lineOf('defaultTimezone'), `times without a zone are ${show(zone)}`, 'they are read as UTC')
  }
}
