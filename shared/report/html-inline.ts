import type { Inline } from './blocks.js'
import { breakReferences, escapeHtml, exactLine, oneLine, safeTarget } from './escape.js'
import { inlinePieces } from './inline.js'

/**
 * Inline text as HTML, on one line. `inMarkdown`: for an HTML element inside GitHub Markdown, where mentions and
 * references must be broken too.
 */
export function htmlInline(inline: Inline, inMarkdown = false): string {
  return inlinePieces(inline)
    .map((piece) => {
      if (typeof piece === 'string') {
        const text = oneLine(piece)
        return inMarkdown ? breakReferences(escapeHtml(text)) : isolated(text)
      }
      if ('strong' in piece) return `<strong>${htmlInline(piece.strong, inMarkdown)}</strong>`
      if ('code' in piece) return `<code>${escapeHtml(exactLine(piece.code))}</code>`
      const target = safeTarget(piece.link)
      const text = htmlInline(piece.text, inMarkdown)
      return target === undefined ? text : `<a href="${escapeHtml(target)}">${text}</a>`
    })
    .join('')
}

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
const quoted = /("(?:[^"\\]|\\.)*")/

/** A quoted name that is read from right to left would take the numbers after it along. */
const isolated = (text: string): string =>
  rightToLeft.test(text)
    ? text
        .split(quoted)
        .map((part, i) => (i % 2 === 1 ? `<bdi>${escapeHtml(part)}</bdi>` : escapeHtml(part)))
        .join('')
    : escapeHtml(text)
