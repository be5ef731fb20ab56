import { createReadStream } from 'node:fs'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { messageOf, UserError } from '../core/errors.js'

/**
 * Unpacks a .gz file to nowhere, which checks its length and its digest: the engine takes one that was cut off for a
 * shorter file. Throws UserError; other files are not looked at.
 */
export async function requireWholeArchive(absolute: string, path: string): Promise<void> {
  if (!absolute.endsWith('.gz')) return
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  try {
    await pipeline(createReadStream(absolute), createGunzip({ chunkSize: 1 << 18 }), nowhere)
  } catch (error) {
    throw archiveError(path, error)
  }
}

export const archiveError = (path: string, cause: unknown): UserError =>
  new UserError(`${path} cannot be unpacked: ${messageOf(cause)}`, {
    where: path,
    cure: 'copy or write the file again: it is not a whole gzip file',
    cause,
  })
