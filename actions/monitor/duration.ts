const SECONDS = { m: 60, h: 3600, d: 86_400, w: 604_800 } as const

/** Seconds of a duration such as `7d`, as the configuration writes it. */
export function durationSeconds(duration: string): number {
  const unit = duration.at(-1) as keyof typeof SECONDS
  return Number(duration.slice(0, -1)) * SECONDS[unit]
}

const WIDTHS = [
  [60, 'one minute'],
  [300, '5 minutes'],
  [900, '15 minutes'],
  [3600, 'one hour'],
  [21_600, '6 hours'],
  [86_400, 'one day'],
  [604_800, 'one week'],
  [2_419_200, '4 weeks'],
  [7_257_600, '12 weeks'],
] as const

const MOST_SLICES = 60

/**
 * Width in seconds of the slices that a window is cut into: the smallest one that gives at most 60 slices with
 * `rowsEach` rows on average, and still at least two slices.
 */
export function sliceSecondsOf(windowSeconds: number, rows: number, rowsEach: number): number {
  const widths = WIDTHS.map(([width]) => width as number).filter((width) => windowSeconds / width <= MOST_SLICES)
  const filled = widths.find((width) => (rows * width) / windowSeconds >= rowsEach)
  const widest = widths.filter((width) => width * 2 <= windowSeconds).at(-1) ?? widths[0] ?? 7_257_600
  return Math.min(filled ?? widest, widest)
}

/** A slice width for people: `15 minutes`, `one day`. */
export function sliceName(seconds: number): string {
  return WIDTHS.find(([width]) => width === seconds)?.[1] ?? `${seconds} seconds`
}
