/** Deploys in a process of its own that kills itself, as `kill -9` would, at a given point. */

import { resolve } from 'node:path'
import { deploy } from '../../../actions/deploy/action.js'
import { createExec } from '../../../shared/core/exec.js'
import { createFiles } from '../../../shared/core/files.js'
import { openDirectoryRegistry } from '../../../shared/registry/directory.js'
import type { Registry } from '../../../shared/registry/registry.js'
import { fakeContext } from '../../support/context.js'

const { root, tag, at } = JSON.parse(process.argv[2] ?? '{}') as { root: string; tag: string; at: string }
const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('unreachable')
}

const { ctx } = await fakeContext({
  config: { deploy: { target: { type: 'directory', path: 'deployed' }, timeout: 5 } },
})
const registry = openDirectoryRegistry({
  root: resolve(root, '.plumbline-registry'),
  address: 'registry',
  now: () => new Date(),
})
const dying: Registry = {
  ...registry,
  fetch: async (...args) => {
    const manifest = await registry.fetch(...args)
    return at === 'fetched' ? die() : manifest
  },
  recordDeployment: async (record) => {
    if (at === 'before-record') die()
    const ticket = await registry.recordDeployment(record)
    if (at === 'after-record') die()
    return ticket
  },
}
await deploy.run({ tag, rollback: false, 'dry-run': false } as never, {
  ...ctx,
  files: createFiles(root),
  // The model kills the process that asks it, at its first start (before the switch) or its second (after it).
  exec: createExec(root, { ...process.env, KILL_AT: at === 'golden-before' ? '1' : at === 'golden-after' ? '2' : '' }),
  registry: async () => dying,
})
