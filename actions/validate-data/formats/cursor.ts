import { nearestNames } from '../../../shared/core/nearest.js'
import type { YamlSource } from '../../../shared/core/yaml.js'
import { isRecord } from './arguments.js'
import type { ContractBuilder } from './builder.js'

/**
 * A map of a foreign file that is read key by key: a value of the wrong kind is a problem with its line, and so is a key
 * that nobody asked for, so that nothing is skipped in silence.
 */
export interface Cursor {
  readonly path: readonly PropertyKey[]
  readonly line: number
  keys(): string[]
  has(key: string): boolean
  lineOf(key: string): number
  text(key: string): string | undefined
  number(key: string): number | undefined
  /** A whole number from 0. */
  count(key: string): number | undefined
  flag(key: string): boolean | undefined
  texts(key: string): string[] | undefined
  /** Anything, as it is. */
  raw(key: string): unknown
  list(key: string): readonly unknown[] | undefined
  map(key: string): Cursor | undefined
  maps(key: string): Cursor[]
  /** Keys that are known and say nothing about the data. */
  skip(...keys: readonly string[]): void
  /** Every key that was neither read nor skipped becomes a problem. */
  rest(known?: readonly string[]): void
}

export function cursorOf(source: YamlSource, builder: ContractBuilder, path: readonly PropertyKey[] = []): Cursor {
  return cursorAt(source, builder, path, path.reduce(valueIn, source.value))
}

const valueIn = (value: unknown, key: PropertyKey): unknown => (value as Record<PropertyKey, unknown> | null)?.[key]
function cursorAt(source: YamlSource, builder: ContractBuilder, path: readonly PropertyKey[], value: unknown): Cursor {
  const line = source.line(path)
  const object = isRecord(value) ? value : {}
  if (!isRecord(value)) builder.problem(line, `${nameOf(path)} is ${show(value)}`, 'write a map of keys')
  const seen = new Set<string>()
  const lineOf = (key: string) => source.line(path, key)
  const take = <T>(key: string, wanted: string, is: (value: unknown) => value is T): T | undefined => {
    seen.add(key)
    const found = Object.hasOwn(object, key) ? object[key] : undefined
    if (found === undefined || found === null) return undefined
    if (is(found)) return found
    builder.problem(lineOf(key), `\`${key}\` is ${show(found)}`, `write ${wanted}`)
    return undefined
  }
  const isList = (found: unknown): found is unknown[] => Array.isArray(found)
  return {
    path,
    line,
    keys: () => Object.keys(object),
    has: (key) => Object.hasOwn(object, key) && object[key] !== null && object[key] !== undefined,
    lineOf,
    text: (key) => take(key, 'a text', (found) => typeof found === 'string'),
    number: (key) => take(key, 'a number', (found): found is number => Number.isFinite(found)),
    count: (key) =>
      take(key, 'a whole number from 0', (found): found is number => Number.isSafeInteger(found) && Number(found) >= 0),
    flag: (key) => take(key, 'true or false', (found) => typeof found === 'boolean'),
    texts: (key) =>
      take(
        key,
        'a list of texts',
        (found): found is string[] => isList(found) && found.every((item) => typeof item === 'string'),
      ),
    raw(key) {
      seen.add(key)
      return Object.hasOwn(object, key) ? object[key] : undefined
    },
    list: (key) => take(key, 'a list', isList),
    map(key) {
      const found = take(key, 'a map of keys', isRecord)
      return found === undefined ? undefined : cursorAt(source, builder, [...path, key], found)
    },
    maps(key) {
      return (take(key, 'a list', isList) ?? []).map((item, i) => cursorAt(source, builder, [...path, key, i], item))
    },
    skip(...keys) {
      for (const key of keys) seen.add(key)
    },
    rest(known = []) {
      for (const key of Object.keys(object)) {
        if (seen.has(key)) continue
        const [near] = nearestNames(key, [...seen, ...known])
        builder.problem(
          lineOf(key),
          `\`${key}\` is not known here`,
          near === undefined ? 'remove it: nothing would check it' : `did you mean \`${near}\`?`,
        )
      }
    },
  }
}

const nameOf = (path: readonly PropertyKey[]) => (path.length === 0 ? 'the file' : `\`${path.map(String).join('.')}\``)

/** A value for a message, at most 60 characters. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
