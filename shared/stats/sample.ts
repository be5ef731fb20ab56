/** Rows of a two-class task; class 1 is the positive one. */
export interface BinarySample {
  readonly task: 'binary'
  readonly n: number
  readonly classes: readonly string[]
  readonly truth: Uint16Array
  readonly label: Uint16Array
  /** Probability of the positive class, in [0, 1]; null when the model gives labels only. */
  readonly score: Float64Array | null
  readonly blocks: Uint16Array
}

/** Rows of a task with several classes, as indices into `classes`. */
export interface MulticlassSample {
  readonly task: 'multiclass'
  readonly n: number
  readonly classes: readonly string[]
  readonly truth: Uint16Array
  readonly label: Uint16Array
  /** n × classes, row-major, each row summing to 1; null when the model gives labels only. */
  readonly probabilities: Float64Array | null
  readonly blocks: Uint16Array
}

export interface RegressionSample {
  readonly task: 'regression'
  readonly n: number
  readonly truth: Float64Array
  readonly value: Float64Array
  readonly blocks: Uint16Array
}

/** Truth and answers of one model on the rows that are judged. `blocks` is the bootstrap block of each row. */
export type Sample = BinarySample | MulticlassSample | RegressionSample
export type ClassSample = BinarySample | MulticlassSample
export type Task = Sample['task']

/** The sample of some rows, by index. */
export function selectRows<S extends Sample>(sample: S, rows: Uint32Array): S
export function selectRows(sample: Sample, rows: Uint32Array): Sample {
  const n = rows.length
  const blocks = rows16(sample.blocks, rows)
  if (sample.task === 'regression') {
    return { ...sample, n, blocks, truth: rows64(sample.truth, rows, 1), value: rows64(sample.value, rows, 1) }
  }
  const chosen = { n, blocks, truth: rows16(sample.truth, rows), label: rows16(sample.label, rows) }
  if (sample.task === 'binary') {
    return { ...sample, ...chosen, score: sample.score && rows64(sample.score, rows, 1) }
  }
  const { probabilities } = sample
  return { ...sample, ...chosen, probabilities: probabilities && rows64(probabilities, rows, sample.classes.length) }
}

function rows16(column: Uint16Array, rows: Uint32Array): Uint16Array {
  return Uint16Array.from(rows, (row) => column[row] as number)
}

function rows64(column: Float64Array, rows: Uint32Array, width: number): Float64Array {
  const result = new Float64Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width
    for (let k = 0; k < width; k++) result[i * width + k] = column[from + k] as number
  }
  return result
}
