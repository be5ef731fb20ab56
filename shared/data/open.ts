import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../core/context.js'
import { createExec } from '../core/exec.js'
import { openEngine, programFolder } from './duckdb.js'
import type { DataEngine } from './engine.js'
import { currentPlatform, findNpm } from './platform.js'
import { type ProvisionOptions, provisionEngine } from './provision.js'

export interface OpenOptions {
  readonly log: Log
  readonly env: NodeJS.ProcessEnv
  /** Absolute folder whose node_modules are asked after those of this program. */
  readonly workspace?: string
  readonly cache?: ProvisionOptions['cache']
  /** Megabytes that the engine may hold before it spills: `data.memory-limit`. */
  readonly memoryMb?: number | undefined
}

/** Finds or installs the engine, then opens it. Throws UserError when it cannot be had: see `provisionEngine`. */
async function open(options: OpenOptions, toolCache: string): Promise<DataEngine> {
  const temporary = options.env.RUNNER_TEMP || tmpdir()
  const found = await provisionEngine({
    searchFrom: [programFolder(), ...(options.workspace === undefined ? [] : [options.workspace])],
    toolCache,
    temporary,
    lockFolder: join(programFolder(), 'engine'),
    platform: currentPlatform(),
    npm: findNpm(process.execPath, options.env.PATH ?? options.env.Path),
    run: (command, runOptions) => createExec(runOptions.cwd, options.env).run(command, runOptions),
    info: (message) => options.log.info(message),
    ...(options.cache === undefined ? {} : { cache: options.cache }),
  })
  return openEngine({
    folder: found.folder,
    temporary,
    ...(options.memoryMb === undefined ? {} : { memoryMb: options.memoryMb }),
  })
}

/** The engine of an action on a runner. */
export function openRunnerEngine(options: OpenOptions): Promise<DataEngine> {
  return open(options, options.env.RUNNER_TOOL_CACHE || userCache(options.env))
}

/** The engine of the `plumbline` command. */
export function openLocalEngine(options: OpenOptions): Promise<DataEngine> {
  return open(options, userCache(options.env))
}

function userCache(env: NodeJS.ProcessEnv): string {
  const home = env.XDG_CACHE_HOME || env.LOCALAPPDATA || join(homedir(), '.cache')
  return join(home, 'plumbline')
}
