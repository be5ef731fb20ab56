/** Publishes a sample model to GitHub in a process of its own and prints what became of it. */
import { openTestRegistry } from './release-registry.js'
import { sampleDraft } from './sample-package.js'

interface Order {
  readonly env: Record<string, string>
  readonly source: string
  readonly files: Record<string, string>
}

const { env, source, files } = JSON.parse(process.argv[2] ?? '{}') as Order
try {
  const registry = await openTestRegistry(env)
  console.log(JSON.stringify(await registry.publish(await sampleDraft(source, 'fraud', files))))
} catch (error) {
  console.log(JSON.stringify({ problems: (error as { problems?: unknown }).problems ?? String(error) }))
}
