import type { Prediction } from '../../../shared/contracts/predict.js'
import type { Task } from '../../../shared/stats/sample.js'
import { AnswerColumns } from './columns.js'

/** Answers of one part: an object for each row of a large file would take several times the memory of its columns. */
const ROWS = 1 << 16

/** Collects answers of which nobody knows yet how many there are. */
export class AnswerCollector {
  readonly #task: Task
  readonly #parts: AnswerColumns[] = []
  #n = 0

  constructor(task: Task) {
    this.#task = task
  }

  add(prediction: Prediction): void {
    const row = this.#n % ROWS
    if (row === 0) this.#parts.push(new AnswerColumns(ROWS, this.#task))
    this.#parts[this.#parts.length - 1]?.put(row, prediction)
    this.#n += 1
  }

  /** All of them, in the order in which they came. */
  columns(): AnswerColumns {
    const all = new AnswerColumns(this.#n, this.#task)
    for (const [k, part] of this.#parts.entries()) all.putRows(k * ROWS, part, Math.min(ROWS, this.#n - k * ROWS))
    return all
  }
}
