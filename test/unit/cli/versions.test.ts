import { Writable } from 'node:stream'
import type { CommandContext } from '../../../cli/main.js'
import { list } from '../../../cli/versions.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { publish } from '../serve/package.js'

let fake: FakeContext
beforeEach(async () => {
  fake = await fakeContext()
})
afterEach(() => fake.cleanup())

async function listed(json: boolean): Promise<string> {
  let text = ''
  const out = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  await list({ terminal: { out, color: false }, json: () => json } as unknown as CommandContext, fake.ctx, 'model')
  return text
}

test('a version is listed with every environment that it serves in', async () => {
  const registry = await fake.ctx.registry()
  const { tag, digest } = await publish(registry)
  expect(await listed(false)).not.toContain('←')
  for (const environment of ['staging', 'production']) {
    await registry.recordDeployment({
      environment,
      tag,
      manifestDigest: digest,
      action: 'deploy',
      state: 'success',
      at: '2026-01-02T03:04:05.000Z',
      reason: null,
    })
  }
  expect(JSON.parse(await listed(true))).toMatchObject([{ tag, deployed: ['production', 'staging'] }])
  expect(await listed(false)).toContain('  ← production, staging\n')
})
