import { dirname, join } from 'node:path'
import { codeOf, messageOf, UserError } from '../core/errors.js'
import type { Disk } from './disk.js'
import { COMPLETE, ENGINE_VERSION } from './engine-version.js'
import type { ProvisionOptions } from './provision.js'

const KEPT_LINES = 200
const READ_ONLY = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR']

type InstallOptions = Pick<ProvisionOptions, 'lockFolder' | 'temporary' | 'npm' | 'run' | 'info'> & {
  readonly disk: Disk
  /** Folder of the tool cache to end up in, null for the temporary folder. */
  readonly home: string | null
}

/**
 * Installs the engine from its lock file beside its place and moves it there in one step, so that a reader sees all of
 * it or nothing. Returns the folder: `home`, or one in the temporary folder when the tool cache cannot be written.
 */
export async function installEngine(options: InstallOptions): Promise<string> {
  const { disk, home } = options
  if (options.npm === null) {
    throw new UserError('The data engine DuckDB has to be installed, and npm is not found', {
      cure:
        'add a step with actions/setup-node before this one, or `npm i @duckdb/node-api@' +
        `${ENGINE_VERSION}\` in the workspace`,
    })
  }
  const staging = await makeStaging(options)
  options.info(`Installing the data engine DuckDB ${ENGINE_VERSION} (about 70 MB, once per tool cache).`)
  try {
    for (const file of ['package.json', 'package-lock.json']) {
      await disk.copy(join(options.lockFolder, file), join(staging, file))
    }
    await npmCi(options.npm, staging, options)
    await disk.writeText(join(staging, COMPLETE), `${ENGINE_VERSION}\n`)
  } catch (error) {
    await disk.remove(staging).catch(() => undefined)
    throw installError(error)
  }
  return home !== null && dirname(staging) === dirname(home) ? moveIntoPlace(disk, staging, home) : staging
}

async function makeStaging({ disk, home, temporary, info }: InstallOptions): Promise<string> {
  const name = `.plumbline-engine-${disk.unique()}`
  if (home !== null) {
    const folder = join(dirname(home), name)
    try {
      await disk.makeFolder(folder)
      return folder
    } catch (error) {
      if (!READ_ONLY.includes(codeOf(error) ?? '')) throw installError(error)
      info(`The tool cache cannot be written (${codeOf(error)}); the engine is installed for this job alone.`)
    }
  }
  const folder = join(temporary, name)
  try {
    await disk.makeFolder(folder)
  } catch (error) {
    throw installError(error)
  }
  return folder
}

/** Another process may have been first: then its installation is as good as ours. */
async function moveIntoPlace(disk: Disk, staging: string, home: string): Promise<string> {
  try {
    await disk.rename(staging, home)
    return home
  } catch {
    const theirs = (await disk.readText(join(home, COMPLETE)).catch(() => '')).trim() === ENGINE_VERSION
    if (!theirs) return staging
    await disk.remove(staging).catch(() => undefined)
    return home
  }
}

class NpmFailure extends Error {
  readonly output: readonly string[]
  constructor(code: number | null, output: readonly string[]) {
    super(`npm ci ended with ${code === null ? 'a signal' : `code ${code}`}`)
    this.output = output
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

const CAUSES: readonly (readonly [RegExp, string, string])[] = [
  [
    /EINTEGRITY/,
    'what the registry sent does not match the digest in the lock file',
    'the package was changed on its way: check the registry or proxy that npm uses (npm config get registry); never switch the check off',
  ],
  [/ENOSPC|EDQUOT/, 'the disk is full', 'free 200 MB in the tool cache and the temporary folder, and run again'],
  [
    /EBADPLATFORM|notsup/i,
    'npm says that this platform is not supported',
    'run this stage on Linux, macOS or Windows, x64 or arm64',
  ],
  [
    /E401|E403|ENEEDAUTH/,
    'the registry refuses to serve the packages',
    'give npm the credentials of your registry (.npmrc of the user, NODE_AUTH_TOKEN)',
  ],
  [
    /E404|ETARGET|ENOVERSIONS/,
    'the registry does not have the packages',
    `let your registry mirror @duckdb/node-api ${ENGINE_VERSION} and its bindings, or point npm to one that has them`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET|network|CERT|self[- ]signed/i,
    'the npm registry cannot be reached',
    'check the network, proxy and certificate settings of npm; without network keep the folder plumbline-engine of the tool cache from a job that has one',
  ],
]

function installError(error: unknown): unknown {
  if (error instanceof UserError) return error
  const output = error instanceof NpmFailure ? error.output : []
  const text = [codeOf(error) ?? '', messageOf(error), ...output].join('\n')
  const [, reason, cure] = CAUSES.find(([pattern]) => pattern.test(text)) ?? [
    null,
    messageOf(error),
    'run `npm ci` by hand in dist/engine to see why',
  ]
  const quote = output.filter((line) => line.trim() !== '').slice(-3)
  const said = quote.length === 0 ? '' : ` npm says: ${quote.join(' | ').slice(0, 400)}`
  return new UserError(`The data engine DuckDB could not be installed: ${reason}.${said}`, { cure, cause: error })
}
