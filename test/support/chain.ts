import { actions } from '../../actions/index.js'
import { createContext } from '../../shared/core/context-maker.js'
import { createExec } from '../../shared/core/exec.js'
import { execute } from '../../shared/core/execute.js'
import { createFiles, readConfigFile } from '../../shared/core/files.js'
import { githubRunRef } from '../../shared/core/run-ref.js'
import { openEngine } from '../../shared/data/engine/duckdb.js'
import type { Artifacts } from '../../shared/github/artifacts.js'
import { githubOf, logTo } from './github-client.js'

export interface StageRun {
  readonly outputs: Readonly<Record<string, string>>
  /** Why the step failed, null when it did not. */
  readonly failure: { readonly message: string; readonly kind: 'verdict' | 'user' | 'bug' } | null
  readonly log: readonly string[]
}

/** Runs an action in this process as a step on a runner with these variables, with a client that waits for nothing. */
export async function runAction(
  name: string,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  inputs: Readonly<Record<string, string>> = {},
  artifacts: Artifacts | null = null,
): Promise<StageRun> {
  const outputs: Record<string, string> = {}
  const lines: string[] = []
  let failure: StageRun['failure'] = null
  const log = logTo((line) => void lines.push(line))
  const load = actions[name]
  if (load === undefined) throw new Error(`no action ${name}`)
  await execute(await load(), {
    log,
    runRef: githubRunRef(env),
    source: {
      input: (name) => inputs[name] ?? '',
      nameOf: (name) => `input "${name}"`,
      defaultModel: 'strikes',
      readConfig: (path) => readConfigFile(`${root}/${path}`, path),
    },
    setOutput: (name, value) => {
      outputs[name] = value
    },
    fail: (message, kind) => {
      failure = { message, kind }
    },
    context: (settings) =>
      createContext(
        {
          log,
          files: createFiles(root),
          exec: createExec(root, { PATH: process.env.PATH }),
          run: githubRunRef(env),
          env,
          now: () => new Date(),
          summary: async () => undefined,
          openData: () => openEngine({}),
          findOnnx: async () => root,
          openGitHub: async () => (env.GITHUB_TOKEN === undefined ? null : githubOf(env, { log })),
          openArtifacts: async () => artifacts,
          openCache: async () => null,
        },
        settings,
      ),
  })
  return { outputs, failure, log: lines }
}
