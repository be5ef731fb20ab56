import { parse } from 'yaml'
import type { Level, Permission, Permissions } from '../github/tokens.js'

/** A workflow file as far as act leaves its meaning to somebody else. */
export interface Workflow {
  readonly name: string
  /** Inputs of `workflow_dispatch`; null: it has no such trigger. */
  readonly dispatch: readonly string[] | null
  readonly jobs: Readonly<Record<string, Job>>
}

export interface Job {
  /** As GitHub shows it, with its expressions. */
  readonly name: string
  readonly permissions: Permissions
  /** Name of the environment, with its expressions. */
  readonly environment: string | null
}

interface Written {
  readonly name?: string
  readonly on: string | readonly string[] | Readonly<Record<string, { readonly inputs?: object } | null>>
  readonly permissions?: WrittenPermissions
  readonly jobs: Readonly<
    Record<
      string,
      { name?: string; permissions?: WrittenPermissions; environment?: string | { name: string } } | undefined
    >
  >
}
type WrittenPermissions = Readonly<Record<string, string>>

export function readWorkflow(text: string): Workflow {
  const written = parse(text) as Written
  const jobs = Object.entries(written.jobs).map(([id, job = {}]): [string, Job] => {
    const { environment } = job
    return [
      id,
      {
        name: job.name ?? id,
        permissions: (job.permissions ?? written.permissions ?? {}) as Permissions,
        environment: (typeof environment === 'object' ? environment.name : environment) ?? null,
      },
    ]
  })
  const dispatch =
    typeof written.on === 'object' && 'workflow_dispatch' in written.on
      ? Object.keys(written.on.workflow_dispatch?.inputs ?? {})
      : null
  return { name: written.name ?? '', dispatch, jobs: Object.fromEntries(jobs) }
}

/** act's schema is older than `queue`, and act runs one workflow at a time anyway. */
export const forAct = (text: string): string => text.replace(/^ *queue: max\n/gm, '')

/** What a run of a pull request from a fork gets, whatever the job asks for. */
export function readOnly(permissions: Permissions): Permissions {
  const lowered = Object.entries(permissions).map(([name, level]): [string, Level | 'none'] => [
    name,
    level === 'write' ? 'read' : (level as Level),
  ])
  return Object.fromEntries(lowered) as Partial<Record<Permission, Level>>
}
