import * as z from 'zod'
import { UserError } from '../core/errors.js'
import type { GitHub } from './github.js'
import { mayHaveHappened } from './lost.js'
import { type About, Refusal } from './refusal.js'
import { runsOf, type WorkflowRun } from './runs.js'

/** A workflow to start by `workflow_dispatch`. */
export interface WorkflowStart {
  /** Name of its file in `.github/workflows`. */
  readonly workflow: string
  /** Branch or tag. */
  readonly ref: string
  readonly inputs: Readonly<Record<string, string>>
  /** Milliseconds after the last such start in which none follows. */
  readonly cooldown: number
  /** Run that asks; it may be one of the same workflow. */
  readonly own: number
}

/**
 * `started`: this call started it. `in-flight`: a run of it goes on already. `cooling-down`: one was started too short
 * a time ago. `run` is the one that it is about, null when GitHub has not shown it yet.
 */
export interface StartResult {
  readonly state: 'started' | 'in-flight' | 'cooling-down'
  readonly run: { readonly id: number; readonly url: string; readonly at: string } | null
}

/** The time, and a pause. */
export interface Clock {
  now(): Date
  pause(milliseconds: number): Promise<void>
}

const Started = z.object({ workflow_run_id: z.number(), html_url: z.string() })

/** A dispatched run shows in the list a few seconds later. */
const PAUSES = [1000, 3000, 6000]

/**
 * Starts a workflow unless a run of it goes on or one was started a short time ago. The request is made once: when its
 * answer is lost, a new run in the list is taken for its effect, and without one nothing is asked again, as the next
 * call sees what came of it. Throws UserError.
 */
export async function startWorkflow(github: GitHub, start: WorkflowStart, clock: Clock): Promise<StartResult> {
  const about: About = {
    undone: `${start.workflow} was not started`,
    needs: 'actions: write',
    missing: `there is no workflow ${start.workflow} on the default branch, or this token does not see it: add \`actions: write\` to the permissions of the job`,
  }
  // One request tells of both: what goes on, whatever started it, and what was dispatched lately.
  const before = await recent(github, start, about)
  const inFlight = before.find((run) => run.status !== 'completed' && run.id !== start.own && !isOfPullRequest(run))
  if (inFlight) return { state: 'in-flight', run: told(inFlight) }
  const last = before.find((run) => isDispatched(run) && run.id !== start.own)
  if (last && clock.now().getTime() - Date.parse(last.created_at) < start.cooldown) {
    return { state: 'cooling-down', run: told(last) }
  }
  const started = await ask(github, start, about)
  if (started !== 'lost' && started !== null) {
    const at = clock.now().toISOString()
    return { state: 'started', run: { id: started.workflow_run_id, url: started.html_url, at } }
  }
  const run = await appearing(github, start, before, clock, about)
  if (started === null || run !== null) return { state: 'started', run: run && told(run) }
  throw new UserError(`it is not known whether ${start.workflow} was started: the answer of GitHub was lost`, {
    cure: 'nothing to mend: the next run of this step looks for the run before it starts another one',
  })
}

const MOST_RUNS = 30
const recent = (github: GitHub, { workflow }: WorkflowStart, about: About): Promise<WorkflowRun[]> =>
  runsOf(github, workflow, {}, MOST_RUNS, about)

const isOfPullRequest = ({ event }: WorkflowRun): boolean => event.startsWith('pull_request')
const isDispatched = ({ event }: WorkflowRun): boolean => event === 'workflow_dispatch'
const told = ({ id, html_url, created_at }: WorkflowRun) => ({
  id,
  url: html_url,
  at: new Date(created_at).toISOString(),
})

/** What GitHub says of the run, null when it says nothing; `lost` when the request may have had its effect. */
async function ask(
  github: GitHub,
  { workflow, ref, inputs }: WorkflowStart,
  about: About,
): Promise<z.output<typeof Started> | null | 'lost'> {
  // A server of one's own may not know the parameter, and would refuse it.
  const details = github.server === 'ghes' ? {} : { return_run_details: true }
  try {
    const answer = await github.ask(
      'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
      { workflow_id: workflow, ref, inputs, ...details },
      about,
    )
    return Started.safeParse(answer.data).data ?? null
  } catch (error) {
    if (mayHaveHappened(error)) return 'lost'
    if (error instanceof Refusal && error.status === 422) throw notStartable(error, workflow, ref)
    throw error
  }
}

function notStartable({ words, message, cause }: Refusal, workflow: string, ref: string): UserError {
  const cure = /trigger/i.test(words)
    ? `add \`workflow_dispatch:\` to \`on:\` of ${workflow}`
    : /ref/i.test(words)
      ? `check the branch or tag ${ref}`
      : `check that ${workflow} declares the inputs that are sent`
  return new UserError(message, { cure, cause })
}

/** The run that was not there before, looked for a few times. */
async function appearing(
  github: GitHub,
  start: WorkflowStart,
  before: readonly WorkflowRun[],
  { pause }: Clock,
  about: About,
): Promise<WorkflowRun | null> {
  for (const milliseconds of PAUSES) {
    await pause(milliseconds)
    const now = await recent(github, start, about).catch(() => [])
    const found = now.find((run) => isDispatched(run) && !before.some(({ id }) => id === run.id))
    if (found) return found
  }
  return null
}
