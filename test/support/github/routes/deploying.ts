import { type Call, Problem, type Reply } from '../call.js'
import { addCommit, historyOf, resolve } from '../state/commits.js'
import type { Commit, Deployment, Repository } from '../state/types.js'

export interface DeploymentBody {
  ref: string
  task?: string
  auto_merge?: boolean
  required_contexts?: string[]
  payload?: unknown
  environment?: string
  description?: string | null
  transient_environment?: boolean
  production_environment?: boolean
}

/**
 * GitHub brings a branch up to date with the default branch before it is deployed, unless told not to: then the answer
 * is the merge in place of a deployment. Null when there is nothing to merge. Throws Problem for a conflict.
 */
export function mergeDefault({ repository, body }: Call<DeploymentBody>): Reply | null {
  const { refs, defaultBranch } = repository
  const head = refs.get(`refs/heads/${body.ref}`)
  const base = refs.get(`refs/heads/${defaultBranch}`)
  if (body.auto_merge === false || head === undefined || base === undefined) return null
  const history = historyOf(repository, head)
  if (history.some(({ sha }) => sha === base)) return null
  if (conflicts(repository, history, base)) {
    throw new Problem(409, `Conflict merging ${defaultBranch} into ${body.ref}`)
  }
  addCommit(repository, { branch: body.ref, message: `Merge ${defaultBranch} into ${body.ref}`, parents: [head, base] })
  return { status: 202, body: { message: `Auto-merged ${defaultBranch} into ${body.ref} on deployment.` } }
}

/** Whether both sides changed one file. */
function conflicts(repository: Repository, ours: readonly Commit[], base: string): boolean {
  const [head] = ours
  const theirs = historyOf(repository, base)
  const common = theirs.find(({ sha }) => ours.some((commit) => commit.sha === sha))
  const changed = (commit: Commit | undefined) => {
    const paths = Object.keys({ ...commit?.files, ...common?.files })
    return paths.filter((path) => commit?.files[path] !== common?.files[path])
  }
  const mine = new Set(changed(head))
  return changed(theirs[0]).some((path) => mine.has(path) && head?.files[path] !== theirs[0]?.files[path])
}

/**
 * Throws Problem when a check that the deployment waits for has not succeeded: when nothing is said all that there are,
 * which the job that asks is one of.
 */
export function checkContexts({ repository, body }: Call<DeploymentBody>, commit: Commit): void {
  const states = contextsOf(repository, commit.sha)
  const wanted = body.required_contexts ?? [...states.keys()]
  const failing = wanted.filter((name) => states.get(name) !== 'success')
  if (failing.length === 0) return
  const contexts = failing.map((context) => ({ context, state: states.get(context) ?? 'missing' }))
  const error = { resource: 'Deployment', field: 'required_contexts', code: 'invalid', contexts }
  throw new Problem(409, `Conflict: Commit status checks failed for ${body.ref}.`, [error])
}

function contextsOf(repository: Repository, sha: string): Map<string, string> {
  const runs = new Set(repository.runs.filter((run) => run.sha === sha).map(({ id }) => id))
  return new Map([
    ...repository.jobs
      .filter(({ run }) => runs.has(run))
      .map(({ name, conclusion }) => [name, conclusion ?? 'pending']),
    ...repository.checkRuns
      .filter((run) => run.sha === sha)
      .map(({ name, conclusion }) => [name, conclusion ?? 'pending']),
    ...repository.statuses.filter((status) => status.sha === sha).map(({ context, state }) => [context, state]),
  ] as [string, string][])
}

/** Former deployments of the same environment that a success makes inactive: never one of production. */
export function replacedBy({ deployments }: Repository, deployment: Deployment): Deployment[] {
  return deployments.filter(
    (other) =>
      other.id < deployment.id &&
      other.environment === deployment.environment &&
      !other.transient &&
      !other.production &&
      other.statuses.at(-1)?.state === 'success',
  )
}

/** Throws Problem when the ref is not there. */
export function commitOf({ repository, body }: Call<DeploymentBody>): Commit {
  const commit = resolve(repository, body.ref)
  if (commit === null) throw new Problem(422, `No ref found for: ${body.ref}`)
  return commit
}
