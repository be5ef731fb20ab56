import { resolve } from 'node:path'
import type { RunRef } from '../contracts/common.js'
import { LOCAL_REGISTRY } from '../contracts/config.js'
import type { DataEngine } from '../data/engine.js'
import type { GitHub } from '../github/github.js'
import type { Registry } from '../registry/registry.js'
import type { Context, Exec, Files, Log } from './context.js'
import { UserError } from './errors.js'
import type { Settings } from './settings.js'

export interface ContextParts {
  readonly log: Log
  readonly files: Files
  readonly exec: Exec
  readonly run: RunRef
  readonly env: Readonly<Record<string, string | undefined>>
  now(): Date
  summary(markdown: string): Promise<void>
  openData(): Promise<DataEngine>
  openGitHub(): Promise<GitHub | null>
}

/** A context whose registry, data engine and GitHub are opened when first asked for; `close` ends what was opened. */
export function createContext(parts: ContextParts, settings: Settings): { context: Context; close(): Promise<void> } {
  let registry: Promise<Registry> | undefined
  let engine: Promise<DataEngine> | undefined
  let github: Promise<GitHub | null> | undefined
  const context: Context = {
    ...parts,
    config: settings.config,
    configRef: settings.configRef,
    runDirectory: settings.inputs['run-directory'],
    registry: () => (registry ??= context.github().then((opened) => openRegistry(parts, settings, opened))),
    data: () => (engine ??= parts.openData()),
    github: () => (github ??= parts.openGitHub()),
  }
  return {
    context,
    close: async () => {
      await engine?.then(
        (opened) => opened.close(),
        () => undefined,
      )
    },
  }
}

/** As configured; by default on GitHub where there is a token, else in a directory. */
async function openRegistry(parts: ContextParts, { config }: Settings, github: GitHub | null): Promise<Registry> {
  if (config.registry === 'github' && github === null) {
    throw new UserError('`registry: github` needs a token, and there is none', {
      cure: 'on a runner give the input `github-token`; on a laptop set GITHUB_TOKEN and GITHUB_REPOSITORY (owner/name), or leave `registry` out',
    })
  }
  if (github !== null && (config.registry ?? 'github') === 'github') {
    const { openReleaseRegistry } = await import('../registry/releases.js')
    return openReleaseRegistry({ github, run: parts.run, env: parts.env, log: parts.log, now: parts.now })
  }
  const { openDirectoryRegistry } = await import('../registry/directory.js')
  const address = config.registry ?? LOCAL_REGISTRY
  return openDirectoryRegistry({ root: resolve(parts.files.root, address), address, now: parts.now })
}
