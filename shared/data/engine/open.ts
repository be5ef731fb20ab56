import type { Log } from '../../core/context.js'
import type { EngineLimits } from '../../core/context-maker.js'
import { provisionOnHost, runnerTools, temporaryFolder, userTools } from '../../native/host.js'
import type { ProvisionOptions } from '../../native/provision.js'
import { programFolder } from '../program-folder.js'
import { openEngine } from './duckdb.js'
import type { DataEngine } from './engine.js'
import { DUCKDB } from './provision.js'

export interface OpenOptions extends EngineLimits {
  readonly log: Log
  readonly env: NodeJS.ProcessEnv
  /** Absolute folder whose node_modules are asked after those of this program. */
  readonly workspace?: string
  readonly cache?: ProvisionOptions['cache']
}

/** Finds or installs the engine, then opens it. Throws UserError when it cannot be had: see `provision`. */
async function open(options: OpenOptions, toolCache: string): Promise<DataEngine> {
  const found = await provisionOnHost(DUCKDB, { ...options, program: programFolder(), toolCache })
  return openEngine({
    folder: found.folder,
    temporary: temporaryFolder(options.env),
    ...(options.memoryMb === undefined ? {} : { memoryMb: options.memoryMb }),
    ...(options.threads === undefined ? {} : { threads: options.threads }),
  })
}

/** The engine of an action on a runner. */
export function openRunnerEngine(options: OpenOptions): Promise<DataEngine> {
  return open(options, runnerTools(options.env))
}

/** The engine of the `plumbline` command. */
export function openLocalEngine(options: OpenOptions): Promise<DataEngine> {
  return open(options, userTools(options.env))
}
