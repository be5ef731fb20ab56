import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { publish } from './package.js'

let fake: FakeContext
beforeEach(async () => {
  fake = await fakeContext()
})
afterEach(() => fake.cleanup())

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url))

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: what has begun is answered and logged, then everything ends',
  async (signal) => {
    const registry = await fake.ctx.registry()
    const { tag } = await publish(registry, {
      body: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)',
      before: `import { writeFileSync } from 'node:fs'\nwriteFileSync('pid', String(process.pid))`,
      golden: null,
    })
    const folder = join(fake.root, 'package')
    await registry.fetch(tag, folder)
    const child = spawn(
      process.execPath,
      ['--import', pathOf('../../support/typescript-hooks.mjs'), pathOf('./serving-child.ts'), folder],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const ended = once(child, 'exit')
    try {
      const [line] = (await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended])) as [string]
      const inputs = [
        { name: 'x', shape: [1], datatype: 'FP64', data: [1] },
        { name: 's', shape: [1], datatype: 'BYTES', data: ['a'] },
      ]
      const begun = fetch(`${line.trim()}/v2/models/model/infer`, {
        method: 'POST',
        body: JSON.stringify({ id: 'q', inputs }),
      })
      await new Promise((go) => setTimeout(go, 250))
      child.kill(signal)
      expect((await begun).status).toBe(200)
      expect(await ended).toEqual([0, null])
      expect(said).toContain(`${signal}: answering what has begun, then closing.`)
      expect(JSON.parse(readFileSync(join(folder, 'requests.jsonl'), 'utf8'))).toMatchObject({
        plumbline_request: 'q',
        plumbline_value: 2,
      })
      const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
      expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    } finally {
      child.kill('SIGKILL')
    }
  },
)
