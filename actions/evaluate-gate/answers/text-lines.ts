import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { codeOf, messageOf, problemsError, UserError } from '../../../shared/core/errors.js'
import { fileError } from '../../../shared/core/files.js'

/** Characters of one line at most: a longer one is no answer, and would fill the memory. */
const MAX_LINE = 16 * 1024 * 1024

/**
 * The lines of a file of text, without their ends, unpacked when its name ends in `.gz`. Throws UserError for a file that cannot be
 * read or unpacked, and for a line that is too long.
 * @param full the absolute path
 * @param path its name for people
 */
export async function* linesOfFile(full: string, path: string): AsyncGenerator<string> {
  const file = createReadStream(full, { highWaterMark: 1 << 18 })
  const text = /\.gz$/i.test(path) ? file.pipe(createGunzip({ chunkSize: 1 << 18 })) : file
  // A pipe does not hand on the errors of where it begins.
  if (text !== file) file.on('error', (error) => text.destroy(error))
  text.setEncoding('utf8')
  let [rest, line] = ['', 0]
  const tooLong = () =>
    problemsError(`${path} is no file of predictions.`, [
      {
        where: `${path}:${line + 1}`,
        message: `is a line of more than ${MAX_LINE / 1024 / 1024} million characters`,
        cure: 'write one JSON object per line, and end each with a line break',
      },
    ])
  try {
    for await (const chunk of text) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() as string
      for (const own of lines) {
        if (own.length > MAX_LINE) throw tooLong()
        yield own.endsWith('\r') ? own.slice(0, -1) : own
        line += 1
      }
      if (rest.length > MAX_LINE) throw tooLong()
    }
    if (rest !== '') yield rest
  } catch (error) {
    if (error instanceof UserError) throw error
    if (String(codeOf(error)).startsWith('Z_')) {
      throw new UserError(`${path} cannot be unpacked: ${messageOf(error)}`, {
        where: 'evaluate.predictions',
        cure: 'write it again with gzip',
        cause: error,
      })
    }
    throw fileError(error, path)
  } finally {
    file.destroy()
    text.destroy()
  }
}
