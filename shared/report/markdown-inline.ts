import type { Inline } from './blocks.js'
import { link } from './blocks.js'
import { escapeInCode, escapeMarkdown, exactLine, safeTarget } from './escape.js'
import { inlinePieces } from './inline.js'

/** One line of GitHub Markdown. The same text is right in a paragraph, a heading, a list item and a table cell. */
export function markdownInline(inline: Inline): string {
  let text = ''
  for (const piece of inlinePieces(inline)) {
    if (typeof piece === 'string') text += escapeMarkdown(piece)
    else if ('strong' in piece) text += strongText(markdownInline(withoutStrong(piece.strong)), text.endsWith('*'))
    else if ('code' in piece) text += codeSpan(piece.code, text.endsWith('`'))
    else text += linkText(piece.link, piece.text)
  }
  return text
}

function strongText(inner: string, afterAsterisk: boolean): string {
  if (inner.trim() === '') return inner
  // Asterisks next to punctuation, spaces or other asterisks are not always a delimiter; the tag always is.
  const plain = !afterAsterisk && /^[\p{L}\p{N}](?:.*[\p{L}\p{N}])?$/su.test(inner)
  return plain ? `**${inner}**` : `<strong>${inner}</strong>`
}

function withoutStrong(inline: Inline): Inline {
  return inlinePieces(inline).map((piece) => {
    if (typeof piece === 'string' || 'code' in piece) return piece
    return 'strong' in piece ? withoutStrong(piece.strong) : link(piece.link, withoutStrong(piece.text))
  })
}

/** Backticks where they are plain to read and cannot go wrong; the tag for backticks, pipes, backslashes and edges. */
function codeSpan(raw: string, afterSpan: boolean): string {
  const text = exactLine(raw)
  const awkward = text.trim() !== text || text === '' || afterSpan || /[`|\\$]|<!--/.test(text)
  return awkward ? `<code>${escapeInCode(text)}</code>` : `\`${text}\``
}

function linkText(target: string, inline: Inline): string {
  const safe = safeTarget(target)
  const text = markdownInline(withoutLinks(inline))
  if (safe === undefined) return text
  return `[${text.trim() === '' ? escapeMarkdown(target) : text}](${safe.replace(/&/g, '&amp;')})`
}

/** A link inside a link would end the outer one. */
function withoutLinks(inline: Inline): Inline {
  return inlinePieces(inline).map((piece) => {
    if (typeof piece === 'string' || 'code' in piece) return piece
    return 'strong' in piece ? { strong: withoutLinks(piece.strong) } : withoutLinks(piece.text)
  })
}
