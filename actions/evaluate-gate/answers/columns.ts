import type { Prediction } from '../../../shared/contracts/predict.js'
import { sharedDoubles } from '../../../shared/core/shared-numbers.js'
import type { Task } from '../../../shared/stats/sample.js'

/** Labels of rows: that of row i is `names[codes[i]]`, none where the code is -1. */
export interface Labels {
  readonly codes: Int32Array
  readonly names: readonly string[]
}

/** What a model said of each row, column by column; NaN where it did not say it. A column that nothing is said in is null. */
export interface Answers {
  readonly n: number
  /** Score of the positive class. */
  readonly score: Float64Array | null
  readonly value: Float64Array | null
  readonly label: Labels | null
  /** By class. */
  readonly probabilities: ReadonlyMap<string, Float64Array> | null
  /** Whole answers, of a task whose answers are no such columns. */
  readonly whole: readonly Prediction[] | null
}

/** Tasks whose answers are kept as columns; those of others as they are. */
const COLUMNAR: readonly Task[] = ['binary', 'multiclass', 'regression', 'ranking']

/** Collects answers row by row. */
export class AnswerColumns implements Answers {
  readonly n: number
  score: Float64Array | null = null
  value: Float64Array | null = null
  readonly whole: Prediction[] | null
  private labels: { codes: Int32Array; names: string[]; codeOf: Map<string, number> } | null = null
  private byClass: Map<string, Float64Array> | null = null

  constructor(n: number, task: Task) {
    this.n = n
    this.whole = COLUMNAR.includes(task) ? null : new Array<Prediction>(n)
  }

  /** The whole column of scores or values. */
  take(name: 'score' | 'value', column: Float64Array): void {
    this[name] = column
  }

  /** The column of scores or values, to be filled. */
  private column(name: 'score' | 'value'): Float64Array {
    this[name] ??= unsaid(this.n)
    return this[name]
  }

  get label(): Labels | null {
    return this.labels
  }

  get probabilities(): ReadonlyMap<string, Float64Array> | null {
    return this.byClass
  }

  /** Puts the first rows of others where row `at` and the rows after it are. */
  putRows(at: number, others: AnswerColumns, rows: number): void {
    const { score, value, label, probabilities, whole } = others
    if (score !== null) this.column('score').set(score.subarray(0, rows), at)
    if (value !== null) this.column('value').set(value.subarray(0, rows), at)
    for (const [name, column] of probabilities ?? []) this.columnOfClass(name).set(column.subarray(0, rows), at)
    for (let row = 0; row < rows; row++) {
      const code = label?.codes[row] ?? -1
      if (code >= 0) this.putLabel(at + row, label?.names[code] as string)
      if (this.whole !== null) this.whole[at + row] = whole?.[row] as Prediction
    }
  }

  put(row: number, prediction: Prediction): void {
    if (this.whole !== null) {
      this.whole[row] = prediction
      return
    }
    const { score, value, label, probabilities } = prediction
    if (score !== null) this.column('score')[row] = score
    if (value !== null) this.column('value')[row] = value
    if (label !== null) this.putLabel(row, label)
    if (probabilities !== null) {
      this.byClass ??= new Map()
      for (const name of Object.keys(probabilities)) this.columnOfClass(name)[row] = probabilities[name] as number
    }
  }

  private columnOfClass(name: string): Float64Array {
    this.byClass ??= new Map()
    let column = this.byClass.get(name)
    if (column === undefined) {
      column = unsaid(this.n)
      this.byClass.set(name, column)
    }
    return column
  }

  private putLabel(row: number, label: string): void {
    this.labels ??= { codes: new Int32Array(this.n).fill(-1), names: [], codeOf: new Map() }
    let code = this.labels.codeOf.get(label)
    if (code === undefined) {
      code = this.labels.names.push(label) - 1
      this.labels.codeOf.set(label, code)
    }
    this.labels.codes[row] = code
  }
}

function unsaid(n: number): Float64Array {
  return sharedDoubles(n).fill(Number.NaN)
}

/** The answers of some rows, by index; with null those of all, as they are. */
export function answersOf(answers: Answers, rows: Int32Array | null): Answers {
  if (rows === null) return answers
  const numbers = (column: Float64Array | null) => {
    if (column === null) return null
    const result = sharedDoubles(rows.length)
    for (let i = 0; i < rows.length; i++) result[i] = column[rows[i] as number] as number
    return result
  }
  const { label, probabilities, whole } = answers
  return {
    n: rows.length,
    score: numbers(answers.score),
    value: numbers(answers.value),
    label: label && { codes: rows.map((row) => label.codes[row] as number), names: label.names },
    probabilities:
      probabilities && new Map([...probabilities].map(([name, column]) => [name, numbers(column) as Float64Array])),
    whole: whole && Array.from(rows, (row) => whole[row] as Prediction),
  }
}

/** What a model said of a row, without what it did not say. */
export function answerOf({ score, value, label, probabilities, whole }: Answers, row: number): Record<string, unknown> {
  if (whole !== null) return withoutNulls(whole[row] as object)
  const answer: Record<string, unknown> = {}
  if (score !== null && !Number.isNaN(score[row])) answer.score = score[row]
  if (value !== null && !Number.isNaN(value[row])) answer.value = value[row]
  const code = label?.codes[row] ?? -1
  if (code >= 0) answer.label = label?.names[code]
  if (probabilities !== null) {
    const ofClasses = [...probabilities].flatMap(([name, column]) =>
      Number.isNaN(column[row]) ? [] : [[name, column[row]] as const],
    )
    if (ofClasses.length > 0) answer.probabilities = Object.fromEntries(ofClasses)
  }
  return answer
}

function withoutNulls(answer: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== null))
}
