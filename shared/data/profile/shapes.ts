/** A run of one class longer than this is written with a plus. */
const LONGEST_RUN = 3
const LONGEST_SHAPE = 40

/**
 * The shape of a text: `A` upper-case letter, `a` another letter, `9` digit, a blank for white space, other signs as they
 * are; more than three of one class in a row are the class and `+`. `AB-123` is `AA-999`, `Zürich` is `Aa+`. At most 40
 * characters, then `…`.
 */
export function shapeOf(text: string): string {
  let [shape, run, length] = ['', '', 0]
  const close = () => {
    shape += length > LONGEST_RUN ? `${run}+` : run.repeat(length)
  }
  for (const sign of text) {
    const group = classOf(sign)
    if (group === run) length += 1
    else {
      close()
      if (shape.length > LONGEST_SHAPE) return `${shape.slice(0, LONGEST_SHAPE)}…`
      run = group
      length = 1
    }
  }
  close()
  return shape.length > LONGEST_SHAPE ? `${shape.slice(0, LONGEST_SHAPE)}…` : shape
}

function classOf(sign: string): string {
  const code = sign.codePointAt(0) as number
  if (code < 128) {
    if (code >= 48 && code <= 57) return '9'
    if (code >= 65 && code <= 90) return 'A'
    if (code >= 97 && code <= 122) return 'a'
    return code <= 32 || code === 127 ? ' ' : sign
  }
  if (/\p{Nd}/u.test(sign)) return '9'
  if (/\p{Lu}/u.test(sign)) return 'A'
  if (/[\p{L}\p{M}]/u.test(sign)) return 'a'
  return /[\p{Z}\p{C}]/u.test(sign) ? ' ' : sign
}
