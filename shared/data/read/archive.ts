import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { messageOf, UserError } from '../../core/errors.js'
import { unpackZstd, walkZstd } from './zstd.js'

/** A file that unpacks to more than both is taken for a bomb. */
export interface UnpackLimits {
  readonly bytes: number
  /** How many times its own size. */
  readonly ratio: number
}

/** Deflate reaches 1,032 times, on nothing but repetition; tables of data stay below 100. */
export const BOMB: UnpackLimits = { bytes: 2 ** 30, ratio: 250 }

export const isPacked = (file: string): boolean => /\.(gz|zst)$/i.test(file)
const isGzip = (file: string) => /\.gz$/i.test(file)

/**
 * Checks that a packed file is whole, for the engine takes one that was cut off for a shorter file. A .gz is unpacked
 * to nowhere, which checks its length and its digest; of a .zst the frames are walked, and the engine checks what is in
 * them. Memory is constant. `visit` sees the bytes that it unpacks to. Throws UserError, also for a bomb; other files
 * are not looked at.
 */
export async function requireWholeArchive(
  absolute: string,
  path: string,
  limits: UnpackLimits = BOMB,
  visit?: (bytes: Buffer) => void,
): Promise<void> {
  if (!isPacked(absolute)) return
  if (!isGzip(absolute)) {
    let bytes: number
    try {
      bytes = (await walkZstd(absolute)).unpacked
    } catch (error) {
      throw archiveError(path, error)
    }
    requireNoBomb(bytes, (await stat(absolute)).size, path, limits)
    if (visit === undefined) return
  }
  for await (const chunk of unpacked(absolute, path, limits)) visit?.(chunk)
}

/**
 * The bytes of a file, unpacked when its name ends in .gz or .zst. Throws UserError for an archive that is not whole
 * or a bomb. Who stops early closes the file.
 */
export async function* unpacked(absolute: string, path: string, limits: UnpackLimits = BOMB): AsyncGenerator<Buffer> {
  const raw = createReadStream(absolute, { highWaterMark: 1 << 18 })
  if (!isPacked(absolute)) return yield* raw as AsyncIterable<Buffer>
  const { size } = await stat(absolute)
  let bytes = 0
  try {
    for await (const chunk of isGzip(absolute) ? gunzip(raw) : unpackZstd(raw as AsyncIterable<Buffer>)) {
      bytes += chunk.length
      requireNoBomb(bytes, size, path, limits)
      yield chunk
    }
  } catch (error) {
    throw error instanceof UserError ? error : archiveError(path, error)
  } finally {
    raw.destroy()
  }
}

function gunzip(raw: ReturnType<typeof createReadStream>): AsyncIterable<Buffer> {
  const stream = raw.pipe(createGunzip({ chunkSize: 1 << 18 }))
  // A pipe does not pass errors on; without a listener one would end the process.
  raw.on('error', (error) => stream.destroy(error))
  return stream as AsyncIterable<Buffer>
}

function requireNoBomb(unpacked: number, packed: number, path: string, { bytes, ratio }: UnpackLimits): void {
  if (unpacked <= bytes || unpacked <= ratio * packed) return
  throw new UserError(`${path} unpacks to more than ${ratio} times its size`, {
    where: path,
    cure: 'it looks like a decompression bomb; when you trust it, unpack it before this step and name the unpacked file',
  })
}

export const archiveError = (path: string, cause: unknown): UserError => {
  const format = isGzip(path) ? 'gzip' : 'Zstandard'
  return new UserError(`${path} cannot be unpacked: ${messageOf(cause)}`, {
    where: path,
    cure: `copy or write the file again: it is not a whole ${format} file`,
    cause,
  })
}
