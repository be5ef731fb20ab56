import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDirectoryRegistry } from '../../../shared/registry/directory.js'
import { registryBehaviour } from '../../support/registry-suite.js'

const roots: string[] = []
afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))))

registryBehaviour('directory', async () => {
  const root = await mkdtemp(join(tmpdir(), 'plumbline-directory-'))
  roots.push(root)
  return openDirectoryRegistry({
    root: join(root, 'registry'),
    address: 'registry',
    now: () => new Date('2026-01-02T03:04:05.000Z'),
  })
})
