/** Makes text from data, logs and git names inert in each place where a report may show it. */

const zeroWidth = '\u200b'
const escapeSequence = String.fromCharCode(0x1b)
const terminalCodes = new RegExp(
  // CSI (colours, cursor) and OSC (titles, links) sequences.
  `${escapeSequence}(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007${escapeSequence}\\n]*(?:\\u0007|${escapeSequence}\\\\)?)`,
  'g',
)
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/**
 * Drops terminal colours and writes characters that nobody can see (bidi and zero-width controls, lone surrogates) as
 * `⟨U+202E⟩`. Line breaks and tabs stay; so do the joiners that emoji and non-Latin scripts need.
 */
export function visible(text: string): string {
  return text
    .replace(terminalCodes, '')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(hidden, (character, offset: number, whole: string) => {
      if (character === '\n' || character === '\t' || character === '\ufe0e' || character === '\ufe0f') return character
      if ((character === '\u200c' || character === '\u200d') && joins(whole, offset)) return character
      const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
      return `⟨U+${hex}⟩`
    })
}

function joins(text: string, offset: number): boolean {
  const needsJoiner = (unit: number) => unit > 0x2ff && (unit < 0x2000 || unit > 0x206f)
  return needsJoiner(text.charCodeAt(offset - 1)) && needsJoiner(text.charCodeAt(offset + 1))
}

/** {@link visible}, on one line, white space collapsed. */
export const oneLine = (text: string): string => visible(text).replace(/\s+/g, ' ')

/** {@link visible}, on one line, with line breaks and tabs shown as `↵` and `⇥`: for a value that is quoted exactly. */
export const exactLine = (text: string): string => visible(text).replace(/\n/g, '↵').replace(/\t/g, '⇥')

/** Shortens to at most `length` characters, the last one `…`; never splits a surrogate pair. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text
  if (length < 1) return ''
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

const markdownSpecial = new RegExp(
  [
    '[&<>|`$\\\\*\\[\\]~]',
    '_',
    '!$',
    '@(?=[\\p{L}\\p{N}_])',
    '#(?=\\d)',
    '(?<![\\p{L}\\p{N}])GH-(?=\\d)',
    ':(?=//)',
    'www(?=\\.)',
    // A shortcode such as :tada: would become a picture.
    ':(?=[a-z0-9_+-]{1,40}:)',
  ].join('|'),
  'giu',
)
const markdownEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  '`': '&#96;',
  // GitHub's own advice for a dollar that is not mathematics.
  $: '<span>$</span>',
}

/**
 * Text for GitHub Markdown, in a paragraph, a heading, a list item or a table cell: one line, no markup, no HTML, no
 * table border, no link, mention, issue reference, emoji code or formula. References are broken by an invisible
 * `&#8203;`, because GitHub looks for them after it has decoded escapes; what is to be copied belongs in code.
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(markdownSpecial, (found, offset: number, whole: string) => {
    const entity = markdownEntities[found]
    if (entity !== undefined) return entity
    if (found === '_') return isWord(whole[offset - 1]) && isWord(whole[offset + 1]) ? '_' : '\\_'
    if (found.length === 1 && '\\*[]~!'.includes(found)) return `\\${found}`
    return `${found}&#8203;`
  })
}

const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character)

/** Keeps a rendered line of Markdown from starting a heading, a list, a rule or a workflow command. */
export function guardLineStart(line: string): string {
  return line
    .trim()
    .replace(/^(?=#{1,6}(?:\s|$)|[-+](?:\s|$)|--|=|::)/, '\\')
    .replace(/^(\d{1,9})(?=[.)](?:\s|$))/, '$1\\')
}

/**
 * Content of a `<code>` element inside Markdown: every ASCII punctuation mark as an entity, so that nothing is markup.
 * The empty element after `@` keeps GitHub from seeing an address, without an invisible character in what is copied.
 */
export const escapeInCode = (text: string): string =>
  text.replace(/[!-/:-@[-`{-~]/g, (found) => `&#${found.charCodeAt(0)};${found === '@' ? '<span></span>' : ''}`)

/** Text for an HTML element or a quoted attribute. Line breaks stay. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Breaks mentions and references in text that GitHub shows outside code, after {@link escapeHtml}. */
export function breakReferences(html: string): string {
  return html
    .replace(
      /@(?=[\p{L}\p{N}_])|(?<!&)#(?=\d)|(?<![\p{L}\p{N}])GH-(?=\d)|:(?=\/\/)|www(?=\.)|:(?=[a-z0-9_+-]{1,40}:)/giu,
      '$&&#8203;',
    )
    .replace(/\$/g, '<span>$</span>')
}

/** A label inside double quotes in Mermaid source: no quote, entity, directive, markup or line break survives. */
export function escapeMermaid(text: string): string {
  const replacements: Readonly<Record<string, string>> = {
    '"': "'",
    '`': "'",
    '\\': '/',
    ';': ',',
    '<': '‹',
    '>': '›',
    '{': '(',
    '}': ')',
    '#': '＃',
  }
  return oneLine(text)
    .replace(/["`\\;<>{}#]/g, (character) => replacements[character] ?? '')
    .replace(/%{2,}/g, '%')
    .trim()
}

/**
 * Multi-line text that may be printed to a log of GitHub Actions or stand in a code block of our comments: no line of it
 * is taken for a workflow command (the runner finds `##[` anywhere in a line, and trims U+0085 before `::`), nor for the
 * marker by which we know our own comments.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^[\s\u0085]*:(?=:)|#(?=#\[)|<(?=!--\s*plumbline)/gim, `$&${zeroWidth}`)
}

/**
 * A link target that may be followed: http, https or a path relative to the report, percent-encoded so that it can
 * close no bracket, quote or cell. `undefined` for every other scheme and for `//host`.
 */
export function safeTarget(target: string): string | undefined {
  const text = target.trim()
  if (text === '' || /^[\\/]{2}/.test(text)) return undefined
  const scheme = /^([^/?#]*?):/.exec(text)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return undefined
  return text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/%(?![0-9a-f]{2})|[^\w.~:/?#@!&+,;=%-]/giu, (character) =>
      /[!'()*]/.test(character)
        ? `%${character.charCodeAt(0).toString(16).toUpperCase()}`
        : encodeURIComponent(character),
    )
}
