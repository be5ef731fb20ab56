import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Verdict } from '../shared/contracts/common.js'
import type { Action } from '../shared/core/action.js'
import { execute } from '../shared/core/execute.js'
import { EXIT, exitCodeOf } from './exit.js'
import { createLocalHost } from './host.js'
import { colors, plain, type Terminal, verdictLine } from './terminal.js'

/** Documents that a stage may leave to look at, by stage. */
const REPORTS = ['evaluation.html', 'data-validation.html', 'monitoring.html', 'post-mortem.html']

/** Runs one action on this machine and prints its result. Returns the exit code. */
export async function runStage(
  action: Action,
  flags: Readonly<Record<string, string | undefined>>,
  options: { terminal: Terminal; folder: string; json: boolean },
): Promise<number> {
  const { terminal, folder } = options
  const started = Date.now()
  const host = createLocalHost(terminal, folder, flags)
  const { outcome } = await execute(action, host)
  const verdict = (outcome?.verdict ?? 'error') as Verdict
  if (options.json) {
    terminal.out.write(
      `${JSON.stringify({ action: action.name, verdict, summary: outcome?.summary ?? host.outputs.summary, failed: host.failure !== null, outputs: host.outputs }, null, 2)}\n`,
    )
  } else if (outcome) {
    terminal.out.write(`${verdictLine(terminal, action.name, verdict, outcome.summary)}\n`)
    for (const path of fresh(
      resolve(folder, flags['working-directory'] ?? '.', flags['run-directory'] ?? '.plumbline'),
      started,
    )) {
      terminal.out.write(`  ${colors(terminal).dim('look:')} ${path}\n`)
    }
  }
  if (host.failure && host.failure.kind !== 'verdict')
    terminal.err.write(`${colors(terminal).red('✗')} ${plain(host.failure.message)}\n`)
  return host.failure?.kind === 'user'
    ? EXIT.usage
    : host.failure?.kind === 'bug'
      ? EXIT.bug
      : exitCodeOf(verdict, host.failure !== null)
}

function fresh(runDirectory: string, since: number): string[] {
  return REPORTS.map((name) => join(runDirectory, name)).filter(
    (path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= since - 1,
  )
}
