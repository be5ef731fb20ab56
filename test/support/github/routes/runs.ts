import { zipOf } from '../../zip.js'
import { type Call, found, ok, Problem, pages, type Reply, type Route, redirect, route } from '../call.js'
import { showJob, showRun, showWorkflow } from '../shapes/run.js'
import type { Job, Run } from '../state/types.js'
import { dispatchWorkflow, workflowOf } from './dispatches.js'

const READ = 'actions: read'
const WRITE = 'actions: write'
const ACTIONS = '/repos/{owner}/{repo}/actions'
const RUN = `${ACTIONS}/runs/{run_id}`
const TEXT = 'text/plain; charset=utf-8'

export const runOf = ({ repository, params }: Call): Run =>
  found(repository.runs.find(({ id }) => String(id) === params.run_id))

function listRuns(call: Call, of: readonly Run[]): Reply {
  const { actor, branch, event, status, head_sha, created } = call.query
  const matching = of.filter(
    (run) =>
      (actor ?? run.actor) === run.actor &&
      (branch ?? run.branch) === run.branch &&
      (event ?? run.event) === run.event &&
      (head_sha ?? run.sha) === run.sha &&
      (status === undefined || status === run.status || status === run.conclusion) &&
      isWithin(run.createdAt, created),
  )
  const newestFirst = [...matching].sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id - a.id)
  return pages(newestFirst, (run) => showRun(call.at, call.repository, run), 'workflow_runs')
}

/** As in GitHub's search: `>=2026-01-02`, `2026-01-02..2026-01-05`, `*..2026-01-05`, or a day. */
export function isWithin(time: string, range: string | undefined): boolean {
  if (range === undefined) return true
  const [, sign, day = ''] = /^([<>]=?)(.*)$/.exec(range) ?? []
  const cut = (text: string) => time.slice(0, text.length)
  if (sign !== undefined) {
    const way = cut(day).localeCompare(day)
    return (way === 0 && sign.endsWith('=')) || (way > 0 && sign.startsWith('>')) || (way < 0 && sign.startsWith('<'))
  }
  const [from = '*', to = from] = range.split('..')
  return (from === '*' || cut(from) >= from) && (to === '*' || cut(to) <= to)
}

/** Of every job its last attempt, or all. */
function listJobs(call: Call, keep: (job: Job, all: readonly Job[]) => boolean): Reply {
  const run = runOf(call)
  const all = call.repository.jobs.filter((job) => job.run === run.id)
  const jobs = all.filter((job) => keep(job, all))
  return pages(jobs, (job) => showJob(call.at, call.repository, run, job), 'jobs')
}

const isLast = (job: Job, all: readonly Job[]) =>
  !all.some(({ name, attempt }) => name === job.name && attempt > job.attempt)

const attempt = (call: Call) => {
  const run = runOf(call)
  const number = Number(call.params.attempt_number)
  if (!(number >= 1 && number <= run.attempt)) throw new Problem(404, 'Not Found')
  return ok(showRun(call.at, call.repository, run, number))
}

const jobOf = ({ repository, params }: Call) => found(repository.jobs.find(({ id }) => String(id) === params.job_id))

const job = (call: Call) => {
  const one = jobOf(call)
  return ok(showJob(call.at, call.repository, runOf({ ...call, params: { run_id: String(one.run) } }), one))
}

const jobLog = (call: Call) => {
  const { log, id } = jobOf(call)
  return redirect(call.link(call.bytes.keep(found(log)), { type: TEXT, name: `job-${id}.txt` }))
}

/** As GitHub packs them: a file for each job, numbered. */
const runLogs = (call: Call) => {
  const run = runOf(call)
  const jobs = call.repository.jobs.filter(
    (one, _, all) =>
      one.run === run.id &&
      isLast(
        one,
        all.filter((other) => other.run === run.id),
      ),
  )
  const logs = jobs.flatMap(({ name, log }, index) =>
    log === null ? [] : [[`${index}_${name.replaceAll('/', '')}.txt`, log]],
  )
  if (logs.length === 0) throw new Problem(404, 'Not Found')
  const archive = call.bytes.keep(zipOf(Object.fromEntries(logs)))
  return redirect(call.link(archive, { type: 'application/zip', name: `logs_${run.id}.zip` }))
}

const workflows = (call: Call) =>
  pages(call.repository.workflows, (one) => showWorkflow(call.at, call.repository, one), 'workflows')

export const runs: readonly Route[] = [
  route(`GET ${ACTIONS}/runs`, READ, (call) => listRuns(call, call.repository.runs)),
  route(`GET ${RUN}`, READ, (call) => ok(showRun(call.at, call.repository, runOf(call)))),
  route(`GET ${RUN}/attempts/{attempt_number}`, READ, attempt),
  route(`GET ${RUN}/attempts/{attempt_number}/jobs`, READ, (call) =>
    listJobs(call, (one) => one.attempt === Number(call.params.attempt_number)),
  ),
  route(`GET ${RUN}/jobs`, READ, (call) => listJobs(call, call.query.filter === 'all' ? () => true : isLast)),
  route(`GET ${RUN}/logs`, READ, runLogs),
  route(`GET ${ACTIONS}/jobs/{job_id}`, READ, job),
  route(`GET ${ACTIONS}/jobs/{job_id}/logs`, READ, jobLog),
  route(`GET ${ACTIONS}/workflows`, READ, workflows),
  route(`GET ${ACTIONS}/workflows/{workflow_id}`, READ, (call) =>
    ok(showWorkflow(call.at, call.repository, workflowOf(call))),
  ),
  route(`GET ${ACTIONS}/workflows/{workflow_id}/runs`, READ, (call) =>
    listRuns(
      call,
      call.repository.runs.filter(({ workflow }) => workflow === workflowOf(call)),
    ),
  ),
  route(`POST ${ACTIONS}/workflows/{workflow_id}/dispatches`, WRITE, dispatchWorkflow),
]
