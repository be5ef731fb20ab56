import { createReadStream } from 'node:fs'

/** Bytes that are read to find a line; a row further back has none. */
const MOST_BYTES = 64 * 2 ** 20

const LF = 0x0a
const QUOTE = 0x22

/**
 * Line (from 1) at which a row (from 0) of a plain text file begins: of CSV with one header line and usual quotes, or of JSON
 * Lines. Null where that is not certain: past 64 MB, behind an empty line of CSV, with line ends that are a lone CR, or
 * where the file has no such row. `absolute` is its path.
 */
export async function lineOfRow(absolute: string, format: 'csv' | 'jsonl', row: number): Promise<number | null> {
  const wanted = format === 'csv' ? row + 1 : row
  let [record, line, start, bytes] = [0, 1, 1, 0]
  let quoted = false
  let isEmpty = true
  for await (const chunk of createReadStream(absolute, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    for (const byte of chunk) {
      if (byte === LF) {
        line += 1
        if (quoted) continue
        // What the reader makes of an empty line hangs on the number of columns.
        if (isEmpty && format === 'csv') return null
        if (!isEmpty) {
          if (record === wanted) return start
          record += 1
        }
        start = line
        isEmpty = true
      } else if (byte !== 0x0d) {
        if (byte === QUOTE && format === 'csv') quoted = !quoted
        isEmpty = false
      }
    }
    if (bytes > MOST_BYTES) return null
  }
  return !isEmpty && !quoted && record === wanted ? start : null
}
