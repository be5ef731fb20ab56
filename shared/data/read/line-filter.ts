import { UserError } from '../../core/errors.js'
import { agree, plural } from '../../report/format.js'
import { linesOf } from './lines.js'
import type { CsvDialect } from './source.js'

/** Longest line that is looked at for comments, in bytes. */
const LONGEST = 8 * 1024 * 1024

/** Leaves out lines of a CSV file that are no data. */
export interface LineFilter {
  apply(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer>
  /** The line of the file that a line of what was left is, both from 1; holds when `apply` has ended. */
  lineOf(line: number): number
}

/**
 * Leaves out the first `skip` lines, and lines that begin with the sign of comments: not those that begin so inside
 * quotes, and nothing behind a value. The engine's own option cuts a value such as C# off. `chunks` are UTF-8; line ends
 * stay as they are. Throws UserError for a line of more than 8 MB and for a file with fewer lines than `skip`.
 */
export function lineFilter(dialect: CsvDialect, delimiter: string, file: string): LineFilter {
  // Runs of lines that were left out: how many stayed before, and how many were left out.
  const runs: { stayed: number; left: number }[] = []
  let stayed = 0
  const leave = () => {
    const last = runs.at(-1)
    if (last?.stayed === stayed) last.left += 1
    else runs.push({ stayed, left: 1 })
  }
  return {
    async *apply(chunks) {
      const comment = dialect.comment === null ? null : Buffer.from(dialect.comment)
      const quotes = quoteState(dialect, delimiter)
      let lines = 0
      for await (const line of linesOf(chunks, LONGEST, { ends: true })) {
        lines = line.number
        if (line.tooLong) {
          throw new UserError(`${file}: line ${line.number} is longer than 8 MB`, {
            where: `${file}:${line.number}`,
            cure: 'look for a quotation mark that is not closed, or a file without line ends',
          })
        }
        const isComment = comment !== null && !quotes.inside && line.bytes.subarray(0, comment.length).equals(comment)
        if (line.number <= dialect.skip || isComment) leave()
        else {
          if (comment !== null) quotes.read(line.bytes)
          stayed += 1
          yield line.bytes
        }
      }
      if (lines >= dialect.skip && stayed > 0) return
      throw new UserError(
        `${file} has ${plural(lines, 'line')}, ${agree(lines, 'which is', 'all of which are')} left out`,
        {
          where: file,
          cure: 'check `skip` and `comment` of the source',
        },
      )
    },
    lineOf: (line) => runs.reduce((sum, run) => (run.stayed < line ? sum + run.left : sum), line),
  }
}

/** Reads CSV byte by byte, and knows whether the end of what was read lies inside quotes. */
export function quoteState(
  { quote, escape: before }: CsvDialect,
  delimiter: string,
): { readonly inside: boolean; read(bytes: Buffer): void } {
  const lastByte = (text: string | null) => (text === null ? -1 : (Buffer.from(text).at(-1) as number))
  const [open, skip, next] = [lastByte(quote), lastByte(before), lastByte(delimiter)]
  const state = {
    inside: false,
    read(bytes: Buffer) {
      let start = !state.inside
      for (let i = 0; i < bytes.length; i++) {
        const byte = bytes[i] as number
        if (state.inside) {
          if (byte === skip && (skip !== open || bytes[i + 1] === open)) i += 1
          else if (byte === open) state.inside = false
        } else {
          if (byte === open && start) state.inside = true
          start = byte === next
        }
      }
    },
  }
  return state
}
