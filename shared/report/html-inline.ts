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
        const html = escapeHtml(oneLine(piece))
        return inMarkdown ? breakReferences(html) : html
      }
      if ('strong' in piece) return `<strong>${htmlInline(piece.strong, inMarkdown)}</strong>`
      if ('code' in piece) return `<code>${escapeHtml(exactLine(piece.code))}</code>`
      const target = safeTarget(piece.link)
      const text = htmlInline(piece.text, inMarkdown)
      return target === undefined ? text : `<a href="${escapeHtml(target)}">${text}</a>`
    })
    .join('')
}
