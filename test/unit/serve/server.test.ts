import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openUrl } from '../../../shared/predict/url.js'
import type { Registry } from '../../../shared/registry/registry.js'
import { type RunningServer, type ServerOptions, startServer } from '../../../shared/serve/server.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { type PackageOptions, publish } from './package.js'

let fake: FakeContext
let server: RunningServer | null = null

beforeEach(async () => {
  fake = await fakeContext()
})
afterEach(async () => {
  await server?.close()
  server = null
  await fake.cleanup()
})

async function start(options: Partial<ServerOptions> = {}): Promise<string> {
  const { ctx } = fake
  server = await startServer({
    serve: null,
    registry: await ctx.registry(),
    exec: ctx.exec,
    log: ctx.log,
    now: () => ctx.now(),
    ...options,
  })
  return server.url
}
const release = async (options: PackageOptions = {}) => publish(await fake.ctx.registry(), options)
const warnings = () => fake.logged.filter(({ level }) => level === 'warning').map(({ message }) => message)

async function call(url: string, body?: unknown, headers: Record<string, string> = {}) {
  const reply = await fetch(url, {
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return {
    status: reply.status,
    digest: reply.headers.get('plumbline-manifest-digest'),
    body: (await reply.json()) as Record<string, unknown>,
  }
}

const inputs = (xs: readonly (number | null)[], s: readonly (string | null)[] = xs.map(() => 'a')) => [
  { name: 'x', shape: [xs.length, 1], datatype: 'FP64', data: xs },
  { name: 's', shape: [xs.length], datatype: 'BYTES', data: s },
]

test('the Open Inference Protocol from a package', async () => {
  const { tag, digest } = await release()
  const url = await start({ serve: { tag } })
  expect(await call(`${url}/v2`)).toMatchObject({ status: 200, digest, body: { name: 'plumbline', extensions: [] } })
  expect(await call(`${url}/v2/health/live`)).toMatchObject({ status: 200, body: { live: true } })
  expect(await call(`${url}/v2/health/ready`)).toMatchObject({ status: 200, body: { ready: true } })
  const metadata = {
    name: 'model',
    versions: ['1.0.0'],
    platform: 'plumbline',
    inputs: [
      { name: 'x', datatype: 'FP64', shape: [-1, 1] },
      { name: 's', datatype: 'BYTES', shape: [-1, 1] },
    ],
    outputs: [{ name: 'value', datatype: 'FP64', shape: [-1] }],
    parameters: { tag, manifest_digest: digest },
  }
  for (const path of ['/v2/models/model', '/v2/models/model/versions/1.0.0']) {
    expect(await call(`${url}${path}`)).toEqual({ status: 200, digest, body: metadata })
    expect(await call(`${url}${path}/ready`)).toEqual({ status: 200, digest, body: { name: 'model', ready: true } })
    expect(
      await call(`${url}${path}/infer`, { id: 'q1', parameters: { trace: true }, inputs: inputs([1, 2.5, null]) }),
    ).toEqual({
      status: 200,
      digest,
      body: {
        model_name: 'model',
        model_version: '1.0.0',
        id: 'q1',
        parameters: { tag, manifest_digest: digest },
        outputs: [{ name: 'value', datatype: 'FP64', shape: [3], data: [2, 3.5, -1] }],
      },
    })
  }
})

test('the predict contract asks the server back, by its own client', async () => {
  const { tag } = await release()
  const url = await start({ serve: { tag } })
  const predictor = openUrl(
    { url: `${url}/v2/models/model`, protocol: 'open-inference-v2', timeout: 20 },
    { task: 'regression' },
  )
  const rows = Array.from({ length: 1200 }, (_, x) => ({ s: 'b', x }))
  expect((await predictor.predict(rows)).map(({ value }) => value)).toEqual(rows.map(({ x }) => x + 1))
})

test('a model name with a slash', async () => {
  const { tag } = await release({ model: 'risk/fraud' })
  const url = await start({ serve: { tag } })
  expect((await call(`${url}/v2/models/risk%2Ffraud/infer`, { inputs: inputs([1]) })).status).toBe(200)
})

test.each<[string, unknown, number, string]>([
  ['no JSON', '{', 400, 'the body is not JSON'],
  ['no inputs', {}, 400, 'inputs: Invalid input: expected array, received undefined'],
  [
    'missing and unknown features',
    { inputs: [{ name: 'y', shape: [1], datatype: 'FP32', data: [1] }] },
    400,
    'inputs missing: "x", "s"; inputs that model@v1.0.0 does not have: "y"',
  ],
  [
    'a wrong datatype',
    { inputs: inputs([1]).map((tensor) => ({ ...tensor, datatype: 'BYTES', data: ['1'] })) },
    400,
    'input "x": datatype BYTES, expected INT8',
  ],
  [
    'a value of another type',
    { inputs: inputs(['1' as unknown as number]) },
    400,
    'input "x": "1" is not of datatype FP64',
  ],
  [
    'a wrong shape',
    { inputs: [{ ...inputs([1])[0], shape: [1, 2], data: [1, 2] }, inputs([1])[1]] },
    400,
    'input "x": shape [1, 2], expected [1] or [1, 1]',
  ],
  [
    'too few elements',
    {
      inputs: [
        { ...inputs([1])[0], shape: [2] },
        { ...inputs([1])[1], shape: [2], data: ['a', 'b'] },
      ],
    },
    400,
    'input "x": 1 elements, expected 2',
  ],
  [
    'data nested deeper than the shape',
    { inputs: [{ ...inputs([1])[0], data: [[[1]]] }, inputs([1])[1]] },
    400,
    'input "x": data nested deeper than [1, 1]',
  ],
  [
    'a number that is too large',
    JSON.stringify({ inputs: inputs([7]) }).replace('[7]', '[1e400]'),
    400,
    'input "x": Infinity is not of datatype FP64',
  ],
  [
    'NaN, as Python writes it',
    JSON.stringify({ inputs: inputs([7]) }).replace('[7]', '[NaN]'),
    400,
    'NaN and Infinity are not JSON, a missing value is null',
  ],
  ['no rows', { inputs: inputs([]) }, 400, '0 rows; 1 to 10000 can be asked at once'],
  ['a feature twice', { inputs: [...inputs([1]), ...inputs([1])] }, 400, 'an input is given twice'],
  [
    'an output that is not there',
    { inputs: inputs([1]), outputs: [{ name: 'score' }] },
    400,
    'outputs that model@v1.0.0 does not have: "score"',
  ],
])('a request with %s is refused by the protocol', async (_, body, status, error) => {
  const { tag, digest } = await release()
  const url = await start({ serve: { tag } })
  const reply = await call(`${url}/v2/models/model/infer`, body)
  expect(reply).toMatchObject({ status, digest, body: { error: expect.stringContaining(error) } })
})

test('other paths, models and versions, a body that is too large and the binary extension', async () => {
  const { tag } = await release()
  const url = await start({ serve: { tag }, maxBodyBytes: 1000 })
  expect(await call(`${url}/v3`)).toMatchObject({ status: 404, body: { error: 'there is no GET /v3' } })
  expect(await call(`${url}/v2/models/other`)).toMatchObject({
    status: 404,
    body: { error: 'model other is not served; model 1.0.0 is' },
  })
  expect(await call(`${url}/v2/models/model/versions/2.0.0/infer`, { inputs: inputs([1]) })).toMatchObject({
    status: 404,
    body: { error: 'version 2.0.0 of model model is not served; model 1.0.0 is' },
  })
  expect(await call(`${url}/v2/models/model/infer`, { pad: 'x'.repeat(1000) })).toMatchObject({
    status: 413,
    body: { error: 'the body is larger than 1000 bytes' },
  })
  expect((await call(`${url}/v2/models/model/infer`, '{}', { 'inference-header-content-length': '2' })).status).toBe(
    400,
  )
  expect(await call(`${url}/v2/`)).toMatchObject({ status: 200, body: { name: 'plumbline' } })
})

test('another method than the path answers', async () => {
  const { tag } = await release()
  const url = await start({ serve: { tag } })
  for (const [method, path, allow] of [
    ['PUT', '/v2/models/model/infer', 'POST'],
    ['GET', '/v2/models/model/infer', 'POST'],
    ['POST', '/v2/models/model', 'GET, HEAD'],
    ['GET', '/plumbline/load', 'POST'],
  ] as const) {
    const reply = await fetch(`${url}${path}`, { method })
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, allow])
    expect(await reply.json()).toEqual({ error: `${path} answers ${allow.split(',')[0]}, not ${method}` })
  }
})

test('what clients really send: null for what is left out, no outputs named, nested data', async () => {
  const { tag } = await release()
  const url = await start({ serve: { tag } })
  const sent = { id: null, parameters: null, outputs: null, inputs: inputs([1, 2]) }
  const nested = sent.inputs.map((tensor) => ({ ...tensor, parameters: null, data: tensor.data.map((cell) => [cell]) }))
  for (const body of [sent, { ...sent, outputs: [] }, { ...sent, inputs: nested }]) {
    expect(await call(`${url}/v2/models/model/infer`, body)).toMatchObject({
      status: 200,
      body: { outputs: [{ name: 'value', data: [2, 3] }] },
    })
  }
})

test('a body in chunks is read up to the limit', async () => {
  const { tag } = await release()
  const url = await start({ serve: { tag }, maxBodyBytes: 1000 })
  const send = async (chunks: readonly string[]) => {
    const body = ReadableStream.from(chunks.map((chunk) => Buffer.from(chunk)))
    const reply = await fetch(`${url}/v2/models/model/infer`, { method: 'POST', body, duplex: 'half' } as RequestInit)
    return { status: reply.status, body: await reply.json() }
  }
  const text = JSON.stringify({ inputs: inputs([1]) })
  expect(await send([text.slice(0, 20), text.slice(20)])).toMatchObject({ status: 200, body: { model_name: 'model' } })
  expect(await send([text, ' '.repeat(1000)])).toEqual({
    status: 413,
    body: { error: 'the body is larger than 1000 bytes' },
  })
})

test('a body that would be read as something else is refused', async () => {
  const { tag } = await release()
  const url = await start({ serve: { tag } })
  const send = async (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
    const reply = await fetch(`${url}/v2/models/model/infer`, { method: 'POST', body, headers })
    return { status: reply.status, body: await reply.json() }
  }
  expect(await send(Buffer.from(JSON.stringify({ inputs: inputs([1], ['ä']) }), 'latin1'))).toEqual({
    status: 400,
    body: { error: 'the body is not UTF-8' },
  })
  expect(await send(gzipSync('{}'), { 'content-encoding': 'gzip' })).toEqual({
    status: 415,
    body: { error: 'the body is compressed (gzip), which is not supported; send it as it is' },
  })
})

test('a package that does not know its inputs takes what it is sent', async () => {
  const registry = await fake.ctx.registry()
  const { tag } = await publish(registry, { signature: [] })
  const url = await start({ serve: { tag } })
  expect(
    await call(`${url}/v2/models/model/infer`, { inputs: [{ name: 'x', shape: [1], datatype: 'INT32', data: [4] }] }),
  ).toMatchObject({
    status: 200,
    body: { outputs: [{ data: [5] }] },
  })
})

test('a request that kills the model fails alone, and the log says why', async () => {
  const { tag } = await release({ body: 'if (row.x === 13) { console.error("unlucky"); process.exit(3) }' })
  const url = await start({ serve: { tag } })
  const all = await Promise.all(
    [1, 13, 2].map((x) => call(`${url}/v2/models/model/infer`, { id: `q${x}`, inputs: inputs([x]) })),
  )
  expect(all.map(({ status }) => status)).toEqual([200, 500, 200])
  expect(all[1]?.body).toEqual({
    error: 'model@v1.0.0 could not answer; request q13 in the log of the server says why',
  })
  expect(warnings()).toEqual([expect.stringMatching(/request q13: .*ended with exit code 3.*unlucky/s)])
  for (let i = 0; i < 3; i += 1) await call(`${url}/v2/models/model/infer`, { inputs: inputs([13]) })
  expect(await call(`${url}/v2/health/ready`)).toMatchObject({ status: 503, body: { ready: false } })
  await call(`${url}/v2/models/model/infer`, { inputs: inputs([1]) })
  expect(await call(`${url}/v2/models/model/ready`)).toMatchObject({ status: 200, body: { ready: true } })
})

test('more requests than the limit are told to come back', async () => {
  const { tag } = await release({ body: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)' })
  const url = await start({ serve: { tag }, maxRequests: 2 })
  const all = await Promise.all([1, 2, 3, 4].map((x) => call(`${url}/v2/models/model/infer`, { inputs: inputs([x]) })))
  expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 503, 503])
})

test('nothing is served until a version is loaded; loading and switching off through management', async () => {
  const one = await release()
  const two = await release({ version: '1.1.0', bias: 2 })
  const url = await start()
  expect(await call(`${url}/v2/health/ready`)).toMatchObject({ status: 503, digest: null })
  expect(await call(`${url}/v2/models/model`)).toMatchObject({
    status: 404,
    body: { error: 'model model is not served; nothing is' },
  })
  expect(await call(`${url}/plumbline/serving`)).toMatchObject({ body: { serving: null, loading: null } })
  expect(
    await call(`${url}/plumbline/load`, { tag: one.tag, manifest_digest: one.digest, if_serving: null }),
  ).toMatchObject({
    status: 200,
    digest: one.digest,
    body: {
      changed: true,
      serving: {
        tag: one.tag,
        manifest_digest: one.digest,
        version: '1.0.0',
        ready: true,
        since: '2026-01-02T03:04:05.000Z',
      },
    },
  })
  expect(await call(`${url}/plumbline/load`, { tag: one.tag })).toMatchObject({ status: 200, body: { changed: false } })
  expect(await call(`${url}/plumbline/load`, { tag: two.tag, if_serving: null })).toMatchObject({
    status: 409,
    digest: one.digest,
    body: { error: `model@v1.0.0 (${one.digest}) is served, expected was nothing` },
  })
  expect(await call(`${url}/plumbline/load`, { tag: two.tag, manifest_digest: one.digest })).toMatchObject({
    status: 422,
    digest: one.digest,
    body: { error: expect.stringContaining(`wanted is ${one.digest}`) },
  })
  expect(await call(`${url}/plumbline/load`, { tag: null, if_serving: one.digest })).toMatchObject({
    status: 200,
    digest: null,
    body: { changed: true, serving: null },
  })
})

test('a version that cannot be loaded leaves the old one serving, and nothing behind', async () => {
  const one = await release()
  const crash = await release({ version: '1.1.0', before: 'console.error("no weights"); process.exit(1)' })
  const mute = await release({ version: '1.2.0', predict: null })
  const damaged = await release({ version: '1.3.0', bias: 3 })
  const registry = await fake.ctx.registry()
  const folders: string[] = []
  const fetching: Registry = {
    ...registry,
    fetch: (tag, into, paths) => {
      folders.push(into)
      return registry.fetch(tag, into, paths)
    },
  }
  const url = await start({ serve: { tag: one.tag }, registry: fetching })
  const file = join(fake.root, '.plumbline-registry/models/model/v1.3.0/predict.mjs')
  chmodSync(file, 0o644)
  writeFileSync(file, 'changed')
  for (const [tag, message] of [
    [crash.tag, /ended with exit code 1.*no weights/s],
    [mute.tag, /has no predict contract/],
    [damaged.tag, /has been changed since it was published/],
    ['model@v9.0.0', /model@v9.0.0 is not published/],
  ] as const) {
    const reply = await call(`${url}/plumbline/load`, { tag })
    expect(reply).toMatchObject({ status: 422, digest: one.digest, body: { error: expect.stringMatching(message) } })
    expect(reply.body.error).toContain(`${tag} was not loaded, and what was served before still is`)
  }
  expect((await call(`${url}/v2/models/model/infer`, { inputs: inputs([1]) })).status).toBe(200)
  expect(folders.map((folder) => existsSync(folder))).toEqual([true, false, false, false, false])
})

test('while versions switch no request fails, and every answer is that of the version it names', async () => {
  const one = await release()
  const two = await release({ version: '1.1.0', bias: 1000 })
  const url = await start({ serve: { tag: one.tag } })
  let stop = false
  const replies: Awaited<ReturnType<typeof call>>[] = []
  const client = async () => {
    while (!stop) replies.push(await call(`${url}/v2/models/model/infer`, { inputs: inputs([1, 2]) }))
  }
  const clients = [client(), client(), client()]
  for (const { tag } of [two, one, two]) {
    expect((await call(`${url}/plumbline/load`, { tag })).status).toBe(200)
    await new Promise((go) => setTimeout(go, 100))
  }
  stop = true
  await Promise.all(clients)
  expect(replies.length).toBeGreaterThan(20)
  const data = (reply: (typeof replies)[number]) => (reply.body.outputs as { data: number[] }[])[0]?.data
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
  for (const reply of replies) expect(data(reply)).toEqual(reply.digest === one.digest ? [2, 3] : [1001, 1002])
  expect(new Set(replies.map(({ digest }) => digest))).toEqual(new Set([one.digest, two.digest]))
})

test('management asks for its token, and is closed without one when other machines reach the server', async () => {
  const { tag } = await release()
  const url = await start({ serve: { tag }, token: 'secret' })
  expect((await call(`${url}/plumbline/serving`)).status).toBe(401)
  expect((await call(`${url}/plumbline/load`, { tag }, { authorization: 'Bearer wrong' })).status).toBe(401)
  expect((await call(`${url}/plumbline/load`, { tag }, { authorization: 'Bearer secret' })).status).toBe(200)
  expect(
    (await call(`${url}/plumbline/load`, { tag }, { authorization: 'Bearer secret', 'content-type': 'text/plain' }))
      .status,
  ).toBe(415)
  expect((await call(`${url}/plumbline/load`, { tags: 1 }, { authorization: 'Bearer secret' })).status).toBe(400)
  expect((await call(`${url}/v2/health/ready`)).status).toBe(200)
  await server?.close()
  const open = await start({ host: '0.0.0.0' })
  expect(await call(`${open}/plumbline/serving`)).toMatchObject({
    status: 403,
    body: { error: 'management is closed: this server was started without a token' },
  })
})

test('management without a token is not for a page that lets its own name point to this machine', async () => {
  const url = new URL(await start())
  const status = await new Promise((got) => {
    get({ port: url.port, path: '/plumbline/serving', headers: { host: 'evil.example' } }, (reply) =>
      got(reply.resume().statusCode),
    )
  })
  expect(status).toBe(403)
})

test('every answered row is a flat line of the request log', async () => {
  const { tag, digest } = await release()
  const path = join(fake.root, 'logs', 'requests.jsonl')
  const url = await start({ serve: { tag }, requestLog: path })
  await call(`${url}/v2/models/model/infer`, { id: 'q1', inputs: inputs([1, null], ['a', 'b']) })
  await call(`${url}/v2/models/model/infer`, { inputs: [] })
  await server?.close()
  const meta = {
    plumbline_time: '2026-01-02T03:04:05.000Z',
    plumbline_request: 'q1',
    plumbline_tag: tag,
    plumbline_version: '1.0.0',
    plumbline_digest: digest,
  }
  expect(
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { ...meta, plumbline_row: 0, x: 1, s: 'a', plumbline_value: 2 },
    { ...meta, plumbline_row: 1, x: null, s: 'b', plumbline_value: -1 },
  ])
})

test('closing answers what has begun and ends the model', async () => {
  const ended = join(fake.root, 'ended')
  const { tag } = await release({
    body: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)',
    before: `import { writeFileSync } from 'node:fs'\nprocess.on('exit', () => writeFileSync(${JSON.stringify(ended)}, 'yes'))`,
  })
  const url = await start({ serve: { tag } })
  const begun = call(`${url}/v2/models/model/infer`, { inputs: inputs([1]) })
  await new Promise((go) => setTimeout(go, 100))
  await server?.close()
  expect((await begun).status).toBe(200)
  expect(readFileSync(ended, 'utf8')).toBe('yes')
  await expect(fetch(url)).rejects.toThrow()
})

test('a start that fails says why and leaves nothing running', async () => {
  await release({ before: 'process.exit(1)' })
  await expect(start({ serve: { tag: 'model@v1.0.0' } })).rejects.toThrow('ended with exit code 1')
  await expect(start({ serve: { folder: fake.root, name: 'here' } })).rejects.toThrow(
    'here is not a model package: it has no manifest.json',
  )
  await expect(start({ serve: { tag: 'model@v1.0.0' }, registry: null })).rejects.toThrow('this server has no registry')
  const busy = createServer()
  await new Promise<void>((ready) => busy.listen(0, '127.0.0.1', ready))
  const { port } = busy.address() as { port: number }
  await expect(start({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}: another program uses that port`)
  await new Promise((done) => busy.close(done))
})

test('a package in a folder', async () => {
  const { tag, digest } = await release()
  const folder = join(fake.root, 'unpacked')
  await (await fake.ctx.registry()).fetch(tag, folder)
  const url = await start({ serve: { folder, name: 'unpacked' }, registry: null })
  expect(await call(`${url}/v2/models/model/infer`, { inputs: inputs([1]) })).toMatchObject({ status: 200, digest })
})
