/** What benches share. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { at } from '../scripts/tools.mjs'

/** Median; of an even number of values the mean of the middle two. */
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

/** Runs a script in a Node process of its own, as `{ seconds, cpu, megabytes }`. */
export function runScript(...args) {
  return usageOf(runToEnd([process.execPath, '--import', USAGE, ...args]))
}

/** Prints what the process has used when it ends. */
const USAGE =
  'data:text/javascript,process.on("exit",()=>{const u=process.resourceUsage();console.error("USAGE "+JSON.stringify({seconds:performance.now()/1e3,cpu:(u.userCPUTime+u.systemCPUTime)/1e6,megabytes:u.maxRSS/1024}))})'

const usageOf = ({ stderr }) => JSON.parse(/USAGE (.*)/.exec(stderr)[1])

/** Runs statements in a DuckDB in a process of its own, as `{ seconds, cpu, megabytes }`. */
export function runSql(folder, ...statements) {
  const script = `const { createRequire } = await import('node:module')
    const { DuckDBInstance } = createRequire(${JSON.stringify(at('package.json'))})('@duckdb/node-api')
    const connection = await (await DuckDBInstance.create(':memory:', { temp_directory: ${JSON.stringify(join(folder, 'spill'))} })).connect()
    for (const statement of ${JSON.stringify(statements)}) await connection.runAndReadAll(statement)`
  return usageOf(runToEnd([process.execPath, '--import', USAGE, '--input-type=module', '-e', script], { cwd: folder }))
}

/** Runs a stage as the runner does, in a folder with its plumbline.yml, as `{ seconds, cpu, megabytes }`. */
export function runStage(stage, folder, inputs = {}) {
  const output = join(folder, 'output')
  writeFileSync(output, '')
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GITHUB_WORKSPACE: folder,
    GITHUB_OUTPUT: output,
    GITHUB_ACTIONS: 'true',
    RUNNER_TEMP: folder,
    'INPUT_FAIL-ON': 'never',
    ...inputs,
  }
  return usageOf(runToEnd([process.execPath, '--import', USAGE, stage], { cwd: folder, env }))
}
