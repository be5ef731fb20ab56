import { type Call, found, nothing, ok, Problem, type Route, route } from '../call.js'
import { apiOf, pageOf } from '../shapes/links.js'
import { resolve } from '../state/commits.js'
import { addRun } from '../state/runs.js'
import type { Workflow } from '../state/types.js'

/** Most that GitHub passes on. */
const MOST_PROPERTIES = 10
const LONGEST = 65_535

/** Named by its id or by the name of its file. */
export const workflowOf = ({ repository, params }: Call): Workflow =>
  found(repository.workflows.find(({ id, path }) => [String(id), path.split('/').at(-1)].includes(params.workflow_id)))

interface WorkflowDispatch {
  ref: string
  inputs?: Record<string, unknown>
  return_run_details?: boolean
}

/** Starts a run: one that waits. */
export function dispatchWorkflow(call: Call<WorkflowDispatch>) {
  const { repository, body, actor, at } = call
  const workflow = workflowOf(call)
  const inputs = body.inputs ?? {}
  if (workflow.dispatch === null) throw new Problem(422, "Workflow does not have 'workflow_dispatch' trigger")
  const commit = resolve(repository, body.ref)
  if (commit === null) throw new Problem(422, `No ref found for: ${body.ref}`)
  const unknown = Object.keys(inputs).filter((name) => !workflow.dispatch?.includes(name))
  if (unknown.length > 0) throw new Problem(422, `Unexpected inputs provided: ${JSON.stringify(unknown)}`)
  if (JSON.stringify(inputs).length > LONGEST) throw new Problem(422, 'inputs are too large.')
  repository.dispatches.push({ event: 'workflow_dispatch', name: workflow.path, ref: body.ref, payload: inputs, actor })
  const run = addRun(repository, {
    workflow: workflow.path,
    event: 'workflow_dispatch',
    branch: body.ref.replace(/^refs\/(heads|tags)\//, ''),
    sha: commit.sha,
    actor,
    status: 'queued',
  })
  if (body.return_run_details !== true) return nothing
  return ok({
    workflow_run_id: run.id,
    run_url: `${apiOf(at, repository)}/actions/runs/${run.id}`,
    html_url: `${pageOf(at, repository)}/actions/runs/${run.id}`,
  })
}

const dispatch = ({
  repository,
  body,
  actor,
}: Call<{ event_type: string; client_payload?: Record<string, unknown> }>) => {
  const payload = body.client_payload ?? {}
  const count = Object.keys(payload).length
  if (count > MOST_PROPERTIES) {
    const message = `No more than ${MOST_PROPERTIES} properties are allowed; ${count} were supplied.`
    throw new Problem(422, `Invalid request.\n\n${message}`)
  }
  if (JSON.stringify(payload).length > LONGEST) throw new Problem(422, 'client_payload is too large.')
  repository.dispatches.push({ event: 'repository_dispatch', name: body.event_type, ref: null, payload, actor })
  return nothing
}

export const dispatches: readonly Route[] = [
  route('POST /repos/{owner}/{repo}/dispatches', 'contents: write', dispatch),
]
