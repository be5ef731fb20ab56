import type { Action } from '../shared/core/action.js'

/** Every stage by name, loaded when it is asked for. */
export const stages: Readonly<Record<string, () => Promise<Action>>> = {
  'validate-data': async () => (await import('./validate-data/action.js')).validateData,
  train: async () => (await import('./train/action.js')).train,
  'evaluate-gate': async () => (await import('./evaluate-gate/action.js')).evaluateGate,
  'package-model': async () => (await import('./package-model/action.js')).packageModel,
  deploy: async () => (await import('./deploy/action.js')).deploy,
  monitor: async () => (await import('./monitor/action.js')).monitor,
  'post-mortem-report': async () => (await import('./post-mortem-report/action.js')).postMortemReport,
}

/** The stages, the chain, and what comments for runs that may not. */
export const actions: Readonly<Record<string, () => Promise<Action>>> = {
  ...stages,
  'comment-report': async () => (await import('./comment-report/action.js')).commentReport,
  pipeline: async () => (await import('./pipeline/action.js')).createPipeline(stages),
}

/** What `plumbline explain` knows, by stage. */
export const explanations: Readonly<
  Record<string, () => Promise<Readonly<Record<string, { title: string; meaning: string; cure: string }>>>>
> = {
  'validate-data': async () => (await import('./validate-data/explain.js')).explain,
  train: async () => (await import('./train/explain.js')).explain,
  'evaluate-gate': async () => (await import('./evaluate-gate/explain.js')).explain,
  'package-model': async () => (await import('./package-model/explain.js')).explain,
  deploy: async () => (await import('./deploy/explain.js')).explain,
  monitor: async () => (await import('./monitor/explain.js')).explain,
  'post-mortem-report': async () => (await import('./post-mortem-report/explain.js')).explain,
}

/** Entry of `dist/<name>.js`: runs an action as the GitHub runner starts it. */
export async function main(name: string): Promise<void> {
  printStackOnly()
  const load = actions[name]
  if (!load) throw new Error(`no action "${name}"`)
  // Before any schema is made.
  const { walkSchemas } = await import('../shared/core/walk-schemas.js')
  walkSchemas()
  const [{ runOnRunner }, action] = await Promise.all([import('../shared/core/runtime.js'), load()])
  await runOnRunner(action)
}

/** Entry of `dist/measure-thread.js`: the second thread of evaluate-gate. */
export async function measureThread(): Promise<void> {
  await import('./evaluate-gate/threads/measure-thread.js')
}

/** Entry of `dist/plumbline.js`: the same actions on a laptop. */
export async function cli(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  printStackOnly()
  // `plumbline list | head`: who closed the pipe has read enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
  const { runCommand } = await import('../cli/main.js')
  process.exitCode = await runCommand(argv, {
    actions,
    explanations,
    inference: () => import('./validate-data/infer/data.js'),
    contracts: () => import('./validate-data/contract-tools.js'),
  })
}

/** Node prints the source line of an uncaught error, and one line of the bundle is hundreds of kilobytes long. */
function printStackOnly(): void {
  process.on('uncaughtException', (error) => {
    console.error(error)
    process.exit(1)
  })
}
