import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { RunRef } from '../contracts/common.js'
import { codeOf } from '../core/errors.js'
import { digestOf } from '../core/hash.js'
import { uniqueName } from './disk.js'
import type { Owner } from './releases-lines.js'

/**
 * What may be done with a draft that a Plumbline process made. `ours`: left by an earlier process of this job, or by an
 * earlier attempt of this run, so that its work can be taken up. `over`: nobody works on it. `ask`: that depends on its
 * run. `alive`: leave it alone.
 */
export type Standing = 'ours' | 'over' | 'ask' | 'alive'

const LONGEST_HOURS = 24

/** Pure. `isAlive` tells of processes on the machine of `self`. */
export function standingOf(
  owner: Owner,
  self: Owner,
  now: Date,
  isAlive: (process: { readonly pid: number; readonly nonce: string }) => boolean,
): Standing {
  if (now.getTime() - Date.parse(owner.since) > LONGEST_HOURS * 3_600_000) return 'over'
  const here = owner.machine === self.machine
  if (owner.run === null) return here && !isAlive(owner) ? 'ours' : 'alive'
  if (owner.run !== self.run) return here && isAlive(owner) ? 'alive' : 'ask'
  if (owner.attempt < self.attempt) return 'ours'
  const sameJob = owner.attempt === self.attempt && owner.job === self.job && owner.runner === self.runner
  return sameJob && !(here && isAlive(owner)) ? 'ours' : 'alive'
}

/** Work that goes on in this process. */
const working = new Set<string>()

/** A fresh owner for this process and run; it counts as alive until it is ended. */
export function beginWork(run: RunRef, env: Readonly<Record<string, string | undefined>>, now: Date): Owner {
  const nonce = uniqueName()
  working.add(nonce)
  return {
    nonce,
    since: now.toISOString(),
    run: run.kind === 'github' ? run.runId : null,
    attempt: run.kind === 'github' ? run.attempt : 1,
    job: run.kind === 'github' ? run.job : '',
    runner: env.RUNNER_NAME ?? '',
    machine: machine(),
    pid: process.pid,
  }
}

export const endWork = ({ nonce }: Owner): void => void working.delete(nonce)

/** Whether the process that made a draft on this machine is still at it. */
export function isAtWork({ pid, nonce }: { readonly pid: number; readonly nonce: string }): boolean {
  if (pid === process.pid) return working.has(nonce)
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

/** Not the machine's name itself: the draft is read by others. */
function machine(): string {
  let namespace = ''
  try {
    namespace = readlinkSync('/proc/self/ns/pid')
  } catch {
    // Not Linux: the host alone tells.
  }
  return digestOf(`${hostname()} ${namespace}`).slice('sha256:'.length, 'sha256:'.length + 16)
}
