import { execFileSync } from 'node:child_process'
import type { RunRef } from '../contracts/common.js'

/** The run on GitHub, from the variables that the runner sets. */
export function githubRunRef(env: NodeJS.ProcessEnv): RunRef {
  const value = (name: string) => env[name] ?? ''
  const url = `${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${value('GITHUB_REPOSITORY')}/actions/runs/${value('GITHUB_RUN_ID')}`
  return {
    kind: 'github',
    repository: value('GITHUB_REPOSITORY'),
    commit: value('GITHUB_SHA'),
    ref: value('GITHUB_REF'),
    event: value('GITHUB_EVENT_NAME'),
    workflow: value('GITHUB_WORKFLOW'),
    job: value('GITHUB_JOB'),
    runId: value('GITHUB_RUN_ID'),
    attempt: Math.max(1, Math.trunc(Number(env.GITHUB_RUN_ATTEMPT)) || 1),
    url,
  }
}

/** The commit that a document was made from, with `-dirty` when the working copy differed from it; null when not known. */
export function commitOf(run: RunRef): string | null {
  return run.kind === 'local' && run.dirty && run.commit !== null ? `${run.commit}-dirty` : run.commit
}

/** The working copy on a laptop: its commit, and whether tracked files differ from it. */
export function localRunRef(folder: string): RunRef {
  const commit = git(folder, ['rev-parse', 'HEAD'])
  const changes = git(folder, ['status', '--porcelain', '--untracked-files=no'])
  return { kind: 'local', commit: commit || null, dirty: Boolean(changes) }
}

function git(folder: string, args: readonly string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return null
  }
}
