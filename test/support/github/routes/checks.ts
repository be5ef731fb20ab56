import { type Call, created, found, invalid, ok, Problem, pages, type Route, route } from '../call.js'
import { showCheckAnnotation, showCheckRun } from '../shapes/check.js'
import { resolve } from '../state/commits.js'
import { stamp } from '../state/state.js'
import type { CheckAnnotation, CheckRun, Conclusion, Progress } from '../state/types.js'

const READ = 'checks: read'
const WRITE = 'checks: write'
const CHECKS = '/repos/{owner}/{repo}/check-runs'
/** Bytes of a summary and of a text. */
const LONGEST = 65_535

interface CheckBody {
  name?: string
  head_sha?: string
  details_url?: string
  external_id?: string
  status?: Progress
  conclusion?: Conclusion
  started_at?: string
  completed_at?: string
  output?: { title?: string; summary: string; text?: string; annotations?: CheckAnnotation[] }
}

function check({ body }: Call<CheckBody>): void {
  const { summary = '', text = '', annotations = [] } = body.output ?? {}
  for (const [field, value] of Object.entries({ summary, text })) {
    if (Buffer.byteLength(value) <= LONGEST) continue
    const message = `${field} exceeds a maximum bytesize of ${LONGEST}`
    throw invalid({ resource: 'CheckRun', code: 'custom', field, message })
  }
  if (annotations.some((one) => one.start_column !== undefined && one.start_line !== one.end_line)) {
    const message = 'start_column and end_column are for annotations of a single line'
    throw invalid({ resource: 'CheckAnnotation', code: 'custom', field: 'start_column', message })
  }
  if (body.conclusion === undefined && (body.status === 'completed' || body.completed_at !== undefined)) {
    throw new Problem(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied.')
  }
}

/** What is given changes; annotations are added to. */
function write(run: CheckRun, { body }: Call<CheckBody>, now: string): void {
  check({ body } as Call<CheckBody>)
  const { output } = body
  const ended = body.conclusion !== undefined
  Object.assign(run, {
    name: body.name ?? run.name,
    externalId: body.external_id ?? run.externalId,
    detailsUrl: body.details_url ?? run.detailsUrl,
    status: ended ? 'completed' : (body.status ?? run.status),
    conclusion: body.conclusion ?? run.conclusion,
    startedAt: body.started_at ?? run.startedAt,
    completedAt: body.completed_at ?? (ended ? now : run.completedAt),
    title: output?.title ?? run.title,
    summary: output?.summary ?? run.summary,
    text: output?.text ?? run.text,
  })
  run.annotations.push(...(output?.annotations ?? []))
}

const create = (call: Call<CheckBody & { name: string; head_sha: string }>) => {
  const { repository, body } = call
  const commit = resolve(repository, body.head_sha)
  if (commit === null) throw new Problem(422, `No commit found for SHA: ${body.head_sha}`)
  const now = stamp(repository.host.now())
  const run: CheckRun = {
    id: repository.host.id(),
    name: body.name,
    sha: commit.sha,
    status: 'queued',
    conclusion: null,
    externalId: '',
    detailsUrl: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    startedAt: now,
    completedAt: null,
  }
  write(run, call, now)
  repository.checkRuns.push(run)
  return created(showCheckRun(call.at, repository, run))
}

const runOf = ({ repository, params }: Call) =>
  found(repository.checkRuns.find(({ id }) => String(id) === params.check_run_id))

const update = (call: Call<CheckBody>) => {
  const run = runOf(call)
  write(run, call, stamp(call.repository.host.now()))
  return ok(showCheckRun(call.at, call.repository, run))
}

const ofRef = (call: Call) => {
  const { check_name, status, filter } = call.query
  const { sha } = found(resolve(call.repository, call.params.ref ?? ''))
  const of = call.repository.checkRuns.filter(
    (run, index, all) =>
      run.sha === sha &&
      (check_name ?? run.name) === run.name &&
      (status ?? run.status) === run.status &&
      (filter === 'all' || !all.slice(index + 1).some((later) => later.sha === sha && later.name === run.name)),
  )
  return pages(of, (run) => showCheckRun(call.at, call.repository, run), 'check_runs')
}

const annotations = (call: Call) => {
  const run = runOf(call)
  return pages(run.annotations, (one) => showCheckAnnotation(call.at, call.repository, run, one))
}

export const checks: readonly Route[] = [
  route(`POST ${CHECKS}`, WRITE, create),
  route(`GET ${CHECKS}/{check_run_id}`, READ, (call) => ok(showCheckRun(call.at, call.repository, runOf(call)))),
  route(`PATCH ${CHECKS}/{check_run_id}`, WRITE, update),
  route(`GET ${CHECKS}/{check_run_id}/annotations`, READ, annotations),
  route('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', READ, ofRef),
]
