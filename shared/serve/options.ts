import type { Log } from '../core/context.js'
import type { Controller } from './controller.js'
import type { RequestLog } from './request-log.js'

/** What the routes are handed. */
export interface AppOptions {
  readonly controller: Controller
  readonly log: Log
  readonly requestLog: RequestLog | null
  now(): Date
  /** Bearer token of the management endpoints; null: they are open (a server that only this machine reaches). */
  readonly token: string | null
  /** Whether other machines reach the server. Without a token its management endpoints are then closed. */
  readonly exposed: boolean
  readonly maxBodyBytes: number
  /** Inference requests that are answered or wait at the same time. */
  readonly maxRequests: number
}
