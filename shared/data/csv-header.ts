import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { type Problem, UserError } from '../core/errors.js'
import { archiveError } from './archive.js'

const LIMIT = 16 * 1024 * 1024

/**
 * Column names of a CSV file by its first record. Throws UserError for a file that is empty, not UTF-8 or not packed
 * as its name says; duplicate and blank names, all of them, are `headerProblems`.
 */
export async function readHeader(file: string, path: string, delimiter: string): Promise<string[]> {
  const bytes = await firstRecord(file, path)
  if (bytes.length === 0)
    throw new UserError(`${path} is empty`, { where: path, cure: 'write a header line and rows into it' })
  // Its mark of byte order, or without one the half of a character that is 0.
  const isUtf16 = /^(?:\xff\xfe|\xfe\xff|.?\0)/s.test(bytes.toString('latin1', 0, 2))
  if (isUtf16) {
    throw new UserError(`${path} is written in UTF-16`, { where: `${path}:1`, cure: 'save it as UTF-8' })
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw notUtf8(path, 1)
  }
  return splitRecord(text, delimiter)
}

export const notUtf8 = (path: string, line: number): UserError =>
  new UserError(`${path} is not valid UTF-8 in line ${line}`, {
    where: `${path}:${line}`,
    cure: 'save it as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8 old.csv > new.csv',
  })

/** Mistakes of the names of one file. */
export function headerProblems(names: readonly string[], path: string, delimiter: string): Problem[] {
  const where = `${path}:1`
  const only = names[0] ?? ''
  const other =
    names.length === 1 ? [';', '\t', '|', ','].find((sign) => sign !== delimiter && only.includes(sign)) : undefined
  if (other !== undefined) {
    const sign = (text: string) => (text === '\t' ? 'tab' : `"${text}"`)
    return [
      {
        where,
        message: `the whole header is one column, ${JSON.stringify(only.slice(0, 80))}: the delimiter seems to be ${sign(other)}, not ${sign(delimiter)}`,
        cure: `write it into plumbline.yml: { path: ${path}, delimiter: ${JSON.stringify(other)} }`,
      },
    ]
  }
  const problems: Problem[] = []
  const seen = new Map<string, number>()
  names.forEach((name, i) => {
    const before = seen.get(name)
    if (name.trim() === '') {
      problems.push({ where, message: `column ${i + 1} has no name (blank-header)`, cure: 'give every column a name' })
    } else if (/[\r\n]/.test(name)) {
      // The engine would lose rows without a word where this line end differs from those of the file.
      problems.push({
        where,
        message: `the name of column ${i + 1}, ${JSON.stringify(name)}, has a line end in it`,
        cure: 'write the name in one line',
      })
    } else if (before !== undefined) {
      problems.push({
        where,
        message: `columns ${before + 1} and ${i + 1} are both named ${JSON.stringify(name)} (duplicate-label)`,
        cure: 'give every column a name of its own',
      })
    }
    if (before === undefined) seen.set(name, i)
  })
  return problems
}

/** Bytes up to the first line end that is not inside quotes. */
async function firstRecord(file: string, path: string): Promise<Buffer> {
  const raw = createReadStream(file)
  const stream = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw
  raw.on('error', (error) => stream.destroy(error))
  const chunks: Buffer[] = []
  let size = 0
  let quoted = false
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i]
        if (byte === 0x22) quoted = !quoted
        else if (!quoted && (byte === 0x0a || byte === 0x0d)) return Buffer.concat([...chunks, chunk.subarray(0, i)])
      }
      chunks.push(chunk)
      size += chunk.length
      if (size > LIMIT) {
        throw new UserError(`${path}: the first line does not end within 16 MB`, {
          where: `${path}:1`,
          cure: quoted ? 'close the quotation mark of the header' : 'check that it is a CSV file with a header line',
        })
      }
    }
  } catch (error) {
    if (error instanceof UserError || !file.endsWith('.gz')) throw error
    throw archiveError(path, error)
  } finally {
    raw.destroy()
  }
  return Buffer.concat(chunks)
}

function splitRecord(text: string, delimiter: string): string[] {
  const names: string[] = []
  let name = ''
  let quoted = false
  for (let i = text.startsWith('\ufeff') ? 1 : 0; i < text.length; i++) {
    const sign = text[i] as string
    if (quoted) {
      if (sign !== '"') name += sign
      else if (text[i + 1] === '"') {
        name += '"'
        i += 1
      } else quoted = false
    } else if (sign === '"' && name === '') quoted = true
    else if (sign === delimiter) {
      names.push(name)
      name = ''
    } else name += sign
  }
  return [...names, name]
}
