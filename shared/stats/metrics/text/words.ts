export const TEXT = ['text'] as const

/** What Python's `str.split` takes for white space; JavaScript's `\s` has U+FEFF besides, and lacks four controls and U+0085. */
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const SPACES = new RegExp(`${SPACE}+`, 'g')
const ENDS = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g')
const SEVERAL = new RegExp(`${SPACE}{2,}`, 'g')
const END = new RegExp(`${SPACE}+$`)

/** Pieces between white space, as Python's `str.split()`. */
export function splitAtSpace(text: string): string[] {
  return text.split(SPACES).filter((piece) => piece !== '')
}

/** Without white space at both ends, as Python's `str.strip()`. */
export function stripped(text: string): string {
  return text.replace(ENDS, '')
}

/** Without white space at its end, as Python's `str.rstrip()`. */
export function strippedRight(text: string): string {
  return text.replace(END, '')
}

/** Without white space. */
export function withoutSpace(text: string): string {
  return text.replace(SPACES, '')
}

/** Words as jiwer's default has them: pieces between spaces, two or more of any white space being one space. */
export function jiwerWords(text: string): string[] {
  return stripped(text.replace(SEVERAL, ' '))
    .split(' ')
    .filter((word) => word !== '')
}

const PUNCTUATION = /[!-/:-@[-`{-~]/g
const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu

/** Words as the evaluation script of SQuAD 1.1 compares them: lower case, without ASCII punctuation and English articles. */
export function squadWords(text: string): string[] {
  return splitAtSpace(text.toLowerCase().replace(PUNCTUATION, '').replace(ARTICLES, ' '))
}
