import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type JobRun, readLog } from './log.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const HERE = fileURLToPath(new URL('.', import.meta.url))

/** Every runner that the examples name is this machine. */
const RUNNERS = ['ubuntu-latest', 'self-hosted']

export interface ActOptions {
  /** Below the workspace. */
  readonly workflow: string
  /** Holds the repository as it is checked out, and its workflows. */
  readonly workspace: string
  /** Empty folder for caches, workspaces of jobs and HOME; the caller removes it. */
  readonly scratch: string
  readonly event: string
  readonly eventFile: string
  readonly actor: string
  /** What the runner gives every step of every job. */
  readonly env: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  readonly variables: Readonly<Record<string, string>>
  /** Stops it as a machine that is lost. */
  readonly signal?: AbortSignal
}

export interface ActRun {
  readonly code: number | null
  readonly jobs: readonly JobRun[]
  /** All that act wrote. */
  readonly text: string
}

/** `.ci/run workflows` installs it. */
function program(): string {
  const path = process.env.PLUMBLINE_ACT ?? join(ROOT, 'node_modules/.cache/act/act')
  if (existsSync(path)) return path
  throw new Error(`act is not there: ${path}. \`.ci/run workflows\` installs it and runs these tests; it needs Go.`)
}

/** Runs one workflow on this machine, with nothing of the environment of the tests but PATH. */
export function runAct(options: ActOptions): Promise<ActRun> {
  const { scratch } = options
  const cache = join(scratch, 'cache')
  const home = join(scratch, 'home')
  for (const folder of [cache, home]) mkdirSync(folder, { recursive: true })
  // The engine of the data, and what the stand-ins import, are found above the actions.
  symlinkSync(join(ROOT, 'node_modules'), join(cache, 'node_modules'))
  const args = [
    options.event,
    ...['--json', '--rm', '--no-cache-server', '--directory', options.workspace, '--workflows', options.workflow],
    ...['--eventpath', options.eventFile, '--actor', options.actor, '--action-cache-path', cache],
    ...RUNNERS.flatMap((label) => ['--platform', `${label}=-self-hosted`]),
    ...repositories(options.workspace, join(scratch, 'plumbline')).flatMap((pair) => ['--local-repository', pair]),
    ...pairs('--env', {
      ...options.env,
      NODE_OPTIONS: `--import=${join(HERE, 'job.mjs')}`,
      // act gives programs a terminal, which a runner does not.
      NO_COLOR: '1',
    }),
    ...pairs('--secret', options.secrets),
    ...pairs('--var', options.variables),
  ]
  const env = {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: home,
    ACT_DISABLE_VERSION_CHECK: '1',
    // Whatever would leave this machine ends here.
    HTTPS_PROXY: 'http://127.0.0.1:9',
    HTTP_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1,localhost',
  }
  return new Promise((resolve, reject) => {
    const child = spawn(program(), args, { env, cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const chunks: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    options.signal?.addEventListener('abort', () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'))
    child.on('error', reject)
    child.on('close', (code) => {
      const text = Buffer.concat(chunks).toString()
      resolve({ code, jobs: readLog(text), text })
    })
  })
}

/** Repositories of actions as folders, `owner/name@ref=folder`: ours as it is built, and stand-ins for others. */
function repositories(workspace: string, ours: string): string[] {
  cpSync(join(ROOT, 'action.yml'), join(ours, 'action.yml'))
  cpSync(join(ROOT, 'dist'), join(ours, 'dist'), { recursive: true })
  for (const name of readdirSync(join(ROOT, 'actions'))) {
    const file = join('actions', name, 'action.yml')
    if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(ours, file))
  }
  const workflows = join(workspace, '.github/workflows')
  const text = readdirSync(workflows)
    .map((name) => readFileSync(join(workflows, name), 'utf8'))
    .join('\n')
  const used = new Set([...text.matchAll(/uses: (actions\/[\w-]+)@(\w+)/g)].map(([, name, ref]) => `${name}@${ref}`))
  // The checkout is act's own: it copies the workspace.
  const standIns = [...used].filter((name) => !name.startsWith('actions/checkout@'))
  return [
    `plumbline-ml/plumbline@v1=${ours}`,
    ...standIns.map((name) => `${name}=${join(HERE, name.replace(/@.*/, ''))}`),
  ]
}

const pairs = (flag: string, values: Readonly<Record<string, string>>) =>
  Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`])
