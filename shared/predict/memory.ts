import { readdir, readFile } from 'node:fs/promises'
import type { Exec } from '../core/context.js'

/** Memory of a process and all that it has started, in bytes. */
export interface TreeMemory {
  /** Sum of what is resident now; pages that processes share count for each. */
  readonly resident: number
  /** The most that one of the processes ever had resident; null where the system does not keep it. */
  readonly highest: number | null
}

/** Looks at the tree of a process; null when it is gone or the system cannot be asked. */
export type MemoryProbe = (pid: number) => Promise<TreeMemory | null>

export interface ProcessEntry {
  readonly pid: number
  readonly parent: number
}

/** Reads /proc on Linux, asks `ps` on other systems of Unix; knows nothing on Windows. */
export function createMemoryProbe(exec: Pick<Exec, 'run'>, platform: NodeJS.Platform = process.platform): MemoryProbe {
  if (platform === 'win32') return async () => null
  return platform === 'linux' ? probeProc : (pid) => probePs(exec, pid)
}

/** Processes of the tree below `root`, itself among them. */
export function treeOf(processes: readonly ProcessEntry[], root: number): number[] {
  const children = new Map<number, number[]>()
  for (const { pid, parent } of processes) children.set(parent, [...(children.get(parent) ?? []), pid])
  const known = new Set(processes.map(({ pid }) => pid))
  const tree = known.has(root) ? [root] : []
  for (let i = 0; i < tree.length; i++) tree.push(...(children.get(tree[i] as number) ?? []))
  return tree
}

/** Process and parent out of /proc/<pid>/stat; the name between them may hold anything, also brackets. */
export function entryOfStat(stat: string): ProcessEntry | null {
  const pid = Number.parseInt(stat, 10)
  const parent = Number(
    stat
      .slice(stat.lastIndexOf(')') + 1)
      .trim()
      .split(' ')[1],
  )
  return Number.isInteger(pid) && Number.isInteger(parent) ? { pid, parent } : null
}

/** Resident size and its highest out of /proc/<pid>/status, in bytes; null for a process without memory of its own. */
export function memoryOfStatus(status: string): { resident: number; highest: number } | null {
  const kilobytes = (key: string) => new RegExp(`^${key}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]
  const [resident, highest] = [kilobytes('VmRSS'), kilobytes('VmHWM')]
  if (resident === undefined || highest === undefined) return null
  return { resident: 1024 * Number(resident), highest: 1024 * Number(highest) }
}

async function probeProc(root: number): Promise<TreeMemory | null> {
  const names = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const stats = await Promise.all(names.map((name) => readOrNull(`/proc/${name}/stat`)))
  const processes = stats.flatMap((stat) => (stat === null ? [] : (entryOfStat(stat) ?? [])))
  const statuses = await Promise.all(treeOf(processes, root).map((pid) => readOrNull(`/proc/${pid}/status`)))
  const sizes = statuses.flatMap((status) => (status === null ? [] : (memoryOfStatus(status) ?? [])))
  if (sizes.length === 0) return null
  return {
    resident: sizes.reduce((sum, { resident }) => sum + resident, 0),
    highest: Math.max(...sizes.map(({ highest }) => highest)),
  }
}

async function probePs(exec: Pick<Exec, 'run'>, root: number): Promise<TreeMemory | null> {
  const sizes = new Map<number, number>()
  const processes: ProcessEntry[] = []
  const onLine = (line: string) => {
    const [pid, parent, kilobytes] = line.trim().split(/\s+/).map(Number)
    if (pid === undefined || parent === undefined || kilobytes === undefined) return
    processes.push({ pid, parent })
    sizes.set(pid, 1024 * kilobytes)
  }
  try {
    const { code } = await exec.run(['ps', '-A', '-o', 'pid=,ppid=,rss='], { onLine, timeoutSeconds: 10 })
    if (code !== 0) return null
  } catch {
    return null
  }
  const tree = treeOf(processes, root)
  if (tree.length === 0) return null
  return { resident: tree.reduce((sum, pid) => sum + (sizes.get(pid) ?? 0), 0), highest: null }
}

/** A process may end at any moment, and its files with it. */
async function readOrNull(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}
