import * as z from 'zod'
import type { Context } from '../../shared/core/context.js'
import { readEvent } from '../../shared/github/event.js'

/** The run that the report is about. */
export interface WantedRun {
  readonly id: number
  /** Null: its last attempt. */
  readonly attempt: number | null
  /** Whether it is the run of this step. */
  readonly isOwn: boolean
}

const Payload = z.object({ workflow_run: z.object({ id: z.int(), run_attempt: z.int().optional() }) })

/** The one that is named, else that of the event `workflow_run`, else this one; null on a laptop. */
export async function wantedRun({ run, env }: Context, named: number | undefined): Promise<WantedRun | null> {
  const own = run.kind === 'github' ? Number(run.runId) : null
  if (named !== undefined) return { id: named, attempt: null, isOwn: named === own }
  if (run.kind !== 'github' || own === null) return null
  const event = env.GITHUB_EVENT_NAME === 'workflow_run' ? await readEvent(env) : null
  const completed = Payload.safeParse(event).data?.workflow_run
  if (completed === undefined) return { id: own, attempt: run.attempt, isOwn: true }
  return { id: completed.id, attempt: completed.run_attempt ?? null, isOwn: completed.id === own }
}
