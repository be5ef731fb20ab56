export type ChangeKind = 'breaking' | 'compatible' | 'documentation'
/** Whom a breaking change breaks. */
export type Side = 'producer' | 'consumer'

/** One difference between two versions of a contract. */
export interface Change {
  /** Key of the contract, such as `columns.age.range`; columns by name. */
  readonly path: string
  readonly kind: ChangeKind
  /** Null unless it breaks somebody. */
  readonly breaks: Side | null
  readonly message: string
}

export type Add = (path: string, breaks: Side | null | 'documentation', message: string) => void

type Limits = {
  min?: number | string | undefined
  max?: number | string | undefined
  'strict-min'?: boolean | undefined
  'strict-max'?: boolean | undefined
}

/** Two ranges: what became narrower breaks the producer, what became wider the consumer. `soft`: neither, it only warns. */
export function bounds(path: string, what: string, old: Limits = {}, next: Limits = {}, add: Add, soft = false): void {
  const narrower: string[] = []
  const wider: string[] = []
  for (const [key, strict, sign] of [
    ['min', 'strict-min', 1],
    ['max', 'strict-max', -1],
  ] as const) {
    const [before, after] = [old[key], next[key]]
    const [wasStrict, isStrict] = [old[strict] === true, next[strict] === true]
    if (before === after && (before === undefined || wasStrict === isStrict)) continue
    const text = `${key} ${told(before, wasStrict)} became ${told(after, isStrict)}`
    if (before === undefined) narrower.push(text)
    else if (after === undefined) wider.push(text)
    else if (typeof before !== typeof after) narrower.push(text)
    else if (before === after) (isStrict ? narrower : wider).push(text)
    else ((after > before ? 1 : -1) === sign ? narrower : wider).push(text)
  }
  if (narrower.length > 0) add(path, soft ? null : 'producer', `${what} became narrower: ${narrower.join(', ')}`)
  if (wider.length > 0) add(path, soft ? null : 'consumer', `${what} became wider: ${wider.join(', ')}`)
}

const told = (bound: number | string | undefined, strict: boolean): string =>
  bound === undefined ? 'none' : `${bound}${strict ? ' (outside)' : ''}`
export const show = (name: string): string => JSON.stringify(name)
