import type { DataContract } from '../../../shared/contracts/data-contract.js'
import { type Add, bounds, show } from './parts.js'

/** Everything of a contract but its columns and checks. */
export function diffTop(old: DataContract, next: DataContract, add: Add): void {
  if (old.version !== next.version)
    add('version', 'documentation', `the version ${old.version ?? 'none'} became ${next.version ?? 'none'}`)
  bounds('rows', 'rows', old.rows, next.rows, add)
  const strictness = ['allow', 'warn', 'fail']
  for (const key of ['extra-columns', 'column-order'] as const) {
    const [before, after] = [old[key], next[key]]
    if (before === after) continue
    const breaks = after === 'fail' ? 'producer' : before === 'fail' ? 'consumer' : null
    const more = strictness.indexOf(after) > strictness.indexOf(before) ? 'stricter' : 'looser'
    add(
      key,
      breaks,
      `${key === 'extra-columns' ? 'other columns' : 'the order of columns'}: ${before} became ${after}, which is ${more}`,
    )
  }
  const key = (contract: DataContract) => (contract.key === undefined ? undefined : [...contract.key].sort())
  if (JSON.stringify(key(old)) !== JSON.stringify(key(next))) {
    const [before, after] = [old.key?.map(show).join(', '), next.key?.map(show).join(', ')]
    if (after === undefined) add('key', 'consumer', `the key ${before} was removed`)
    else
      add('key', 'producer', before === undefined ? `the key ${after} was added` : `the key ${before} became ${after}`)
  }
  const limits = (
    path: string,
    what: string,
    before: { level: string; limit: number } | null,
    after: { level: string; limit: number } | null,
  ) => {
    if (JSON.stringify(before) === JSON.stringify(after)) return
    const hard = (one: typeof before) => (one?.level === 'fail' ? one.limit : Number.POSITIVE_INFINITY)
    const [from, to] = [hard(before), hard(after)]
    const message =
      before === null
        ? `${what} is judged now`
        : after === null
          ? `${what} is no longer judged`
          : `${what} is judged otherwise`
    add(path, to < from ? 'producer' : to > from ? 'consumer' : null, message)
  }
  const of = <T extends { level: string }>(part: T | undefined, limit: (part: T) => number) =>
    part === undefined ? null : { level: part.level, limit: limit(part) }
  limits(
    'duplicates',
    'the share of copied rows',
    of(old.duplicates, (d) => d['max-share']),
    of(next.duplicates, (d) => d['max-share']),
  )
  limits(
    'label',
    'the share of the rarest class',
    of(old.label, (l) => -l['min-share']),
    of(next.label, (l) => -l['min-share']),
  )
  limits('freshness', 'the age of the newest row', of(old.freshness, minutesOf), of(next.freshness, minutesOf))
  if (old.freshness !== undefined && next.freshness !== undefined && old.freshness.column !== next.freshness.column)
    add('freshness.column', 'producer', `the age is that of ${show(next.freshness.column ?? 'data.time')} now`)
  for (const side of ['max-decrease', 'max-increase'] as const)
    limits(
      `volume.${side}`,
      `the ${side === 'max-decrease' ? 'loss' : 'growth'} of rows against the baseline`,
      of(old.volume, (v) => v[side] ?? Number.POSITIVE_INFINITY),
      of(next.volume, (v) => v[side] ?? Number.POSITIVE_INFINITY),
    )
  for (const part of ['leakage', 'drift'] as const)
    if (JSON.stringify(old[part]) !== JSON.stringify(next[part])) add(part, null, `settings of ${part} changed`)
}

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440, w: 10_080 }
const minutesOf = (freshness: { 'max-age': string }): number =>
  Number.parseInt(freshness['max-age'], 10) * (MINUTES[freshness['max-age'].at(-1) as string] as number)
