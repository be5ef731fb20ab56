import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf } from '../../../shared/core/errors.js'
import { type RunningServer, startServer } from '../../../shared/serve/server.js'
import { type PackageOptions, publish } from '../serve/package.js'
import { type Workspace, workspace } from './support.js'

let work: Workspace
let server: RunningServer | null = null
let proxy: Server | null = null

afterEach(async () => {
  proxy?.closeAllConnections()
  proxy?.close()
  await server?.close()
  server = proxy = null
  await work.cleanup()
  delete process.env.PLUMBLINE_TEST_TOKEN
})

const release = async (options: PackageOptions = {}) => publish(await work.ctx.registry(), options)

/** What the proxy does with a request instead of handing it on; undefined: hand it on. */
type Twist = (path: string, forward: () => Promise<Answer>) => Promise<Answer | 'cut'> | Answer | 'cut' | undefined
interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

const ok = (body: object): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** A workspace whose target is a real server, behind a proxy that may twist what it says. */
async function start(options: { token?: string; twist?: Twist; timeout?: number } = {}): Promise<void> {
  proxy = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => ['content-type', 'authorization'].includes(name)),
    ) as Record<string, string>
    const path = `${request.method} ${request.url}`
    const forward = async (): Promise<Answer> => {
      const method = request.method ?? 'GET'
      const reply = await fetch(`${server?.url}${request.url}`, { method, headers, ...(body === '' ? {} : { body }) })
      return { status: reply.status, headers: Object.fromEntries(reply.headers), body: await reply.text() }
    }
    const twisted = await (options.twist?.(path, forward) ?? forward())
    if (twisted === 'cut') return void response.destroy()
    const { 'content-length': _length, 'transfer-encoding': _encoding, ...kept } = twisted.headers
    response.writeHead(twisted.status, kept).end(twisted.body)
  })
  await new Promise<void>((ready) => proxy?.listen(0, '127.0.0.1', ready))
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  if (options.token !== undefined) process.env.PLUMBLINE_TEST_TOKEN = options.token
  work = await workspace(
    { type: 'server', url, ...(options.token === undefined ? {} : { token: 'PLUMBLINE_TEST_TOKEN' }) },
    { timeout: options.timeout ?? 5 },
  )
  const { ctx } = work
  server = await startServer({
    serve: null,
    registry: await ctx.registry(),
    exec: ctx.exec,
    log: ctx.log,
    ...(options.token === undefined ? {} : { token: 'right' }),
  })
}

test('deploy, deploy again, the next version, and back', async () => {
  await start()
  const one = await release()
  const two = await release({ version: '1.1.0', bias: 2 })
  const first = await work.run({ tag: one.tag })
  expect(first).toMatchObject({
    verdict: 'pass',
    rules: [
      'version-verified pass',
      'golden-before pass',
      'switched pass',
      'digest-confirmed pass',
      'golden-after pass',
    ],
    document: {
      target: { type: 'server' },
      before: null,
      serving: one,
      confirmed: true,
      golden: { before: 3, after: 3 },
    },
  })
  expect(server?.status()).toMatchObject({ tag: one.tag, manifest_digest: one.digest })
  expect((await work.run({ tag: one.tag })).rules).toEqual(['already-serving pass'])
  expect((await work.run({ tag: two.tag })).document).toMatchObject({ before: one, serving: two })
  const back = await work.run({ rollback: true })
  expect(back).toMatchObject({ verdict: 'pass', document: { action: 'rollback', before: two, serving: one } })
  expect(server?.status()).toMatchObject({ tag: one.tag })
})

test('the server refuses a version that it cannot load, and goes on with the old one', async () => {
  await start()
  const one = await release()
  await work.run({ tag: one.tag })
  const mute = await release({ version: '1.1.0', predict: null, golden: null })
  const { verdict, summary, rules } = await work.run({ tag: mute.tag })
  expect([verdict, rules]).toEqual(['fail', ['version-verified pass', 'golden-before warn', 'switched fail']])
  expect(summary).toMatch(
    /^model@v1.1.0 was not switched to in production: the target did not switch to model@v1.1.0: .*has no predict contract.*; model@v1.0.0 serves as before$/,
  )
})

test('a version that crashes only inside the server is refused by its warm-up', async () => {
  await start()
  const one = await release()
  const bad = await release({
    version: '1.1.0',
    bias: 2,
    before: "if (process.cwd().includes('plumbline-serve-')) { console.error('no GPU'); process.exit(1) }",
  })
  await work.run({ tag: one.tag })
  const { verdict, summary, rules } = await work.run({ tag: bad.tag })
  expect([verdict, rules]).toEqual(['fail', ['version-verified pass', 'golden-before pass', 'switched fail']])
  expect(summary).toMatch(/no GPU/)
  expect(summary).toMatch(/model@v1.0.0 serves as before$/)
})

test('a version that answers otherwise inside the server is rolled back; a first one is switched off', async () => {
  await start()
  const worse = { body: "if (process.cwd().includes('plumbline-serve-')) row.x += 1" }
  const first = await release({ version: '0.9.0', bias: 9, ...worse })
  expect(await work.run({ tag: first.tag })).toMatchObject({
    verdict: 'fail',
    document: { rolledBack: true, confirmed: true, serving: null },
    summary: expect.stringContaining('so it was switched off; the target itself reports that nothing serves'),
  })
  expect(server?.status()).toBeNull()
  const one = await release()
  const bad = await release({ version: '1.1.0', bias: 2, ...worse })
  await work.run({ tag: one.tag })
  const { verdict, rules, document } = await work.run({ tag: bad.tag })
  expect([verdict, rules.slice(-2)]).toEqual(['fail', ['golden-after fail', 'rolled-back pass']])
  expect(document).toMatchObject({ rolledBack: true, confirmed: true, serving: one, golden: { before: 3, after: 0 } })
  expect(server?.status()).toMatchObject({ tag: one.tag })
})

test('a server that is down is an error, and nothing is on record', async () => {
  await start({ timeout: 1 })
  const { tag } = await release()
  proxy?.close()
  const { verdict, rules, summary, document } = await work.run({ tag })
  expect([verdict, rules]).toEqual(['error', ['target-usable error']])
  expect(summary).toContain('nothing listens there (connection refused)')
  expect(document).toMatchObject({ confirmed: false, serving: null, wanted: { tag } })
  expect(await work.history()).toEqual([])
})

test('a server that says done and reports another digest is not believed', async () => {
  let lying = false
  await start({
    twist: (path) => (lying && path === 'POST /plumbline/load' ? ok({ serving: null, changed: true }) : undefined),
  })
  const one = await release()
  await work.run({ tag: one.tag })
  const two = await release({
    version: '1.1.0',
    bias: 2,
    before: "if (process.cwd().includes('plumbline-serve-')) process.exit(1)",
  })
  lying = true
  const { verdict, rules, document, summary } = await work.run({ tag: two.tag })
  expect(verdict).toBe('fail')
  expect(rules.slice(-3)).toEqual(['switched pass', 'digest-confirmed fail', 'rolled-back pass'])
  expect(summary).toMatch(/the target reports model@v1.0.0 .*, wanted is model@v1.1.0/)
  expect(document).toMatchObject({ serving: one, confirmed: true })
})

test('a status that names the wanted version while another one answers is found by the golden rows', async () => {
  let wanted: { tag: string; digest: string } | null = null
  await start({
    twist: (path, forward) => {
      if (wanted === null) return undefined
      if (path === 'POST /plumbline/load') return ok({})
      if (path !== 'GET /plumbline/serving') return undefined
      const { tag, digest } = wanted
      return forward().then((answer) => ({
        ...answer,
        body: answer.body.replaceAll(/sha256:\w+/g, digest).replaceAll('model@v1.0.0', tag),
      }))
    },
  })
  const one = await release()
  await work.run({ tag: one.tag })
  const two = await release({ version: '1.1.0', bias: 2 })
  const seen = work.ctx
  const registry = await seen.registry()
  // From the switch on the status lies.
  const fetch: typeof registry.fetch = async (...args) => {
    const manifest = await registry.fetch(...args)
    if (args[0] === two.tag)
      setTimeout(() => {
        wanted = two
      }, 0)
    return manifest
  }
  const { verdict, document, rules } = await work.run(
    { tag: two.tag },
    { ...seen, registry: async () => ({ ...registry, fetch }) },
  )
  const after = document.checks.find(({ rule }) => rule === 'golden-after')
  expect(after?.message).toContain(`the answer came from ${one.digest}, expected ${two.digest}`)
  expect(verdict).toBe('error')
  expect(rules.slice(-2)).toEqual(['golden-after fail', 'rolled-back error'])
  expect(document).toMatchObject({ confirmed: false, rolledBack: false })
  expect((await work.history())[0]).toBe('deploy model@v1.1.0 failure')
})

test('a switch whose answer is lost is found to have been made', async () => {
  let lose = false
  await start({
    twist: (path, forward) =>
      lose && path === 'POST /plumbline/load' ? forward().then(() => 'cut' as const) : undefined,
  })
  const one = await release()
  await work.run({ tag: one.tag })
  const two = await release({ version: '1.1.0', bias: 2 })
  lose = true
  const { verdict, document } = await work.run({ tag: two.tag })
  expect(verdict).toBe('pass')
  expect(document.checks.find(({ rule }) => rule === 'switched')?.message).toMatch(
    /^the target was switched to model@v1.1.0, although its answer was lost: .*the connection was cut/,
  )
  expect(document).toMatchObject({ serving: two, confirmed: true })
})

/** A model whose start takes so long inside the server. */
const slowInside = (ms: number) =>
  `if (process.cwd().includes('plumbline-serve-')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms})`

test('a server that is a little late: whatever is said in the end is true', async () => {
  await start({ timeout: 1 })
  const one = await release()
  await work.run({ tag: one.tag })
  const slow = await release({ version: '1.1.0', bias: 2, before: slowInside(1500) })
  const { verdict, document } = await work.run({ tag: slow.tag })
  expect(document).toMatchObject({ confirmed: true, serving: verdict === 'pass' ? slow : one })
  expect(server?.status()?.tag).toBe(document.serving?.tag)
})

test('a server that goes on loading is not said to serve anything', async () => {
  await start({ timeout: 1 })
  const one = await release()
  await work.run({ tag: one.tag })
  const slow = await release({ version: '1.1.0', bias: 2, before: slowInside(5000) })
  const { verdict, rules, document } = await work.run({ tag: slow.tag })
  expect(verdict).toBe('error')
  expect(rules.slice(-3)).toEqual(['switched fail', 'digest-confirmed error', 'rolled-back error'])
  expect(document.checks.at(-1)?.message).toContain('model@v1.1.0 is being loaded')
  expect(document).toMatchObject({ serving: null, confirmed: false, rolledBack: false })
})

test('what another deployment has put there is left alone', async () => {
  let three: { tag: string } | null = null
  await start({
    twist: (path) => {
      if (path !== 'POST /v2/models/model/infer' || three === null) return undefined
      const { tag } = three
      three = null
      const load = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ tag }) }
      return fetch(`${server?.url}/plumbline/load`, load).then(() => 'cut' as const)
    },
  })
  const one = await release()
  const two = await release({ version: '1.1.0', bias: 2 })
  const other = await release({ version: '1.2.0', bias: 3 })
  await work.run({ tag: one.tag })
  three = other
  const { verdict, document, rules } = await work.run({ tag: two.tag })
  expect(verdict).toBe('error')
  expect(rules.at(-1)).toBe('rolled-back error')
  expect(document.checks.at(-1)?.message).toMatch(
    /the return to model@v1.0.0 could not be confirmed: .* model@v1.2.0 .* is served, expected was/,
  )
  expect(document.confirmed).toBe(false)
  expect(server?.status()).toMatchObject({ tag: other.tag })
})

test('another version that takes over at once is not rolled back', async () => {
  let three: { tag: string } | null = null
  await start({
    twist: (path, forward) => {
      if (path !== 'POST /plumbline/load' || three === null) return undefined
      const { tag } = three
      const load = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ tag }) }
      return forward().then(async (answer) => {
        await fetch(`${server?.url}/plumbline/load`, load)
        return answer
      })
    },
  })
  const one = await release()
  const two = await release({ version: '1.1.0', bias: 2 })
  const other = await release({ version: '1.2.0', bias: 3 })
  await work.run({ tag: one.tag })
  three = other
  const { verdict, document, rules } = await work.run({ tag: two.tag })
  expect([verdict, rules.slice(-2)]).toEqual(['error', ['digest-confirmed fail', 'rolled-back error']])
  expect(document.checks.at(-1)?.message).toBe(
    'model@v1.2.0 serves, which this run has not put there; it was left alone',
  )
  expect(document).toMatchObject({ serving: other, confirmed: false, rolledBack: false })
  expect(server?.status()).toMatchObject({ tag: other.tag })
})

test('the token is asked for, taken from its variable, and never shown', async () => {
  await start({ token: 'right' })
  const { tag } = await release()
  expect(await work.run({ tag })).toMatchObject({ verdict: 'pass' })
  process.env.PLUMBLINE_TEST_TOKEN = 'wrong-token'
  const wrong = { ...work.ctx, env: { ...work.ctx.env, PLUMBLINE_TEST_TOKEN: 'wrong-token' } }
  const refused = await work.run({ tag }, wrong)
  expect(refused).toMatchObject({ verdict: 'error', rules: ['target-usable error'] })
  expect(refused.summary).toContain(
    'management needs the bearer token that this server was started with (HTTP status 401)',
  )
  expect(JSON.stringify([refused.document, work.logged])).not.toMatch(/wrong-token/)
  const none = { ...work.ctx, env: { ...work.ctx.env, PLUMBLINE_TEST_TOKEN: '' } }
  const error = await work.run({ tag }, none).catch((thrown: unknown) => thrown)
  expect(messageOf(error)).toBe('the environment variable PLUMBLINE_TEST_TOKEN is empty')
})

test('an address where something else answers', async () => {
  await start({ timeout: 1, twist: () => ok({ hello: 1 }) })
  const { tag } = await release()
  expect((await work.run({ tag })).summary).toContain('does not answer like a Plumbline server: {"hello":1}')
})
