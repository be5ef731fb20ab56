import { messageOf } from '../core/errors.js'

export type Body =
  | { readonly value: unknown }
  | { readonly refused: { readonly status: 400 | 413 | 415; readonly error: string } }

const refused = (status: 400 | 413 | 415, error: string): Body => ({ refused: { status, error } })

/** The body of a request as JSON, read no further than `maxBytes`; else why it is refused. Never throws. */
export async function readJson(request: Request, maxBytes: number): Promise<Body> {
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity') {
    return refused(415, `the body is compressed (${encoding}), which is not supported; send it as it is`)
  }
  const tooLarge = refused(413, `the body is larger than ${maxBytes} bytes`)
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return tooLarge
  let bytes: Buffer | null
  try {
    bytes = await readBytes(request, maxBytes)
  } catch {
    // Only the connection can break here, so that hardly anybody reads this.
    return refused(400, 'the body was cut short')
  }
  return bytes === null ? tooLarge : parse(bytes)
}

/** Null when there are more than `maxBytes`, whatever the client announced. */
async function readBytes(request: Request, maxBytes: number): Promise<Buffer | null> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request.body ?? []) {
    size += part.length
    if (size > maxBytes) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function parse(bytes: Buffer): Body {
  let text: string
  try {
    // Another encoding would turn into other categories, and those into wrong predictions.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refused(400, 'the body is not UTF-8')
  }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    const cure = /\b(NaN|Infinity)\b/.test(text) ? '; NaN and Infinity are not JSON, a missing value is null' : ''
    return refused(400, `the body is not JSON: ${messageOf(error)}${cure}`)
  }
}
