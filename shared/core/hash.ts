import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { byText } from './order.js'

/** SHA-256 of bytes or UTF-8 text as `sha256:<hex>`. */
export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

/** JSON with the keys of every object sorted: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => byText(a, b)))
      : item,
  )
}

/** Digest of a JSON value, independent of the order of its keys. */
export function digestOfJson(value: unknown): string {
  return digestOf(canonicalJson(value))
}

/** Size and SHA-256 of a file, read as a stream. Rejects with the system error. */
export async function digestOfFile(absolutePath: string): Promise<{ bytes: number; digest: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(absolutePath, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return { bytes, digest: `sha256:${hash.digest('hex')}` }
}
