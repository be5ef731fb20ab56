import type { Cell } from '../data/engine/engine.js'
import { excerpt } from './normalise.js'
import type { Row, Task } from './predictor.js'

export interface OnnxOutput {
  readonly type: string
  readonly data: ArrayLike<unknown>
  readonly dims: readonly number[]
}

interface OnnxInput {
  readonly name: string
  readonly isTensor: boolean
  readonly type?: string
  readonly shape?: readonly (number | string)[]
}

type Failed = (problem: string) => Error

/**
 * Rows as the tensors a model asks for: one matrix [n, features] with the columns in their order, or one tensor [n, 1]
 * (or [n]) per named input. A missing value is NaN in tensors of floats, the empty text in tensors of text, and an
 * error in all others. `before` is the number of rows asked earlier, for messages.
 */
export function tensorsOf(
  rows: readonly Row[],
  inputs: readonly OnnxInput[],
  options: { mode: 'named' | 'matrix'; before: number },
  failed: Failed,
): (OnnxOutput & { name: string })[] {
  const columns = Object.keys(rows[0] ?? {})
  const first = inputs[0]
  if (options.mode === 'matrix') {
    if (first === undefined || inputs.length !== 1) {
      throw failed(`the model has ${inputs.length} inputs, and predict.inputs \`matrix\` feeds one; use \`named\``)
    }
    const width = first.shape?.[1]
    if (typeof width === 'number' && width > 0 && width !== columns.length) {
      throw failed(`the model asks for ${width} features, the rows have ${columns.length}: ${columns.join(', ')}`)
    }
    return [
      { name: first.name, dims: [rows.length, columns.length], ...fill(rows, columns, first, options.before, failed) },
    ]
  }
  const absent = inputs.filter(({ name }) => !columns.includes(name)).map(({ name }) => excerpt(name))
  if (absent.length > 0) throw failed(`the model asks for ${absent.join(', ')}, which the rows do not have`)
  return inputs.map((input) => ({
    name: input.name,
    dims: input.shape?.length === 1 ? [rows.length] : [rows.length, 1],
    ...fill(rows, [input.name], input, options.before, failed),
  }))
}

const INTEGERS: Readonly<Record<string, (size: number) => { [index: number]: number }>> = {
  int8: (size) => new Int8Array(size),
  uint8: (size) => new Uint8Array(size),
  int16: (size) => new Int16Array(size),
  uint16: (size) => new Uint16Array(size),
  int32: (size) => new Int32Array(size),
  uint32: (size) => new Uint32Array(size),
}

function fill(
  rows: readonly Row[],
  columns: readonly string[],
  input: OnnxInput,
  before: number,
  failed: Failed,
): { type: string; data: ArrayLike<unknown> } {
  const type = input.type ?? 'float32'
  const size = rows.length * columns.length
  const each = <T>(data: { [index: number]: T }, convert: (cell: Cell) => T | undefined) => {
    for (const [r, row] of rows.entries()) {
      for (const [c, name] of columns.entries()) {
        const value = convert(row[name] ?? null)
        if (value === undefined) {
          throw failed(
            `row ${before + r + 1}, column ${excerpt(name)}: ${describe(row[name])} cannot be given to an input of type ${type}`,
          )
        }
        data[r * columns.length + c] = value
      }
    }
    return { type, data: data as unknown as ArrayLike<unknown> }
  }
  if (type === 'float32' || type === 'float64') {
    return each(type === 'float32' ? new Float32Array(size) : new Float64Array(size), (cell) =>
      cell === null ? Number.NaN : asNumber(cell),
    )
  }
  if (type === 'string') return each<string>(new Array<string>(size), (cell) => (cell === null ? '' : String(cell)))
  if (type === 'bool')
    return each<number>(new Uint8Array(size), (cell) => (typeof cell === 'boolean' ? Number(cell) : undefined))
  const whole = (cell: Cell) => {
    const number = cell === null ? undefined : asNumber(cell)
    return Number.isInteger(number) ? number : undefined
  }
  if (type === 'int64' || type === 'uint64') {
    const data = type === 'int64' ? new BigInt64Array(size) : new BigUint64Array(size)
    return each<bigint>(data, (cell) => {
      if (typeof cell === 'bigint') return cell
      const number = whole(cell)
      return number === undefined ? undefined : BigInt(number)
    })
  }
  const integers = INTEGERS[type]
  if (integers === undefined) throw failed(`input ${excerpt(input.name)} is of type ${type}, which is not supported`)
  return each(integers(size), whole)
}

const asNumber = (cell: Cell): number | undefined =>
  typeof cell === 'string' || cell === null ? undefined : Number(cell)

const describe = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? 'a missing value' : excerpt(typeof cell === 'bigint' ? Number(cell) : cell)

/**
 * Answers, one per row, out of the output tensors. Regression: the first output of one number a row. Else floats of
 * several columns are probabilities, named by `classes` in their order (binary without `classes`: the last column is the
 * score of the positive class); the one output of floats of one column is the score; texts, integers and booleans the label.
 */
export function answersOf(
  outputs: Readonly<Record<string, OnnxOutput>>,
  n: number,
  options: { task: Task; classes: readonly string[] | null },
  failed: Failed,
): unknown[] {
  const answers = Array.from({ length: n }, (): Record<string, unknown> => ({}))
  const tensors = Object.entries(outputs).filter(([, { data, dims }]) => dims[0] === n && data.length % n === 0)
  const scores =
    options.task === 'regression'
      ? []
      : tensors.filter(([, { type, data }]) => type.startsWith('float') && data.length === n)
  if (scores.length > 1) {
    throw failed(
      `the outputs ${scores.map(([name]) => excerpt(name)).join(', ')} have one number a row each, and any could be the score; give the model one output of probabilities (scikit-learn: options={"zipmap": False})`,
    )
  }
  const set = (key: string, at: (row: number) => unknown) => {
    for (const [row, answer] of answers.entries()) answer[key] ??= at(row)
  }
  for (const [name, { type, data }] of tensors) {
    const width = data.length / n
    const isFloat = type.startsWith('float')
    if (options.task === 'regression') {
      if (width === 1) set('value', (row) => Number(data[row]))
    } else if (!isFloat) {
      if (width === 1) set('label', (row) => String(data[row]))
    } else if (width === 1) set('score', (row) => data[row])
    else if (options.classes !== null) {
      const { classes } = options
      if (classes.length !== width) {
        throw failed(`output ${excerpt(name)} has ${width} columns, predict.classes names ${classes.length} classes`)
      }
      set('probabilities', (row) => Object.fromEntries(classes.map((label, at) => [label, data[row * width + at]])))
    } else if (options.task === 'binary' && width === 2) set('score', (row) => data[row * 2 + 1])
    else if (options.task === 'multiclass') {
      throw failed(`output ${excerpt(name)} has ${width} columns; name their classes in predict.classes`)
    }
  }
  if (n > 0 && Object.keys(answers[0] ?? {}).length === 0) {
    const shapes = Object.entries(outputs).map(
      ([name, { type, dims }]) => `${excerpt(name)} ${type} [${dims.join(', ')}]`,
    )
    throw failed(`no output can be read as the answers to ${n} rows of a ${options.task} task: ${shapes.join('; ')}`)
  }
  return answers
}
