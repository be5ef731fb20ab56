import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { UserError } from '../../shared/core/errors.js'
import type { Artifacts } from '../../shared/github/artifacts.js'

export interface FolderArtifacts extends Artifacts {
  /** Holds a folder for each artifact, to arrange and to look at. */
  readonly folder: string
  /** Calls in order, such as `list` and `download plumbline-train`. */
  readonly calls: string[]
  /** Calls that are refused. */
  refuse: RegExp | null
  remove(): void
}

/** Artifacts of one run in a folder. */
export function folderArtifacts(): FolderArtifacts {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-artifacts-'))
  const order: string[] = []
  const call = (name: string) => {
    it.calls.push(name)
    if (it.refuse?.test(name)) throw new UserError(`${name} is refused (403)`, { cure: 'ask again' })
  }
  const it: FolderArtifacts = {
    folder,
    calls: [],
    refuse: null,
    async upload(name, root, files) {
      call(`upload ${name}`)
      if (existsSync(join(folder, name))) throw new UserError(`${name} is there already (409)`)
      for (const file of files) {
        mkdirSync(dirname(join(folder, name, file)), { recursive: true })
        cpSync(join(root, file), join(folder, name, file), { dereference: true })
      }
      order.push(name)
      return {
        id: order.length,
        url: `https://github.com/acme/strikes/actions/runs/1/artifacts/${order.length}`,
        digest: null,
      }
    },
    async download(name, into) {
      call(`download ${name}`)
      if (!existsSync(join(folder, name))) return false
      cpSync(join(folder, name), into, { recursive: true })
      return true
    },
    async list() {
      call('list')
      return order.map((name, i) => ({ id: i + 1, name, bytes: 1, digest: null }))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
  return it
}
