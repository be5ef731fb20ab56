/** A regular expression that RE2 reads the same way, or why there is none. */
export type Re2 =
  | { readonly pattern: string; readonly problem?: never }
  | { readonly problem: string; readonly pattern?: never }

const UNKNOWN: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'it looks ahead or behind'],
  [/\\[1-9]|\\k[<{']/, 'it refers back to a group'],
  [/\(\?>|[*+?}]\+/, 'it has an atomic or possessive part'],
  [/\(\?\(/, 'it has a condition'],
  [/\\c[A-Za-z]|\\[GZ]|\[\^?\]/, 'it has a sign that is not known here'],
]

/**
 * An expression of ECMA-262, Python or XML Schema for RE2 (github.com/google/re2/wiki/Syntax), which has no look-around and
 * no back-references. Named groups lose their names, `\uXXXX` becomes `\x{XXXX}`, and `\/` and `\-` their sign.
 */
export function toRe2(pattern: string): Re2 {
  const bare = pattern.replaceAll(/\\\\/g, '')
  // Classes can hold any sign, so what looks like syntax inside them is none.
  const outside = bare.replaceAll(/\[\^?(?:\\.|[^\]\\])+\]/g, 'x')
  for (const [sign, problem] of UNKNOWN) if (sign.test(outside)) return { problem }
  try {
    // What no dialect accepts, such as an open bracket.
    new RegExp(pattern.replaceAll('(?P<', '(?<').replace(/^\(\?[imsx]+\)/, ''))
  } catch {
    return { problem: 'it is not a regular expression' }
  }
  return {
    pattern: pattern.replaceAll(
      /\\u\{([0-9A-Fa-f]+)\}|\\u([0-9A-Fa-f]{4})|\\\/|\(\?P?<[A-Za-z_$][\w$]*>|\\./g,
      (found, braced, four) => {
        if (braced !== undefined || four !== undefined) return `\\x{${braced ?? four}}`
        if (found === '\\/') return '/'
        return found.startsWith('(?') ? '(?:' : found
      },
    ),
  }
}

/**
 * The inside of an expression that is anchored at both ends, and so says the same as a match of the whole text; null for
 * others, such as `^a|b$`.
 */
export function insideAnchors(pattern: string): string | null {
  if (!pattern.startsWith('^') || !pattern.endsWith('$') || /(?:^|[^\\])(?:\\\\)*\\\$$/.test(pattern)) return null
  const inside = pattern.slice(1, -1)
  let depth = 0
  for (const [part] of inside.matchAll(/\\.|\[\^?(?:\\.|[^\]\\])+\]|[()|]/gs)) {
    if (part === '(') depth += 1
    if (part === ')') depth -= 1
    if (part === '|' && depth === 0) return null
  }
  return inside
}

/** A text as a pattern that matches it alone. */
export const escapePattern = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
