import { basename, resolve } from 'node:path'
import * as core from '@actions/core'
import type { Artifacts } from '../github/artifacts.js'
import type { Client } from '../github/client.js'
import { withoutCommands } from '../report/escape.js'
import type { Action } from './action.js'
import type { Cache, Log, Place } from './context.js'
import { createContext } from './context-maker.js'
import { messageOf } from './errors.js'
import { createExec } from './exec.js'
import { type Execution, execute } from './execute.js'
import { createFiles, readConfigFile, requireFolder } from './files.js'
import { modelNameFrom } from './model-name.js'
import { githubRunRef } from './run-ref.js'

/** Runs an action as the GitHub runner starts it: INPUT_* in, outputs, annotations and summary out. */
export async function runOnRunner(action: Action): Promise<Execution> {
  const env = process.env
  const token = takeSecret('github-token')
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
      readConfig: async (path) => {
        await requireFolder(root, 'input "working-directory"', input('working-directory') || '.')
        return readConfigFile(resolve(root, path), path)
      },
    },
    setOutput,
    fail: (message) => core.setFailed(message),
    context: (settings) =>
      createContext(
        {
          log: runnerLog,
          files: createFiles(root),
          exec: createExec(root, commandEnv(env)),
          run: githubRunRef(env),
          env,
          now: () => new Date(),
          summary: appendSummary,
          openData: async (limits) => {
            const { openRunnerEngine } = await import('../data/engine/open.js')
            return openRunnerEngine({ env, log: runnerLog, workspace: root, cache: openCache, ...limits })
          },
          findOnnx: async () => {
            const { findRunnerOnnx } = await import('../predict/onnx-home.js')
            return findRunnerOnnx({ env, log: runnerLog, workspace: root, cache: openCache })
          },
          openGitHub: async () => {
            if (token === '') return null
            const { openGitHub } = await import('../github/open.js')
            return openGitHub(env, () => connect(token, runnerLog))
          },
          openArtifacts: () => openArtifacts(token),
          openCache,
        },
        settings,
      ),
  })
}

let outputsLost = false

/** A runner whose disk is full has no room for outputs; the step then fails, whatever its verdict. */
function setOutput(name: string, value: string): void {
  try {
    core.setOutput(name, value)
  } catch (error) {
    if (!outputsLost) core.setFailed(`the outputs of this step cannot be written: ${messageOf(error)}`)
    outputsLost = true
  }
}

/** A secret input: masked in the log, and taken out of the environment that the programs of a model are started with. */
function takeSecret(name: string): string {
  const value = core.getInput(name)
  if (value !== '') core.setSecret(value)
  delete process.env[`INPUT_${name.toUpperCase()}`]
  return value
}

/** Octokit at GITHUB_API_URL, which is read when its package is imported. */
export async function connect(token: string, log: Log): Promise<Client> {
  const [{ getOctokit }, { retry }, { throttling }, { clientOptions, clientPlugin }] = await Promise.all([
    import('@actions/github'),
    import('@octokit/plugin-retry'),
    import('@octokit/plugin-throttling'),
    import('../github/policy.js'),
  ])
  return getOctokit(token, clientOptions(log), clientPlugin(log), retry, throttling)
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
  try {
    await core.summary.addRaw(markdown, true).write()
  } catch (error) {
    core.warning(`The step summary cannot be written: ${messageOf(error)}. The report is in the run directory.`)
  }
}

const properties = ({ file, line, title }: Place = {}) => ({
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { startLine: line }),
  ...(title === undefined ? {} : { title }),
})

const runnerLog: Log = {
  debug: (message) => core.debug(message),
  info: (message) => core.info(withoutCommands(message)),
  notice: (message, place) => core.notice(message, properties(place)),
  warning: (message, place) => core.warning(message, properties(place)),
  error: (message, place) => core.error(message, properties(place)),
  group: (title, body) => core.group(withoutCommands(title), body),
  progress: () => undefined,
}

/** Null, and the reason in the log, where a run has none. */
async function openArtifacts(token: string): Promise<Artifacts | null> {
  const { whyNoArtifacts } = await import('../github/artifacts.js')
  const reason = whyNoArtifacts(process.env)
  if (reason === null) return (await import('./runtime-artifacts.js')).openRunnerArtifacts(process.env, token)
  runnerLog.info(reason)
  return null
}

let cache: Promise<Cache | null> | undefined

function openCache(): Promise<Cache | null> {
  cache ??= process.env.ACTIONS_RUNTIME_TOKEN
    ? import('./runtime-cache.js').then(({ openRunnerCache }) => openRunnerCache(runnerLog))
    : Promise.resolve(null)
  return cache
}

/** The runner gives its services to actions, not to the programs that a job runs; so do we. */
function commandEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SERVICES.test(name)))
}

const SERVICES = /^ACTIONS_(RUNTIME_(TOKEN|URL)|RESULTS_URL|CACHE_\w+)$/i
