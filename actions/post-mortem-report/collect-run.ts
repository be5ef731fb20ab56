import type { WorkflowFacts } from '../../shared/contracts/post-mortem.js'
import type { Context } from '../../shared/core/context.js'
import type { GitHub } from '../../shared/github/github.js'
import { readJobLog } from '../../shared/github/job-log.js'
import {
  annotationsOf,
  compareCommits,
  type JobStep,
  jobsOf,
  readRun,
  runsOf,
  type WorkflowJob,
  type WorkflowRun,
} from '../../shared/github/runs.js'
import { clip, oneLine } from '../../shared/report/escape.js'
import { maskSecrets } from '../../shared/report/secrets.js'
import { attempt, type Missing } from './attempt.js'
import { type LogFacts, LogReader } from './log-excerpt.js'
import type { WantedRun } from './which-run.js'

const FAILED: ReadonlySet<string | null> = new Set(['failure', 'timed_out', 'startup_failure'])

/** What GitHub knows of a run, in at most seven requests; what it does not say is named with its reason. */
export async function collectRun(ctx: Context, wanted: WantedRun, missing: Missing[]): Promise<WorkflowFacts | null> {
  const github = await attempt(() => ctx.github(), 'the run of the workflow', missing)
  if (github === null) return null
  const found = await attempt(() => readRun(github, wanted.id), `run ${wanted.id}`, missing)
  if (found === null) return null
  const run = { ...found, run_attempt: wanted.attempt ?? found.run_attempt }
  const facts = { ...NOTHING, run: describe(run) }
  if (run.conclusion === 'success') return facts
  const { jobs, all } = (await attempt(() => jobsOf(github, run), `jobs of run ${run.id}`, missing)) ?? NO_JOBS
  if (!all) missing.push({ what: `jobs of run ${run.id}`, reason: 'it has more than 300' })
  const [first, ...others] = failedJobs(jobs, facts.run.startedAt)
  if (first === undefined && !FAILED.has(run.conclusion)) return facts
  return {
    ...facts,
    failed: first === undefined ? null : await failureOf(github, first, missing),
    others: others.map(({ job, step, at }) => ({ job: job.name, step: step?.name ?? null, at })),
    ...(await history(github, run, missing)),
  }
}

const NO_JOBS = { jobs: [] as WorkflowJob[], all: true }
const NOTHING: Omit<WorkflowFacts, 'run'> = {
  failed: null,
  others: [],
  lastGood: null,
  firstBad: null,
  failures: null,
  passedSame: null,
  range: null,
}

const iso = (time: string | null | undefined): string | null => (time ? new Date(time).toISOString() : null)

function describe(run: WorkflowRun): WorkflowFacts['run'] {
  return {
    id: run.id,
    attempt: run.run_attempt,
    url: run.html_url,
    workflow: oneLine(run.name ?? String(run.workflow_id)),
    file: run.path?.split('@')[0] ?? null,
    event: run.event,
    branch: run.head_branch,
    commit: run.head_sha,
    conclusion: run.conclusion,
    startedAt: iso(run.run_started_at ?? run.created_at) as string,
  }
}

interface FailedJob {
  readonly job: WorkflowJob
  readonly step: JobStep | null
  readonly at: string
}

/** Jobs that failed, or go on after a step of theirs failed; the one that failed first comes first. */
function failedJobs(jobs: readonly WorkflowJob[], started: string): FailedJob[] {
  return jobs
    .map((job) => ({ job, step: failedStep(job) }))
    .filter(({ job, step }) => FAILED.has(job.conclusion) || (job.status !== 'completed' && step !== null))
    .map(({ job, step }) => ({
      job,
      step,
      at: iso(step?.completed_at ?? job.completed_at ?? job.started_at) ?? started,
    }))
    .sort((a, b) => a.at.localeCompare(b.at))
}

/** The failed step with the lowest number: steps that did not run leave gaps, and clean-up may fail after it. */
function failedStep({ steps }: WorkflowJob): JobStep | null {
  const failed = (steps ?? []).filter(({ conclusion }) => FAILED.has(conclusion))
  return failed.sort((a, b) => a.number - b.number)[0] ?? null
}

async function failureOf(
  github: GitHub,
  { job, step, at }: FailedJob,
  missing: Missing[],
): Promise<NonNullable<WorkflowFacts['failed']>> {
  const log = await readLog(github, job, step, missing)
  const notes =
    step === null ? await attempt(() => annotationsOf(github, job), `annotations of job ${job.name}`, missing) : []
  return {
    job: job.name,
    url: job.html_url ?? null,
    step: step?.name ?? null,
    startedAt: iso(step?.started_at ?? job.started_at),
    at,
    ...log,
    notes: (notes ?? []).slice(0, 5).map((note) => clip(maskSecrets(oneLine(note)), 500)),
  }
}

const NO_LOG: LogFacts = { command: null, exitCode: null, error: null, excerpt: null }

async function readLog(github: GitHub, job: WorkflowJob, step: JobStep | null, missing: Missing[]): Promise<LogFacts> {
  const what = `log of job ${job.name}`
  if (job.status !== 'completed') {
    missing.push({ what, reason: 'the job goes on, and GitHub has its log when it has ended' })
    return NO_LOG
  }
  const reader = new LogReader({ startedAt: iso(step?.started_at), completedAt: iso(step?.completed_at) })
  const whole = await attempt(() => readJobLog(github, job, (line) => reader.take(line)), what, missing)
  if (whole === false) missing.push({ what: `end of the ${what}`, reason: 'it is longer than what is read of one' })
  return whole === null ? NO_LOG : reader.facts()
}

/** The last good run, the first bad one since, and what lies between them. */
async function history(
  github: GitHub,
  run: WorkflowRun,
  missing: Missing[],
): Promise<Pick<WorkflowFacts, 'lastGood' | 'firstBad' | 'failures' | 'passedSame' | 'range'>> {
  const ask = (status: string, created: string, most: number) =>
    runsOf(github, run.workflow_id, { ...branchOf(run), status, created }, most)
  const before = await attempt(() => ask('success', `<=${run.created_at}`, 30), 'earlier good runs', missing)
  const good = (before ?? []).filter(({ id }) => id !== run.id).filter(isLike(run))
  const passedSame = good.find(({ head_sha }) => head_sha === run.head_sha)
  const lastGood = good[0]
  if (lastGood === undefined) {
    if (before !== null) missing.push({ what: 'the last good run', reason: 'no earlier run of this workflow was good' })
    return { lastGood: null, firstBad: null, failures: null, passedSame: null, range: null }
  }
  const since = `${lastGood.created_at}..${run.created_at}`
  const bad = ((await attempt(() => ask('failure', since, 100), 'failed runs since', missing)) ?? [])
    .filter(isLike(run))
    .filter(({ created_at }) => created_at >= lastGood.created_at)
  const firstBad = bad.at(-1) ?? run
  const known = {
    lastGood: earlier(lastGood),
    firstBad: earlier(firstBad),
    failures: new Set([...bad.map(({ id }) => id), run.id]).size,
    passedSame: passedSame === undefined ? null : earlier(passedSame),
  }
  return { ...known, range: await rangeOf(github, lastGood.head_sha, firstBad.head_sha, missing) }
}

const branchOf = ({ head_branch }: WorkflowRun) => (head_branch === null ? {} : { branch: head_branch })

/** Runs of pull requests, which may come from forks, are told apart from all others. */
const isLike =
  ({ event }: WorkflowRun) =>
  (other: WorkflowRun) =>
    event.startsWith('pull_request') === other.event.startsWith('pull_request')

const earlier = ({ id, html_url, head_sha, created_at }: WorkflowRun) => ({
  id,
  url: html_url,
  commit: head_sha,
  at: iso(created_at) as string,
})

async function rangeOf(github: GitHub, good: string, bad: string, missing: Missing[]): Promise<WorkflowFacts['range']> {
  if (good === bad) return { status: 'identical', total: 0, commits: [], files: [] }
  const compared = await attempt(() => compareCommits(github, good, bad), 'commits since the last good run', missing)
  if (compared === null) return null
  return {
    status: compared.status,
    total: compared.total_commits,
    commits: compared.commits.map(({ sha, html_url, commit }) => ({
      sha,
      url: html_url,
      title: clip(maskSecrets(oneLine(commit.message.split('\n')[0] ?? '')), 120),
    })),
    files: (compared.files ?? []).map(({ filename }) => filename),
  }
}
