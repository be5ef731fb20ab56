import * as z from 'zod'
import type { Stored } from '../state/bytes.js'
import type { State } from '../state/types.js'
import type { Upload } from './blobs.js'
import type { Caller } from './identity.js'

/** What the methods of the services work on. */
export interface Desk {
  readonly state: State
  /** A place to upload to, with its address. */
  open(): Upload & { readonly url: string }
  /** An address that gives the content for a while. */
  link(content: Stored, how: { readonly type: string; readonly name: string }): string
}

export interface Method {
  readonly request: z.ZodType
  answer(desk: Desk, caller: Caller, request: never): Promise<object> | object
}

export type Service = Readonly<Record<string, Method>>

/** A method of a service: the form of its request, in which nothing else may stand, and its answer. */
export function method<S extends z.ZodRawShape>(
  shape: S,
  answer: (desk: Desk, caller: Caller, request: z.output<z.ZodObject<S>>) => object,
): Method {
  return { request: z.strictObject(shape), answer }
}

/** An int64 is a text in the JSON of protobuf. */
export const int64 = z.string().regex(/^\d+$/)

const STATUS = {
  bad_route: 404,
  invalid_argument: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  resource_exhausted: 429,
  failed_precondition: 412,
} as const

/** What a service refuses, as Twirp says it. */
export class TwirpError extends Error {
  readonly code: keyof typeof STATUS

  constructor(code: keyof typeof STATUS, message: string) {
    super(message)
    this.code = code
  }

  get response(): Response {
    return Response.json({ code: this.code, msg: this.message }, { status: STATUS[this.code] })
  }
}
