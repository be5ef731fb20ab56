import type { Route } from './call.js'

export interface Check {
  /** What is wrong with a request so that GitHub refuses it; null when nothing is. Notes violations. */
  request(
    route: Route,
    request: { path: string; query: Readonly<Record<string, string>>; body: unknown },
  ): string | null
  /** Notes violations of a reply. */
  reply(route: Route, reply: { path: string; status: number; body: unknown }): void
  /** Page of the manual. */
  manual(route: Route): string
}

export function openCheck(_violations: string[]): Check {
  return { request: () => null, reply: () => undefined, manual: () => 'https://docs.github.com/rest' }
}
