import type { Random } from '../../../shared/stats/sampling/rng.js'

/** How often each typing error is made, against the others. */
export interface TypoMix {
  readonly insert: number
  readonly delete: number
  readonly replace: number
  readonly swap: number
}

/** Text in capital letters, small letters, or each word with a capital and the rest small. No locale. */
export function withCase(text: string, to: 'upper' | 'lower' | 'title'): string {
  if (to === 'upper') return text.toUpperCase()
  if (to === 'lower') return text.toLowerCase()
  return text
    .toLowerCase()
    .replace(/(^|[^\p{L}\p{N}'’])(\p{L})/gu, (_, before, letter) => before + letter.toUpperCase())
}

/** Text without characters of the Unicode category punctuation. */
export function withoutPunctuation(text: string): string {
  return text.replace(/\p{P}/gu, '')
}

/** Text without the accents of Latin, Greek and Cyrillic letters; marks that other scripts cannot do without stay. */
export function withoutAccents(text: string): string {
  return text
    .normalize('NFD')
    .replace(/(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}][\u0300-\u036f]*)[\u0300-\u036f]/gu, '')
    .normalize('NFC')
}

/**
 * Text with typing errors: how many is Poisson with mean `rate` × characters, each at a place drawn evenly, of a kind drawn
 * by `mix`. Letters that come in are a to z.
 */
export function withTypos(text: string, rate: number, mix: TypoMix, random: Random): string {
  const characters = Array.from(text)
  const errors = random.poisson(rate * characters.length)
  const kinds = ['insert', 'delete', 'replace', 'swap'] as const
  const total = kinds.reduce((sum, kind) => sum + mix[kind], 0)
  for (let i = 0; i < errors && characters.length > 0; i++) {
    const at = random.below(characters.length)
    let draw = random.uniform() * total
    const kind = kinds.find((one) => {
      draw -= mix[one]
      return draw < 0
    })
    const letter = String.fromCharCode(97 + random.below(26))
    if (kind === 'insert') characters.splice(at, 0, letter)
    else if (kind === 'delete') characters.splice(at, 1)
    else if (kind === 'replace') characters[at] = letter
    else if (at + 1 < characters.length) {
      const here = characters[at] as string
      characters[at] = characters[at + 1] as string
      characters[at + 1] = here
    }
  }
  return characters.join('')
}

/**
 * Text whose words that belong to a group are swapped for another one of the group, the same word always for the same.
 * Whole words alone, whatever their case; capitals of the first letter, or of all, stay.
 */
export function withWordsSwapped(text: string, groups: readonly (readonly string[])[], random: Random): string {
  const others = new Map<string, string>()
  for (const group of groups) {
    for (const [i, word] of group.entries()) {
      const step = 1 + random.below(group.length - 1)
      if (!others.has(word.toLowerCase())) others.set(word.toLowerCase(), group[(i + step) % group.length] as string)
    }
  }
  const words = [...others.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).map(escaped)
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'giu')
  return text.replace(pattern, (found) => likeCase(found, others.get(found.toLowerCase()) ?? found))
}

function likeCase(model: string, word: string): string {
  const letters = model.replace(/\P{L}/gu, '')
  if (letters.length > 1 && letters === letters.toUpperCase()) return word.toUpperCase()
  const [first = ''] = word
  return /^\p{Lu}/u.test(model) ? first.toUpperCase() + word.slice(first.length) : word
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
