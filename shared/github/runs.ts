import * as z from 'zod'
import { read } from './answer.js'
import type { GitHub } from './github.js'
import type { About } from './refusal.js'

/** A run of a workflow. Names of branches and workflows are not trusted. */
export const WorkflowRun = z.object({
  id: z.number(),
  html_url: z.string(),
  name: z.string().nullish(),
  path: z.string().nullish(),
  workflow_id: z.number(),
  run_attempt: z.number().default(1),
  event: z.string(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  head_sha: z.string(),
  head_branch: z.string().nullable(),
  created_at: z.string(),
  run_started_at: z.string().nullish(),
  updated_at: z.string(),
})
export type WorkflowRun = z.output<typeof WorkflowRun>

export const JobStep = z.object({
  name: z.string(),
  number: z.number(),
  status: z.string(),
  conclusion: z.string().nullable(),
  started_at: z.string().nullish(),
  completed_at: z.string().nullish(),
})
export type JobStep = z.output<typeof JobStep>

export const WorkflowJob = z.object({
  id: z.number(),
  name: z.string(),
  html_url: z.string().nullish(),
  status: z.string(),
  conclusion: z.string().nullable(),
  started_at: z.string().nullish(),
  completed_at: z.string().nullish(),
  steps: z.array(JobStep).nullish(),
  check_run_url: z.string().nullish(),
})
export type WorkflowJob = z.output<typeof WorkflowJob>

const Runs = z.object({ workflow_runs: z.array(WorkflowRun) })
const Jobs = z.object({ total_count: z.number(), jobs: z.array(WorkflowJob) })
const Comparison = z.object({
  /** Of the second commit to the first: `ahead`, `identical`, `behind` or `diverged`. */
  status: z.string(),
  total_commits: z.number(),
  commits: z.array(z.object({ sha: z.string(), html_url: z.string(), commit: z.object({ message: z.string() }) })),
  files: z.array(z.object({ filename: z.string() })).nullish(),
})
export type Comparison = z.output<typeof Comparison>
const Annotations = z.array(z.object({ annotation_level: z.string().nullable(), message: z.string().nullable() }))

const REPO = 'GET /repos/{owner}/{repo}'
const needs = 'actions: read'

/** Throws Refusal. */
export async function readRun(github: GitHub, run_id: number): Promise<WorkflowRun> {
  const about = { undone: `run ${run_id} was not read`, needs, missing: missing(`there is no run ${run_id}`) }
  return read(WorkflowRun, (await github.ask(`${REPO}/actions/runs/{run_id}`, { run_id }, about)).data, about)
}

/** Filters of {@link runsOf}, as GitHub names them; `status` takes conclusions too. */
export interface RunQuery {
  readonly branch?: string
  readonly status?: string
  /** `<=2026-01-31T12:00:00Z`, or two times with `..` between them. */
  readonly created?: string
}

/** The newest runs of a workflow, at most `most` (up to 100). `workflow`: its id or the name of its file. Throws Refusal. */
export async function runsOf(
  github: GitHub,
  workflow: number | string,
  query: RunQuery,
  most: number,
  about: About = {
    undone: `earlier runs of workflow ${workflow} were not read`,
    needs,
    missing: missing(`there is no workflow ${workflow} on the default branch`),
  },
): Promise<WorkflowRun[]> {
  const parameters = { workflow_id: workflow, ...query, per_page: most }
  const answer = await github.ask(`${REPO}/actions/workflows/{workflow_id}/runs`, parameters, about)
  return read(Runs, answer.data, about).workflow_runs
}

const MOST_JOB_PAGES = 3

/** Jobs of one attempt with their steps, at most 300; `all`: whether these are all. Throws Refusal. */
export async function jobsOf(
  github: GitHub,
  { id, run_attempt }: Pick<WorkflowRun, 'id' | 'run_attempt'>,
): Promise<{ jobs: WorkflowJob[]; all: boolean }> {
  const about = { undone: `the jobs of run ${id} were not read`, needs, missing: missing(`run ${id} is gone`) }
  const route = `${REPO}/actions/runs/{run_id}/attempts/{attempt_number}/jobs`
  const jobs: WorkflowJob[] = []
  for (let page = 1; page <= MOST_JOB_PAGES; page++) {
    const parameters = { run_id: id, attempt_number: run_attempt, per_page: 100, page }
    const answer = read(Jobs, (await github.ask(route, parameters, about)).data, about)
    jobs.push(...answer.jobs)
    if (jobs.length >= answer.total_count || answer.jobs.length === 0) return { jobs, all: true }
  }
  return { jobs, all: false }
}

/** What lies between two commits: at most 100 commits and 300 files. Throws Refusal. */
export async function compareCommits(github: GitHub, base: string, head: string): Promise<Comparison> {
  const about = {
    undone: `the commits between ${base.slice(0, 7)} and ${head.slice(0, 7)} were not read`,
    needs: 'contents: read',
    missing: 'one of the commits is gone from the repository, as after a forced push',
  }
  const parameters = { basehead: `${base}...${head}`, per_page: 100 }
  return read(Comparison, (await github.ask(`${REPO}/compare/{basehead}`, parameters, about)).data, about)
}

/** What GitHub itself noted at a job, such as a lost runner or a time limit. Throws Refusal. */
export async function annotationsOf(github: GitHub, job: WorkflowJob): Promise<string[]> {
  const check_run_id = Number(/\/check-runs\/(\d+)$/.exec(job.check_run_url ?? '')?.[1] ?? job.id)
  const about = { undone: `the annotations of job ${job.name} were not read`, needs: 'checks: read' }
  const route = `${REPO}/check-runs/{check_run_id}/annotations`
  const answer = await github.ask(route, { check_run_id, per_page: 30 }, about)
  return read(Annotations, answer.data, about)
    .filter(({ annotation_level }) => annotation_level === 'failure')
    .flatMap(({ message }) => message ?? [])
}

const missing = (what: string): string =>
  `${what}, or this token does not see it: add \`${needs}\` to the permissions of the job`
