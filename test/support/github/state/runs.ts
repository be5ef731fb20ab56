import { resolve } from './commits.js'
import { stamp } from './state.js'
import type { Conclusion, Job, Progress, Repository, Run, Step, Workflow } from './types.js'

/** The workflow at this path, made when it is not there. */
export function addWorkflow(
  { host, workflows }: Repository,
  path = '.github/workflows/model.yml',
  options: { readonly name?: string; readonly dispatch?: readonly string[] | null } = {},
): Workflow {
  const there = workflows.find((workflow) => workflow.path === path)
  if (there) return Object.assign(there, options)
  const name = options.name ?? path.replace(/^.*\/|\.ya?ml$/g, '')
  const made: Workflow = { id: host.id(), name, path, dispatch: options.dispatch ?? null }
  workflows.push(made)
  return made
}

export interface NewRun {
  readonly id?: number
  /** Path of its workflow. */
  readonly workflow?: string
  readonly event?: string
  readonly branch?: string | null
  readonly sha?: string
  readonly actor?: string
  readonly attempt?: number
  readonly status?: Progress
  readonly conclusion?: Conclusion | null
  readonly pulls?: readonly number[]
  readonly createdAt?: Date
}

/** A run of a workflow; one that goes on, unless it has a conclusion. */
export function addRun(repository: Repository, run: NewRun = {}): Run {
  const { host, runs, defaultBranch } = repository
  const workflow = addWorkflow(repository, run.workflow)
  const now = stamp(run.createdAt ?? host.now())
  const branch = run.branch === undefined ? defaultBranch : run.branch
  const conclusion = run.conclusion ?? null
  const made: Run = {
    id: run.id ?? host.id(),
    number: runs.filter((other) => other.workflow === workflow).length + 1,
    attempt: run.attempt ?? 1,
    workflow,
    event: run.event ?? 'push',
    branch,
    sha: run.sha ?? resolve(repository, branch ?? defaultBranch)?.sha ?? '',
    actor: run.actor ?? 'octocat',
    status: run.status ?? (conclusion === null ? 'in_progress' : 'completed'),
    conclusion,
    pulls: run.pulls ?? [],
    createdAt: now,
    updatedAt: now,
    startedAt: now,
  }
  runs.push(made)
  return made
}

export interface NewJob {
  readonly id?: number
  readonly name?: string
  readonly attempt?: number
  readonly status?: Progress
  readonly conclusion?: Conclusion | null
  readonly log?: string | null
  readonly labels?: readonly string[]
  readonly runner?: string | null
  /** Conclusion by name; null: it goes on. */
  readonly steps?: Readonly<Record<string, Conclusion | null>>
  readonly startedAt?: Date
  readonly completedAt?: Date
}

/** A job of a run; one that goes on, unless it has a conclusion. */
export function addJob({ host, jobs }: Repository, run: Run, job: NewJob = {}): Job {
  const started = stamp(job.startedAt ?? host.now())
  const conclusion = job.conclusion ?? null
  const completedAt = conclusion === null ? null : stamp(job.completedAt ?? host.now())
  const steps = Object.entries(job.steps ?? {}).map(
    ([name, ended], index): Step => ({
      name,
      number: index + 1,
      status: ended === null ? 'in_progress' : 'completed',
      conclusion: ended,
      startedAt: started,
      completedAt: ended === null ? null : (completedAt ?? started),
    }),
  )
  const made: Job = {
    id: job.id ?? host.id(),
    run: run.id,
    attempt: job.attempt ?? run.attempt,
    name: job.name ?? 'model',
    status: job.status ?? (conclusion === null ? 'in_progress' : 'completed'),
    conclusion,
    steps,
    log: job.log ?? null,
    labels: job.labels ?? ['ubuntu-latest'],
    runner: job.runner === undefined ? 'GitHub Actions 1' : job.runner,
    createdAt: started,
    startedAt: started,
    completedAt,
  }
  jobs.push(made)
  return made
}
