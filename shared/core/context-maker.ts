import { resolve } from 'node:path'
import type { RunRef } from '../contracts/common.js'
import type { DataEngine } from '../data/engine.js'
import type { GitHub } from '../github/github.js'
import type { Registry } from '../registry/registry.js'
import type { Context, Exec, Files, Log } from './context.js'
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
    registry: () => (registry ??= openRegistry(parts, settings)),
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

async function openRegistry(parts: ContextParts, settings: Settings): Promise<Registry> {
  const { openDirectoryRegistry } = await import('../registry/directory.js')
  return openDirectoryRegistry({
    root: resolve(parts.files.root, settings.config.registry),
    address: settings.config.registry,
    now: parts.now,
  })
}
