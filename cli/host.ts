import { basename, resolve } from 'node:path'
import type { Log } from '../shared/core/context.js'
import { createContext } from '../shared/core/context-maker.js'
import type { Problem } from '../shared/core/errors.js'
import { createExec } from '../shared/core/exec.js'
import type { Host } from '../shared/core/execute.js'
import { createFiles, readConfigFile, requireFolder } from '../shared/core/files.js'
import { modelNameFrom } from '../shared/core/model-name.js'
import { localRunRef } from '../shared/core/run-ref.js'
import { openLocalEngine } from '../shared/data/engine/open.js'
import type { GitHub } from '../shared/github/github.js'
import { type Terminal, terminalLog } from './terminal.js'

export interface LocalHost extends Host {
  readonly outputs: Record<string, string>
  /** Why the step failed, null when it did not. */
  failure: { message: string; kind: 'verdict' | 'user' | 'bug'; problems: readonly Problem[] } | null
  /** False once the configuration file was looked for and not found. */
  configured: boolean
}

/** The host of the `plumbline` command: flags in, text and an exit code out. */
export function createLocalHost(
  terminal: Terminal,
  folder: string,
  flags: Readonly<Record<string, string | undefined>>,
): LocalHost {
  const root = resolve(folder, flags['working-directory'] ?? '.')
  const log = terminalLog(terminal)
  const runRef = localRunRef(root)
  const host: LocalHost = {
    // The command prints the verdict itself, as its result.
    log: { ...log, info: () => undefined },
    runRef,
    outputs: {},
    failure: null,
    configured: true,
    source: {
      input: (name) => flags[name] ?? '',
      nameOf: (name) => `--${name}`,
      defaultModel: modelNameFrom(basename(root)),
      readConfig: async (path) => {
        await requireFolder(root, '--working-directory', flags['working-directory'] ?? '.')
        const text = await readConfigFile(resolve(root, path), path)
        host.configured = text !== null
        return text
      },
    },
    setOutput: (name, value) => {
      host.outputs[name] = value
    },
    fail: (message, kind, problems = []) => {
      host.failure = { message, kind, problems }
    },
    context: (settings) =>
      createContext(
        {
          log,
          files: createFiles(root),
          exec: createExec(root, process.env),
          run: runRef,
          env: process.env,
          now: () => new Date(),
          summary: async () => undefined,
          openData: (limits) => openLocalEngine({ log, env: process.env, ...limits }),
          findOnnx: async () => {
            const { findLocalOnnx } = await import('../shared/predict/onnx-home.js')
            return findLocalOnnx({ log, env: process.env, workspace: root })
          },
          openGitHub: async () => (settings.config.registry === 'github' ? openLocalGitHub(process.env, log) : null),
          openArtifacts: async () => null,
          openCache: async () => null,
        },
        settings,
      ),
  }
  return host
}

/** GitHub for a person who has a token and says which repository; null without one of them. */
async function openLocalGitHub(env: NodeJS.ProcessEnv, log: Log): Promise<GitHub | null> {
  const token = env.GITHUB_TOKEN || env.GH_TOKEN
  if (!token || !env.GITHUB_REPOSITORY?.includes('/')) return null
  const [{ openGitHub }, { connect }] = await Promise.all([
    import('../shared/github/open.js'),
    import('../shared/core/runtime.js'),
  ])
  return openGitHub(env, () => connect(token, log))
}
