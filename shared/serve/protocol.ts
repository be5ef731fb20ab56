import * as z from 'zod'
import type { ColumnType } from '../contracts/data-contract.js'
import type { ModelManifest } from '../contracts/model-manifest.js'
import type { Prediction } from '../contracts/predict.js'
import type { Cell } from '../data/engine/engine.js'
import { excerpt } from '../predict/normalise.js'
import { DATATYPES, type Datatype, FLOAT_TYPES, INTEGER_TYPES } from '../predict/open-inference.js'
import type { Row } from '../predict/predictor.js'

/** Rows of one inference request at most. */
const MAX_ROWS = 10_000

// Clients generated from the protocol's types write null for what they leave out.
const Parameters = z.record(z.string(), z.unknown()).nullish()

const InferRequest = z.looseObject({
  id: z.string().max(200).nullish(),
  parameters: Parameters,
  inputs: z
    .array(
      z.looseObject({
        name: z.string(),
        shape: z.array(z.int().min(0)).min(1),
        datatype: z.enum(DATATYPES),
        data: z.array(z.unknown()),
        parameters: Parameters,
      }),
    )
    .min(1),
  outputs: z.array(z.looseObject({ name: z.string() })).nullish(),
})
type Tensor = z.output<typeof InferRequest>['inputs'][number]

interface Feature {
  readonly name: string
  readonly type?: ColumnType
}

export interface Question {
  readonly id: string | null
  readonly rows: readonly Row[]
  /** Names of the outputs asked for; null: all. */
  readonly outputs: readonly string[] | null
}

const DATATYPE_OF: Readonly<Record<ColumnType, Datatype>> = {
  integer: 'INT64',
  number: 'FP64',
  boolean: 'BOOL',
  date: 'BYTES',
  timestamp: 'BYTES',
  string: 'BYTES',
}

/** Datatypes that a feature may be sent as. Whole numbers may come as floats, as many clients send all numbers. */
function acceptedFor(type: ColumnType | undefined): readonly string[] {
  if (type === undefined) return DATATYPES
  if (type === 'integer' || type === 'number') return [...INTEGER_TYPES, ...FLOAT_TYPES]
  return [DATATYPE_OF[type]]
}

/**
 * Rows of an inference request: a tensor of shape [n] or [n, 1] for each feature of the model, `null` for a missing
 * value. All mistakes come back at once.
 */
export function readQuestion(
  body: unknown,
  manifest: Pick<ModelManifest, 'signature' | 'tag'>,
): Question | { problems: string[] } {
  const parsed = InferRequest.safeParse(body)
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`) }
  }
  const { inputs, id = null } = parsed.data
  const outputs = parsed.data.outputs ?? []
  // A package that does not know its inputs takes what it is sent.
  const features: readonly Feature[] = manifest.signature.inputs.length > 0 ? manifest.signature.inputs : inputs
  const tensors = new Map(inputs.map((tensor) => [tensor.name, tensor]))
  const n = inputs[0]?.shape[0] ?? 0
  const absent = features.filter(({ name }) => !tensors.has(name)).map(({ name }) => excerpt(name))
  const unknown = inputs
    .filter(({ name }) => !features.some((feature) => feature.name === name))
    .map(({ name }) => excerpt(name))
  const problems = [
    ...(absent.length > 0 ? [`inputs missing: ${absent.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`inputs that ${manifest.tag} does not have: ${unknown.join(', ')}`] : []),
    ...(tensors.size < inputs.length ? ['an input is given twice'] : []),
    ...(n < 1 || n > MAX_ROWS ? [`${n} rows; 1 to ${MAX_ROWS} can be asked at once`] : []),
  ]
  const columns = new Map<string, readonly Cell[]>()
  for (const { name, type } of features) {
    const tensor = tensors.get(name)
    if (tensor === undefined) continue
    const column = readColumn(tensor, type, n)
    if ('problem' in column) problems.push(`input ${excerpt(name)}: ${column.problem}`)
    else columns.set(name, column.cells)
  }
  if (problems.length > 0) return { problems }
  const rows = Array.from({ length: n }, (_, at) =>
    Object.fromEntries([...columns].map(([name, cells]) => [name, cells[at] ?? null])),
  )
  return { id, rows, outputs: outputs.length > 0 ? outputs.map(({ name }) => name) : null }
}

function readColumn(tensor: Tensor, type: ColumnType | undefined, n: number): { cells: Cell[] } | { problem: string } {
  const accepted = acceptedFor(type)
  if (!accepted.includes(tensor.datatype)) {
    return { problem: `datatype ${tensor.datatype}, expected ${accepted.join(', ')}` }
  }
  const [rows, width, ...more] = tensor.shape
  if (rows !== n || (width ?? 1) !== 1 || more.length > 0) {
    return { problem: `shape [${tensor.shape.join(', ')}], expected [${n}] or [${n}, 1]` }
  }
  // Nested as in the shape, or flat.
  const data = tensor.data.flat()
  if (data.some(Array.isArray)) return { problem: `data nested deeper than [${n}, 1]` }
  if (data.length !== n) return { problem: `${data.length} elements, expected ${n}` }
  const wrong = data.find((value) => value !== null && !fits(value, tensor.datatype))
  if (wrong !== undefined) return { problem: `${excerpt(wrong)} is not of datatype ${tensor.datatype}` }
  const broken = type === 'integer' ? data.find((value) => value !== null && !Number.isInteger(value)) : undefined
  if (broken !== undefined) return { problem: `${excerpt(broken)} is not a whole number` }
  return { cells: data as Cell[] }
}

function fits(value: unknown, datatype: Datatype): boolean {
  if (datatype === 'BOOL') return typeof value === 'boolean'
  if (datatype === 'BYTES') return typeof value === 'string'
  return (FLOAT_TYPES as readonly string[]).includes(datatype) ? Number.isFinite(value) : Number.isInteger(value)
}

export interface OutputTensor {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  readonly parameters?: Readonly<Record<string, string>>
  readonly data: readonly Cell[]
}

/**
 * Output tensors for the parts of the predictions that the model gave, as `readInfer` reads them back: `label`, `score`, `value`,
 * `text`; `probabilities` and `quantiles`, a column for each class or level (named in the parameters); `labels`, a JSON list a row.
 */
export function outputsOf(predictions: readonly Prediction[]): OutputTensor[] {
  const n = predictions.length
  const tensors: OutputTensor[] = []
  const add = (name: string, datatype: Datatype, data: readonly Cell[]) => {
    if (data.some((cell) => cell !== null)) tensors.push({ name, datatype, shape: [n], data })
  }
  const addParts = (name: 'probabilities' | 'quantiles', parameter: 'classes' | 'levels') => {
    const parts = predictions.map((prediction) => new Map(Object.entries(prediction[name] ?? {})))
    const names = [...new Set(parts.flatMap((part) => [...part.keys()]))]
    if (names.length === 0) return
    const data = parts.flatMap((part) => names.map((own) => part.get(own) ?? null))
    const parameters = { [parameter]: JSON.stringify(names) }
    tensors.push({ name, datatype: 'FP64', shape: [n, names.length], parameters, data })
  }
  const column = <T>(cell: (prediction: Prediction) => T) => predictions.map(cell)
  add(
    'label',
    'BYTES',
    column(({ label }) => label),
  )
  add(
    'score',
    'FP64',
    column(({ score }) => score),
  )
  addParts('probabilities', 'classes')
  add(
    'value',
    'FP64',
    column(({ value }) => value),
  )
  add(
    'labels',
    'BYTES',
    column(({ labels }) => (labels === undefined ? null : JSON.stringify(labels))),
  )
  addParts('quantiles', 'levels')
  add(
    'text',
    'BYTES',
    column(({ text }) => text ?? null),
  )
  return tensors
}

/** The model's description as the protocol wants it, with its identity under `parameters`. */
export function metadataOf(manifest: ModelManifest, digest: string): object {
  return {
    name: manifest.model,
    versions: [manifest.version],
    platform: 'plumbline',
    inputs: manifest.signature.inputs.map(({ name, type }) => ({ name, datatype: DATATYPE_OF[type], shape: [-1, 1] })),
    outputs: outputMetadata(manifest.signature.outputs),
    parameters: { tag: manifest.tag, manifest_digest: digest },
  }
}

const TEXT_OUTPUTS = ['label', 'labels', 'text']

/** `probabilities.<class>` and `quantiles.<level>` of the signature are the columns of one tensor each. */
function outputMetadata(names: readonly string[]): object[] {
  const parts = ['probabilities', 'quantiles'].map((name) => ({
    name,
    own: names.filter((output) => output.startsWith(`${name}.`)),
  }))
  return [
    ...names
      .filter((name) => !parts.some(({ own }) => own.includes(name)))
      .map((name) => ({ name, datatype: TEXT_OUTPUTS.includes(name) ? 'BYTES' : 'FP64', shape: [-1] })),
    ...parts
      .filter(({ own }) => own.length > 0)
      .map(({ name, own }) => ({ name, datatype: 'FP64', shape: [-1, own.length] })),
  ]
}
