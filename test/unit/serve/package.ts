import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ModelManifest } from '../../../shared/contracts/model-manifest.js'
import type { Prediction } from '../../../shared/contracts/predict.js'
import { digestOf } from '../../../shared/core/hash.js'
import { encodeGolden } from '../../../shared/predict/golden.js'
import type { Registry } from '../../../shared/registry/registry.js'

/** A model in Node that adds `bias` to x; `body` runs before each answer, with `row` and `line` in scope. */
export const adder = (bias: number, body = '', before = ''): string => `
import { createInterface } from 'node:readline'
${before}
let line = 0
createInterface({ input: process.stdin }).on('line', (text) => {
  line += 1
  const row = JSON.parse(text)
  ${body}
  process.stdout.write(JSON.stringify({ value: row.x === null ? -1 : row.x + ${bias} }) + '\\n')
})
`

export interface PackageOptions {
  readonly version?: string
  readonly bias?: number
  readonly body?: string
  readonly before?: string
  /** Answers of the golden rows x = 0, 1, 2; null: packaged without. */
  readonly golden?: readonly number[] | null
  readonly predict?: ModelManifest['predict']
  readonly model?: string
  readonly signature?: ModelManifest['signature']['inputs']
}

/** Publishes a version `model@v<version>` that answers x + bias. Returns its tag and digest. */
export async function publish(
  registry: Registry,
  options: PackageOptions = {},
): Promise<{ tag: string; digest: string }> {
  const { version = '1.0.0', bias = 1, model = 'model' } = options
  const golden = options.golden === undefined ? [0, 1, 2].map((x) => x + bias) : options.golden
  const rows = golden?.map((_, x) => ({ x, s: 'a' })) ?? []
  const answers = (golden ?? []).map((value): Prediction => ({ label: null, score: null, probabilities: null, value }))
  const contents: Record<string, string> = {
    'predict.mjs': adder(bias, options.body, options.before),
    ...(golden === null ? {} : { 'golden.jsonl': encodeGolden(rows, answers) }),
  }
  const files = Object.entries(contents).map(([path, text]) => ({
    path,
    role: path === 'golden.jsonl' ? ('golden' as const) : ('code' as const),
    bytes: Buffer.byteLength(text),
    digest: digestOf(text),
  }))
  const manifest: ModelManifest = {
    schema: 'plumbline.model-manifest/1',
    plumblineVersion: '0.1.0',
    model,
    version,
    tag: `${model}@v${version}`,
    task: 'regression',
    description: null,
    license: null,
    previous: null,
    bump: { level: 'given', rule: 'given', evidence: [] },
    contentDigest: digestOf(JSON.stringify(files)),
    files,
    predict:
      options.predict === undefined ? { command: 'node predict.mjs', protocol: 'jsonl', timeout: 20 } : options.predict,
    signature: {
      inputs: options.signature ?? [
        { name: 'x', type: 'number', nullable: false },
        { name: 's', type: 'string', nullable: true },
      ],
      outputs: ['value'],
    },
    golden:
      golden === null ? null : { path: 'golden.jsonl', rows: 3, digest: digestOf(contents['golden.jsonl'] ?? '') },
    metrics: [],
    verdicts: [],
    overrides: [],
    lineage: { commit: null, data: [], seed: null, params: {}, command: null, code: [] },
  }
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-source-'))
  try {
    for (const [path, text] of Object.entries(contents)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    const { version: published } = await registry.publish({
      model,
      propose: async () => manifest,
      source: (path) => join(folder, path),
    })
    return { tag: published.tag, digest: published.manifestDigest }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
