import { messageOf, UserError } from '../../core/errors.js'
import { type EngineError, reasonOf } from '../engine/engine.js'
import { archiveError, unpacked } from './archive.js'
import { notUtf8 } from './csv-header.js'
import { linesOf } from './lines.js'
import type { FileSource } from './source.js'
import type { StagedFile } from './stage.js'

/** The longest row that the engine takes, in bytes. */
export const LONGEST_ROW = 16 * 1024 * 1024
const CURE = 'write one JSON object a line'

/** What the engine said of JSON in the user's terms. It counts lines of broken JSON from a place of its own. */
export async function explainJson(
  source: FileSource,
  staged: readonly StagedFile[],
  root: string,
  error: EngineError,
): Promise<UserError> {
  const packed = staged.find(({ file }) => /\.zst$/i.test(file))
  if (/checksum|corrupt|zstd/i.test(error.message) && packed !== undefined) return archiveError(packed.file, error)
  const named = staged.find(({ path }) => error.message.includes(path))
  if (source.format === 'jsonl') {
    for (const file of named === undefined ? staged : [named, ...staged]) {
      const found = await firstBadLine(file)
      if (found !== null) return found
    }
  }
  const { file } = named ?? (staged[0] as StagedFile)
  const reason = staged.reduce((text, one) => text.replaceAll(one.path, one.file), reasonOf(error, root))
  return new UserError(`${file} cannot be read as JSON: ${reason}`, {
    where: file,
    cure:
      source.format === 'jsonl'
        ? 'check that every line is one whole JSON object'
        : 'check that the file is one whole JSON array of objects, or objects one after the other',
    cause: error,
  })
}

async function firstBadLine({ file, path, lineOf }: StagedFile): Promise<UserError | null> {
  try {
    for await (const { number, bytes, tooLong } of linesOf(unpacked(path, file), LONGEST_ROW)) {
      const line = lineOf(number)
      const where = `${file}:${line}`
      if (tooLong) {
        return new UserError(`${file}: line ${line} is longer than 16 MB`, {
          where,
          cure: 'write one JSON object a line; a file without line ends is no JSON Lines',
        })
      }
      let text: string
      try {
        text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
      } catch {
        return notUtf8(file, line)
      }
      if (text.trim() === '') continue
      if (text.startsWith('\ufeff')) {
        return new UserError(`${file}: line ${line} begins with a byte order mark: files seem to be joined there`, {
          where,
          cure: 'remove it, or name the files one by one',
        })
      }
      const wrong = wrongWith(text)
      if (wrong !== null) return new UserError(`${file}: line ${line} ${wrong}`, { where, cure: CURE })
    }
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  return null
}

function wrongWith(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text)
    return value === null || typeof value !== 'object' || Array.isArray(value) ? 'is not a JSON object' : null
  } catch (error) {
    // The engine takes NaN and infinities, as Python writes them, and so a line with one is not the one looked for.
    if (/\b(?:NaN|-?Infinity)\b/.test(text)) return null
    // The message quotes the line, which may be long.
    return `is not JSON: ${messageOf(error).slice(0, 120)}`
  }
}
