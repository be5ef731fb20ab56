import { mkdir, readFile, readlink, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, UserError } from '../core/errors.js'
import { moveNew, namesIn, replaceFile, uniqueName, writeFlushed } from './disk.js'

export interface LockOptions {
  /** The lock is free again when its owner has not renewed it for so long. Default 60. */
  readonly leaseSeconds?: number
  /** How long to wait for another owner. Default 300. */
  readonly waitSeconds?: number
}

export interface Lock {
  /** False when the lock was taken over, because this process did not renew it in time. */
  held(): Promise<boolean>
}

interface Owner {
  readonly token: string
  readonly host: string
  readonly pid: number
  readonly since: string
  readonly expires: string
}

/**
 * Runs the body while no other process runs one under the same lock, on any machine that sees the folder. The owner
 * renews the lock while it works; a lock whose owner is dead or silent is taken over.
 *
 * The folder holds one sub-folder per turn, 1, 2, 3 …; the highest one tells the owner, or that it has finished. A turn
 * is taken by renaming a prepared folder to the next number, which only one process can do, and the highest number is
 * never removed, so a slow process cannot take a turn that has passed.
 *
 * Throws UserError when another owner does not finish within the wait.
 */
export async function withLock<T>(
  folder: string,
  what: string,
  body: (lock: Lock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const lease = (options.leaseSeconds ?? 60) * 1000
  const turn = await takeTurn(folder, what, lease, (options.waitSeconds ?? 300) * 1000)
  let renewing = Promise.resolve()
  const renewal = setInterval(() => {
    renewing = renewing.then(() => turn.renew()).catch(() => undefined)
  }, lease / 3)
  renewal.unref()
  try {
    return await body(turn)
  } finally {
    clearInterval(renewal)
    // A renewal that ended after the turn would lock it again.
    await renewing
    await turn.finish()
  }
}

interface Turn extends Lock {
  renew(): Promise<void>
  finish(): Promise<void>
}

async function takeTurn(folder: string, what: string, lease: number, wait: number): Promise<Turn> {
  await mkdir(folder, { recursive: true })
  const self = { token: uniqueName(), host: await machine(), pid: process.pid, since: new Date().toISOString() }
  const until = performance.now() + wait
  for (;;) {
    const top = await topTurn(folder)
    const owner = top === 0 ? null : await ownerOf(folder, top)
    if (owner === null || isGone(owner, self.host)) {
      const turn = await tryTurn(folder, top + 1, self, lease)
      if (turn) return turn
    } else if (performance.now() > until) {
      throw new UserError(
        `${what} is locked by process ${owner.pid} on ${owner.host.split(' ')[0]} since ${owner.since}`,
        { cure: `wait until it has finished; if it is gone, the lock ends by itself at ${owner.expires}` },
      )
    }
    await sleep(20 + Math.random() * 60)
  }
}

async function tryTurn(
  folder: string,
  number: number,
  self: Omit<Owner, 'expires'>,
  lease: number,
): Promise<Turn | null> {
  const record = () => `${JSON.stringify({ ...self, expires: new Date(Date.now() + lease).toISOString() })}\n`
  const prepared = join(folder, `.${uniqueName()}`)
  const place = join(folder, String(number))
  await mkdir(prepared)
  await writeFlushed(join(prepared, 'owner.json'), record(), 0o644)
  if (!(await moveNew(prepared, place))) {
    await rm(prepared, { recursive: true, force: true })
    return null
  }
  if ((await topTurn(folder)) !== number) {
    await rm(place, { recursive: true, force: true })
    return null
  }
  await clearOld(folder, number)
  const mine = async () => (await ownerOf(folder, number))?.token === self.token
  return {
    held: async () => (await topTurn(folder)) === number && (await mine()),
    renew: async () => {
      if (await mine()) await replaceFile(join(place, 'owner.json'), record())
    },
    // Renamed, not removed: it needs no space on a full disk, and an empty folder could be replaced by a slow process.
    finish: async () => {
      if (await mine()) await rename(join(place, 'owner.json'), join(place, 'finished.json'))
    },
  }
}

/** Removes turns that have passed, and what processes that died before their turn have left. */
async function clearOld(folder: string, number: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name)
    const old = /^\d+$/.test(name) ? Number(name) < number : await isAbandoned(path)
    if (old) await rm(path, { recursive: true, force: true })
  }
}

const isAbandoned = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > 3_600_000,
    () => false,
  )

async function topTurn(folder: string): Promise<number> {
  const numbers = (await namesIn(folder)).filter((name) => /^\d+$/.test(name)).map(Number)
  return Math.max(0, ...numbers)
}

/** Null when the turn has finished, or its record cannot be read, which only a power cut can leave behind. */
async function ownerOf(folder: string, number: number): Promise<Owner | null> {
  try {
    const record = JSON.parse(
      await readFile(join(folder, String(number), 'owner.json'), 'utf8'),
    ) as Partial<Owner> | null
    return typeof record?.token === 'string' ? (record as Owner) : null
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return null
    throw error
  }
}

function isGone(owner: Owner, host: string): boolean {
  if (Date.parse(owner.expires) < Date.now()) return true
  if (owner.host !== host) return false
  try {
    process.kill(owner.pid, 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** Process numbers mean something only on the same machine and, on Linux, in the same container. */
async function machine(): Promise<string> {
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '')
  return `${hostname()} ${namespace}`.trim()
}
