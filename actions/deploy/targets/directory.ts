import { lstat, mkdir, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Exec, Log } from '../../../shared/core/context.js'
import { codeOf, messageOf, UserError } from '../../../shared/core/errors.js'
import { fileError } from '../../../shared/core/files.js'
import { type ModelFolder, openModel, readModelFolder } from '../../../shared/predict/package.js'
import type { PredictPorts } from '../../../shared/predict/predictor.js'
import { flush, namesIn, uniqueName } from '../../../shared/registry/disk.js'
import { withLock } from '../../../shared/registry/lock.js'
import { fetchVersion } from './staging.js'
import type { Fetch, Serving, Staged, Target, Version } from './target.js'

export interface DirectoryOptions {
  /** Absolute. */
  readonly path: string
  /** As configured, for messages. */
  readonly address: string
  readonly keep: number
  readonly exec: Exec
  /** `onnx` of the context, for models in ONNX files. */
  readonly onnx?: PredictPorts['onnx']
  readonly log: Log
  /** How long to wait for another deployment to the same folder, and for an answer of the model. */
  readonly timeoutSeconds: number
}

/**
 * `releases/<tag>/` side by side, and `current`, a link to the one in use. A switch is one rename(2) of a new link over
 * the old one, so that a reader sees the one or the other.
 */
export function directoryTarget(options: DirectoryOptions): Target {
  const { path, address } = options
  const current = join(path, 'current')
  const releases = join(path, 'releases')
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw fileError(error, address)
    }
  }

  /** Name of the release that `current` points to, null when there is none. */
  async function linked(): Promise<string | null> {
    try {
      if (!(await lstat(current)).isSymbolicLink()) {
        throw new UserError(`${address}/current is not a link that deploy has made`, {
          cure: 'move it away, or name another folder under deploy.target.path',
        })
      }
      return basename(await readlink(current))
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      throw error
    }
  }

  /** What a run that was ended in the middle has left; called under the lock, so nobody works on it. */
  async function clear(): Promise<void> {
    for (const name of await namesIn(path)) {
      if (name.startsWith('.current-')) await rm(join(path, name), { force: true })
    }
    for (const name of await namesIn(releases)) {
      if (name.endsWith('.part')) await rm(join(releases, name), { recursive: true, force: true })
    }
  }

  async function serving(): Promise<Serving> {
    const name = await linked()
    if (name === null) return { state: 'nothing' }
    try {
      const { manifest, digest } = await readModelFolder(current, `${address}/current`)
      const { model, version, tag } = manifest
      return { state: 'serving', version: { model, version, tag, digest }, ready: true }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return { state: 'damaged', reason: error.message }
    }
  }

  async function stage(version: Version, fetch: Fetch): Promise<Staged> {
    const kept = (found: ModelFolder): Staged => ({ model: found, release: async () => undefined })
    for (const place of await namesIn(releases)) {
      if (!isOf(version.tag, place)) continue
      const found = await readModelFolder(join(releases, place), place).catch(() => null)
      if (found?.digest === version.digest) return kept(found)
    }
    const name = folderName(version.tag)
    const part = join(releases, `${name}.${uniqueName()}.part`)
    await mkdir(part, { recursive: true })
    try {
      const model = await fetchVersion(version, fetch, part)
      const folder = join(releases, await freeName(releases, name))
      await rename(part, folder)
      await flush(releases)
      return kept({ ...model, folder })
    } catch (error) {
      await rm(part, { recursive: true, force: true })
      throw error
    }
  }

  async function switchTo(staged: Staged | null): Promise<void> {
    if (staged === null) {
      await rm(current, { force: true })
    } else {
      const link = join(path, `.current-${uniqueName()}`)
      await symlink(join('releases', basename(staged.model.folder)), link, 'dir')
      await rename(link, current)
    }
    await flush(path)
  }

  async function prune(keep: readonly string[]): Promise<string[]> {
    const inUse = await linked()
    const isWanted = (name: string) => name === inUse || keep.some((tag) => isOf(tag, name))
    const found = await Promise.all(
      (await readdir(releases)).map(async (name) => ({ name, time: (await stat(join(releases, name))).mtimeMs })),
    )
    const newestFirst = found.sort((a, b) => b.time - a.time || (a.name < b.name ? 1 : -1)).map(({ name }) => name)
    const old = newestFirst.filter((name) => !isWanted(name))
    const room = Math.max(0, options.keep - (newestFirst.length - old.length))
    for (const name of old.slice(room)) await rm(join(releases, name), { recursive: true, force: true })
    return old.slice(room)
  }

  return {
    type: 'directory',
    address,
    exclusive: (body) => exclusive(options, body, () => guarded(clear)),
    serving: () => guarded(serving),
    stage: (version, fetch) => guarded(() => stage(version, fetch)),
    switchTo: (staged) => guarded(() => switchTo(staged)),
    // Through the link, as whoever uses the folder does.
    predictor: (model) => {
      const { exec, log, onnx, timeoutSeconds } = options
      return openModel({ ...model, folder: current }, { exec, log, onnx, maxSeconds: timeoutSeconds })
    },
    prune: (keep) => guarded(() => prune(keep)),
  }
}

/** The lock lies in the folder itself, so that it holds on every machine that sees it. */
async function exclusive<T>(options: DirectoryOptions, body: () => Promise<T>, clear: () => Promise<void>): Promise<T> {
  const { path, address, timeoutSeconds } = options
  let entered = false
  try {
    return await withLock(
      join(path, '.lock'),
      `the deployment to ${address}`,
      async () => {
        entered = true
        await clear()
        return body()
      },
      { waitSeconds: timeoutSeconds },
    )
  } catch (error) {
    throw entered ? error : locking(error, address)
  }
}

function locking(error: unknown, address: string): unknown {
  const known = fileError(error, address)
  if (known instanceof UserError) return known
  return new UserError(`${address} cannot be used as a target: ${messageOf(error)}`, {
    cure: 'name a folder that this user may write to under deploy.target.path',
    cause: error,
  })
}

/** A tag as one name of a folder. */
const folderName = (tag: string): string => tag.replaceAll('/', '%2F')

/** A copy that was found damaged stays, as it may be in use, and the next one gets a number. */
const isOf = (tag: string, name: string): boolean => name === folderName(tag) || name.startsWith(`${folderName(tag)}~`)

async function freeName(folder: string, name: string): Promise<string> {
  const taken = new Set(await namesIn(folder))
  for (let n = 1; ; n += 1) {
    const free = n === 1 ? name : `${name}~${n}`
    if (!taken.has(free)) return free
  }
}
