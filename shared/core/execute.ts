import type { RunRef } from '../contracts/common.js'
import { oneLine } from '../report/escape.js'
import type { Action, Outcome, Publishing } from './action.js'
import type { Log } from './context.js'
import type { OpenedContext } from './context-maker.js'
import { describeProblems, messageOf, type Problem, UserError } from './errors.js'
import { handOver } from './hand-over.js'
import { publish } from './publish.js'
import { openRunDirectory } from './run-directory.js'
import { loadSettings, type Settings, type SettingsSource } from './settings.js'
import { failsStep } from './verdict.js'

/** What differs between a runner and a laptop. */
export interface Host {
  readonly source: SettingsSource
  readonly log: Log
  readonly runRef: RunRef
  /** A context for one stage; `close` ends what it opened. */
  context(settings: Settings): OpenedContext
  setOutput(name: string, value: string): void
  /** Marks the step as failed, after everything was written. */
  fail(message: string, kind: 'verdict' | 'user' | 'bug', problems?: readonly Problem[]): void
}

/** The result of a stage as its host saw it. Null outcome: it threw. */
export interface Execution {
  readonly outcome: Outcome<Record<string, string>> | null
  readonly failed: boolean
}

/**
 * Runs one stage: settings, run, outputs, verdict, and then what may be refused. The only try/catch for what a stage
 * throws: a UserError becomes its problems and their cures, anything else is a bug and shows its stack.
 */
export async function execute(action: Action, host: Host): Promise<Execution> {
  let opened: OpenedContext | undefined
  let settings: Settings | undefined
  const handOverAll = async () => {
    if (!opened || !settings) return null
    const artifact = await handOver(action.name, opened, settings.inputs['artifact-suffix'])
    if (artifact) host.setOutput('artifact-url', artifact.url)
    return artifact
  }
  try {
    settings = await loadSettings(action, host.source)
    opened = host.context(settings)
    await openRunDirectory(opened.context)
    const outcome = await action.run(settings.inputs, opened.context)
    // A summary may name a value of the data, and workflows write this output into files line by line.
    const summary = oneLine(outcome.summary)
    const values: Record<string, unknown> = { ...outcome.outputs, verdict: outcome.verdict, summary }
    for (const name of Object.keys(action.outputs)) host.setOutput(name, String(values[name] ?? ''))
    const failed = failsStep(outcome.verdict, settings.inputs['fail-on'])
    const line = `${action.name}: ${outcome.verdict}: ${summary}`
    if (failed) host.fail(line, 'verdict')
    else host.log.info(line)
    const published = await publish(action.name, outcome, host.log, await handOverAll())
    for (const [name, value] of Object.entries(published)) host.setOutput(name, String(value ?? ''))
    return { outcome, failed }
  } catch (error) {
    const told = tellError(action.name, error)
    host.setOutput('verdict', 'error')
    host.setOutput('summary', oneLine(told.summary))
    if (told.stack) host.log.error(told.stack)
    host.fail(told.message, told.kind, told.problems)
    const left = opened && settings ? await publishing(action, settings, opened, error, host.log) : {}
    await publish(action.name, left, host.log, await handOverAll())
    return { outcome: null, failed: true }
  } finally {
    await opened?.close()
  }
}

/** What a stage has to tell GitHub of its error; when it cannot even say that, the log has the error all the same. */
async function publishing(
  action: Action,
  { inputs }: Settings,
  { context }: OpenedContext,
  error: unknown,
  log: Log,
): Promise<Publishing<Record<string, string>>> {
  try {
    return (await action.onError?.(inputs, context, error)) ?? {}
  } catch (second) {
    log.warning(`${action.name}: ${tellError(action.name, second).message}`)
    return {}
  }
}

/** What to say of anything thrown: a user's mistake with its cures, or a bug with its stack. */
export function tellError(
  name: string,
  error: unknown,
): { kind: 'user' | 'bug'; summary: string; message: string; problems: readonly Problem[]; stack?: string } {
  if (error instanceof UserError) {
    const title = error.problems.length > 1 ? `${error.message}\n` : ''
    return {
      kind: 'user',
      summary: describeProblems(error.problems.slice(0, 1).map(({ cure: _, ...problem }) => problem)) || error.message,
      message: `${name}: ${title}${describeProblems(error.problems)}`,
      problems: error.problems,
    }
  }
  return {
    kind: 'bug',
    summary: 'unexpected error',
    message: `${name}: unexpected error: ${messageOf(error)}\n    → this is a bug in Plumbline: please report it with the lines above`,
    problems: [],
    ...(error instanceof Error && error.stack ? { stack: error.stack } : {}),
  }
}
