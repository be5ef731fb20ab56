import type { Context, Hono } from 'hono'
import type { Body } from './body.js'

type Variables = {
  /** Of the version that has answered, which need not be the one that serves now. */
  digest: string | null
}
export type App = Hono<{ Variables: Variables }>
export type Http = Context<{ Variables: Variables }>
type Status = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 500 | 503

/** An answer that says why there is none: `{ "error": … }`. */
export const refuse = (c: Context, status: Status, error: string): Response => c.json({ error }, status)

/** The same for a body that could not be read. */
export const refuseBody = (c: Context, { refused }: Extract<Body, { refused: unknown }>): Response =>
  refuse(c, refused.status, refused.error)
