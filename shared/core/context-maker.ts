import { posix, resolve } from 'node:path'
import { type Config, LOCAL_REGISTRY, type SparkEngine } from '../contracts/config.js'
import type { DataEngine } from '../data/engine/engine.js'
import type { Artifacts } from '../github/artifacts.js'
import type { GitHub } from '../github/github.js'
import type { Registry } from '../registry/registry.js'
import type { Cache, Context, Files } from './context.js'
import { UserError } from './errors.js'
import type { Fetch } from './hand-over-fetch.js'
import type { Settings } from './settings.js'

/** Megabytes that the engine may hold before it spills, and threads for a question; undefined for its defaults. */
export interface EngineLimits {
  readonly memoryMb?: number | undefined
  readonly threads?: number | undefined
}

/** What a host gives: the runner or a terminal. What is opened is opened when a stage first asks for it. */
export interface ContextParts extends Pick<Context, 'log' | 'files' | 'exec' | 'run' | 'env' | 'now' | 'summary'> {
  openData(limits: EngineLimits): Promise<DataEngine>
  /** Absolute folder whose node_modules hold onnxruntime-node. */
  findOnnx(): Promise<string>
  openGitHub(): Promise<GitHub | null>
  openArtifacts(): Promise<Artifacts | null>
  openCache(): Promise<Cache | null>
}

export interface OpenedContext {
  readonly context: Context
  /** Paths of the run directory that were written through the context, in order. */
  readonly written: ReadonlySet<string>
  /** Ends what was opened. */
  close(): Promise<void>
}

/** A context whose registry, data engine, GitHub, artifacts and cache are opened when first asked for. */
export function createContext(parts: ContextParts, settings: Settings): OpenedContext {
  const { inputs } = settings
  const memoryMb = settings.config.data['memory-limit']
  const runDirectory = inputs['run-directory']
  const written = new Set<string>()
  let registry: Promise<Registry> | undefined
  let engine: Promise<DataEngine> | undefined
  let spark: Promise<DataEngine> | undefined
  let onnx: Promise<string> | undefined
  let github: Promise<GitHub | null> | undefined
  let artifacts: Promise<Artifacts | null> | undefined
  let cache: Promise<Cache | null> | undefined
  let fetch: Promise<Fetch> | undefined
  const context: Context = {
    ...parts,
    files: noting(parts.files, runDirectory, written),
    config: settings.config,
    configRef: settings.configRef,
    configPlace: settings.configPlace,
    runDirectory,
    registry: () => (registry ??= context.github().then((opened) => openRegistry(parts, settings, opened))),
    data: () => (engine ??= parts.openData({ memoryMb })),
    configuredData: () => openConfigured(settings.config.data.engine),
    onnx: () => (onnx ??= parts.findOnnx().catch(forgetOnnx)),
    github: () => (github ??= parts.openGitHub()),
    artifacts: () => (artifacts ??= inputs.artifacts ? parts.openArtifacts() : Promise.resolve(null)),
    cache: () => (cache ??= parts.openCache()),
    fetchDocument: async (name) => (await openFetch()).document(name),
  }
  // A server that lives on asks again with the next version.
  const forgetOnnx = (error: unknown) => {
    onnx = undefined
    throw error
  }
  const openFetch = () => {
    fetch ??= import('./hand-over-fetch.js').then(({ createFetch }) => createFetch(context, inputs['artifact-suffix']))
    return fetch
  }
  const openForDatasets = async () => {
    const { areFew } = await import('../data/read/few-rows.js')
    // With a limit of memory there is one question at a time, which has the threads for itself.
    const few = memoryMb === undefined && (await areFew(parts.files, settings.config.data))
    return parts.openData({ memoryMb, threads: few ? 1 : undefined })
  }
  const startSpark = async (choice: SparkEngine) => {
    const [{ openSpark }, desk] = await Promise.all([import('../data/spark/open.js'), context.data()])
    return openSpark(choice, { desk, exec: parts.exec, log: parts.log })
  }
  const openConfigured = (choice: Config['data']['engine']) => {
    if (choice === 'duckdb') {
      engine ??= openForDatasets()
      return engine
    }
    spark ??= startSpark(choice)
    return spark
  }
  return {
    context,
    written,
    close: async () => {
      await spark?.then((opened) => opened.close()).catch(() => undefined)
      const ended = [engine?.then((opened) => opened.close()), fetch?.then((opened) => opened.close())]
      await Promise.allSettled(ended)
    },
  }
}

/** Files that note what is written into the run directory, which is what a stage hands over. */
function noting(files: Files, runDirectory: string, written: Set<string>): Files {
  const folder = `${posix.normalize(runDirectory)}/`
  return {
    ...files,
    write: async (path, content) => {
      await files.write(path, content)
      if (posix.normalize(path).startsWith(folder)) written.add(posix.normalize(path))
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
