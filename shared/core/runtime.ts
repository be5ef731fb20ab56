import { basename, resolve } from 'node:path'
import * as core from '@actions/core'
import type { EngineCache } from '../data/provision.js'
import type { Action } from './action.js'
import type { Log, Place } from './context.js'
import { createContext } from './context-maker.js'
import { createExec } from './exec.js'
import { type Execution, execute } from './execute.js'
import { createFiles, readConfigFile } from './files.js'
import { modelNameFrom } from './model-name.js'
import { githubRunRef } from './run-ref.js'

/** Runs an action as the GitHub runner starts it: INPUT_* in, outputs, annotations and summary out. */
export async function runOnRunner(action: Action): Promise<Execution> {
  const env = process.env
  const workspace = env.GITHUB_WORKSPACE ?? process.cwd()
  const input = (name: string) => core.getInput(name)
  const root = resolve(workspace, input('working-directory') || '.')
  return execute(action, {
    log: runnerLog,
    runRef: githubRunRef(env),
    source: {
      input,
      nameOf: (name) => `input "${name}"`,
      defaultModel: modelNameFrom(basename(env.GITHUB_REPOSITORY ?? root)),
      readConfig: (path) => readConfigFile(resolve(root, path), path),
    },
    setOutput: (name, value) => core.setOutput(name, value),
    fail: (message) => core.setFailed(message),
    context: (settings) =>
      createContext(
        {
          log: runnerLog,
          files: createFiles(root),
          exec: createExec(root, env),
          run: githubRunRef(env),
          env,
          now: () => new Date(),
          summary: appendSummary,
          openData: async () => {
            const { openRunnerEngine } = await import('../data/open.js')
            return openRunnerEngine({ env, log: runnerLog, workspace: root, cache: engineCache })
          },
        },
        settings,
      ),
  })
}

/** A summary beyond 1 MiB would abort the upload, so the rest is left to the report file. */
const SUMMARY_LIMIT = 1024 * 1024 - 4096
let summaryBytes = 0

async function appendSummary(markdown: string): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return
  summaryBytes += Buffer.byteLength(markdown)
  if (summaryBytes > SUMMARY_LIMIT) {
    core.warning('The step summary is full; the whole report is in the run directory.')
    return
  }
  await core.summary.addRaw(markdown, true).write()
}

const properties = ({ file, line, title }: Place = {}) => ({
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { startLine: line }),
  ...(title === undefined ? {} : { title }),
})

/** A line that begins like a workflow command must not become one. */
const inert = (text: string) => text.replace(/^(\s*)(::|##\[)/gm, '$1\u200b$2')

const runnerLog: Log = {
  debug: (message) => core.debug(message),
  info: (message) => core.info(inert(message)),
  notice: (message, place) => core.notice(message, properties(place)),
  warning: (message, place) => core.warning(message, properties(place)),
  error: (message, place) => core.error(message, properties(place)),
  group: (title, body) => core.group(inert(title), body),
  progress: () => undefined,
}

/** The engine between jobs. The heavy client is loaded on use; a cache that is down only makes it slower. */
const engineCache: EngineCache = {
  restore: (folder, key) =>
    withCache(async (cache) => (await cache.restoreCache([folder], key)) !== undefined).catch(() => false),
  save: (folder, key) => withCache((cache) => cache.saveCache([folder], key)).then(...ignore),
}

const ignore = [() => undefined, () => undefined] as const

async function withCache<T>(use: (cache: typeof import('@actions/cache')) => Promise<T>): Promise<T | false> {
  const cache = await import('@actions/cache')
  return cache.isFeatureAvailable() ? use(cache) : false
}
