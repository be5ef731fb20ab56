import { open } from 'node:fs/promises'
import { UserError } from '../../core/errors.js'
import { linesOf } from './lines.js'

const LF = 0x0a
const CR = 0x0d
const STRIDE = 1 << 20
const WINDOW = 1 << 16

export const lineTooLong = (file: string, line: number, limit: number): UserError =>
  new UserError(`${file}: line ${line} is longer than ${Math.round(limit / 2 ** 20)} MB`, {
    where: `${file}:${line}`,
    cure: 'look for a quotation mark that is not closed, or a file without line ends',
  })

/** Counts bytes since the last line end of a stream; `read` throws UserError beyond `limit`. */
export function lineMeter(file: string, limit: number): { read(chunk: Buffer): void } {
  let open = 0
  let lines = 1
  return {
    read(chunk) {
      const first = endIn(chunk)
      if (open + (first < 0 ? chunk.length : first) > limit) throw lineTooLong(file, lines, limit)
      if (first < 0) {
        open += chunk.length
        return
      }
      for (let at = chunk.indexOf(LF, first); at >= 0; at = chunk.indexOf(LF, at + 1)) lines += 1
      open = chunk.length - 1 - Math.max(chunk.lastIndexOf(LF), chunk.lastIndexOf(CR))
    },
  }
}

const endIn = (chunk: Buffer): number => {
  const lf = chunk.indexOf(LF)
  // Only what stands before it matters.
  const cr = (lf < 0 ? chunk : chunk.subarray(0, lf)).indexOf(CR)
  return cr >= 0 ? cr : lf
}

/**
 * Throws UserError when a line of a file is longer than `limit` bytes, several MB at least: the engine leaves out such a
 * line at the end of a file without a word. Looks at 64 KB of each MB, and at every byte only where no line ends in them.
 */
export async function requireShortLines(
  path: string,
  file: string,
  limit: number,
  whole: () => AsyncIterable<Buffer>,
): Promise<void> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const window = Buffer.alloc(WINDOW)
    let without = 0
    for (let at = 0; at < size && without < limit / STRIDE - 1; at += STRIDE) {
      const { bytesRead } = await handle.read(window, 0, WINDOW, at)
      without = endIn(window.subarray(0, bytesRead)) < 0 ? without + 1 : 0
    }
    if (without < limit / STRIDE - 1) return
  } finally {
    await handle.close()
  }
  for await (const { number, tooLong } of linesOf(whole(), limit)) if (tooLong) throw lineTooLong(file, number, limit)
}
