import { type FileHandle, open } from 'node:fs/promises'

/** Where the pages of a column chunk lie: the first byte, and how many bytes they and their headers have. */
export interface ColumnChunk {
  readonly start: number
  readonly bytes: number
}

/** A header holds counts, and the least and greatest value at most, which writers cut off. */
const FIRST_LOOK = 128
const LONGEST_HEADER = 1 << 20
/** Page types of parquet.thrift. */
const DATA_PAGE = 0
const DATA_PAGE_V2 = 3
/** Struct and list types of the compact protocol of Thrift. */
const [STOP, TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, , STRUCT] = Array.from(
  { length: 13 },
  (_, i) => i,
) as [number, number, number, number, number, number, number, number, number, number, number, number, number]

interface PageHeader {
  readonly headerBytes: number
  readonly pageBytes: number
  /** Null for a page without values, such as a dictionary. */
  readonly values: number | null
}

/**
 * Values of column chunks by the headers of their pages (parquet.thrift: PageHeader), in the order of the chunks; null where
 * the bytes are no pages. What lies in the pages is not read. Null for a page that is encrypted, too.
 */
export async function valuesInPages(absolute: string, chunks: readonly ColumnChunk[]): Promise<(number | null)[]> {
  const handle = await open(absolute, 'r')
  try {
    const counts: (number | null)[] = []
    for (const chunk of chunks) counts.push(await valuesInChunk(handle, chunk))
    return counts
  } finally {
    await handle.close()
  }
}

async function valuesInChunk(handle: FileHandle, { start, bytes }: ColumnChunk): Promise<number | null> {
  const end = start + bytes
  let values = 0
  for (let at = start; at < end; ) {
    const header = await headerAt(handle, at, end)
    if (header === null) return null
    values += header.values ?? 0
    at += header.headerBytes + header.pageBytes
    if (at > end) return null
  }
  return values
}

async function headerAt(handle: FileHandle, at: number, end: number): Promise<PageHeader | null> {
  for (let look = FIRST_LOOK; look <= LONGEST_HEADER; look *= 8) {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(Math.min(look, end - at)),
      0,
      Math.min(look, end - at),
      at,
    )
    try {
      return pageHeader(buffer.subarray(0, bytesRead))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      if (bytesRead < look) return null
    }
  }
  return null
}

/** Reads a header. Throws RangeError where the bytes end before it does, or are no header. */
export function pageHeader(bytes: Buffer): PageHeader {
  const reader = new CompactReader(bytes)
  let [type, pageBytes, values] = [-1, -1, -1]
  reader.struct((field, kind) => {
    if (kind === I32 && field === 1) type = reader.integer()
    else if (kind === I32 && field === 3) pageBytes = reader.integer()
    else if (kind === STRUCT && (field === 5 || field === 8)) {
      reader.struct((inner, innerKind) => {
        if (innerKind !== I32 || inner !== 1) return false
        values = reader.integer()
        return true
      })
    } else return false
    return true
  })
  const hasValues = type === DATA_PAGE || type === DATA_PAGE_V2
  if (type < 0 || pageBytes < 0 || (hasValues && values < 0)) throw new RangeError('no page header')
  return { headerBytes: reader.at, pageBytes, values: hasValues ? values : null }
}

/** The compact protocol of Thrift (thrift/doc/specs/thrift-compact-protocol.md), as far as a header needs it. */
class CompactReader {
  at = 0
  private readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  private byte(): number {
    const byte = this.bytes[this.at]
    if (byte === undefined) throw new RangeError('the bytes end')
    this.at += 1
    return byte
  }

  private varint(): number {
    let value = 0
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new RangeError('a number of more than 64 bits')
  }

  /** A zigzag number. */
  integer(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** Gives each field to `read`, which says whether it has read it. */
  struct(read: (field: number, kind: number) => boolean, depth = 0): void {
    if (depth > 8) throw new RangeError('too deep')
    let field = 0
    for (;;) {
      const head = this.byte()
      if (head === STOP) return
      const kind = head & 0x0f
      field = head >> 4 === 0 ? this.integer() : field + (head >> 4)
      if (!read(field, kind)) this.skip(kind, depth)
    }
  }

  private skip(kind: number, depth: number): void {
    if (kind === TRUE || kind === FALSE) return
    if (kind === BYTE) this.byte()
    else if (kind === I16 || kind === I32 || kind === I64) this.varint()
    else if (kind === DOUBLE) this.move(8)
    else if (kind === BINARY) this.move(this.varint())
    else if (kind === LIST || kind === SET) {
      const head = this.byte()
      const size = head >> 4 === 15 ? this.varint() : head >> 4
      for (let i = 0; i < size; i++) {
        if ((head & 0x0f) <= FALSE) this.byte()
        else this.skip(head & 0x0f, depth + 1)
      }
    } else if (kind === STRUCT) this.struct(() => false, depth + 1)
    else throw new RangeError('no such type')
  }

  private move(length: number): void {
    if (this.at + length > this.bytes.length) throw new RangeError('the bytes end')
    this.at += length
  }
}
