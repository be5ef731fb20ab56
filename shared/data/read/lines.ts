const LF = 0x0a
const CR = 0x0d

export interface Line {
  /** From 1. */
  readonly number: number
  readonly bytes: Buffer
  /** True when it is longer than the limit; `bytes` is then its beginning. */
  readonly tooLong: boolean
}

/**
 * Lines of bytes, which end with LF, CRLF or CR alone. No more than `limit` bytes of a line are held, so that a file
 * without line ends costs no memory. The line end is left out unless `ends` is true.
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  limit: number,
  options: { readonly ends?: boolean } = {},
): AsyncGenerator<Line> {
  let parts: Buffer[] = []
  let length = 0
  let number = 0
  const take = (piece: Buffer) => {
    if (length < limit) parts.push(piece.subarray(0, limit - length))
    length += piece.length
  }
  const finish = (end: Buffer): Line => {
    if (options.ends) parts.push(end)
    const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
    number += 1
    const line = { number, bytes, tooLong: length > limit }
    parts = []
    length = 0
    return line
  }
  // A CR at the end of a piece is held back: the next piece may begin with its LF.
  let held = false
  for await (const piece of chunks) {
    if (piece.length === 0) continue
    const chunk = held ? Buffer.concat([Buffer.of(CR), piece]) : piece
    held = false
    let at = 0
    // Each is looked for anew only when it was passed: a piece without one would be searched for every line.
    let lf = chunk.indexOf(LF)
    let cr = chunk.indexOf(CR)
    for (;;) {
      if (lf >= 0 && lf < at) lf = chunk.indexOf(LF, at)
      if (cr >= 0 && cr < at) cr = chunk.indexOf(CR, at)
      const end = cr >= 0 && (lf < 0 || cr < lf) ? cr : lf
      if (end < 0) break
      if (end === cr && cr === chunk.length - 1) {
        held = true
        break
      }
      const next = end === cr && chunk[end + 1] === LF ? end + 2 : end + 1
      take(chunk.subarray(at, end))
      yield finish(chunk.subarray(end, next))
      at = next
    }
    const rest = held ? chunk.length - 1 : chunk.length
    if (at < rest) take(chunk.subarray(at, rest))
  }
  if (length > 0 || held) yield finish(held ? Buffer.of(CR) : Buffer.alloc(0))
}
