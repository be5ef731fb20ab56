import { randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Files } from '../../core/context.js'
import { codeOf, UserError } from '../../core/errors.js'
import { type DataEngine, EngineError } from '../engine/engine.js'
import { literal } from '../engine/sql.js'
import { archiveError, BOMB, isPacked, requireWholeArchive, unpacked } from './archive.js'
import { createDecoder, type Encoding, encodingByMark, looksLikeUtf16 } from './encoding.js'
import { type LineFilter, lineFilter } from './line-filter.js'
import { lineMeter, requireShortLines } from './long-lines.js'
import type { FileSource } from './source.js'

/** A file as the engine reads it: itself, or a copy in UTF-8 without the lines that are no data. */
export interface StagedFile {
  /** Relative to the workspace. */
  readonly file: string
  /** Absolute path of what is to be read. */
  readonly path: string
  readonly temporary: boolean
  /** The line of `file` that a line of `path` is, both from 1. */
  lineOf(line: number): number
}

/** Bytes decoded at once: a byte that is not of the encoding is placed by them. */
const SLICE = 4096
/** Longest record of a CSV file in bytes; a longer one is a quotation mark that is never closed, more often than data. */
export const LONGEST_RECORD = 8 * 1024 * 1024
const WRITE_AT = 1 << 18
/** A disk that is full, a quota that is used up, and a file larger than the process may write. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Absolute folder for files as long as the engine is open: the one that it spills to. */
export async function scratchFolder(engine: DataEngine): Promise<string> {
  const [row] = await engine.all("SELECT current_setting('temp_directory') AS folder")
  return String(row?.folder)
}

/** An absolute path in the scratch folder that nothing has. `ending` is that of its name, such as `.csv`. */
export const scratchPath = async (engine: DataEngine, ending: string): Promise<string> =>
  join(await scratchFolder(engine), `read-${randomBytes(6).toString('hex')}${ending}`)

/**
 * Makes the files of a source readable for the engine: archives are found whole, and what is not plain UTF-8, or has
 * lines to leave out, is copied so in constant memory. Throws UserError. Who is done calls `removeStaged`.
 */
export async function stageFiles(engine: DataEngine, files: Files, source: FileSource): Promise<StagedFile[]> {
  const staged: StagedFile[] = []
  try {
    for (const file of source.files) staged.push(await stageFile(engine, files.resolve(file), file, source))
  } catch (error) {
    await removeStaged(staged)
    throw error
  }
  return staged
}

export async function removeStaged(staged: readonly StagedFile[]): Promise<void> {
  for (const { path, temporary } of staged) if (temporary) await rm(path, { force: true })
}

async function stageFile(engine: DataEngine, absolute: string, file: string, source: FileSource): Promise<StagedFile> {
  const isCsv = source.format === 'csv' || source.format === 'tsv'
  const meter = isCsv ? lineMeter(file, LONGEST_RECORD) : undefined
  await requireWholeArchive(absolute, file, BOMB, meter?.read)
  const { encoding, mark } = await encodingOf(absolute, file, source.encoding)
  const filtered = isCsv && (source.dialect.comment !== null || source.dialect.skip > 0)
  // The engine knows the mark of UTF-8 in CSV alone.
  const asItIs = encoding === 'utf-8' && !filtered && (isCsv || mark === 0)
  if (asItIs) {
    if (isCsv && !isPacked(absolute)) {
      await requireShortLines(absolute, file, LONGEST_RECORD, () => unpacked(absolute, file))
    }
    return { file, path: absolute, temporary: false, lineOf: (line) => line }
  }
  const path = await scratchPath(engine, isCsv ? '.csv' : '.json')
  const filter = filtered ? lineFilter(source.dialect, source.delimiter, file) : null
  try {
    await copyAsUtf8(absolute, file, path, encoding, mark, filter)
    if (isCsv) await requireShortLines(path, file, LONGEST_RECORD, () => unpacked(path, file))
    if (/\.zst$/i.test(absolute)) await requireChecksum(engine, absolute, file)
  } catch (error) {
    await rm(path, { force: true })
    if (!NO_ROOM.has(codeOf(error) ?? '')) throw error
    throw new UserError('the disk is full: a copy of the data in UTF-8 is made in the temporary folder', {
      where: file,
      cure: 'free some space in the temporary folder (RUNNER_TEMP), about as much as the data have',
      cause: error,
    })
  }
  return { file, path, temporary: true, lineOf: (line) => filter?.lineOf(line) ?? line }
}

/** The encoding of a file, and the bytes of its mark. */
async function encodingOf(
  absolute: string,
  file: string,
  declared: Encoding | null,
): Promise<{ encoding: Exclude<Encoding, 'utf-16'>; mark: number }> {
  let first = Buffer.alloc(0)
  for await (const chunk of unpacked(absolute, file)) {
    first = Buffer.concat([first, chunk])
    if (first.length >= 4) break
  }
  const mark = encodingByMark(first)
  const length = (encoding: Encoding) => (mark?.encoding === encoding ? mark.length : 0)
  if (declared === 'utf-16') {
    if (mark !== null && mark.encoding !== 'utf-8') return { encoding: mark.encoding as 'utf-16le', mark: mark.length }
    throw new UserError(`${file} has no byte order mark, and is said to be UTF-16`, {
      where: `${file}:1`,
      cure: 'write encoding: utf-16le or utf-16be, or the encoding that it has',
    })
  }
  if (declared !== null) return { encoding: declared, mark: length(declared) }
  if (mark !== null) return { encoding: mark.encoding as 'utf-8', mark: mark.length }
  const guess = looksLikeUtf16(first)
  if (guess === null) return { encoding: 'utf-8', mark: 0 }
  throw new UserError(`${file} seems to be written in UTF-16 without a byte order mark`, {
    where: `${file}:1`,
    cure: `save it as UTF-8, or write its encoding: { path: ${file}, encoding: ${guess} }`,
  })
}

async function copyAsUtf8(
  from: string,
  file: string,
  to: string,
  encoding: Exclude<Encoding, 'utf-16'>,
  mark: number,
  filter: LineFilter | null,
): Promise<void> {
  const output = await open(to, 'wx')
  let waiting: Buffer[] = []
  let size = 0
  const flush = async () => {
    await output.writeFile(Buffer.concat(waiting))
    waiting = []
    size = 0
  }
  const text = encoding === 'utf-8' ? withoutMark(unpacked(from, file), mark) : asUtf8(from, file, encoding, mark)
  try {
    for await (const piece of filter === null ? text : filter.apply(text)) {
      waiting.push(piece)
      size += piece.length
      if (size >= WRITE_AT) await flush()
    }
    await flush()
  } finally {
    await output.close()
  }
}

async function* withoutMark(chunks: AsyncIterable<Buffer>, mark: number): AsyncGenerator<Buffer> {
  let left = mark
  for await (const chunk of chunks) {
    const from = Math.min(left, chunk.length)
    left -= from
    if (from < chunk.length) yield chunk.subarray(from)
  }
}

async function* asUtf8(
  from: string,
  file: string,
  encoding: Exclude<Encoding, 'utf-16' | 'utf-8'>,
  mark: number,
): AsyncGenerator<Buffer> {
  const decoder = createDecoder(encoding)
  let lines = 1
  const decode = (bytes: Buffer | null): Buffer => {
    try {
      const piece = Buffer.from(bytes === null ? decoder.end() : decoder.write(bytes), 'utf8')
      for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, at + 1)) lines += 1
      return piece
    } catch {
      throw new UserError(`${file} is not valid ${encoding.toUpperCase()} in line ${lines} or soon after it`, {
        where: `${file}:${lines}`,
        cure: 'check `encoding`, or save the file as UTF-8',
      })
    }
  }
  for await (const chunk of withoutMark(unpacked(from, file), mark)) {
    for (let at = 0; at < chunk.length; at += SLICE) yield decode(chunk.subarray(at, at + SLICE))
  }
  yield decode(null)
}

/** What unpacks a .zst here does not look at its checksum; the engine does when it reads to the end. */
async function requireChecksum(engine: DataEngine, absolute: string, file: string): Promise<void> {
  try {
    await engine.all(
      `SELECT count(*) FROM read_csv([${literal(absolute)}], auto_detect = false, header = false, strict_mode = false, ignore_errors = true, ` +
        "delim = chr(1), quote = '', escape = '', columns = {'line': 'VARCHAR'}, compression = 'zstd')",
    )
  } catch (error) {
    if (!(error instanceof EngineError) || !/checksum|corrupt|zstd/i.test(error.message)) return
    throw archiveError(file, error)
  }
}
