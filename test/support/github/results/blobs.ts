import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { Bytes, Stored } from '../state/bytes.js'

interface Blob {
  stored: Stored | null
  readonly blocks: Map<string, Stored>
}

/** An address to upload to, and what came there by then. */
export interface Upload {
  readonly path: string
  uploaded(): Stored | null
}

export interface Blobs {
  open(): Upload
  /** A PUT to such an address. */
  put(request: Request): Promise<Response>
}

/** Path that all addresses for uploads begin with. */
export const UPLOADS = '/actions-results/'

/** Block blobs as Azure has them, as far as its client uploads them here: blocks, block list, single put. */
export function createBlobs(bytes: Bytes): Blobs {
  const blobs = new Map<string, Blob>()
  return {
    open() {
      const blob: Blob = { stored: null, blocks: new Map() }
      // Clients take the signature for a secret and mask it, so it is not a word that occurs elsewhere.
      const [name, signature] = [randomBytes(8).toString('hex'), randomBytes(32).toString('base64url')]
      blobs.set(`${UPLOADS}${name}?${signature}`, blob)
      return { path: `${UPLOADS}${name}?sv=2026-02-06&sr=b&sig=${signature}`, uploaded: () => blob.stored }
    },
    async put(request) {
      const { pathname, searchParams: query } = new URL(request.url)
      if (request.headers.has('authorization')) {
        return refusal(
          400,
          'InvalidAuthenticationInfo',
          'Authentication information is not given in the correct format.',
        )
      }
      const blob = blobs.get(`${pathname}?${query.get('sig')}`)
      if (blob === undefined) return refusal(403, 'AuthenticationFailed', 'Server failed to authenticate the request.')
      const body = () =>
        request.body === null ? Readable.from([]) : Readable.fromWeb(request.body as NodeReadableStream)
      switch (query.get('comp')) {
        case 'block':
          blob.blocks.set(query.get('blockid') ?? '', await bytes.receive(body()))
          return done()
        case 'blocklist': {
          const blocks = blockIds(await request.text()).map((id) => blob.blocks.get(id))
          if (!blocks.every((block) => block !== undefined)) {
            return refusal(400, 'InvalidBlockList', 'The specified block list is invalid.')
          }
          blob.stored = await bytes.receive(Readable.from(joined(blocks)))
          return done()
        }
        case null:
          if (request.headers.get('x-ms-blob-type') !== 'BlockBlob') {
            return refusal(400, 'MissingRequiredHeader', 'x-ms-blob-type')
          }
          blob.stored = await bytes.receive(body())
          return done()
        default:
          return refusal(400, 'InvalidQueryParameterValue', 'comp')
      }
    },
  }
}

const blockIds = (xml: string): string[] =>
  [...xml.matchAll(/<(?:Latest|Uncommitted)>([^<]*)</g)].map(([, id]) => id as string)

async function* joined(blocks: readonly Stored[]): AsyncGenerator<Buffer> {
  for (const { file } of blocks) for await (const chunk of createReadStream(file)) yield chunk as Buffer
}

const COMMON = { etag: '"0x8D"', 'x-ms-version': '2026-02-06', 'x-ms-request-id': 'local' }

const done = (): Response => new Response(null, { status: 201, headers: COMMON })

const refusal = (status: number, code: string, message: string): Response =>
  new Response(
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    { status, headers: { ...COMMON, 'content-type': 'application/xml', 'x-ms-error-code': code } },
  )
