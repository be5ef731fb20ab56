import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { evaluateGate } from '../../../actions/evaluate-gate/action.js'
import { Evaluation } from '../../../shared/contracts/evaluation.js'
import { ModelManifest } from '../../../shared/contracts/model-manifest.js'
import { UserError } from '../../../shared/core/errors.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { sampleManifest } from '../../support/sample-package.js'

let current: FakeContext | null = null

/** Takes the workspace of the last gate away. */
export async function cleanUp(): Promise<void> {
  await current?.cleanup()
  current = null
}

/** Rows with a signal x, a group, and a label that follows x. */
export function data(n: number, seed = 'rows') {
  const random = seededRandom(seed)
  return Array.from({ length: n }, (_, i) => {
    const x = random.normal()
    const group = ['north', 'south', 'tiny'][i % 50 === 0 ? 2 : i % 2] as string
    return { id: `r${i}`, x: Number(x.toFixed(4)), group, y: Number(random.uniform() < 1 / (1 + Math.exp(-2 * x))) }
  })
}

export type Rows = ReturnType<typeof data>
export const csv = (rows: readonly Record<string, unknown>[]) =>
  [
    Object.keys(rows[0] ?? { id: 0, x: 0, group: 0, y: 0 }).join(','),
    ...rows.map((row) => Object.values(row).join(',')),
  ].join('\n')
export const jsonl = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n')
export const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
export const scores = (rows: Rows, score: (row: Rows[number]) => number) =>
  jsonl(rows.map((row) => ({ id: row.id, score: score(row) })))

export const GOOD = (row: Rows[number]) => sigmoid(2 * row.x)
/** As good in the north, timid in the south. */
export const SOUTH_BROKEN = (row: Rows[number]) => sigmoid(2 * row.x - (row.group === 'south' ? 1.5 : 0))

export const DATA = { test: 'test.csv', target: 'y', id: 'id' }

export async function gate(
  evaluate: Record<string, unknown>,
  files: Record<string, string>,
  config: Record<string, unknown> = {},
  prepare?: (fake: FakeContext) => Promise<void>,
) {
  await cleanUp()
  current = await fakeContext({
    files,
    config: { data: DATA, evaluate, ...config },
    configPlace: (keys) => ({ file: 'plumbline.yml', line: 10 + Number(keys[2] ?? 0) }),
  })
  await prepare?.(current)
  return run(current)
}

async function run(current: FakeContext) {
  const outcome = await evaluateGate.run({} as never, current.ctx)
  const read = (name: string) => readFile(join(current.root, '.plumbline', name), 'utf8')
  const document = Evaluation.parse(JSON.parse(await read('evaluation.json')))
  const { logged, root } = current
  return { outcome, document, logged, root, markdown: await read('evaluation.md'), html: await read('evaluation.html') }
}

export const byRule = (document: Evaluation, rule: string) => document.checks.filter((check) => check.rule === rule)

export async function problemsOf(body: Promise<unknown>) {
  const error = await body.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof UserError)) throw error ?? new Error('nothing was thrown')
  return error.problems
}

export const PREDICT = (weight: number) => `
import { createInterface } from 'node:readline'
createInterface({ input: process.stdin }).on('line', (line) => {
  const row = JSON.parse(line)
  if ('y' in row || 'id' in row) throw new Error('sees what it must not')
  console.log(1 / (1 + Math.exp(-${weight} * row.x)))
})`

export async function publish(
  fake: FakeContext,
  version: string,
  script: string,
  more: Partial<ModelManifest> = {},
  files: Readonly<Record<string, Uint8Array>> = {},
) {
  const registry = await fake.ctx.registry()
  const manifest = ModelManifest.parse({
    ...sampleManifest('model', version, { 'predict.mjs': script, ...files }),
    predict: { command: 'node predict.mjs' },
    ...more,
  })
  const contents: Readonly<Record<string, string | Uint8Array>> = { 'predict.mjs': script, ...files }
  for (const [path, content] of Object.entries(contents)) await fake.ctx.files.write(`made-${version}/${path}`, content)
  const source = (path: string) => join(fake.root, `made-${version}`, path)
  await registry.publish({ model: 'model', source, propose: async () => manifest })
  const published = await registry.manifest(manifest.tag)
  return { tag: manifest.tag, manifestDigest: published?.digest as string }
}

export async function deployed(
  fake: FakeContext,
  version: string,
  script: string,
  more: Partial<ModelManifest> = {},
  files: Readonly<Record<string, Uint8Array>> = {},
) {
  const ref = await publish(fake, version, script, more, files)
  const registry = await fake.ctx.registry()
  await registry.recordDeployment({
    environment: 'production',
    ...ref,
    action: 'deploy',
    state: 'success',
    at: '2026-01-01T00:00:00.000Z',
    reason: null,
  })
}
