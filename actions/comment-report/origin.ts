import * as z from 'zod'
import { UserError } from '../../shared/core/errors.js'
import { listed } from '../../shared/github/answer.js'
import { readEvent } from '../../shared/github/event.js'
import type { GitHub } from '../../shared/github/github.js'

/** The run that ended, as GitHub tells it: nothing in it comes from its artifacts. */
const EndedRun = z.object({
  id: z.int().positive(),
  run_attempt: z.int().positive().default(1),
  event: z.string(),
  path: z.string(),
  head_sha: z.string(),
  head_branch: z.string().nullable(),
  head_repository: z.object({ full_name: z.string(), owner: z.object({ login: z.string() }) }).nullable(),
})
export type EndedRun = z.output<typeof EndedRun>

/** Throws UserError when this run was not started by the end of another one. */
export async function readEndedRun(env: Readonly<Record<string, string | undefined>>): Promise<EndedRun> {
  if (env.GITHUB_EVENT_NAME !== 'workflow_run') {
    throw new UserError(`this run was started by ${env.GITHUB_EVENT_NAME || 'a person'}, not by workflow_run`, {
      cure: 'use the action in a workflow of its own: on: { workflow_run: { workflows: [<name>], types: [completed] } }',
    })
  }
  const payload = z.object({ workflow_run: EndedRun }).safeParse(await readEvent(env))
  if (payload.success) return payload.data.workflow_run
  throw new UserError('the event of this run cannot be read', { cure: 'run the job again' })
}

const Pull = z.object({ number: z.number(), head: z.object({ sha: z.string() }) })

/**
 * Number of the open pull request whose head the run has judged, null when it has moved on or was closed. By head, as
 * the event names no pull request from a fork. Throws Refusal.
 */
export async function pullRequestOfRun(github: GitHub, run: EndedRun): Promise<number | null> {
  if (run.head_repository === null || run.head_branch === null) return null
  const about = { undone: 'the pull request of the run is not known', needs: 'pull-requests: write' }
  const head = `${run.head_repository.owner.login}:${run.head_branch}`
  const route = 'GET /repos/{owner}/{repo}/pulls'
  for await (const pull of listed(github, route, { state: 'open', head }, Pull, about)) {
    if (pull.head.sha === run.head_sha) return pull.number
  }
  return null
}
