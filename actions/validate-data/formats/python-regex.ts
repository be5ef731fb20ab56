import { escapePattern } from './foreign/pattern.js'

/** A pattern for RE2, or why there is none. */
export type Translated = { readonly pattern: string; readonly problem?: never } | { readonly problem: string }

const WORD = '\\p{L}\\p{N}_'
const SPACE = '\\t-\\r\\x1c-\\x1f\\x85\\p{Z}'
const FOREIGN_GROUPS: Readonly<Record<string, string>> = {
  '=': 'a look-ahead',
  '!': 'a look-ahead',
  '<=': 'a look-behind',
  '<!': 'a look-behind',
  '>': 'an atomic group',
  '(': 'a condition',
  'P=': 'a back-reference',
  'P>': 'a recursion',
}
const MOST_REPEATS = 1000

class Unsupported extends Error {}

/**
 * A regular expression of Python’s `re` (on str) in RE2’s syntax with the same matches: `\w`, `\d` and `\s` are those of Unicode,
 * `\Z` is the end, `[[:` is no POSIX class, `{,n}` begins at 0. One difference stays: Python’s `$` also matches before a newline
 * that ends the text. What RE2 cannot do (look-around, back-references, conditions, possessive quantifiers, `(?x)`) is a
 * problem. Sources: docs.python.org/3/library/re.html, github.com/google/re2/wiki/Syntax.
 */
export function fromPythonRegex(source: string): Translated {
  try {
    return { pattern: translate(source) }
  } catch (error) {
    if (error instanceof Unsupported) return { problem: error.message }
    throw error
  }
}

function translate(source: string): string {
  let out = ''
  let ascii = false
  let at = 0
  while (at < source.length) {
    const rest = source.slice(at)
    const char = source[at] as string
    if (char === '\\') {
      const [text, length] = escapeOf(rest, ascii, false)
      out += text
      at += length
    } else if (char === '[') {
      const [text, length] = classOf(rest, ascii)
      out += text
      at += length
    } else if (char === '(' && source[at + 1] === '?') {
      const group = groupOf(rest)
      ascii ||= group.ascii
      out += group.text
      at += group.length
    } else if ('*+?'.includes(char) || /^\{\d*(,\d*)?\}/.test(rest)) {
      const [text, length] = quantifierOf(rest)
      out += text
      at += length
    } else {
      out += char
      at++
    }
  }
  return out
}

function escapeOf(rest: string, ascii: boolean, inClass: boolean): [text: string, length: number] {
  const code = /^\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest)
  if (code) return [`\\x{${code[1] ?? code[2]}}`, code[0].length]
  const letter = rest[1]
  if (letter === undefined) throw new Unsupported('it ends with a lone backslash')
  if (letter === '0') {
    const digits = (/^\\0([0-7]{0,2})/.exec(rest) as RegExpExecArray)[1] as string
    return [`\\x{${Number.parseInt(digits || '0', 8).toString(16)}}`, digits.length + 2]
  }
  if (!inClass && /[1-9]/.test(letter)) throw new Unsupported('it has a back-reference, which RE2 cannot match')
  if (letter === 'N') throw new Unsupported('it names a character by \\N, which RE2 does not know')
  if (letter === 'Z') return ['\\z', 2]
  const unicode = ascii ? undefined : unicodeOf(letter, inClass)
  return [unicode ?? `\\${letter}`, 2]
}

function unicodeOf(letter: string, inClass: boolean): string | undefined {
  if (letter === 'd') return '\\p{Nd}'
  if (letter === 'D') return '\\P{Nd}'
  const set = { w: WORD, W: WORD, s: SPACE, S: SPACE }[letter]
  if (set === undefined) return undefined
  const negated = letter === 'W' || letter === 'S'
  if (!inClass) return `[${negated ? '^' : ''}${set}]`
  if (negated) throw new Unsupported(`it has \\${letter} inside brackets, which has no form in RE2`)
  return set
}

function classOf(rest: string, ascii: boolean): [text: string, length: number] {
  let at = 1
  let out = '['
  if (rest[at] === '^') {
    out += '^'
    at++
  }
  for (let first = true; at < rest.length; first = false) {
    const char = rest[at] as string
    if (char === ']' && !first) return [`${out}]`, at + 1]
    if (char === '\\') {
      const [text, length] = escapeOf(rest.slice(at), ascii, true)
      out += text
      at += length
    } else {
      out += char === '[' || char === ']' ? `\\${char}` : char
      at++
    }
  }
  throw new Unsupported('a bracket [ is never closed')
}

function groupOf(rest: string): { text: string; length: number; ascii: boolean } {
  const comment = /^\(\?#[^)]*\)/.exec(rest)
  if (comment) return { text: '', length: comment[0].length, ascii: false }
  const named = /^\(\?(?:P<[A-Za-z_]\w*>|:)/.exec(rest)
  if (named) return { text: named[0], length: named[0].length, ascii: false }
  const flags = /^\(\?([a-zA-Z]*)(-[a-zA-Z]+)?([:)])/.exec(rest)
  if (flags) {
    const [whole, on = '', off = '', end] = flags
    const unknown = [...on, ...off.slice(1)].find((flag) => !'imsau'.includes(flag))
    if (unknown !== undefined) throw new Unsupported(`it has the flag ${unknown}, which RE2 does not know`)
    const kept = [...on].filter((flag) => 'ims'.includes(flag)).join('') + off
    const text = end === ':' ? `(?${kept}:` : kept === '' ? '' : `(?${kept})`
    return { text, length: whole.length, ascii: on.includes('a') }
  }
  const kind = Object.keys(FOREIGN_GROUPS).find((start) => rest.startsWith(start, 2))
  throw new Unsupported(
    `it has ${kind === undefined ? 'a group of an unknown kind' : FOREIGN_GROUPS[kind]}, which RE2 cannot match`,
  )
}

function quantifierOf(rest: string): [text: string, length: number] {
  const found = /^(?:[*+?]|\{(\d*)(,?)(\d*)\})/.exec(rest) as RegExpExecArray
  const [whole, least = '', comma = '', most = ''] = found
  // `{}` is no quantifier in either.
  if (whole === '{}') return ['\\{\\}', 2]
  if (rest[whole.length] === '+') throw new Unsupported('it has a possessive quantifier, which RE2 does not know')
  if (Number(least) > MOST_REPEATS || Number(most) > MOST_REPEATS) {
    throw new Unsupported(`it repeats more than ${MOST_REPEATS} times, the most that RE2 can`)
  }
  const text = comma !== '' && least === '' ? `{0,${most}}` : whole
  return rest[whole.length] === '?' ? [`${text}?`, whole.length + 1] : [text, whole.length]
}

/** A LIKE pattern with an escape character (`mark`) as a pattern of RE2 for the whole text. */
export function fromLike(like: string, mark: string): string {
  let out = '(?s)'
  const chars = [...like]
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] as string
    if (char === mark && at + 1 < chars.length) out += escapePattern(chars[++at] as string)
    else out += char === '%' ? '.*' : char === '_' ? '.' : escapePattern(char)
  }
  return out
}
