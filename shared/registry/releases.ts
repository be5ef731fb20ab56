import type { RunRef } from '../contracts/common.js'
import type { Log } from '../core/context.js'
import { UserError } from '../core/errors.js'
import type { GitHub } from '../github/github.js'
import type { Registry } from './registry.js'

export interface ReleaseRegistryOptions {
  readonly github: GitHub
  readonly run: RunRef
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  now(): Date
}

/** The registry in the releases and deployments of a repository. */
export async function openReleaseRegistry(_options: ReleaseRegistryOptions): Promise<Registry> {
  throw new UserError('not there yet')
}
