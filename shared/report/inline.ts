import type { Inline } from './blocks.js'

export type InlinePiece = Exclude<Inline, readonly Inline[]>

/** Flattens nesting and joins neighbouring strings, so that escaping sees what the reader will see. */
export function inlinePieces(inline: Inline): InlinePiece[] {
  const pieces: InlinePiece[] = []
  const visit = (part: Inline): void => {
    const last = pieces.at(-1)
    if (isList(part)) part.forEach(visit)
    else if (typeof part === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + part
    else pieces.push(part)
  }
  visit(inline)
  return pieces
}

/** The words alone, unescaped. */
export function inlineText(inline: Inline): string {
  return inlinePieces(inline)
    .map((piece) => {
      if (typeof piece === 'string') return piece
      if ('strong' in piece) return inlineText(piece.strong)
      return 'code' in piece ? piece.code : inlineText(piece.text)
    })
    .join('')
}

const isList = (inline: Inline): inline is readonly Inline[] => Array.isArray(inline)
