/** Publishes sample models in a process of its own and prints the outcomes; with `die`, kills itself at a point. */
import { openDirectoryRegistry } from '../../shared/registry/directory.js'
import { sampleDraft } from './sample-package.js'

interface Order {
  readonly root: string
  readonly source: string
  readonly model: string
  readonly files: Record<string, string>
  /** Point of `publish` at which the process kills itself as `kill -9` would, and how often it is reached before. */
  readonly die?: { point: string; after: number }
  /** How many models to publish one after the other, each with another content. Default 1. */
  readonly times?: number
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order
let passed = 0

const registry = openDirectoryRegistry({
  root: order.root,
  address: 'registry',
  now: () => new Date(),
  reached: (point) => {
    if (point === order.die?.point && passed++ >= order.die.after) process.kill(process.pid, 'SIGKILL')
  },
})

try {
  for (let time = 0; time < (order.times ?? 1); time++) {
    const files = order.times === undefined ? order.files : { ...order.files, 'time.txt': `${process.pid} ${time}` }
    console.log(JSON.stringify(await registry.publish(await sampleDraft(order.source, order.model, files))))
  }
} catch (error) {
  console.log(JSON.stringify({ problems: (error as { problems?: unknown }).problems ?? String(error) }))
}
