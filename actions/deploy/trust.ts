import * as z from 'zod'
import type { Context } from '../../shared/core/context.js'
import { UserError } from '../../shared/core/errors.js'
import { readEvent } from '../../shared/github/event.js'

const Repository = z.object({ full_name: z.string() }).nullish()
const Side = z.object({ repo: Repository })
const Event = z.object({
  pull_request: z.object({ number: z.number(), head: Side, base: Side }).optional().catch(undefined),
  workflow_run: z
    .object({ event: z.string(), head_repository: Repository, repository: Repository })
    .optional()
    .catch(undefined),
})

/** The fork that an event comes from, in words; null when it comes from none, or tells of no code at all. Pure. */
export function forkOf(payload: unknown): string | null {
  const { pull_request: pull, workflow_run: run } = Event.safeParse(payload).data ?? {}
  // A fork that was deleted has no name any more.
  if (pull && pull.head.repo?.full_name !== pull.base.repo?.full_name) {
    return `pull request #${pull.number} comes from a fork`
  }
  if (run?.event.startsWith('pull_request') && run.head_repository?.full_name !== run.repository?.full_name) {
    return 'the run that started this one is of a pull request from a fork'
  }
  return null
}

/** Nothing that an unknown person proposes ever serves, whatever token the event gives. Throws UserError. */
export async function refuseFork({ env }: Pick<Context, 'env'>): Promise<void> {
  const fork = forkOf(await readEvent(env))
  if (fork === null) return
  throw new UserError(`${fork}, and a fork deploys nothing`, { cure: 'deploy by release tag, after the merge' })
}
