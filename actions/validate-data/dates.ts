const MILLISECONDS = 86_400_000

/** Whether a text is an ISO date or timestamp of a day that exists. */
export function dateIsWritten(text: string): boolean {
  const [, year, month, day, hour = '0', minute = '0', second = '0'] =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}(?::\d{2})?)?)?$/.exec(
      text,
    ) ?? []
  if (year === undefined) return false
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  date.setUTCFullYear(Number(year))
  return (
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60
  )
}

/** Days since 1970-01-01, as profiles count time, as ISO text: `2024-01-31`, with a time when it is not midnight. */
export function dayText(days: number): string {
  const date = new Date(Math.round(days * MILLISECONDS))
  if (Number.isNaN(date.getTime())) return String(days)
  const text = date.toISOString()
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.replace('.000Z', 'Z')
}

/** Days since 1970-01-01 of an ISO date or timestamp, UTC where it names no offset. */
export function daysOf(text: string): number {
  const iso = text.length === 10 ? text : text.replace(' ', 'T')
  return Date.parse(iso.length === 10 || /(Z|[+-]\d{2}(:?\d{2})?)$/.test(iso) ? iso : `${iso}Z`) / MILLISECONDS
}
