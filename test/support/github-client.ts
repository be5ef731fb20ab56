import { getOctokit } from '@actions/github'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import type { Log } from '../../shared/core/context.js'
import type { GitHub } from '../../shared/github/github.js'
import { openGitHub } from '../../shared/github/open.js'
import { clientOptions, clientPlugin, type Patience } from '../../shared/github/policy.js'

/** Enough for a busy machine, and no wait between tries and writes. A test in which GitHub hangs gives `answer`. */
export const IMPATIENT: Patience = { answer: 10, wait: 2, retry: 0.001, burst: 1000 }

/** GitHub as a step on a runner with these variables has it: octokit as the runtime makes it, with less patience. */
export function githubOf(
  env: Readonly<Record<string, string | undefined>>,
  options: { log?: Log; patience?: Partial<Patience>; fetch?: typeof fetch } = {},
): Promise<GitHub> {
  const { log = silent, fetch } = options
  const patience = { ...IMPATIENT, ...options.patience }
  const settings = {
    ...clientOptions(log, patience),
    baseUrl: env.GITHUB_API_URL ?? '',
    ...(fetch && { request: { fetch } }),
  }
  const client = getOctokit(env.GITHUB_TOKEN ?? '', settings, clientPlugin(log, patience), retry, throttling)
  return openGitHub(env, async () => client)
}

/** A log whose lines go to one place, whatever their level. */
export function logTo(note: (message: string) => void): Log {
  return {
    debug: note,
    info: note,
    notice: note,
    warning: note,
    error: note,
    progress: note,
    group: (_, body) => body(),
  }
}

const silent = logTo(() => undefined)
