import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Row, Task } from '../../../shared/predict/predictor.js'
import { openUrl } from '../../../shared/predict/url.js'

let server: Server
let asked: { method: string; url: string; body: unknown }[]
type Reply = (
  url: string,
  body: { inputs: { data: unknown[] }[] } & { dataframe_split: { data: unknown[] } },
) => unknown

async function serve(reply: Reply | ((response: ServerResponse) => void)): Promise<string> {
  asked = []
  server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const body = text === '' ? null : JSON.parse(text)
    asked.push({ method: request.method ?? '', url: request.url ?? '', body })
    if (reply.length === 1) return (reply as (response: ServerResponse) => void)(response)
    const answer = (reply as Reply)(request.url ?? '', body)
    response
      .writeHead(answer === undefined ? 404 : 200)
      .end(answer === undefined ? 'not found' : JSON.stringify(answer))
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((done) => server?.close(done))
})

const v2 = (url: string, rows: readonly Row[], task: Task = 'binary', timeout = 5) =>
  openUrl({ url, protocol: 'open-inference-v2', timeout }, { task }).predict(rows)

test('Open Inference Protocol: tensors by what the rows look like when the model declares nothing', async () => {
  const url = await serve((path, body) =>
    path.endsWith('/infer')
      ? { model_name: 'm', outputs: [{ name: 'predict', shape: [2, 1], datatype: 'FP32', data: body.inputs[0]?.data }] }
      : undefined,
  )
  const rows = [
    { i: 1, f: 0.5, b: true, s: 'a', mixed: 1 },
    { i: 2, f: null, b: null, s: 'b', mixed: 'x' },
  ]
  expect((await v2(`${url}/v2/models/m/`, rows)).map(({ score }) => score)).toEqual([1, 2])
  expect(asked).toEqual([
    { method: 'GET', url: '/v2/models/m', body: null },
    {
      method: 'POST',
      url: '/v2/models/m/infer',
      body: {
        inputs: [
          { name: 'i', shape: [2, 1], datatype: 'INT64', data: [1, 2] },
          { name: 'f', shape: [2, 1], datatype: 'FP64', data: [0.5, null] },
          { name: 'b', shape: [2, 1], datatype: 'BOOL', data: [true, null] },
          { name: 's', shape: [2, 1], datatype: 'BYTES', data: ['a', 'b'] },
          { name: 'mixed', shape: [2, 1], datatype: 'BYTES', data: ['1', 'x'] },
        ],
      },
    },
  ])
})

test('Open Inference Protocol: declared inputs decide, and named outputs become one prediction', async () => {
  const url = await serve((path, _body) =>
    path.endsWith('/infer')
      ? {
          outputs: [
            { name: 'label', shape: [1], datatype: 'BYTES', data: ['a'] },
            {
              name: 'probabilities',
              shape: [1, 2],
              datatype: 'FP64',
              data: [[0.25, 0.75]],
              parameters: { classes: '["a","b"]' },
            },
          ],
        }
      : { inputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }] },
  )
  expect(await v2(`${url}/v2/models/m`, [{ x: 1, y: 2 }], 'multiclass')).toEqual([
    { label: 'a', score: null, probabilities: { a: 0.25, b: 0.75 }, value: null },
  ])
  expect(asked[1]?.body).toEqual({ inputs: [{ name: 'y', shape: [1], datatype: 'FP32', data: [2] }] })
  await expect(v2(`${url}/v2/models/m`, [{ x: 1 }])).rejects.toThrow(
    'the model asks for "y", which the rows do not have',
  )
})

test('rows are asked in batches of 500', async () => {
  const url = await serve((path, body) => {
    const data = body?.inputs[0]?.data ?? []
    return path.endsWith('/infer')
      ? { outputs: [{ name: 'y', shape: [data.length], datatype: 'FP64', data }] }
      : undefined
  })
  const rows = Array.from({ length: 1201 }, (_, x) => ({ x }))
  expect((await v2(url, rows, 'regression')).map(({ value }) => value)).toEqual(rows.map(({ x }) => x))
  expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(3)
})

test('MLflow invocations', async () => {
  const url = await serve((_, body) => ({ predictions: body.dataframe_split.data.map((row) => (row as unknown[])[0]) }))
  const predictor = openUrl({ url, protocol: 'mlflow-invocations', timeout: 5 }, { task: 'regression' })
  expect(
    (
      await predictor.predict([
        { x: 1, s: 'a' },
        { s: null, x: 2.5 },
      ])
    ).map(({ value }) => value),
  ).toEqual([1, 2.5])
  expect(asked).toEqual([
    {
      method: 'POST',
      url: '/invocations',
      body: {
        dataframe_split: {
          columns: ['x', 's'],
          data: [
            [1, 'a'],
            [2.5, null],
          ],
        },
      },
    },
  ])
})

test.each<[string, unknown, string]>([
  ['no outputs', {}, 'the answer has no output tensors: {}'],
  [
    'two unknown outputs',
    { outputs: ['a', 'b'].map((name) => ({ name, shape: [1], datatype: 'FP32', data: [1] })) },
    'it has the outputs "a", "b"; expected label, score, value, probabilities, labels, quantiles or text, or a single output',
  ],
  [
    'too few elements',
    { outputs: [{ name: 'y', shape: [1, 2], datatype: 'FP32', data: [1, 2] }] },
    'output "y" of shape [1, 2] has 2 elements, expected 1 for each of 1 rows',
  ],
  [
    'too many rows',
    { outputs: [{ name: 'y', shape: [2], datatype: 'FP32', data: [1, 2] }] },
    'gave 2 answers for 1 rows',
  ],
  [
    'null',
    { outputs: [{ name: 'y', shape: [1], datatype: 'FP32', data: [null] }] },
    'answered row 1 with null, which is no prediction',
  ],
  [
    'classes without names',
    { outputs: [{ name: 'probabilities', shape: [1, 2], datatype: 'FP32', data: [0, 1] }] },
    'does not name its classes',
  ],
])('an answer with %s is named', async (_, reply, message) => {
  const url = await serve((path, _body) => (path.endsWith('/infer') ? reply : undefined))
  await expect(v2(url, [{ x: 1 }])).rejects.toThrow(message)
})

test('errors of the endpoint are passed on', async () => {
  const url = await serve((response: ServerResponse) => void response.writeHead(500).end('{"error":"out of memory"}'))
  await expect(v2(`${url}/m`, [{ x: 1 }])).rejects.toThrow(
    `${url}/m/infer answered with HTTP status 500: "out of memory"`,
  )
})

test('an answer that is not JSON', async () => {
  const url = await serve((response: ServerResponse) => void response.end('<html>'))
  await expect(v2(url, [{ x: 1 }])).rejects.toThrow('the answer is not JSON: "<html>"')
})

test('a slow, a cut and an absent endpoint', async () => {
  const slow = await serve((_: ServerResponse) => undefined)
  await expect(v2(slow, [{ x: 1 }], 'binary', 0.2)).rejects.toThrow('no answer within 0.2 seconds')
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  await expect(v2(slow, [{ x: 1 }])).rejects.toThrow(`GET ${slow}: nothing listens there (connection refused)`)
  const cut = await serve((response: ServerResponse) => void response.destroy())
  await expect(v2(cut, [{ x: 1 }])).rejects.toThrow('the connection was cut before the answer was complete')
})
