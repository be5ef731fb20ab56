// A job that uses our cache with the real client: steps as JSON in, what came of them as JSON on the last line.
import type { Log } from '../../shared/core/context.js'
import { openRunnerCache } from '../../shared/core/runtime-cache.js'

const said: string[] = []
const log = { info: (message: string) => said.push(message) } as unknown as Log
const cache = openRunnerCache(log)
const results: unknown[] = []
for (const [step, folder, key] of JSON.parse(process.argv[2] ?? '[]') as ['restore' | 'save', string, string][]) {
  results.push(cache === null ? null : await cache[step](folder, key))
}
process.stdout.write(`\n${JSON.stringify({ results, said })}\n`)
