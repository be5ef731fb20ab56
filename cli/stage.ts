import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Verdict } from '../shared/contracts/common.js'
import type { Action } from '../shared/core/action.js'
import { execute } from '../shared/core/execute.js'
import { EXIT, exitCodeOf } from './exit.js'
import { createLocalHost, type LocalHost } from './host.js'
import { colors, plain, type Terminal, verdictLine } from './terminal.js'

/** What a stage may leave to look at, and the documents whose checks can be explained. */
const REPORTS = ['evaluation.html', 'data-validation.html', 'monitoring.html', 'post-mortem.html']
const JUDGED = [
  'data-validation.json',
  'training-run.json',
  'evaluation.json',
  'model-package.json',
  'deployment.json',
  'monitoring.json',
]

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
  if (options.json) terminal.out.write(`${JSON.stringify(resultOf(action.name, verdict, host), null, 2)}\n`)
  else if (outcome) {
    terminal.out.write(`${verdictLine(terminal, action.name, verdict, outcome.summary)}\n`)
    const root = resolve(folder, flags['working-directory'] ?? '.', flags['run-directory'] ?? '.plumbline')
    const fresh = (names: readonly string[]) => names.map((name) => join(root, name)).filter(since(started))
    const dim = colors(terminal).dim
    for (const path of fresh(REPORTS)) terminal.out.write(`  ${dim('look:')} ${path}\n`)
    const rules = brokenRules(fresh(JUDGED))
    if (rules.length > 0) terminal.out.write(`  ${dim('why: ')} plumbline explain ${rules.join(' ')}\n`)
  }
  if (host.failure && host.failure.kind !== 'verdict')
    terminal.err.write(`${colors(terminal).red('✗')} ${plain(host.failure.message)}\n`)
  if (verdict === 'error' && !host.configured && flags.config === undefined)
    terminal.err.write('There is no plumbline.yml here: `plumbline init` looks at your data and writes one.\n')
  if (host.failure?.kind === 'bug') return EXIT.bug
  return exitCodeOf(verdict, host.failure !== null)
}

function resultOf(action: string, verdict: Verdict, { outputs, failure }: LocalHost) {
  const problems = failure?.problems ?? []
  return {
    action,
    verdict,
    summary: outputs.summary,
    failed: failure !== null,
    outputs,
    ...(problems.length > 0 ? { problems } : {}),
  }
}

const since = (started: number) => (path: string) =>
  (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= started - 1

/** Codes of the checks that did not pass, each once, as `plumbline explain` knows them. */
function brokenRules(documents: readonly string[]): string[] {
  const checks = documents.flatMap(
    (path) =>
      (JSON.parse(readFileSync(path, 'utf8')) as { checks?: { rule: string; verdict: Verdict }[] }).checks ?? [],
  )
  return [...new Set(checks.filter(({ verdict }) => verdict !== 'pass').map(({ rule }) => rule))]
}
