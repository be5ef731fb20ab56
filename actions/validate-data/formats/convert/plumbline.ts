import { DataContract } from '../../../../shared/contracts/data-contract.js'
import { yamlText } from './yaml.js'

type Plain = Record<string, unknown>

/** A contract as the text of `data-contract.yml`, without the keys that only say their default. */
export function writePlumbline(contract: DataContract): string {
  const { columns, checks, ...top } = contract
  const bare = DataContract.parse({ schema: contract.schema }) as unknown as Plain
  const plain: Plain = {
    ...Object.fromEntries(
      Object.entries(top)
        .map(([key, value]) => [key, withoutLevel(value)] as const)
        .filter(
          ([key, value]) =>
            key === 'schema' ||
            (value !== undefined && JSON.stringify(value) !== JSON.stringify(withoutLevel(bare[key]))),
        ),
    ),
    ...(columns.length > 0
      ? { columns: columns.map((rule) => without(rule, { required: true, 'max-unknown': 0, level: 'fail' })) }
      : {}),
    ...(checks.length > 0 ? { checks: checks.map(checkWithoutDefaults) } : {}),
  }
  return yamlText(plain)
}

/** Of every part that has a level, the default is `fail`. */
const withoutLevel = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? without(value, { level: 'fail' }) : value

function without(value: object, defaults: Plain): Plain {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key, one]) => one !== undefined && !(key in defaults && JSON.stringify(defaults[key]) === JSON.stringify(one)),
    ),
  )
}

/** A key is left out when the check means the same without it. */
export function checkWithoutDefaults(check: object): Plain {
  const whole = without(check, {})
  const full = JSON.stringify(parsed(whole))
  let result = whole
  for (const key of Object.keys(whole)) {
    if (key === 'check') continue
    const { [key]: _, ...less } = result
    const same = parsed(less)
    if (same !== null && JSON.stringify(sorted(same)) === JSON.stringify(sorted(JSON.parse(full)))) result = less
  }
  return result
}

function parsed(check: Plain): unknown {
  const result = DataContract.safeParse({ schema: 'plumbline.data-contract/1', checks: [check] })
  return result.success ? (result.data.checks[0] ?? null) : null
}

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    : value
