import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { codeOf } from '../../core/errors.js'

const PREFIX = 'plumbline-data-'
/** Names the process that a folder belongs to, within it. */
const OWNER = 'owner.json'

/**
 * Makes a folder for the data of this process in an existing one, and removes those that processes left there which were
 * killed. Throws the errors of Node when none can be made; one that cannot be removed stays.
 */
export function makeSpillFolder(parent: string): string {
  removeAbandoned(parent)
  const folder = mkdtempSync(join(parent, PREFIX))
  try {
    writeFileSync(join(folder, OWNER), JSON.stringify({ pid: process.pid, among: amongWhom() }))
  } catch {
    // Without room for so little the engine will say what is wrong; a folder without a name in it stays.
  }
  return folder
}

function removeAbandoned(parent: string): void {
  const here = amongWhom()
  for (const entry of entriesOf(parent)) {
    if (!entry.isDirectory() || !entry.name.startsWith(PREFIX)) continue
    const folder = join(parent, entry.name)
    try {
      if (isAbandoned(folder, here)) rmSync(folder, { recursive: true, force: true })
    } catch {
      // That of another user, or one that goes at this moment.
    }
  }
}

function entriesOf(parent: string) {
  try {
    return readdirSync(parent, { withFileTypes: true })
  } catch {
    return []
  }
}

/** Whether a folder is of this user and its owner a process that would be seen from here and is not. */
function isAbandoned(folder: string, here: string): boolean {
  if (process.getuid !== undefined && statSync(folder).uid !== process.getuid()) return false
  const { pid, among } = JSON.parse(readFileSync(join(folder, OWNER), 'utf8')) as { pid?: unknown; among?: unknown }
  return among === here && typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 && !isAlive(pid)
}

/** Whose numbers those of processes are: of this machine, and of this container where it counts its own. */
function amongWhom(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, and may not be signalled, or it is said in another way that it cannot be known.
    return codeOf(error) !== 'ESRCH'
  }
}
