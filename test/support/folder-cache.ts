import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cache } from '../../shared/core/context.js'

export interface FolderCache extends Cache {
  /** Holds a folder for each key, to arrange and to look at. */
  readonly folder: string
  /** Calls in order, such as `restore key`. */
  readonly calls: string[]
  remove(): void
}

/** A cache in a folder; an entry never changes. */
export function folderCache(): FolderCache {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-cache-'))
  const calls: string[] = []
  return {
    folder: root,
    calls,
    async restore(folder, key) {
      calls.push(`restore ${key}`)
      if (!existsSync(join(root, key))) return false
      cpSync(join(root, key), folder, { recursive: true })
      return true
    },
    async save(folder, key) {
      calls.push(`save ${key}`)
      if (existsSync(join(root, key))) return false
      cpSync(folder, join(root, key), { recursive: true })
      return true
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}
