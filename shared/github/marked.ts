/** The hidden lines by which a text of ours is found again on GitHub, and the part between them that is ours. */

const END = '<!-- plumbline:end -->'

/** Whether a line of the text is the marker; in a quotation it is not. */
export function isMarked(text: string | null | undefined, marker: string): boolean {
  return linesOf(text).includes(marker)
}

/** Whether two texts are the same: GitHub may change line ends and trim. */
export function sameText(a: string | null | undefined, b: string): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trim()
  return plain(a ?? '') === plain(b)
}

/** A part of a text, from its marker to its end. */
const section = (marker: string, content: string): string => `${marker}\n\n${content.trim()}\n\n${END}`

/** What people wrote around our part, before and after it. Without a last line it goes to the end of the text. */
export function around(text: string, marker: string): { before: string; after: string } {
  const lines = linesOf(text)
  const start = lines.indexOf(marker)
  if (start === -1) return { before: text, after: '' }
  const end = lines.indexOf(END, start)
  const join = (part: readonly string[]) => part.join('\n').trim()
  return { before: join(lines.slice(0, start)), after: end === -1 ? '' : join(lines.slice(end + 1)) }
}

/** The text with our part in place of the one before; what people wrote around it stays. */
export function withSection(text: string, marker: string, content: string): string {
  const { before, after } = around(text, marker)
  return [before, section(marker, content), after].filter((part) => part !== '').join('\n\n')
}

const linesOf = (text: string | null | undefined): string[] => (text ?? '').split(/\r?\n/).map((line) => line.trimEnd())
