import type { ContractBuilder } from '../builder.js'
import type { Cursor } from '../cursor.js'
import type { OdcsTable } from './tables.js'

const MINUTES: readonly (readonly [RegExp, number])[] = [
  [/^(s|sec|secs|second|seconds)$/i, 1 / 60],
  [/^(m|min|mins|minute|minutes)$/i, 1],
  [/^(h|hr|hrs|hour|hours)$/i, 60],
  [/^(d|day|days)$/i, 1440],
  [/^(w|wk|week|weeks)$/i, 10_080],
  [/^(mo|month|months)$/i, 30 * 1440],
  [/^(y|yr|year|years)$/i, 365 * 1440],
]

const RULE = [
  'property',
  'value',
  'valueExt',
  'unit',
  'element',
  'driver',
  'description',
  'scheduler',
  'schedule',
  'id',
]

/**
 * Latency and freshness are the age of the newest value; the other service levels are about operations and become notes.
 * A month is 30 days and a year 365; without a unit days are meant.
 */
export function readServiceLevels(root: Cursor, table: OdcsTable | null, builder: ContractBuilder): void {
  const usual = root.text('slaDefaultElement')
  let taken = false
  for (const level of root.maps('slaProperties')) {
    const property = level.text('property') ?? ''
    level.skip(...RULE, 'customProperties', 'authoritativeDefinitions', 'tags')
    level.rest()
    if (!/^(latency|ly|freshness|fr)$/i.test(property)) {
      builder.note(level.line, `the service level ${JSON.stringify(property)} is about operations and is not checked`)
      continue
    }
    if (table === null) continue
    const age = ageOf(level.raw('value'), level.raw('unit'))
    if (age === null) {
      builder.problem(
        level.lineOf('value'),
        `the value of ${property} is ${JSON.stringify(level.raw('value'))} ${String(level.raw('unit') ?? '')}`.trim(),
        'write a number with `unit: m`, `h` or `d` (at least a minute), or a duration such as PT36H',
      )
      continue
    }
    for (const column of elements(level, usual, table, builder)) {
      if (!taken) builder.set('freshness', { ...(column === null ? {} : { column }), 'max-age': age }, level.line)
      else if (column !== null) builder.check({ check: 'freshness', column, 'max-age': age }, level.line)
      taken = true
    }
  }
}

/** Columns of this table that a level is about; null is the time of the rows. */
function elements(
  level: Cursor,
  usual: string | undefined,
  table: OdcsTable,
  builder: ContractBuilder,
): (string | null)[] {
  const element = level.text('element') ?? usual
  if (element === undefined) return [null]
  return element.split(',').flatMap((one): (string | null)[] => {
    const parts = one.trim().split('.')
    const own = parts.length > 1 && table.names.includes(parts[0] as string) ? parts.slice(1) : parts
    const column = table.column(own, 'name')
    if (column !== null) return [column]
    if (parts.length > 1) {
      builder.note(level.line, `the service level of ${JSON.stringify(one.trim())} is about another table`)
      return []
    }
    builder.problem(
      level.lineOf('element'),
      `there is no property ${JSON.stringify(one.trim())}`,
      'write table.property',
    )
    return []
  })
}

/** `36h` and the like, whole; null when it is no age. */
function ageOf(value: unknown, unit: unknown): string | null {
  const minutes = minutesOf(value, unit)
  if (minutes === null || minutes < 1 || !Number.isFinite(minutes)) return null
  const whole = Number(minutes.toPrecision(12))
  if (!Number.isSafeInteger(whole)) return null
  if (whole % 1440 === 0) return `${whole / 1440}d`
  return whole % 60 === 0 ? `${whole / 60}h` : `${whole}m`
}

function minutesOf(value: unknown, unit: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) {
    const factor = MINUTES.find(([name]) => name.test(unit === undefined || unit === null ? 'd' : String(unit)))?.[1]
    return factor === undefined ? null : number * factor
  }
  const parts =
    /^P(?=[0-9T])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?$/.exec(
      String(value).trim(),
    )
  if (parts === null) return null
  const factors = [365 * 1440, 30 * 1440, 10_080, 1440, 60, 1, 1 / 60]
  return factors.reduce((sum, factor, i) => sum + Number(parts[i + 1] ?? 0) * factor, 0)
}
