/** A pattern of java.time.format.DateTimeFormatter by its letters, as strftime (duckdb.org/docs/stable/sql/functions/dateformat). */
const JDK: Readonly<Record<string, string>> = {
  yyyy: '%Y',
  uuuu: '%Y',
  yy: '%y',
  uu: '%y',
  MM: '%m',
  M: '%-m',
  MMM: '%b',
  MMMM: '%B',
  dd: '%d',
  d: '%-d',
  DDD: '%j',
  EEE: '%a',
  E: '%a',
  EEEE: '%A',
  HH: '%H',
  H: '%-H',
  hh: '%I',
  h: '%-I',
  a: '%p',
  mm: '%M',
  m: '%-M',
  ss: '%S',
  s: '%-S',
  SSS: '%g',
  SSSSSS: '%f',
  SSSSSSSSS: '%n',
  X: '%z',
  XX: '%z',
  XXX: '%z',
  Z: '%z',
  xx: '%z',
  xxx: '%z',
  x: '%z',
}

/** The strftime form of a JDK date pattern; null when it has letters without one. */
export function strftimeOfJdk(pattern: string): string | null {
  let result = ''
  for (const [part, letters, quoted] of pattern.matchAll(/([A-Za-z])\1*|'((?:[^']|'')*)'|[^A-Za-z]/g)) {
    if (letters !== undefined) {
      const sign = JDK[part]
      if (sign === undefined) return null
      result += sign
    } else if (quoted !== undefined) result += quoted === '' ? "'" : quoted.replaceAll("''", "'")
    else if (/['[\]{}#]/.test(part)) return null
    else result += part === '%' ? '%%' : part
  }
  return result
}

/** The JDK form of a strftime pattern; null when it has a sign without one. */
export function jdkOfStrftime(format: string): string | null {
  let result = ''
  for (const [part] of format.matchAll(/%-?[A-Za-z%]|[A-Za-z]+|'|[\s\S]/g)) {
    if (part === '%%') result += '%'
    else if (part.startsWith('%')) {
      const letters = Object.keys(JDK).find((key) => JDK[key] === part)
      if (letters === undefined) return null
      result += letters
    } else if (part === "'") result += "''"
    else if (/[A-Za-z]/.test(part)) result += `'${part}'`
    else if (/[[\]{}#]/.test(part)) return null
    else result += part
  }
  // Two signs side by side can be one in the other form, such as dd and dd.
  return strftimeOfJdk(result) === format ? result : null
}

const DIGITS: Readonly<Record<string, string>> = {
  Y: '(?<Y>[0-9]{4})',
  y: '(?<y>[0-9]{2})',
  m: '(?<m>[0-9]{1,2})',
  d: '(?<d>[0-9]{1,2})',
  H: '(?<H>[0-9]{1,2})',
  M: '(?<M>[0-9]{1,2})',
  S: '(?<S>[0-9]{1,2})',
}

/** A date that is written in a strftime pattern of numbers, as ISO text; null when it is not, or the pattern has names. */
export function isoOf(text: string, format: string): string | null {
  let pattern = ''
  const seen = new Set<string>()
  for (const [part] of format.matchAll(/%-?[A-Za-z%]|[\s\S]/g)) {
    const sign = part.startsWith('%') ? (part.at(-1) as string) : ''
    if (sign === '' || sign === '%') pattern += (sign === '' ? part : '%').replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')
    else if (DIGITS[sign] === undefined || seen.has(sign)) return null
    else {
      seen.add(sign)
      pattern += DIGITS[sign]
    }
  }
  const found = new RegExp(`^${pattern}$`, 'u').exec(text)?.groups
  if (found === undefined) return null
  // POSIX: two digits from 69 on are of the last century.
  const year = found.Y ?? (found.y === undefined ? undefined : `${Number(found.y) >= 69 ? 19 : 20}${found.y}`)
  if (year === undefined || found.m === undefined) return null
  const two = (digits: string | undefined) => (digits ?? '0').padStart(2, '0')
  const day = `${year}-${two(found.m)}-${found.d === undefined ? '01' : two(found.d)}`
  const date = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) return null
  return seen.has('H') ? `${day} ${two(found.H)}:${two(found.M)}:${two(found.S)}` : day
}
