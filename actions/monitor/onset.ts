import type { FeatureResult } from '../../shared/contracts/monitoring.js'

/** Rows and missing values of a feature in one slice of the log, for one version. */
export interface MissingSlice {
  readonly at: number
  readonly version: string | null
  readonly rows: number
  readonly missing: number
}

/** Slices with fewer rows say nothing about a share. */
const FEWEST_ROWS = 5

/**
 * When a feed broke, and whether that came with the deployed version. The onset is the first slice of the last
 * unbroken run of bad slices: an older fault that was mended is not the one at hand. A slice is bad when more than
 * `limit` of its values are missing. `current` is the version as the log calls it.
 */
export function onsetOf(
  slices: readonly MissingSlice[],
  limit: number,
  current: string | null,
): { since: number | null; began: FeatureResult['began'] } {
  const judged = slices.filter(({ rows }) => rows >= FEWEST_ROWS).sort((a, b) => a.at - b.at)
  const isBad = ({ rows, missing }: MissingSlice) => missing / rows > limit
  const own = judged.filter(({ version }) => version === current)
  // Two versions may serve at once: the fault of one is looked for in its own rows.
  const run = badRunAtEnd(current !== null && own.length > 0 ? own : judged, isBad)
  const since = run[0]?.at ?? null
  if (since === null || current === null || own.length === 0) return { since, began: null }
  if (own[0] !== run[0]) return { since, began: 'later' }
  const before = judged.filter(({ version, at }) => version !== null && version !== current && at <= since)
  const last = before.at(-1)
  if (last === undefined) return { since, began: null }
  if (!isBad(last)) return { since, began: 'with-version' }
  return { since: badRunAtEnd(before, isBad)[0]?.at ?? since, began: 'earlier' }
}

/** The bad slices after the last good one; empty when the newest slice is good. */
function badRunAtEnd(slices: readonly MissingSlice[], isBad: (slice: MissingSlice) => boolean): MissingSlice[] {
  let from = slices.length
  while (from > 0 && isBad(slices[from - 1] as MissingSlice)) from -= 1
  return slices.slice(from)
}
