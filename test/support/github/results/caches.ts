import * as z from 'zod'
import { stamp } from '../state/state.js'
import type { Cache, Repository } from '../state/types.js'
import type { Upload } from './blobs.js'
import { int64, method, type Service, TwirpError } from './twirp.js'

const key = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^,]*$/)
const version = z.string().regex(/^[0-9a-f]{64}$/)

/**
 * Caches of version 2. An entry belongs to the ref that wrote it and never changes. A run reads those of its own ref, of
 * the base of its pull request and of the default branch, in this order; it writes those of its own ref alone.
 */
export function createCacheService(): Service {
  const uploads = new Map<number, Upload>()
  return {
    CreateCacheEntry: method({ key, version }, ({ state, open }, caller, request) => {
      const ref = caller.writable
      if (ref === null) {
        return { ok: false, signed_upload_url: '', message: 'cache write denied: token has no writable scopes' }
      }
      const repository = state.repository(caller.repository)
      if (
        repository.caches.some((one) => one.ref === ref && one.key === request.key && one.version === request.version)
      ) {
        throw new TwirpError('already_exists', 'cache entry with the same key, version, and scope already exists')
      }
      const now = stamp(state.now())
      const entry: Cache = { id: state.id(), ...request, ref, stored: null, createdAt: now, usedAt: now }
      const upload = open()
      uploads.set(entry.id, upload)
      repository.caches.push(entry)
      return { ok: true, signed_upload_url: upload.url, message: '' }
    }),

    FinalizeCacheEntryUpload: method({ key, version, size_bytes: int64 }, ({ state }, caller, request) => {
      const entry = state
        .repository(caller.repository)
        .caches.find(
          (one) =>
            one.ref === caller.writable && one.key === request.key && one.version === request.version && !one.stored,
        )
      const stored = entry && uploads.get(entry.id)?.uploaded()
      if (!entry || !stored) throw new TwirpError('not_found', 'cache entry not found')
      if (Number(request.size_bytes) !== stored.size) {
        throw new TwirpError('invalid_argument', 'the size is not that of the upload')
      }
      entry.stored = stored
      return { ok: true, entry_id: String(entry.id), message: '' }
    }),

    GetCacheEntryDownloadURL: method(
      { key, version, restore_keys: z.array(key).max(9).optional() },
      ({ state, link }, caller, request) => {
        if (caller.readable.length === 0) {
          throw new TwirpError('permission_denied', 'cache read denied: token has no readable scopes')
        }
        const { caches } = state.repository(caller.repository)
        const keys = [request.key, ...(request.restore_keys ?? [])]
        const entry = caller.readable
          .map((ref) =>
            best(
              caches.filter((one) => one.ref === ref && one.version === request.version),
              keys,
            ),
          )
          .find((found) => found !== null)
        if (!entry?.stored) return { ok: false, signed_download_url: '', matched_key: '' }
        entry.usedAt = stamp(state.now())
        const url = link(entry.stored, { type: 'application/octet-stream', name: 'cache' })
        return { ok: true, signed_download_url: url, matched_key: entry.key }
      },
    ),
  }
}

/** The key itself, else the newest entry whose key begins with the first key that any begins with. */
function best(entries: readonly Cache[], keys: readonly string[]): Cache | null {
  const complete = entries.filter(({ stored }) => stored !== null)
  const exact = complete.find(({ key }) => key === keys[0])
  const byPrefix = keys.flatMap((prefix) => complete.findLast(({ key }) => key.startsWith(prefix)) ?? [])
  return exact ?? byPrefix[0] ?? null
}

/** What GitHub does now and then: entries that were not used for long go first, until the rest fits. */
export function evictCaches({ caches }: Repository, limitBytes: number): void {
  const size = () => caches.reduce((sum, { stored }) => sum + (stored?.size ?? 0), 0)
  while (size() > limitBytes) {
    const oldest = caches.reduce((a, b) => (b.usedAt < a.usedAt ? b : a))
    caches.splice(caches.indexOf(oldest), 1)
  }
}
