import type { Prediction } from '../../../shared/contracts/predict.js'
import type { QuantileSample } from '../../../shared/stats/sample.js'
import type { FaultSink } from './faults.js'
import { type AnswerSink, placeOf, type RowFrame } from './sink.js'

export interface QuantileTruth {
  readonly frame: RowFrame
  readonly values: Float64Array
  /** Levels that every model answers, ascending. */
  readonly levels: readonly number[]
}

/** Answers of a model of quantiles. */
export class QuantileSink implements AnswerSink<QuantileTruth, QuantileSample> {
  readonly n: number
  /** By level as a number: `0.1` and `0.10` are one. */
  readonly #columns = new Map<number, Float64Array>()

  constructor(n: number) {
    this.n = n
  }

  /** Levels of some answer, ascending. */
  get levels(): number[] {
    return [...this.#columns.keys()].sort((a, b) => a - b)
  }

  put(place: number, { quantiles }: Prediction): void {
    if (quantiles === undefined) return
    for (const name of Object.keys(quantiles)) {
      const level = Number(name)
      let column = this.#columns.get(level)
      if (column === undefined) {
        column = new Float64Array(this.n).fill(Number.NaN)
        this.#columns.set(level, column)
      }
      column[place] = quantiles[name] as number
    }
  }

  sample({ frame, values: truth, levels }: QuantileTruth, faults: FaultSink, places?: Int32Array): QuantileSample {
    const values = new Float64Array(frame.n * levels.length)
    for (const [k, level] of levels.entries()) {
      const column = this.#columns.get(level)
      for (let row = 0; row < frame.n; row++) {
        const place = placeOf(row, places)
        const value = column === undefined || place < 0 ? Number.NaN : (column[place] as number)
        values[row * levels.length + k] = value
        if (Number.isNaN(value)) faults.add(`no quantile ${level}`, row, 'answer with the same quantiles on every row')
      }
    }
    return { task: 'quantile', ...frame, truth, levels, values }
  }
}

/** The levels that all models answer, and a sentence about those that only some do. */
export function commonLevels(models: readonly { readonly name: string; readonly levels: readonly number[] }[]): {
  readonly levels: readonly number[]
  readonly notes: readonly string[]
} {
  const levels = (models[0]?.levels ?? []).filter((level) => models.every((model) => model.levels.includes(level)))
  const notes = models.flatMap(({ name, levels: own }) => {
    const alone = own.filter((level) => !levels.includes(level))
    if (alone.length === 0) return []
    return [`The quantiles ${alone.join(', ')} of ${name} are not compared: not every model answers them.`]
  })
  return { levels, notes }
}
