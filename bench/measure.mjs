/** What benches share. */
import { spawnSync } from 'node:child_process'

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * Milliseconds of each task, as `{ name: [ms…] }`. The tasks take turns, so that a slow moment of the machine falls on
 * all of them; the first turn only warms the caches.
 */
export async function takeTurns(tasks, turns) {
  const times = Object.fromEntries(Object.keys(tasks).map((name) => [name, []]))
  for (let turn = 0; turn <= turns; turn++) {
    for (const [name, task] of Object.entries(tasks)) {
      const start = performance.now()
      await task()
      if (turn > 0) times[name].push(performance.now() - start)
    }
  }
  return times
}

/** Runs a program to its end. Throws when it ends with another code than expected. */
export function runToEnd(command, { expected = [0], ...options } = {}) {
  const [program, ...args] = command
  const result = spawnSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', ...options })
  if (result.error) throw result.error
  if (!expected.includes(result.status)) {
    throw new Error(
      `${command.join(' ')} ended with ${result.status ?? result.signal}:\n${result.stdout}${result.stderr}`,
    )
  }
  return result
}
