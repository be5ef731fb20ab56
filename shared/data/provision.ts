import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Cache } from '../core/context.js'
import { codeOf, messageOf, UserError } from '../core/errors.js'
import { type Disk, realDisk } from './disk.js'
import { COMPLETE, ENGINE_VERSION } from './engine-version.js'
import { installEngine } from './install.js'
import { PLATFORMS, type PlatformFacts, platformName } from './platform.js'

export interface ProvisionOptions {
  /** Absolute folders whose node_modules are asked first: that of this program, then the workspace. */
  readonly searchFrom: readonly string[]
  /** RUNNER_TOOL_CACHE or a cache folder of the user; null when there is none. It need not exist. */
  readonly toolCache: string | null
  /** Existing folder for an installation when the tool cache cannot be written: RUNNER_TEMP. */
  readonly temporary: string
  /** Folder with the package.json and package-lock.json of the engine: `dist/engine`. */
  readonly lockFolder: string
  readonly platform: PlatformFacts
  /** Absolute path of npm's program npm-cli.js, null when there is no npm: see `findNpm`. */
  readonly npm: string | null
  /** `Exec.run` of the context. */
  readonly run: (
    command: readonly string[],
    options: { cwd: string; env?: Readonly<Record<string, string>>; onLine: (line: string) => void },
  ) => Promise<{ code: number | null }>
  readonly info: (message: string) => void
  /** Keeps the engine between jobs on machines that are thrown away. Opened when nothing nearer has it. */
  readonly cache?: () => Promise<Cache | null>
  readonly disk?: Disk
}

export interface ProvisionedEngine {
  /** For `openEngine`. */
  readonly folder: string
  readonly source: 'node_modules' | 'tool-cache' | 'cache' | 'installed'
}

/**
 * Finds DuckDB, or installs it: node_modules, then the tool cache, then the cache, then `npm ci`. What is found is the
 * exact version and complete. Throws UserError with a cure when the platform has no build, npm is missing or the
 * installation fails.
 */
export async function provisionEngine(options: ProvisionOptions): Promise<ProvisionedEngine> {
  const disk = options.disk ?? realDisk
  const platform = platformName(options.platform)
  if (!PLATFORMS.includes(platform)) {
    throw new UserError(`The data engine DuckDB has no build for ${platform}`, {
      cure: `run this stage on one of: ${PLATFORMS.join(', ')}`,
    })
  }
  const beside = options.searchFrom.find((folder) => inNodeModules(folder, platform))
  if (beside !== undefined) return { folder: beside, source: 'node_modules' }

  const home = options.toolCache === null ? null : join(options.toolCache, 'plumbline-engine', ENGINE_VERSION, platform)
  if (home !== null) {
    if (await isComplete(disk, home)) return { folder: home, source: 'tool-cache' }
    await discard(disk, home, options.info)
    const key = `plumbline-engine-${ENGINE_VERSION}-${platform}`
    const cache = (await options.cache?.()) ?? null
    if ((await cache?.restore(home, key)) && (await isComplete(disk, home))) return { folder: home, source: 'cache' }
    const folder = await installEngine({ ...options, disk, home })
    if (folder === home) await cache?.save(home, key)
    return { folder, source: 'installed' }
  }
  return { folder: await installEngine({ ...options, disk, home: null }), source: 'installed' }
}

const isComplete = async (disk: Disk, folder: string) =>
  (await disk.readText(join(folder, COMPLETE)).catch(() => '')).trim() === ENGINE_VERSION

/** A folder without its marker is the rest of a run that was killed. */
async function discard(disk: Disk, folder: string, info: (message: string) => void): Promise<void> {
  if (!(await disk.exists(folder))) return
  info(`${folder} is not complete, it is installed again.`)
  try {
    await disk.remove(folder)
  } catch (error) {
    info(`It cannot be removed: ${codeOf(error) ?? messageOf(error)}.`)
  }
}

function inNodeModules(folder: string, platform: string): boolean {
  try {
    const resolve = createRequire(join(folder, 'package.json'))
    const found = resolve('@duckdb/node-api/package.json') as { version?: string }
    resolve.resolve(`@duckdb/node-bindings-${platform}/package.json`)
    return found.version === ENGINE_VERSION
  } catch {
    return false
  }
}
