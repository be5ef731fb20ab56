import * as z from 'zod'
import { read } from './answer.js'
import type { GitHub } from './github.js'
import type { About } from './refusal.js'

const Viewer = z.object({ viewer: z.object({ login: z.string() }) })
const known = new WeakMap<GitHub, Promise<string>>()

/**
 * The login that this token writes as, asked once. Only GraphQL tells it for every kind of token: the REST question is
 * refused to the tokens of workflows and apps. Throws Refusal.
 */
export function accountOf(github: GitHub, about: About): Promise<string> {
  const answer = known.get(github) ?? ask(github, about)
  known.set(github, answer)
  // One that failed is asked again.
  answer.catch(() => known.delete(github))
  return answer
}

/** Who wrote something just now with this token: it need not be asked. */
export function rememberAccount(github: GitHub, login: string): void {
  known.set(github, Promise.resolve(login))
}

async function ask(github: GitHub, about: About): Promise<string> {
  return read(Viewer, await github.graphql('query { viewer { login } }', {}, about), about).viewer.login
}

/** Who wrote something: null when the account was deleted. */
export const Author = z.object({ login: z.string() }).nullish()
