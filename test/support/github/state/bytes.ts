import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Content in a file of its own, never in memory. */
export interface Stored {
  readonly file: string
  readonly size: number
  /** `sha256:…` */
  readonly digest: string
}

export interface Bytes {
  readonly folder: string
  keep(content: string | Uint8Array): Stored
  receive(content: Readable): Promise<Stored>
  remove(): void
}

/** A temporary folder of contents. */
export function openBytes(): Bytes {
  const folder = mkdtempSync(join(tmpdir(), 'local-github-'))
  const fresh = () => join(folder, randomBytes(12).toString('hex'))
  return {
    folder,
    keep: (content) => {
      const file = fresh()
      writeFileSync(file, content)
      const bytes = Buffer.from(content)
      return { file, size: bytes.length, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` }
    },
    receive: async (content) => {
      const file = fresh()
      const hash = createHash('sha256')
      let size = 0
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk)
          size += chunk.length
          done(null, chunk)
        },
      })
      await pipeline(content, measure, createWriteStream(file))
      return { file, size, digest: `sha256:${hash.digest('hex')}` }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The bytes from `start` to `end`, both included, as a body of a reply. */
export function bodyOf({ file, size }: Stored, start = 0, end = size - 1): ReadableStream | null {
  if (size === 0) return null
  return Readable.toWeb(createReadStream(file, { start, end })) as ReadableStream
}
