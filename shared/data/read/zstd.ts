import { type FileHandle, open } from 'node:fs/promises'

/** What the frames of a .zst file say about it. */
export interface ZstdFacts {
  /** Bytes that it unpacks to, at most. */
  readonly unpacked: number
}

const FRAME = 0xfd2fb528
/** 16 magic numbers of frames that hold something else. */
const SKIPPABLE = 0x184d2a50
/** The largest window that the reference decoder takes without being told to (ZSTD_WINDOWLOG_LIMIT_DEFAULT, 27). */
const LARGEST_WINDOW = 2 ** 27
const LARGEST_BLOCK = 128 * 1024

/**
 * Walks the frames and blocks of a Zstandard file by their headers (RFC 8878, 3.1) without unpacking them: the engine
 * takes a file that was cut off for a shorter one. Throws Error with the reason when it is not whole. What is inside
 * the blocks, and the checksum, are verified by who unpacks it.
 */
export async function walkZstd(absolute: string): Promise<ZstdFacts> {
  const handle = await open(absolute, 'r')
  try {
    const { size } = await handle.stat()
    if (size === 0) throw new Error('it is empty')
    let at = 0
    let unpacked = 0
    while (at < size) {
      const frame = await walkFrame(handle, at, size)
      at = frame.end
      unpacked += frame.unpacked
    }
    return { unpacked }
  } finally {
    await handle.close()
  }
}

const cutOff = (): Error => new Error('unexpected end of file')

async function bytesAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at)
  if (bytesRead < length) throw cutOff()
  return buffer
}

async function walkFrame(handle: FileHandle, start: number, size: number): Promise<{ end: number; unpacked: number }> {
  const magic = (await bytesAt(handle, start, 4)).readUInt32LE()
  if (magic >>> 4 === SKIPPABLE >>> 4) {
    const end = start + 8 + (await bytesAt(handle, start + 4, 4)).readUInt32LE()
    if (end > size) throw cutOff()
    return { end, unpacked: 0 }
  }
  if (magic !== FRAME)
    throw new Error(start === 0 ? 'it is not a Zstandard file' : 'something else follows its last frame')
  const descriptor = (await bytesAt(handle, start + 4, 1))[0] as number
  const single = (descriptor & 0x20) !== 0
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6] as number
  const idBytes = [0, 1, 2, 4][descriptor & 3] as number
  const header = await bytesAt(handle, start + 5, (single ? 0 : 1) + idBytes + sizeBytes)
  const declared = sizeBytes === 0 ? null : sizeOf(header.subarray(header.length - sizeBytes))
  if (idBytes > 0 && header.subarray(single ? 0 : 1, (single ? 0 : 1) + idBytes).some((byte) => byte !== 0)) {
    throw new Error('it was packed with a dictionary')
  }
  const window = single ? (declared ?? 0) : windowOf(header[0] as number)
  if (window > LARGEST_WINDOW) throw new Error('it needs a window of more than 128 MB')
  let at = start + 5 + header.length
  let unpacked = 0
  for (;;) {
    const block = (await bytesAt(handle, at, 3)).readUIntLE(0, 3)
    const length = block >>> 3
    const type = (block >>> 1) & 3
    if (type === 3) throw new Error('a block has a type that does not exist')
    // A block of one repeated byte holds that byte alone.
    at += 3 + (type === 1 ? 1 : length)
    unpacked += type === 2 ? LARGEST_BLOCK : length
    if (at > size) throw cutOff()
    if ((block & 1) === 1) break
  }
  // The digest at the end of the frame.
  if ((descriptor & 4) !== 0) at += 4
  if (at > size) throw cutOff()
  return { end: at, unpacked: declared ?? unpacked }
}

function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >>> 3))
  return base + (base / 8) * (byte & 7)
}

function sizeOf(bytes: Buffer): number {
  if (bytes.length === 8) return Number(bytes.readBigUInt64LE())
  const value = bytes.readUIntLE(0, bytes.length)
  return bytes.length === 2 ? value + 256 : value
}

/** Unpacks as a stream of pieces. Throws Error for broken content; the checksum is not looked at. */
export async function* unpackZstd(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { Decompress } = await import('fzstd')
  const pieces: Uint8Array[] = []
  const stream = new Decompress((piece) => void pieces.push(piece))
  // Small inputs, for all that one unpacks to is held at once: at most 128 KB for each 4 bytes.
  for await (const chunk of packed) {
    for (let at = 0; at < chunk.length; at += 1024) {
      stream.push(new Uint8Array(chunk.subarray(at, at + 1024)))
      for (const piece of pieces.splice(0)) yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    }
  }
  stream.push(new Uint8Array(0), true)
  for (const piece of pieces.splice(0)) yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
}
