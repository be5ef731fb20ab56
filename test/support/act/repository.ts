import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  addCommit,
  addDeployment,
  addJob,
  addPull,
  addRun,
  addStatus,
  addWorkflow,
  type Deployment,
  type Issue,
  type LocalGitHub,
  pullPayload,
  type Recorded,
  type Repository,
  type Run,
  startGitHub,
} from '../github/index.js'
import { runAct } from './act.js'
import { type StepGift, type StepStart, startControl } from './control.js'
import type { Conclusion, JobRun, StepRun } from './log.js'
import { forAct, type Job, readOnly, readWorkflow, type Workflow } from './workflow.js'

export interface RunOptions {
  readonly event: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly payload?: Readonly<Record<string, unknown>>
  /** The pull request that it is for. */
  readonly pull?: Issue
  /** Folder with the files of the commit; default: what was pushed last. */
  readonly files?: string
  /** Runs it again: another attempt of the same run. */
  readonly again?: Run
  readonly signal?: AbortSignal
}

export interface RequestCount {
  /** REST and GraphQL, which GitHub's limits count. */
  readonly api: number
  /** The services of the runner for artifacts and caches. */
  readonly results: number
  /** Where contents lie. */
  readonly storage: number
}

export interface WorkflowRun {
  readonly run: Run
  readonly conclusion: Conclusion
  /** All that ran, in the order in which it began. */
  readonly jobs: readonly JobRun[]
  /** Conclusion by key of the job, also of those that were skipped. */
  readonly conclusions: Readonly<Record<string, Conclusion>>
  /** A step by job and `id` or a part of what it uses or runs. Throws when there is none. */
  step(job: string, named: string): StepRun
  /** Requests that each job made. Of jobs that ran at the same time the numbers mean nothing. */
  readonly requests: Readonly<Record<string, RequestCount>>
  /** All that act wrote. */
  readonly text: string
}

/** A user's repository on the local GitHub, whose workflows act runs. */
export interface TestRepository {
  readonly github: LocalGitHub
  readonly state: Repository
  /** Absolute folder that outlives jobs, for targets of deployments. */
  readonly folder: string
  /** Values of variables and secrets of an environment, by its name. */
  readonly environments: Record<string, Record<string, string>>
  /** Makes a commit of what lies in a folder. */
  push(files: string, branch?: string): string
  /** A pull request with what lies in a folder. */
  pull(files: string, options?: { readonly fork?: boolean }): Issue
  run(workflow: string, options: RunOptions): Promise<WorkflowRun>
  close(): Promise<void>
}

/** What act is told of everything that a job is to be given by name; `job.mjs` puts the value in its place. */
const placeholder = (name: string) => `given-${name}`
const GIVEN = { secrets: ['PLUMBLINE_TOKEN', 'LOG_TOKEN'], variables: ['DEPLOY_TARGET'] }

/** `workflows`: text by file name. */
export async function openRepository({
  workflows,
}: {
  readonly workflows: Readonly<Record<string, string>>
}): Promise<TestRepository> {
  const github = await startGitHub()
  const state = github.state.repository()
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'plumbline-act-')))
  const environments: TestRepository['environments'] = {}
  let pushed = folder
  for (const [file, text] of Object.entries(workflows)) {
    const { name, dispatch } = readWorkflow(text)
    addWorkflow(state, pathOf(file), { name, dispatch })
  }

  return {
    github,
    state,
    folder,
    environments,
    push(files, branch = 'main') {
      pushed = files
      return addCommit(state, { branch, files: textsOf(files), message: 'A change' }).sha
    },
    pull: (files, { fork = false } = {}) =>
      addPull(state, { files: textsOf(files), ...(fork ? { fork: 'stranger/strikes' } : {}) }),
    async run(file, options) {
      const scratch = join(folder, `run-${github.state.id()}`)
      const workspace = join(scratch, 'checkout')
      cpSync(options.files ?? pushed, workspace, { recursive: true, verbatimSymlinks: true })
      for (const [name, text] of Object.entries(workflows)) put(join(workspace, pathOf(name)), forAct(text))
      const workflow = readWorkflow(workflows[file] as string)
      const run = begin(state, file, options)
      const env = github.env({
        run,
        event: options.event,
        payload: payloadOf(state, workflow, options),
        ...(options.pull === undefined ? {} : { pull: options.pull.number }),
      })
      const head = options.pull?.pull?.head
      const fork = head !== undefined && head.repository !== fullName(state)
      const starts: { job: string; from: number }[] = []
      const deployments: Record<string, Deployment> = {}
      const called = Object.values(workflows).map(readWorkflow)
      const gift = ({ workflow: name, job: id }: StepStart): StepGift => {
        const job = [workflow, ...called].find((one) => one.name === name && one.jobs[id])?.jobs[id]
        if (job === undefined) throw new Error(`no workflow ${name} has a job ${id}`)
        if (starts.at(-1)?.job !== id) starts.push({ job: id, from: github.requests.length })
        const environment = environmentOf(job, options)
        if (environment !== '') deployments[id] ??= beginDeployment(state, run, environment)
        return giftOf({ github, job, id, run, options, environments, fork })
      }
      const control = await startControl(gift)
      try {
        const { GITHUB_EVENT_PATH: eventFile = '', GITHUB_ACTOR: actor = '', ...rest } = env
        const given = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, placeholder(name)]))
        const done = await runAct({
          workflow: pathOf(file),
          workspace,
          scratch,
          event: options.event,
          eventFile,
          actor,
          env: { ...jobless(rest), SHA_REF: run.sha, PLUMBLINE_ACT: control.url },
          secrets: { GITHUB_TOKEN: placeholder('GITHUB_TOKEN'), ...given(GIVEN.secrets) },
          variables: given(GIVEN.variables),
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        })
        const finished = options.signal?.aborted !== true
        const conclusions = conclude(workflow, done.jobs)
        const conclusion: Conclusion = done.code === 0 ? 'success' : 'failure'
        for (const [id, deployment] of finished ? Object.entries(deployments) : []) {
          const failed = done.jobs.some((job) => job.id === id && job.conclusion === 'failure')
          addStatus(state, deployment, { state: failed ? 'failure' : 'success', logUrl: addressOf(state, run) })
        }
        if (finished) record(state, run, workflow, done.jobs, conclusions, conclusion)
        return {
          run,
          conclusion,
          jobs: done.jobs,
          conclusions,
          step: (job, named) => stepOf(done.jobs, job, named, done.text),
          requests: countRequests(starts, github.requests),
          text: done.text,
        }
      } finally {
        control.close()
        rmSync(scratch, { recursive: true, force: true })
      }
    },
    async close() {
      await github.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const pathOf = (file: string) => `.github/workflows/${file}`
const fullName = ({ owner, name }: Repository) => `${owner}/${name}`

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** Small text files of a folder, which is what a commit of the local GitHub holds. */
function textsOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map(({ parentPath, path, name }) => join(parentPath ?? path, name).slice(folder.length + 1))
  return Object.fromEntries(
    paths
      .filter((path) => !path.startsWith('.git/') && !path.startsWith('data/'))
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  )
}

/** The run as GitHub lists it while it goes on. */
function begin(state: Repository, file: string, { event, pull, again }: RunOptions): Run {
  if (again !== undefined) {
    return Object.assign(again, { attempt: again.attempt + 1, status: 'in_progress', conclusion: null })
  }
  const head = pull?.pull?.head
  return addRun(state, {
    workflow: pathOf(file),
    event,
    ...(head === undefined ? {} : { branch: head.ref, sha: head.sha, pulls: [pull?.number as number] }),
  })
}

function payloadOf(state: Repository, { name }: Workflow, { inputs, pull, payload }: RunOptions) {
  return {
    ...(pull === undefined ? {} : pullPayload(state, pull)),
    ...(inputs === undefined ? {} : { inputs }),
    repository: { full_name: fullName(state), default_branch: state.defaultBranch, private: state.private },
    workflow: name,
    ...payload,
  }
}

/** Variables that a job has for itself alone, which it is given by `job.mjs`. */
const OWN = ['ACTIONS_RUNTIME_TOKEN']

/** What all jobs have alike. GITHUB_JOB and the token come from act; an input is none of a runner's variables. */
function jobless(env: Readonly<Record<string, string>>): Record<string, string> {
  const left = [...OWN, 'GITHUB_JOB', 'GITHUB_TOKEN', 'INPUT_GITHUB-TOKEN']
  return Object.fromEntries(Object.entries(env).filter(([name]) => !left.includes(name)))
}

function environmentOf({ environment }: Job, { inputs = {} }: RunOptions): string {
  return environment?.replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, name: string) => inputs[name] ?? '') ?? ''
}

const addressOf = (state: Repository, run: Run) => `https://github.com/${fullName(state)}/actions/runs/${run.id}/job/1`

/** GitHub makes a deployment of its own for a job that names an environment, and ends it with the job. */
function beginDeployment(state: Repository, run: Run, environment: string): Deployment {
  const status = { state: 'in_progress', logUrl: addressOf(state, run) } as const
  return addDeployment(state, { environment, sha: run.sha, ref: run.branch ?? 'main', statuses: [status] })
}

interface StepOf {
  readonly github: LocalGitHub
  readonly job: Job
  readonly id: string
  readonly run: Run
  readonly options: RunOptions
  readonly environments: TestRepository['environments']
  /** The run of a stranger's change: it reads, and is given no secrets. */
  readonly fork: boolean
}

/** Token with the permissions of the job, its runtime token, and what its environment holds. */
function giftOf({ github, job, id, run, options, environments, fork }: StepOf): StepGift {
  const { pull } = options
  const token = github.token({ permissions: fork ? readOnly(job.permissions) : job.permissions })
  const values = fork ? {} : (environments[environmentOf(job, options)] ?? {})
  const names = [...GIVEN.secrets, ...GIVEN.variables]
  const own = github.env({ token, run, job: id, ...(pull === undefined ? {} : { pull: pull.number }) })
  return {
    given: {
      [placeholder('GITHUB_TOKEN')]: token,
      ...Object.fromEntries(names.map((name) => [placeholder(name), values[name] ?? ''])),
    },
    env: Object.fromEntries(OWN.map((name) => [name, own[name] as string])),
  }
}

function conclude(workflow: Workflow, jobs: readonly JobRun[]): Record<string, Conclusion> {
  return Object.fromEntries(
    Object.keys(workflow.jobs).map((id) => {
      const ran = jobs.filter((job) => job.id === id)
      const failed = ran.some(({ conclusion }) => conclusion === 'failure')
      return [id, ran.length === 0 ? 'skipped' : failed ? 'failure' : 'success']
    }),
  )
}

/** Jobs, steps and logs as GitHub keeps them. */
function record(
  state: Repository,
  run: Run,
  workflow: Workflow,
  jobs: readonly JobRun[],
  conclusions: Readonly<Record<string, Conclusion>>,
  conclusion: Conclusion,
): void {
  for (const { id, matrix, conclusion, steps, log } of jobs) {
    const at = (path: string) =>
      path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], matrix)
    const name = (workflow.jobs[id]?.name ?? id).replace(/\$\{\{ matrix\.([\w.]+) \}\}/g, (_, path: string) =>
      String(at(path)),
    )
    const named = steps.map((step): [string, Conclusion] => [`Run ${step.name.split('\n')[0]}`, step.conclusion])
    addJob(state, run, { name, conclusion, log, steps: Object.fromEntries(named) })
  }
  for (const [id, ended] of Object.entries(conclusions)) {
    if (ended === 'skipped')
      addJob(state, run, { name: workflow.jobs[id]?.name ?? id, conclusion: ended, runner: null })
  }
  Object.assign(run, { status: 'completed', conclusion })
}

function stepOf(jobs: readonly JobRun[], id: string, named: string, text: string): StepRun {
  const steps = jobs.filter((job) => job.id === id).flatMap((job) => job.steps)
  const step = steps.find((step) => step.id === named) ?? steps.find(({ name }) => name.includes(named))
  if (step === undefined) throw new Error(`job ${id} ran no step ${named}:\n${text}`)
  return step
}

/** By job; each one's requests begin where its first step began. */
function countRequests(
  starts: readonly { readonly job: string; readonly from: number }[],
  requests: readonly Recorded[],
): Record<string, RequestCount> {
  const counts: Record<string, RequestCount> = {}
  for (const [index, { job, from }] of starts.entries()) {
    const own = requests.slice(from, starts[index + 1]?.from)
    const storage = own.filter(({ origin }) => origin === 'storage').length
    const results = own.filter(({ path }) => path.startsWith('/twirp/')).length
    const before = counts[job] ?? { api: 0, results: 0, storage: 0 }
    counts[job] = {
      api: before.api + own.length - storage - results,
      results: before.results + results,
      storage: before.storage + storage,
    }
  }
  return counts
}
