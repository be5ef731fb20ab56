import { type Problem, UserError } from '../../core/errors.js'
import { unpacked } from './archive.js'
import type { CsvDialect } from './source.js'
import type { StagedFile } from './stage.js'
import { MOST_COLUMNS } from './width.js'

const LIMIT = 16 * 1024 * 1024

/** Names of the first record; of more than `MOST_COLUMNS` only the count is of use. */
export interface Header {
  readonly names: readonly string[]
  readonly count: number
}

/**
 * Column names of a CSV file by its first record. Throws UserError for a file that is empty, not UTF-8 or not packed
 * as its name says; duplicate and blank names, all of them, are `headerProblems`.
 */
export async function headerOf(staged: StagedFile, delimiter: string, dialect: CsvDialect): Promise<Header> {
  const { file } = staged
  const bytes = await firstRecord(staged, dialect)
  if (bytes.length === 0)
    throw new UserError(`${file} is empty`, { where: file, cure: 'write a header line and rows into it' })
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw notUtf8(file, staged.lineOf(1))
  }
  return splitRecord(text, delimiter, dialect)
}

/** The names of a CSV file as most are written: quoted with ", in UTF-8. `file` is absolute, `path` the name in messages. */
export async function readHeader(file: string, path: string, delimiter: string): Promise<readonly string[]> {
  const staged: StagedFile = { file: path, path: file, temporary: false, lineOf: (line) => line }
  const dialect: CsvDialect = { quote: '"', escape: '"', comment: null, skip: 0, columns: null }
  return (await headerOf(staged, delimiter, dialect)).names
}

export const notUtf8 = (path: string, line: number): UserError =>
  new UserError(`${path} is not valid UTF-8 in line ${line}`, {
    where: `${path}:${line}`,
    cure: `save it as UTF-8, or write the encoding that it has: { path: ${path}, encoding: windows-1252 }`,
  })

/** Mistakes of the names of one file; `line` is that of the header. */
export function headerProblems(names: readonly string[], path: string, delimiter: string, line = 1): Problem[] {
  const where = `${path}:${line}`
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
    } else if (/[\0\ufeff]/.test(name)) {
      problems.push({
        where,
        message: `the name of column ${i + 1}, ${JSON.stringify(name.slice(0, 80)).replaceAll('\ufeff', '\\ufeff')}, has a NUL byte or a byte order mark in it`,
        cure: 'remove it: it is the rest of a file that was joined or cut',
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
async function firstRecord({ file, path, lineOf }: StagedFile, { quote, escape: before }: CsvDialect): Promise<Buffer> {
  const quoteByte = quote === null ? -1 : (Buffer.from(quote).at(-1) as number)
  const escapeByte = before === null || before === quote ? -1 : (Buffer.from(before).at(-1) as number)
  const chunks: Buffer[] = []
  let size = 0
  let quoted = false
  let escaped = false
  for await (const chunk of unpacked(path, file)) {
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]
      if (escaped) escaped = false
      else if (quoted && byte === escapeByte) escaped = true
      else if (byte === quoteByte) quoted = !quoted
      else if (!quoted && (byte === 0x0a || byte === 0x0d)) return Buffer.concat([...chunks, chunk.subarray(0, i)])
    }
    chunks.push(chunk)
    size += chunk.length
    if (size > LIMIT) {
      throw new UserError(`${file}: the first line does not end within 16 MB`, {
        where: `${file}:${lineOf(1)}`,
        cure: quoted ? 'close the quotation mark of the header' : 'check that it is a CSV file with a header line',
      })
    }
  }
  return Buffer.concat(chunks)
}

function splitRecord(text: string, delimiter: string, { quote, escape: before }: CsvDialect): Header {
  const names: string[] = []
  let count = 0
  let name = ''
  let quoted = false
  const add = () => {
    // A header of a million names is a mistake; no memory is spent on it.
    if (count <= MOST_COLUMNS) names.push(name)
    count += 1
    name = ''
  }
  for (let i = text.startsWith('\ufeff') ? 1 : 0; i < text.length; i++) {
    const sign = text[i] as string
    if (quoted) {
      if (sign === before && (text[i + 1] === quote || (before !== quote && text[i + 1] === before))) {
        name += text[i + 1]
        i += 1
      } else if (sign === quote) quoted = false
      else name += sign
    } else if (sign === quote && name === '') quoted = true
    else if (sign === delimiter) add()
    else name += sign
  }
  add()
  return { names, count }
}
