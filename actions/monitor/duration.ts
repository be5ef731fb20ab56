const SECONDS = { m: 60, h: 3600, d: 86_400, w: 604_800 } as const

/** Seconds of a duration such as `7d`, as the configuration writes it. */
export function durationSeconds(duration: string): number {
  const unit = duration.at(-1) as keyof typeof SECONDS
  return Number(duration.slice(0, -1)) * SECONDS[unit]
}

/** Width in seconds of the slices that a window is shown in: at most about 60 of them. */
export function sliceSecondsOf(windowSeconds: number): number {
  const widths = [60, 300, 900, 3600, 21_600, 86_400, 604_800]
  return widths.find((width) => windowSeconds / width <= 60) ?? 604_800
}

/** A slice width for people: `15 minutes`, `day`. */
export function sliceName(seconds: number): string {
  const names: Readonly<Record<number, string>> = {
    60: 'minute',
    300: '5 minutes',
    900: '15 minutes',
    3600: 'hour',
    21600: '6 hours',
    86400: 'day',
    604800: 'week',
  }
  return names[seconds] ?? `${seconds} seconds`
}
