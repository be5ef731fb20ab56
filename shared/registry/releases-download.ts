import { createHash, type Hash } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf, UserError } from '../core/errors.js'
import type { Asset, Releases } from '../github/releases.js'

/** Thrown when an asset is not there (any more). */
export class AssetGone extends Error {
  readonly asset: Pick<Asset, 'id' | 'name'>

  constructor(asset: Pick<Asset, 'id' | 'name'>) {
    super(`asset ${asset.name} is gone`)
    this.asset = asset
  }
}

/** Where the bytes of an asset go. */
interface Sink {
  write(bytes: Uint8Array): Promise<void> | void
  /** All bytes since the sink was made are taken back: they come again. */
  restart(): Promise<void> | void
}

type Wanted = Pick<Asset, 'id' | 'name' | 'size'>

/** Cuts in a row without a byte in between after which a download is given up. */
const MOST_CUTS = 4

/** The text of a small asset. Throws AssetGone, UserError. */
export async function downloadText(releases: Releases, asset: Wanted, undone: string): Promise<string> {
  let chunks: Uint8Array[] = []
  await transfer(releases, asset, undone, {
    write: (bytes) => void chunks.push(bytes),
    restart: () => {
      chunks = []
    },
  })
  return Buffer.concat(chunks).toString('utf8')
}

/** SHA-256 of an asset that GitHub tells none of. Throws AssetGone, UserError. */
export async function downloadDigest(releases: Releases, assets: readonly Wanted[], undone: string): Promise<string> {
  const hash = createHash('sha256')
  let all = hash
  for (const asset of assets) all = await hashed(releases, asset, undone, all, () => undefined)
  return digestOfHash(all)
}

/**
 * Writes assets one after the other into a new file and waits until it is on the disk; a cut connection is taken up
 * where it broke. Memory does not grow with the size. Throws AssetGone, UserError and the errors of Node for the file.
 */
export async function downloadFile(
  releases: Releases,
  assets: readonly Wanted[],
  target: string,
  undone: string,
): Promise<{ digest: string }> {
  await mkdir(dirname(target), { recursive: true })
  const file = await open(target, 'w', 0o644)
  try {
    let all = createHash('sha256')
    let start = 0
    for (const asset of assets) {
      let at = start
      all = await hashed(releases, asset, undone, all, async (bytes) => {
        if (bytes === null) {
          at = start
          await file.truncate(start)
          return
        }
        await writeAll(file, bytes, at)
        at += bytes.length
      })
      start = at
    }
    await file.sync()
    return { digest: digestOfHash(all) }
  } finally {
    await file.close()
  }
}

const digestOfHash = (hash: Hash): string => `sha256:${hash.digest('hex')}`

/** Passes an asset on, `null` for a new start, and returns the hash of what was before with it. */
async function hashed(
  releases: Releases,
  asset: Wanted,
  undone: string,
  before: Hash,
  pass: (bytes: Uint8Array | null) => Promise<void> | void,
): Promise<Hash> {
  let hash = before.copy()
  await transfer(releases, asset, undone, {
    write: async (bytes) => {
      hash.update(bytes)
      await pass(bytes)
    },
    restart: async () => {
      hash = before.copy()
      await pass(null)
    },
  })
  return hash
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten
  }
}

async function transfer(releases: Releases, asset: Wanted, undone: string, sink: Sink): Promise<void> {
  let received = 0
  for (let cuts = 0; ; ) {
    const answer = await releases.download(asset, received, undone)
    if (answer === null) throw new AssetGone(asset)
    if (answer.from !== received) {
      await sink.restart()
      received = 0
      if (answer.from !== 0) throw cutShort(undone, asset, 'the storage sent another part than was asked for')
    }
    const before = received
    const cut = await pass(answer.bytes, async (bytes) => {
      await sink.write(bytes)
      received += bytes.length
    })
    if (received >= asset.size) return
    cuts = received > before ? 1 : cuts + 1
    if (cuts > MOST_CUTS) throw cutShort(undone, asset, cut ?? 'it ended too early')
  }
}

/** Null when the stream ended by itself, else the words of what broke it. What `write` throws is thrown. */
async function pass(
  bytes: AsyncIterable<Uint8Array>,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<string | null> {
  const stream = bytes[Symbol.asyncIterator]()
  for (;;) {
    let next: IteratorResult<Uint8Array>
    try {
      next = await stream.next()
    } catch (error) {
      const { cause } = error as { cause?: unknown }
      return messageOf(cause ?? error)
    }
    if (next.done === true) return null
    try {
      await write(next.value)
    } catch (error) {
      await stream.return?.()
      throw error
    }
  }
}

const cutShort = (undone: string, { name }: Wanted, words: string): UserError =>
  new UserError(`${undone}: the download of ${name} was cut again and again (${words})`, {
    cure: 'run the step again; if it stays, look at what stands between the runner and the storage of GitHub',
  })
