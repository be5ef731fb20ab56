import * as z from 'zod'
import type { Cell } from '../data/engine/engine.js'
import { excerpt } from './normalise.js'
import type { Row } from './predictor.js'
import { cellJson } from './rows.js'

/** Datatypes of the Open Inference Protocol v2 for tensors of numbers; the others are BOOL and BYTES. */
export const INTEGER_TYPES = ['INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64'] as const
export const FLOAT_TYPES = ['FP16', 'FP32', 'FP64'] as const
export const DATATYPES = ['BOOL', ...INTEGER_TYPES, ...FLOAT_TYPES, 'BYTES'] as const
export type Datatype = (typeof DATATYPES)[number]

export interface ModelInput {
  readonly name: string
  readonly datatype: string
  readonly shape: readonly number[]
}

const Tensor = z.looseObject({
  name: z.string(),
  shape: z.array(z.number()),
  datatype: z.string(),
  data: z.array(z.unknown()),
  parameters: z.record(z.string(), z.unknown()).optional(),
})
const InferReply = z.looseObject({ outputs: z.array(Tensor).min(1) })
const Metadata = z.looseObject({
  inputs: z.array(z.looseObject({ name: z.string(), datatype: z.string(), shape: z.array(z.number()) })).min(1),
})

/** Inputs that an endpoint declares in its model metadata, or null when it declares none. */
export function readMetadata(body: unknown): ModelInput[] | null {
  const parsed = Metadata.safeParse(body)
  return parsed.success ? parsed.data.inputs : null
}

/**
 * Body of an inference request: one tensor of one value per row for each input. Missing values are `null` in the data,
 * which the protocol does not foresee but Plumbline's own server understands.
 */
export function inferBody(
  rows: readonly Row[],
  inputs: readonly ModelInput[] | null,
  error: (problem: string) => Error,
): string {
  const columns = Object.keys(rows[0] ?? {})
  const absent = inputs?.filter((input) => !columns.includes(input.name)).map((input) => input.name) ?? []
  if (absent.length > 0) {
    throw error(`the model asks for ${absent.map((name) => excerpt(name)).join(', ')}, which the rows do not have`)
  }
  const tensors = (inputs ?? columns.map((name) => ({ name, shape: [-1, 1], datatype: datatypeOf(rows, name) }))).map(
    (input) => {
      const shape = input.shape.length > 1 ? `[${rows.length},1]` : `[${rows.length}]`
      const data = rows.map((row) =>
        input.datatype === 'BYTES' ? textJson(row[input.name]) : cellJson(row[input.name]),
      )
      return `{"name":${JSON.stringify(input.name)},"shape":${shape},"datatype":${JSON.stringify(input.datatype)},"data":[${data.join(',')}]}`
    },
  )
  return `{"inputs":[${tensors.join(',')}]}`
}

const textJson = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? 'null' : JSON.stringify(String(cell))

/** The narrowest datatype that holds every value of a column. */
function datatypeOf(rows: readonly Row[], name: string): Datatype {
  let type: Datatype | null = null
  for (const row of rows) {
    const cell = row[name]
    if (cell === null || cell === undefined) continue
    const own = datatypeOfCell(cell)
    if (type === null || type === own) type = own
    else if (type !== 'BOOL' && type !== 'BYTES' && own !== 'BOOL' && own !== 'BYTES') type = 'FP64'
    else return 'BYTES'
  }
  return type ?? 'FP64'
}

function datatypeOfCell(cell: NonNullable<Cell>): Datatype {
  if (typeof cell === 'boolean') return 'BOOL'
  if (typeof cell === 'string') return 'BYTES'
  return typeof cell === 'bigint' || Number.isInteger(cell) ? 'INT64' : 'FP64'
}

/** Outputs that make an answer, and what their columns are named by when they have several. */
const OUTPUTS: ReadonlyMap<string, 'classes' | 'levels' | null> = new Map([
  ['label', null],
  ['score', null],
  ['value', null],
  ['labels', null],
  ['text', null],
  ['probabilities', 'classes'],
  ['quantiles', 'levels'],
])

/**
 * Answers, one per row, out of the output tensors: those named `label`, `score`, `value`, `text`, `labels` (a JSON list a row),
 * `probabilities` (shape [n, classes], class names as a JSON list in `parameters.classes`) and `quantiles` (likewise, with
 * `parameters.levels`) make objects; else a single output of one element a row.
 */
export function readInfer(reply: unknown, error: (problem: string) => Error): unknown[] {
  const parsed = InferReply.safeParse(reply)
  if (!parsed.success) throw error(`the answer has no output tensors: ${excerpt(reply)}`)
  const outputs = parsed.data.outputs
  const known = outputs.filter(({ name }) => OUTPUTS.has(name))
  const first = known[0] ?? outputs[0]
  if (first === undefined || (known.length === 0 && outputs.length > 1)) {
    throw error(
      `it has the outputs ${outputs.map(({ name }) => excerpt(name)).join(', ')}; expected label, score, value, probabilities, labels, quantiles or text, or a single output`,
    )
  }
  const n = first.shape[0] ?? 0
  if (known.length === 0) return elements(first, n, 1, error).map((element) => element[0])
  const answers = Array.from({ length: n }, (): Record<string, unknown> => ({}))
  for (const output of known) {
    const parameter = OUTPUTS.get(output.name) ?? null
    const names = parameter === null ? null : namesOf(output, parameter, error)
    const rows = elements(output, n, names?.length ?? 1, error)
    for (const [index, answer] of answers.entries()) {
      const values = rows[index] ?? []
      if (names !== null) {
        const given = names.map((name, at) => [name, values[at]] as const).filter(([, value]) => value !== null)
        if (given.length > 0) answer[output.name] = Object.fromEntries(given)
      } else answer[output.name] = output.name === 'labels' ? listOf(values[0], error) : values[0]
    }
  }
  return answers
}

/** The labels of a row; a row without an answer has none. */
function listOf(element: unknown, error: (problem: string) => Error): unknown {
  if (element === null) return null
  try {
    return z.array(z.unknown()).parse(JSON.parse(String(element)))
  } catch {
    throw error(`output "labels" has ${excerpt(element)}, which is no JSON list of labels`)
  }
}

/** Data of a tensor, flat or nested, as `n` rows of `width` elements. */
function elements(
  tensor: z.output<typeof Tensor>,
  n: number,
  width: number,
  error: (problem: string) => Error,
): unknown[][] {
  const flat = tensor.data.flat(Number.POSITIVE_INFINITY) as unknown[]
  if (flat.length !== n * width || tensor.shape[0] !== n) {
    throw error(
      `output ${excerpt(tensor.name)} of shape [${tensor.shape.join(', ')}] has ${flat.length} elements, expected ${width} for each of ${n} rows`,
    )
  }
  return Array.from({ length: n }, (_, row) => flat.slice(row * width, (row + 1) * width))
}

function namesOf(
  { name, parameters }: z.output<typeof Tensor>,
  parameter: 'classes' | 'levels',
  error: (problem: string) => Error,
): string[] {
  try {
    return z
      .array(z.union([z.string(), z.number()]).transform(String))
      .min(1)
      .parse(JSON.parse(String(parameters?.[parameter])))
  } catch {
    throw error(`output "${name}" does not name its ${parameter} as a JSON list in parameters.${parameter}`)
  }
}
