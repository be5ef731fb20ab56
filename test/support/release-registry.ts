import type { Log } from '../../shared/core/context.js'
import { githubRunRef } from '../../shared/core/run-ref.js'
import type { Patience } from '../../shared/github/policy.js'
import type { Registry } from '../../shared/registry/registry.js'
import { openReleaseRegistry, type ReleaseRegistryOptions } from '../../shared/registry/releases.js'
import type { LocalGitHub } from './github/index.js'
import { githubOf, logTo } from './github-client.js'

export interface Opening extends Partial<Omit<ReleaseRegistryOptions, 'github' | 'run' | 'env' | 'log'>> {
  readonly patience?: Partial<Patience>
  readonly fetch?: typeof fetch
  /** Gets every line of the log. */
  readonly said?: string[]
}

/** The registry as a step on a runner with these variables has it, without waits. */
export async function openTestRegistry(
  env: Readonly<Record<string, string | undefined>>,
  { patience = {}, said, fetch, ...over }: Opening = {},
): Promise<Registry> {
  const log: Log = logTo((line) => void said?.push(line))
  const github = await githubOf(env, { log, patience: { answer: 5, wait: 0, ...patience }, ...(fetch && { fetch }) })
  const now = () => new Date()
  return openReleaseRegistry({ github, run: githubRunRef(env), env, log, now, pause: 0.001, ...over })
}

/** Published tags, sorted, and how many drafts there are. */
export function releasesIn({ state }: LocalGitHub): { published: string[]; drafts: number } {
  const { releases } = state.repository()
  return {
    published: releases.flatMap(({ draft, tag }) => (draft ? [] : [tag])).sort(),
    drafts: releases.filter(({ draft }) => draft).length,
  }
}
