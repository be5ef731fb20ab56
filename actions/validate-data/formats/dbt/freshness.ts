import type { YamlSource } from '../../../../shared/core/yaml.js'
import { isRecord, shown } from '../arguments.js'
import type { ContractBuilder } from '../builder.js'

interface Level {
  readonly value: Readonly<Record<string, unknown>>
  readonly path: readonly PropertyKey[]
}

const UNITS: Readonly<Record<string, string>> = { minute: 'm', hour: 'h', day: 'd' }

/** `freshness` and `loaded_at_field` of a source table, or of its source, as checks of the newest row. */
export function readFreshness(levels: readonly Level[], source: YamlSource, builder: ContractBuilder): void {
  const found = inherited(levels, 'freshness')
  // `freshness: null` switches off what the source says.
  if (found === null || found.value === null) return
  const line = (...keys: string[]) => source.line([...found.path, ...keys])
  if (!isRecord(found.value)) {
    builder.problem(line(), `\`freshness\` is ${shown(found.value)}`, 'write `warn_after` and `error_after`')
    return
  }
  const field = inherited(levels, 'loaded_at_field')
  const { warn_after: warn, error_after: error, filter, ...others } = found.value
  for (const key of Object.keys(others)) builder.problem(line(key), `\`${key}\` is not known in freshness`, 'remove it')
  for (const [key, after, level] of [
    ['error_after', error, 'fail'],
    ['warn_after', warn, 'warn'],
  ] as const) {
    if (after === undefined || after === null) continue
    const age = ageOf(after)
    if (age === null) {
      builder.problem(
        line(key),
        `\`${key}\` is ${shown(after)}`,
        'write { count: 12, period: hour }, or minute, or day',
      )
    } else if (typeof field?.value !== 'string' || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(field.value)) {
      builder.problem(line(), 'freshness needs `loaded_at_field` with the name of a column', 'write `loaded_at_field`')
    } else if (filter !== undefined && typeof filter !== 'string') {
      builder.problem(line('filter'), `\`filter\` is ${shown(filter)}`, 'write an SQL condition')
    } else {
      const where = filter === undefined ? {} : { where: filter }
      builder.check({ check: 'freshness', column: field.value, 'max-age': age, level, ...where }, line(key))
    }
  }
}

function ageOf(after: unknown): string | null {
  if (!isRecord(after)) return null
  const { count, period } = after
  const unit = typeof period === 'string' && Object.hasOwn(UNITS, period) ? UNITS[period] : undefined
  return unit !== undefined && Number.isInteger(count) && Number(count) > 0 ? `${count}${unit}` : null
}

/** The first level that says it, beside or under `config`. */
function inherited(levels: readonly Level[], key: string): { value: unknown; path: readonly PropertyKey[] } | null {
  for (const { value, path } of levels) {
    if (isRecord(value.config) && Object.hasOwn(value.config, key)) {
      return { value: value.config[key], path: [...path, 'config', key] }
    }
    if (Object.hasOwn(value, key)) return { value: value[key], path: [...path, key] }
  }
  return null
}
