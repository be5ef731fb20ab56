/** @jest-environment ./test/unit/predict/native-environment.mjs */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Evaluation } from '../../../shared/contracts/evaluation.js'
import { loadRuntime } from '../../../shared/predict/onnx.js'
import { LOGISTIC } from '../predict/onnx-models.js'
import { cleanUp, csv, data, gate, jsonl, problemsOf, sigmoid } from './support.js'

// More rows than one request of 500 takes.
const ROWS = data(1200, 'endpoints').map((row, i) => ({ ...row, z: (i % 7) / 4 }))
const TEST = csv(ROWS)
const DATA = { test: 'test.csv', target: 'y', id: 'id', features: ['x', 'z'] }
const EVALUATE = { baseline: 'none', rules: [{ metric: 'roc_auc', min: 0.6 }] }
const score = ({ x, z }: { x: number; z: number }) => sigmoid(2 * x - z / 2)

const gateOf = (predict: Record<string, unknown> | undefined, files: Record<string, string> = {}, evaluate = {}) =>
  gate(
    { ...EVALUATE, ...evaluate },
    { 'test.csv': TEST, ...files },
    { data: DATA, ...(predict === undefined ? {} : { predict }) },
  )

/** All that is said of a model but which files it is made of. */
function judged({ candidate, inputs, ...said }: Evaluation) {
  expect(candidate.model).toBe('model')
  expect(inputs.length).toBeGreaterThan(0)
  return said
}

let server: Server | null = null
let posts: number

/** What a server does with the POST that has a number, from 1; undefined: it answers as it should. */
type Fault = (n: number, response: ServerResponse, answers: number[]) => unknown

async function serve(fault: Fault = () => undefined): Promise<string> {
  posts = 0
  server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let text = ''
    for await (const chunk of request) text += chunk
    if (request.method !== 'POST') return void response.writeHead(404).end('{"error":"no metadata"}')
    posts += 1
    const isInfer = request.url?.endsWith('/infer')
    const answers = (isInfer ? tensorRows : frameRows)(JSON.parse(text)).map(score)
    const reply = fault(posts, response, answers)
    if (response.writableEnded || response.destroyed) return
    const given = (reply as number[] | undefined) ?? answers
    const infer = { outputs: [{ name: 'score', shape: [given.length], datatype: 'FP64', data: given }] }
    response.end(JSON.stringify(isInfer ? infer : { predictions: given }))
  })
  await new Promise<void>((ready) => server?.listen(0, '127.0.0.1', ready))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function tensorRows({ inputs }: { inputs: { name: string; data: number[] }[] }) {
  expect(inputs.map(({ name }) => name)).toEqual(['x', 'z'])
  return (inputs[0]?.data ?? []).map((x, i) => ({ x, z: inputs[1]?.data[i] as number }))
}

function frameRows({ dataframe_split: frame }: { dataframe_split: { columns: string[]; data: number[][] } }) {
  expect(frame.columns).toEqual(['x', 'z'])
  return frame.data.map(([x, z]) => ({ x: x as number, z: z as number }))
}

afterEach(async () => {
  await cleanUp()
  server?.closeAllConnections()
  await new Promise((done) => (server === null ? done(null) : server.close(done)))
  server = null
})

const PROTOCOLS = ['open-inference-v2', 'mlflow-invocations'] as const
const addressOf = (url: string, protocol: (typeof PROTOCOLS)[number]) =>
  protocol === 'mlflow-invocations' ? url : `${url}/v2/models/m`

const LINES = `
import { createInterface } from 'node:readline'
createInterface({ input: process.stdin }).on('line', (line) => {
  const row = JSON.parse(line)
  if (Object.keys(row).join() !== 'x,z') throw new Error('sees what it must not')
  console.log(1 / (1 + Math.exp(-(2 * row.x - row.z / 2))))
})`
const FILES = `
import { readFileSync, writeFileSync } from 'node:fs'
const rows = readFileSync(process.argv[2], 'utf8').trim().split('\\n').map((line) => JSON.parse(line))
writeFileSync(process.argv[3], rows.map((row) => 1 / (1 + Math.exp(-(2 * row.x - row.z / 2))) + '\\n').join(''))`
const BY_LINES = { command: 'node predict.mjs' }
const BY_FILES = { command: 'node predict.mjs {input} {output}', protocol: 'files' }

describe('the same rows give the same document whatever the way they are asked', () => {
  let wanted: ReturnType<typeof judged>
  beforeAll(async () => {
    const { document } = await gateOf(BY_LINES, { 'predict.mjs': LINES })
    wanted = judged(document)
    await cleanUp()
  })

  test('by lines: every row is judged and the rule decides', () => {
    expect(wanted).toMatchObject({ verdict: 'pass', rows: 1200, task: 'binary' })
  })

  test('by files of rows', async () => {
    expect(judged((await gateOf(BY_FILES, { 'predict.mjs': FILES })).document)).toEqual(wanted)
  })

  test.each(PROTOCOLS)('by %s', async (protocol) => {
    const { document, logged } = await gateOf({ url: addressOf(await serve(), protocol), protocol })
    expect(judged(document)).toEqual(wanted)
    expect(posts).toBe(3)
    expect(logged.filter(({ message }) => message.includes('asked again'))).toEqual([])
  })

  test('from a file of predictions', async () => {
    const answers = jsonl([...ROWS].reverse().map((row) => ({ id: row.id, score: score(row) })))
    const { document } = await gateOf(undefined, { 'p.jsonl': answers }, { predictions: 'p.jsonl' })
    expect(judged(document)).toEqual(wanted)
  })

  test.each<[string, Fault]>([
    ['429 with retry-after', (n, response) => n === 2 && response.writeHead(429, { 'retry-after': '0' }).end('{}')],
    ['503 once', (n, response) => n === 1 && response.writeHead(503).end('starting')],
    ['a connection that is cut once', (n, response) => n === 3 && response.destroy()],
  ])('an endpoint that answers with %s is asked again', async (_name, fault) => {
    for (const protocol of PROTOCOLS) {
      const url = addressOf(await serve((n, response) => void fault(n, response, [])), protocol)
      const { document, logged } = await gateOf({ url, protocol, timeout: 5 })
      expect(judged(document)).toEqual(wanted)
      expect(posts).toBe(4)
      expect(
        logged.filter(({ level, message }) => level === 'warning' && message.includes('asked again')),
      ).toHaveLength(1)
      server?.close()
    }
  })
})

describe('an endpoint that does not answer as agreed is named', () => {
  const messagesOf = async (protocol: (typeof PROTOCOLS)[number], fault: Fault, timeout = 5) => {
    const url = addressOf(await serve(fault), protocol)
    const problems = await problemsOf(gateOf({ url, protocol, timeout }))
    return problems.map(({ message, cure }) => `${message.replaceAll(url, 'URL')}${cure ? ` → ${cure}` : ''}`)
  }

  test('a wait that is longer than its time is not waited for', async () => {
    const busy: Fault = (_n, response) => response.writeHead(429, { 'retry-after': '3600' }).end('{"error":"quota"}')
    expect(await messagesOf('mlflow-invocations', busy)).toEqual([
      'URL/invocations answered with HTTP status 429 and asks to wait 3600 seconds → it is waited for at most as long as predict.timeout, 5 seconds: raise it, or let the endpoint answer more requests',
    ])
    expect(posts).toBe(1)
  })

  test('one that stays away, after four attempts', async () => {
    const away: Fault = (_n, response) => response.writeHead(503, { 'retry-after': '0' }).end('{"error":"down"}')
    expect(await messagesOf('open-inference-v2', away)).toEqual(['URL/infer answered with HTTP status 503: "down"'])
    expect(posts).toBe(4)
  })

  test('one that always cuts the connection', async () => {
    const messages = await messagesOf('mlflow-invocations', (_n, response) => response.destroy(), 60)
    expect(messages).toEqual(['POST URL/invocations: the connection was cut before the answer was complete'])
    expect(posts).toBe(4)
  })

  test('an error of its own is not tried again', async () => {
    const fails: Fault = (_n, response) => response.writeHead(500).end('{"error":"column z is unknown"}')
    expect(await messagesOf('mlflow-invocations', fails)).toEqual([
      'URL/invocations answered with HTTP status 500: "column z is unknown"',
    ])
    expect(posts).toBe(1)
  })

  test.each(PROTOCOLS)('too few and too many answers, by %s', async (protocol) => {
    expect(await messagesOf(protocol, (n, _response, answers) => (n === 2 ? answers.slice(1) : answers))).toEqual([
      'URL gave 499 answers for 500 rows',
    ])
    server?.close()
    expect(await messagesOf(protocol, (_n, _response, answers) => [...answers, 0.5])).toEqual([
      'URL gave 501 answers for 500 rows',
    ])
  })

  test('a tensor of another shape than it says', async () => {
    const wrong: Fault = (_n, response, answers) =>
      response.end(
        JSON.stringify({ outputs: [{ name: 'score', shape: [1, answers.length], datatype: 'FP64', data: answers }] }),
      )
    expect(await messagesOf('open-inference-v2', wrong)).toEqual([
      'URL/infer: output "score" of shape [1, 500] has 500 elements, expected 1 for each of 1 rows',
    ])
  })

  test('a list of lists where one number a row is agreed', async () => {
    const wrong: Fault = (_n, response, answers) =>
      response.end(JSON.stringify({ predictions: answers.map((p) => [1 - p, p]) }))
    const [message] = await messagesOf('mlflow-invocations', wrong)
    expect(message).toMatch(
      /^URL answered row 1 with the array \[0\.\d+,0\.\d+\]; give one number, one label or an object per row$/,
    )
  })

  test('a score that is no probability', async () => {
    const wrong: Fault = (_n, _response, answers) => answers.map((p, i) => (i === 7 ? 1.5 : p))
    expect(await messagesOf('open-inference-v2', wrong)).toEqual([
      'answered with a score outside 0 … 1 on 3 of 1,200 rows: r7, r507, r1007 → answer with the probability of the positive class',
    ])
  })
})

/** Only where there is a runtime; it is too large to be a dependency of every clone. */
function hasRuntime(): boolean {
  try {
    loadRuntime(process.env.PLUMBLINE_ONNXRUNTIME ?? process.cwd())
    return true
  } catch {
    return false
  }
}

const withRuntime = hasRuntime() ? describe : describe.skip

withRuntime('an ONNX file', () => {
  const files = Object.fromEntries(
    Object.entries(LOGISTIC).map(([name, text]) => [`${name}.onnx`, Buffer.from(text, 'base64')]),
  ) as unknown as Record<string, string>
  const ask = async (predict: Record<string, unknown>) => (await gateOf(predict, files)).document

  test('as one matrix, by name, and with its classes in another order: the same document', async () => {
    const wanted = judged(await ask({ onnx: 'matrix.onnx', classes: ['0', '1'] }))
    expect(wanted).toMatchObject({ verdict: 'pass', rows: 1200 })
    expect(judged(await ask({ onnx: 'named.onnx', inputs: 'named', classes: ['0', '1'] }))).toEqual(wanted)
    const reversed = judged(await ask({ onnx: 'reversed.onnx', classes: ['1', '0'] }))
    expect(reversed.metrics).toEqual(wanted.metrics)
    expect(reversed.checks).toEqual(wanted.checks)
    expect((await ask({ onnx: 'matrix.onnx' })).metrics).toEqual(wanted.metrics)
  })

  test('what it computes in single precision is what the command computes in double', async () => {
    const { document } = await gateOf(BY_LINES, { 'predict.mjs': LINES })
    const wanted = document.metrics
    const found = (await ask({ onnx: 'matrix.onnx' })).metrics
    expect(found.map(({ metric }) => metric)).toEqual(wanted.map(({ metric }) => metric))
    for (const [at, { candidate }] of found.entries()) {
      expect(candidate.value).toBeCloseTo(wanted[at]?.candidate.value as number, 5)
    }
  })

  test('classes named the wrong way round are judged the wrong way round', async () => {
    const right = await ask({ onnx: 'matrix.onnx', classes: ['0', '1'] })
    const wrong = await ask({ onnx: 'matrix.onnx', classes: ['1', '0'] })
    const auc = ({ metrics }: Evaluation) =>
      metrics.find(({ metric, slice }) => metric === 'roc_auc' && slice === null)?.candidate.value as number
    expect(auc(wrong)).toBeCloseTo(1 - auc(right), 12)
    expect(wrong.verdict).toBe('fail')
  })

  test('what it does not fit is named', async () => {
    const messages = async (predict: Record<string, unknown>, features = DATA.features) =>
      (await problemsOf(gate(EVALUATE, { 'test.csv': TEST, ...files }, { data: { ...DATA, features }, predict }))).map(
        ({ message }) => message,
      )
    expect(await messages({ onnx: 'matrix.onnx' }, ['x'])).toEqual([
      'matrix.onnx: the model asks for 2 features, the rows have 1: x',
    ])
    expect(await messages({ onnx: 'named.onnx', inputs: 'named' }, ['x'])).toEqual([
      'named.onnx: the model asks for "z", which the rows do not have',
    ])
    expect(await messages({ onnx: 'matrix.onnx', classes: ['a', 'b', 'c'] })).toEqual([
      'matrix.onnx: output "probabilities" has 2 columns, predict.classes names 3 classes',
    ])
  })
})
