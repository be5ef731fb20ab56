import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../core/context.js'
import { createExec } from '../core/exec.js'
import type { NativePackage } from './package.js'
import { currentPlatform, findNpm } from './platform.js'
import { type Provisioned, type ProvisionOptions, provision } from './provision.js'

/** The machine that a native package is wanted on. */
export interface HostOptions {
  readonly log: Pick<Log, 'info'>
  readonly env: NodeJS.ProcessEnv
  /** Absolute folder of the running program: its node_modules are asked first, and the lock files lie beside it. */
  readonly program: string
  /** Absolute folder whose node_modules are asked after those of the program. */
  readonly workspace?: string | undefined
  readonly cache?: ProvisionOptions['cache'] | undefined
  /** Absolute folder: see `runnerTools` and `userTools`. */
  readonly toolCache: string
}

/** Finds or installs a native package on this machine. Throws UserError when it cannot be had: see `provision`. */
export function provisionOnHost(native: NativePackage, options: HostOptions): Promise<Provisioned> {
  const { env, program, workspace, cache, toolCache, log } = options
  return provision(native, {
    searchFrom: [program, ...(workspace === undefined ? [] : [workspace])],
    toolCache,
    temporary: temporaryFolder(env),
    lockFolder: join(program, native.lock),
    platform: currentPlatform(),
    npm: findNpm(process.execPath, env.PATH ?? env.Path),
    run: (command, runOptions) => createExec(runOptions.cwd, env).run(command, runOptions),
    info: (message) => log.info(message),
    ...(cache === undefined ? {} : { cache }),
  })
}

/** Folder for what a job leaves behind. */
export const temporaryFolder = (env: NodeJS.ProcessEnv): string => env.RUNNER_TEMP || tmpdir()

/** Tool cache of a runner, else of the user. */
export const runnerTools = (env: NodeJS.ProcessEnv): string => env.RUNNER_TOOL_CACHE || userTools(env)

/** Tool cache of a laptop. */
export function userTools(env: NodeJS.ProcessEnv): string {
  const home = env.XDG_CACHE_HOME || env.LOCALAPPDATA || join(homedir(), '.cache')
  return join(home, 'plumbline')
}
