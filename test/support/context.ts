import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { RunRef } from '../../shared/contracts/common.js'
import { Config } from '../../shared/contracts/config.js'
import { type ActionInputs, COMMON_INPUTS, defaultInputs } from '../../shared/core/action.js'
import type { Cache, Context, Log, Place } from '../../shared/core/context.js'
import { createContext } from '../../shared/core/context-maker.js'
import { createExec } from '../../shared/core/exec.js'
import { createFiles } from '../../shared/core/files.js'
import { openEngine } from '../../shared/data/engine/duckdb.js'
import type { Artifacts } from '../../shared/github/artifacts.js'
import type { GitHub } from '../../shared/github/github.js'

export interface Logged {
  readonly level: 'debug' | 'info' | 'notice' | 'warning' | 'error'
  readonly message: string
  readonly place?: Place
}

export interface FakeContext {
  readonly ctx: Context
  /** Paths of the run directory that were written. */
  readonly written: ReadonlySet<string>
  readonly context: Context
  close(): Promise<void>
  readonly root: string
  readonly logged: Logged[]
  readonly summaries: string[]
  cleanup(): Promise<void>
}

/** A context over a real temporary workspace, with a fixed clock, real processes, local registry and data engine. */
export async function fakeContext(
  options: {
    files?: Readonly<Record<string, string | Uint8Array>>
    config?: Record<string, unknown>
    now?: Date
    env?: Record<string, string>
    runDirectory?: string
    github?: GitHub
    artifacts?: Artifacts
    cache?: Cache
    inputs?: Partial<ActionInputs>
    run?: RunRef
    configPlace?: Context['configPlace']
  } = {},
): Promise<FakeContext> {
  const root = await mkdtemp(join(tmpdir(), 'plumbline-test-'))
  for (const [path, content] of Object.entries(options.files ?? {})) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  const logged: Logged[] = []
  const summaries: string[] = []
  const env = { ...process.env, ...options.env }
  const { context, written, close } = createContext(
    {
      log: recorder(logged),
      files: createFiles(root),
      exec: createExec(root, env),
      run: options.run ?? { kind: 'local', commit: null, dirty: false },
      env,
      now: () => options.now ?? new Date('2026-01-02T03:04:05.000Z'),
      summary: async (markdown) => void summaries.push(markdown),
      openData: () => openEngine({}),
      findOnnx: async () => process.env.PLUMBLINE_ONNXRUNTIME ?? root,
      openGitHub: async () => options.github ?? null,
      openArtifacts: async () => options.artifacts ?? null,
      openCache: async () => options.cache ?? null,
    },
    {
      inputs: {
        ...defaultInputs({ inputs: COMMON_INPUTS }),
        'run-directory': options.runDirectory ?? '.plumbline',
        ...options.inputs,
      },
      config: Config.parse({ model: 'model', ...options.config }),
      configRef: null,
      configPlace: options.configPlace ?? (() => null),
    },
  )
  return {
    ctx: context,
    context,
    written,
    close,
    root,
    logged,
    summaries,
    cleanup: async () => {
      await close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

function recorder(logged: Logged[]): Log {
  const at = (level: Logged['level']) => (message: string, place?: Place) =>
    void logged.push({ level, message, ...(place ? { place } : {}) })
  return {
    debug: at('debug'),
    info: at('info'),
    notice: at('notice'),
    warning: at('warning'),
    error: at('error'),
    group: async (title, body) => {
      logged.push({ level: 'info', message: title })
      return body()
    },
    progress: () => undefined,
  }
}
