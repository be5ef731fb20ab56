import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { PullRequest } from './github.js'

const Side = z.object({ sha: z.string().optional(), repo: z.object({ full_name: z.string() }).nullish() })
const Payload = z.object({
  pull_request: z
    .object({ number: z.int().positive(), head: Side.optional(), base: Side.optional() })
    .optional()
    .catch(undefined),
  // A comment on a pull request comes as one on an issue, with a link to the pull request.
  issue: z
    .object({ number: z.int().positive(), pull_request: z.looseObject({}) })
    .optional()
    .catch(undefined),
})

/** The pull request that an event is about, null for any other event. */
export function pullRequestOf(event: string, payload: unknown): PullRequest | null {
  const { pull_request: pull, issue } = Payload.safeParse(payload).data ?? {}
  if (pull) {
    const fork = pull.head?.repo?.full_name !== pull.base?.repo?.full_name
    // The token of pull_request_target is that of the base repository.
    return { number: pull.number, commit: pull.head?.sha ?? null, readOnly: fork && event !== 'pull_request_target' }
  }
  return issue ? { number: issue.number, commit: null, readOnly: false } : null
}

type Env = Readonly<Record<string, string | undefined>>

/** The event that started this run, as the runner keeps it; null when its file is missing or damaged. */
export async function readEvent(env: Env): Promise<unknown> {
  try {
    return JSON.parse(await readFile(env.GITHUB_EVENT_PATH ?? '', 'utf8'))
  } catch {
    return null
  }
}

/** {@link pullRequestOf} of the event of this run. */
export async function readPullRequest(env: Env): Promise<PullRequest | null> {
  return pullRequestOf(env.GITHUB_EVENT_NAME ?? '', await readEvent(env))
}
