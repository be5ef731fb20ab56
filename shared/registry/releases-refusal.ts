import { UserError } from '../core/errors.js'
import { mayHaveHappened } from '../github/lost.js'
import { Refusal } from '../github/refusal.js'

/** What a publication was about, for the words of its refusal. */
export interface Attempted {
  readonly model: string
  readonly commit: string | null
  /** The run has a read-only token whatever its permissions say. */
  readonly readOnly: boolean
}

/** What became of a release that was to be published: see `publishedAs`. */
export type Loss = 'number-taken' | 'name-burnt'

/** The reasons for which another number is tried, null for all others. Pure. */
export function lossOf(error: unknown): Loss | null {
  if (!(error instanceof Refusal) || error.status !== 422) return null
  // GitHub may name several reasons at once; a burnt name also fails the rules of tags.
  if (/used by an immutable release/i.test(error.words)) return 'name-burnt'
  return /already_exists/i.test(error.words) && /tag_name/.test(error.words) ? 'number-taken' : null
}

/** Whether the same may be tried again and go well: what is done so far is worth keeping. Pure. */
export function isPassing(error: unknown): boolean {
  const refusal = error instanceof Error && error.cause instanceof Refusal ? error.cause : error
  return refusal instanceof Refusal && (mayHaveHappened(refusal) || isLimit(refusal))
}

const isLimit = ({ status, words }: Refusal): boolean => status === 429 || /rate limit/i.test(words)

/** A refusal to write a release, with a cure that knows what a release needs; other errors as they are. Pure. */
export function explainRefusal(error: unknown, attempted: Attempted): unknown {
  const cure = error instanceof Refusal ? cureOf(error, attempted) : null
  return error instanceof Refusal && cure !== null ? new UserError(error.message, { cure, cause: error }) : error
}

function cureOf(refusal: Refusal, { model, commit, readOnly }: Attempted): string | null {
  const { status, words } = refusal
  if (/archived/i.test(words)) return 'unarchive the repository in its settings: an archived one takes no releases'
  if (isLimit(refusal)) return null
  if (status === 403 && readOnly) {
    return 'nothing to mend: a pull request from a fork gets a read-only token; package after the merge, on a push to the branch'
  }
  const workflows = `the commit ${commit?.slice(0, 7) ?? ''} may differ from the default branch in files below .github/workflows, and the token of a workflow may not tag such a commit: merge it first, or give the input \`github-token\` a token with the right \`workflows: write\``
  if (status === 403) return `add \`contents: write\` to the permissions of the job; if it is there, ${workflows}`
  if (status === 404)
    return `the token sees the releases but may not write them: it needs \`contents: write\`; or ${workflows}`
  if (status !== 422) return null
  if (/pre_receive|rule violations|restricted/i.test(words)) {
    return `a ruleset of the repository forbids to make the tag: let it pass tags ${model}@v* for GitHub Actions (or for the account of your token), or have the tag made before by whom the ruleset allows it`
  }
  if (/target_commitish/.test(words))
    return `push the commit ${commit?.slice(0, 7) ?? ''} first: GitHub does not know it`
  if (/immutable release/i.test(words)) {
    return 'somebody published the draft while it was filled: run the step again, and leave drafts with this note alone'
  }
  return null
}
