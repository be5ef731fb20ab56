export const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const
export type Unit = (typeof UNITS)[number]

export interface Since {
  /** First day of the first period from which on every later one has drifted; null when the last one has not. */
  readonly since: string | null
  /** Whether the first period that could be judged has drifted too: it began before the data do. */
  readonly fromStart: boolean
  readonly unit: Unit
  /** Those that could be judged. */
  readonly periods: number
}

/** How far off a period is, and whether chance alone takes it so far, which is asked of those that reach the limit. */
export interface Gap {
  readonly effect: number
  isChance(): boolean
}

/**
 * Since when something is off: the first period from which on the gap of every later one is at least `limit` and beyond chance. An
 * older excursion that was over again is not the one at hand. Passed over are periods of which `gapOf` says nothing, as they have too
 * few rows, and those above the limit and within chance. `periods`: by their first day, such as `2024-02-01`. Null when none could be
 * judged.
 */
export function sinceWhen<T>(
  periods: Iterable<readonly [from: string, period: T]>,
  gapOf: (period: T) => Gap | null,
  { limit, unit }: { readonly limit: number; readonly unit: Unit },
): Since | null {
  const judged = [...periods]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([from, period]) => {
      const gap = gapOf(period)
      if (gap === null) return []
      if (gap.effect < limit) return [{ from, isOff: false }]
      return gap.isChance() ? [] : [{ from, isOff: true }]
    })
  if (judged.length === 0) return null
  const first = judged.map(({ isOff }) => isOff).lastIndexOf(false) + 1
  return { since: judged[first]?.from ?? null, fromStart: first === 0, unit, periods: judged.length }
}

/** Rows by the first day of their period, of periods with at least `fewest`; `periods`: of each row, null where it has no date. */
export function rowsByPeriod(periods: readonly (string | null)[], fewest: number): Map<string, number[]> {
  const found = new Map<string, number[]>()
  periods.forEach((period, row) => {
    if (period === null) return
    const rows = found.get(period)
    if (rows === undefined) found.set(period, [row])
    else rows.push(row)
  })
  return new Map([...found].filter(([, rows]) => rows.length >= fewest))
}
