import { nearestNames } from '../../../shared/core/nearest.js'

export type Scalar = string | number | boolean
type Report = (key: string | null, message: string, cure: string) => void

/**
 * The arguments of one foreign rule, read with their types. A getter without `Or` or `?` in its name needs its key. Mistakes are
 * reported as they are met; a stand-in is returned, so that a translation goes on and finds the next one, and `failed` tells.
 */
export interface Arguments {
  readonly failed: boolean
  /** What the rule is called in messages. */
  readonly subject: string
  /** Whether a key is there and is not null; it counts as read. */
  has(key: string): boolean
  /** The value as it stands; undefined where it is lacking or null. */
  raw(key: string): unknown
  text(key: string): string
  textOr(key: string): string | undefined
  number(key: string): number
  numberOr(key: string): number | undefined
  flag(key: string, otherwise: boolean): boolean
  choice<Name extends string>(key: string, names: readonly Name[], otherwise: Name): Name
  texts(key: string): string[]
  scalars(key: string): Scalar[]
  record(key: string): Record<string, unknown>
  /** Reports a mistake in the value of a key (null: in the rule as a whole). */
  mistake(key: string | null, message: string, cure: string): void
  /** Keys that say nothing about the data: known, read and left. */
  ignore(...keys: string[]): void
  /** Reports every key that nobody asked for. */
  finish(): void
}

const PARTS = { string: 'a text', number: 'a number', boolean: 'true or false' } as const

/** `values` are the arguments by name; `report` puts a message at the line of a key. */
export function createArguments(subject: string, values: Readonly<Record<string, unknown>>, report: Report): Arguments {
  const used = new Set<string>()
  let failed = false
  const mistake: Report = (key, message, cure) => {
    failed = true
    report(key, `${subject}: ${message}`, cure)
  }
  const raw = (key: string): unknown => {
    used.add(key)
    return Object.hasOwn(values, key) ? (values[key] ?? undefined) : undefined
  }
  const lacking = (key: string): void => mistake(null, `\`${key}\` is missing`, `write \`${key}\``)
  const wrong = (key: string, wanted: string, value: unknown): void =>
    mistake(key, `\`${key}\` has to be ${wanted}, not ${shown(value)}`, 'correct the value')

  function typed<Type extends keyof typeof PARTS>(key: string, type: Type): unknown {
    const value = raw(key)
    if (value === undefined || typeof value === type) return value
    wrong(key, PARTS[type], value)
    return undefined
  }
  function list(key: string, wanted: string, fits: (value: unknown) => boolean): unknown[] {
    const value = raw(key)
    if (value === undefined) {
      lacking(key)
      return []
    }
    if (Array.isArray(value) && value.every(fits)) return value
    wrong(key, wanted, value)
    return []
  }
  const needed = <T>(key: string, read: (key: string) => T | undefined, standIn: T): T => {
    const before = failed
    const value = read(key)
    if (value === undefined && failed === before && !hasValue(values, key)) lacking(key)
    return value ?? standIn
  }
  const textOr = (key: string) => typed(key, 'string') as string | undefined
  const numberOr = (key: string) => typed(key, 'number') as number | undefined

  return {
    get failed() {
      return failed
    },
    subject,
    has(key) {
      used.add(key)
      return hasValue(values, key)
    },
    raw,
    textOr,
    numberOr,
    text: (key) => needed(key, textOr, ''),
    number: (key) => needed(key, numberOr, 0),
    flag: (key, otherwise) => (typed(key, 'boolean') as boolean | undefined) ?? otherwise,
    choice(key, names, otherwise) {
      const value = raw(key)
      if (value === undefined) return otherwise
      const found = names.find((name) => name === value)
      if (found === undefined) wrong(key, `one of ${names.join(', ')}`, value)
      return found ?? otherwise
    },
    texts: (key) => list(key, 'a list of texts', (value) => typeof value === 'string') as string[],
    scalars(key) {
      const found = list(key, 'a list of texts, numbers or booleans', (value) => value === null || isScalar(value))
      if (found.some((value) => typeof value === 'number' && !isExact(value))) {
        mistake(key, `\`${key}\` holds a whole number that is too large to be read exactly`, 'write it as a text')
      }
      // A missing value is never compared with a list.
      return found.filter((value) => value !== null) as Scalar[]
    },
    record(key) {
      const value = raw(key)
      if (isRecord(value)) return value
      if (value === undefined) lacking(key)
      else wrong(key, 'a mapping', value)
      return {}
    },
    mistake,
    ignore: (...keys) => {
      for (const key of keys) used.add(key)
    },
    finish() {
      for (const key of Object.keys(values)) {
        if (used.has(key)) continue
        const [near] = nearestNames(key, [...used])
        mistake(
          key,
          `\`${key}\` is not known here`,
          near === undefined ? 'remove it: Plumbline cannot honour it' : `perhaps \`${near}\` is meant; else remove it`,
        )
      }
    },
  }
}

/** Whether a value is a map of keys. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const isExact = (value: number): boolean => !Number.isInteger(value) || Number.isSafeInteger(value)
const hasValue = (values: Readonly<Record<string, unknown>>, key: string): boolean =>
  Object.hasOwn(values, key) && values[key] !== null && values[key] !== undefined

/** A value in a message, cut where it is long. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
