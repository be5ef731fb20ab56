/** A number, or NaN with the reason why it is undefined. `reason` is null exactly when `value` is a number. */
export interface Value {
  readonly value: number
  readonly reason: string | null
}

/** Bounds at a two-sided level such as 0.95, with the name of the procedure that made them. */
export interface Interval {
  readonly low: number
  readonly high: number
  readonly level: number
  readonly method: string
}

/** A value with its sample size and interval. `reason` tells why the value, or only its interval, is missing. */
export interface Estimate extends Value {
  readonly n: number
  readonly interval: Interval | null
  /** Bootstrap blocks with rows that count, when rows are clustered: the number of clusters, or a lower bound of it. */
  readonly clusters?: number
  /** Effective sample size (Σw)² / Σw² (Kish 1965), when rows are weighted. */
  readonly effective?: number
  /** Rows that one of two models has right and the other has wrong, of a difference of paired proportions. */
  readonly discordant?: number
}

/** How intervals are made. The same settings and the same rows give the same interval. */
export interface IntervalSettings {
  /** Two-sided level, between 0 and 1. */
  readonly level: number
  /** Any text, such as a digest of the rows; it seeds the bootstrap. */
  readonly seed: string
  /** Bootstrap replicates. */
  readonly replicates: number
}

/** A number that is defined. */
export function defined(value: number): Value {
  return { value, reason: null }
}

/** No number, and why: `there are no rows`. */
export function undefinedBecause(reason: string): Value {
  return { value: Number.NaN, reason }
}

/** `part / whole`, or undefined for the given reason when `whole` is 0. */
export function ratio(part: number, whole: number, reason: string): Value {
  return whole === 0 ? undefinedBecause(reason) : defined(part / whole)
}
