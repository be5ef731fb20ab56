/** Twelve digits: the libraries of two systems may differ in the last ones, and the documents shall not. */
export function rounded(value: number): number {
  return Number(value.toPrecision(12))
}

/** The same, null for what is not there or not finite. */
export function roundedOrNull(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? rounded(value) : null
}

/** An interval whose ends are rounded. */
export function roundedInterval<T extends { readonly low: number; readonly high: number }>(interval: T): T {
  return { ...interval, low: rounded(interval.low), high: rounded(interval.high) }
}
