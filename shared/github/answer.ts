import * as z from 'zod'
import { UserError } from '../core/errors.js'
import type { Answer } from './client.js'
import type { GitHub } from './github.js'
import type { About } from './refusal.js'

/** Largest page that GitHub gives, and a stop for a server that always names a next one. */
export const PAGE = 100
export const MOST_PAGES = 100

/** Throws UserError when an answer is not what GitHub documents: cut short, or from something in between. */
export function read<S extends z.ZodType>(schema: S, data: unknown, about: About): z.output<S> {
  const result = schema.safeParse(data)
  if (result.success) return result.data
  throw new UserError(`${about.undone}: the answer of GitHub was cut short or is not of GitHub`, {
    cure: 'run the step again; if it stays, look at what stands between the runner and GitHub',
  })
}

/** Whether a list goes on: by the header that GitHub gives. */
export const hasNext = ({ headers }: Answer): boolean => /<[^>]*>;[^,]*\brel="?next"?/.test(String(headers.link ?? ''))

/** The entries of a list, page after page, as far as they are taken. Throws Refusal. */
export async function* listed<S extends z.ZodType>(
  github: GitHub,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  schema: S,
  about: About,
): AsyncGenerator<z.output<S>> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = await github.ask(route, { ...parameters, per_page: PAGE, page }, about)
    yield* read(z.array(schema), answer.data, about)
    if (!hasNext(answer)) return
  }
}
