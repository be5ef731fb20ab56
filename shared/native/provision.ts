import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Cache } from '../core/context.js'
import { codeOf, messageOf, UserError } from '../core/errors.js'
import { type Disk, realDisk } from './disk.js'
import { install, isInstalled } from './install.js'
import { capital, type NativePackage } from './package.js'
import { type PlatformFacts, platformName } from './platform.js'

export interface ProvisionOptions {
  /** Absolute folders whose node_modules are asked first: that of this program, then the workspace. */
  readonly searchFrom: readonly string[]
  /** RUNNER_TOOL_CACHE or a cache folder of the user; null when there is none. It need not exist. */
  readonly toolCache: string | null
  /** Existing folder for an installation when the tool cache cannot be written: RUNNER_TEMP. */
  readonly temporary: string
  /** Folder with the package.json and package-lock.json of the package: `dist/engine`. */
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
  /** Keeps the package between jobs on machines that are thrown away. Opened when nothing nearer has it. */
  readonly cache?: () => Promise<Cache | null>
  readonly disk?: Disk
}

export interface Provisioned {
  /** Absolute; its node_modules hold the package. */
  readonly folder: string
  readonly source: 'node_modules' | 'tool-cache' | 'cache' | 'installed'
}

/**
 * Finds a native package, or installs it: node_modules, then the tool cache, then the cache, then `npm ci`. What is found
 * is complete and of a version that serves. Throws UserError with a cure when the platform has no build, npm is missing
 * or the installation fails.
 */
export async function provision(native: NativePackage, options: ProvisionOptions): Promise<Provisioned> {
  const disk = options.disk ?? realDisk
  const beside = options.searchFrom.find((folder) => serves(native, folder, options))
  if (beside !== undefined) return { folder: beside, source: 'node_modules' }

  const platform = platformName(options.platform)
  if (!native.platforms.includes(platform)) {
    throw new UserError(`${capital(native.title)} has no build for ${platform}`, {
      cure: `run this stage on one of: ${native.platforms.join(', ')}`,
    })
  }
  if (options.toolCache === null) {
    return { folder: await install(native, { ...options, disk, home: null }), source: 'installed' }
  }
  const home = join(options.toolCache, native.home, native.version, platform)
  if (await isInstalled(disk, home, native)) return { folder: home, source: 'tool-cache' }
  await discard(disk, home, options.info)
  const key = `${native.home}-${native.version}-${platform}`
  const cache = (await options.cache?.()) ?? null
  if (cache !== null) {
    if ((await cache.restore(home, key)) && (await isInstalled(disk, home, native))) {
      return { folder: home, source: 'cache' }
    }
    await discard(disk, home, options.info)
  }
  const folder = await install(native, { ...options, disk, home })
  if (folder === home) await cache?.save(home, key)
  return { folder, source: 'installed' }
}

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

/** Whether the node_modules that are seen from a folder have the package, in a version that serves, and whole. */
function serves(native: NativePackage, folder: string, { platform, info }: ProvisionOptions): boolean {
  try {
    const resolve = createRequire(join(folder, 'package.json'))
    const { version = '' } = resolve(`${native.name}/package.json`) as { version?: string }
    if (native.accepts(version)) return native.isWhole(resolve, platform)
    info(`${native.name} ${version} in node_modules is not used: ${native.wanted} is needed.`)
  } catch {
    // Not there, or without its native part.
  }
  return false
}
