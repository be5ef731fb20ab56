import type { UploadedArtifact } from '../github/artifacts.js'
import type { Outcome, OutputValues } from './action.js'
import type { Log } from './context.js'
import { describeProblems, messageOf, UserError } from './errors.js'

/** Does what GitHub may refuse, after the verdict is set. Never throws: a refusal is one warning with its cure. */
export async function publish<O>(
  stage: string,
  { publish }: Pick<Outcome<O>, 'publish'>,
  log: Log,
  artifact: UploadedArtifact | null,
): Promise<Partial<OutputValues<O>>> {
  try {
    return (await publish?.(artifact)) ?? {}
  } catch (error) {
    log.warning(`${stage}: ${tell(error)}\nThe verdict stands, and the report is in the step summary.`)
    return {}
  }
}

function tell(error: unknown): string {
  if (error instanceof UserError) return describeProblems(error.problems)
  return `unexpected error: ${messageOf(error)}\n    → this is a bug in Plumbline: please report it with this line`
}
