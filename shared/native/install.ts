import { dirname, join } from 'node:path'
import { codeOf } from '../core/errors.js'
import type { Disk } from './disk.js'
import { installError, NpmFailure, noNpm } from './install-errors.js'
import type { NativePackage } from './package.js'
import type { ProvisionOptions } from './provision.js'

/** Written last, so that a folder without it was cut off in the middle and is not used. */
export const COMPLETE = '.plumbline-complete'

const KEPT_LINES = 200
const READ_ONLY = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR']

type InstallOptions = Pick<ProvisionOptions, 'lockFolder' | 'temporary' | 'npm' | 'run' | 'info' | 'platform'> & {
  readonly disk: Disk
  /** Folder of the tool cache to end up in, null for the temporary folder. */
  readonly home: string | null
}

/** Whether a folder holds a complete installation of exactly this version. */
export const isInstalled = async (disk: Disk, folder: string, { version }: NativePackage): Promise<boolean> =>
  (await disk.readText(join(folder, COMPLETE)).catch(() => '')).trim() === version

/**
 * Installs a package from its lock file beside its place and moves it there in one step, so that a reader sees all of
 * it or nothing. Returns the folder: `home`, or one in the temporary folder when the tool cache cannot be written.
 * Throws UserError with a cure.
 */
export async function install(native: NativePackage, options: InstallOptions): Promise<string> {
  const { disk, home, npm, info } = options
  if (npm === null) throw noNpm(native)
  const staging = await makeStaging(native, options)
  info(`Installing ${native.title} ${native.version} (about ${native.megabytes.download} MB, once per tool cache).`)
  try {
    for (const file of ['package.json', 'package-lock.json']) {
      await disk.copy(join(options.lockFolder, file), join(staging, file))
    }
    await npmCi(npm, staging, options)
    // It costs room here and in the cache, and nothing breaks when it stays.
    for (const path of native.unneeded(options.platform)) await disk.remove(join(staging, path)).catch(() => undefined)
    await disk.writeText(join(staging, COMPLETE), `${native.version}\n`)
  } catch (error) {
    await disk.remove(staging).catch(() => undefined)
    throw installError(native, error)
  }
  return home !== null && dirname(staging) === dirname(home) ? moveIntoPlace(native, disk, staging, home) : staging
}

async function makeStaging(native: NativePackage, { disk, home, temporary, info }: InstallOptions): Promise<string> {
  const name = `.${native.home}-${disk.unique()}`
  if (home !== null) {
    const folder = join(dirname(home), name)
    try {
      await disk.makeFolder(folder)
      return folder
    } catch (error) {
      if (!READ_ONLY.includes(codeOf(error) ?? '')) throw installError(native, error)
      info(`The tool cache cannot be written (${codeOf(error)}); ${native.short} is installed for this job alone.`)
    }
  }
  const folder = join(temporary, name)
  try {
    await disk.makeFolder(folder)
  } catch (error) {
    throw installError(native, error)
  }
  return folder
}

/** Another process may have been first: then its installation is as good as ours. */
async function moveIntoPlace(native: NativePackage, disk: Disk, staging: string, home: string): Promise<string> {
  try {
    await disk.rename(staging, home)
    return home
  } catch {
    if (!(await isInstalled(disk, home, native))) return staging
    await disk.remove(staging).catch(() => undefined)
    return home
  }
}

async function npmCi(npm: string, cwd: string, { run }: InstallOptions): Promise<void> {
  const output: string[] = []
  const command = [process.execPath, npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { code } = await run(command, {
    cwd,
    // A production NODE_ENV is fine; an inherited prefix or workspace would install elsewhere.
    env: { npm_config_prefix: '', npm_config_workspaces: '', npm_config_global: '', npm_config_package_lock: 'true' },
    onLine: (line) => {
      output.push(line)
      if (output.length > KEPT_LINES) output.shift()
    },
  })
  if (code !== 0) throw new NpmFailure(code, output)
}
