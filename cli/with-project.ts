import { COMMON_INPUTS } from '../shared/core/action.js'
import type { Context } from '../shared/core/context.js'
import { loadSettings } from '../shared/core/settings.js'
import { createLocalHost } from './host.js'
import type { CommandContext } from './main.js'

/** Flags that every command of a project takes. */
export interface ProjectFlags {
  readonly config?: string
  readonly workingDirectory?: string
}

/** Runs a body with the context of the project in the current folder, and closes what it opened. */
export async function withProject<T>(
  command: CommandContext,
  body: (ctx: Context) => Promise<T>,
  flags: ProjectFlags = {},
): Promise<T> {
  const host = createLocalHost(command.terminal, command.folder, {
    config: flags.config,
    'working-directory': flags.workingDirectory,
  })
  const { context, close } = host.context(await loadSettings({ inputs: COMMON_INPUTS }, host.source))
  try {
    return await body(context)
  } finally {
    await close()
  }
}
