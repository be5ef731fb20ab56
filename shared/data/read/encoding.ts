/** Encodings that text files may have. `utf-16` has a byte order mark that says which way. */
export type Encoding = 'utf-8' | 'utf-16' | 'utf-16le' | 'utf-16be' | 'latin-1' | 'windows-1252'

/** The encoding that the first bytes of a file say, null when they have no byte order mark. */
export function encodingByMark(bytes: Uint8Array): { encoding: Encoding; length: number } | null {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', length: 3 }
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', length: 2 }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', length: 2 }
  return null
}

/** Text of UTF-16 without a mark: every other one of the first four bytes is 0. */
export function looksLikeUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const zero = [...bytes.subarray(0, 4)].map((byte) => byte === 0)
  if (zero.length < 4) return null
  if (!zero[0] && zero[1] && !zero[2] && zero[3]) return 'utf-16le'
  return zero[0] && !zero[1] && zero[2] && !zero[3] ? 'utf-16be' : null
}

/** Text out of bytes that come in pieces. Throws TypeError for bytes that the encoding does not have. */
export interface Decoder {
  write(bytes: Uint8Array): string
  end(): string
}

/**
 * A strict decoder, which leaves byte order marks in place. Latin-1 is ISO 8859-1 byte for byte, which TextDecoder
 * takes for windows-1252.
 */
export function createDecoder(encoding: Exclude<Encoding, 'utf-16'>): Decoder {
  if (encoding === 'latin-1') {
    return {
      write: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'),
      end: () => '',
    }
  }
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() }
}
