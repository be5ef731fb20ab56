// A job that uses our artifacts with the real client: steps as JSON in, what came of them as JSON on the last line.
import { UserError } from '../../shared/core/errors.js'
import { openRunnerArtifacts } from '../../shared/core/runtime-artifacts.js'

const [steps = '[]', token = ''] = process.argv.slice(2)
const artifacts = openRunnerArtifacts(process.env, token)
const results: unknown[] = []
for (const [step, ...args] of JSON.parse(steps) as [keyof typeof artifacts, ...never[]][]) {
  try {
    results.push(await (artifacts[step] as (...given: never[]) => Promise<unknown>)(...args))
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    results.push({ problems: error.problems })
  }
}
process.stdout.write(`\n${JSON.stringify(results)}\n`)
