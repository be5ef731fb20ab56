import type { Prediction } from '../../shared/contracts/predict.js'
import { type Problem, problemsError } from '../../shared/core/errors.js'
import { shortList } from '../../shared/report/format.js'
import type { Sample } from '../../shared/stats/sample.js'
import { classNamed, classText, type Question } from './question.js'

/** A prediction that names its row. */
export interface NamedPrediction {
  readonly id: string
  readonly prediction: Prediction
}

export interface Joined {
  /** One per row of the question, in its order. */
  readonly predictions: readonly Prediction[]
  /** Predictions for rows that are not judged. */
  readonly unused: number
}

/** Puts predictions to their rows by id. Throws one UserError for duplicates and rows without a prediction. */
export function joinById(question: Question, given: readonly NamedPrediction[], source: string): Joined {
  const problems: Problem[] = []
  if (question.id === null) {
    problems.push({
      where: 'data.id',
      message: `is missing, and the predictions of ${source} can only be joined by id, never by the order of rows`,
      cure: 'name the column that identifies a row, in the test data and in the predictions',
    })
    throw problemsError(`The predictions of ${source} cannot be used.`, problems)
  }
  const byId = new Map<string, Prediction>()
  const twice = new Set<string>()
  for (const { id, prediction } of given) {
    if (byId.has(id)) twice.add(id)
    byId.set(id, prediction)
  }
  if (twice.size > 0) {
    problems.push({
      where: source,
      message: `${twice.size} ids have more than one prediction: ${shortList([...twice])}`,
      cure: 'write one prediction per row',
    })
  }
  const missing = question.names.filter((name) => !byId.has(name))
  if (missing.length > 0) {
    problems.push({
      where: source,
      message: `${missing.length} of ${question.names.length} test rows have no prediction: ${shortList(missing)}`,
      cure: 'predict every row of data.test, and write its id beside the prediction',
    })
  }
  if (problems.length > 0) throw problemsError(`The predictions of ${source} cannot be used.`, problems)
  return {
    predictions: question.names.map((name) => byId.get(name) as Prediction),
    unused: byId.size - question.names.length,
  }
}

/** Classes that the probabilities of a model name. */
export function classesOfPredictions(predictions: readonly Prediction[]): Set<string> {
  const classes = new Set<string>()
  for (const { probabilities } of predictions) for (const name of Object.keys(probabilities ?? {})) classes.add(name)
  return classes
}

/**
 * Truth and answers as the sample that is measured. A two-class label is "score above the threshold" where there is a
 * score, else the model's own; a label of several classes is the first of the highest probabilities, else the model's own.
 * Throws one UserError with every kind of answer that cannot be read, each with its rows.
 */
export function sampleOf(question: Question, predictions: readonly Prediction[], who: string): Sample {
  const faults = new Faults(question, who)
  const sample = build(question, inClasses(question.classes, predictions), faults)
  faults.throwAny()
  return sample
}

/** The answers with the names of the classes as the question has them. */
function inClasses(classes: readonly string[], predictions: readonly Prediction[]): readonly Prediction[] {
  if (!classes.includes('true') && !classes.includes('false')) return predictions
  const named = (name: string) => classNamed(name, classes)
  return predictions.map((prediction) => ({
    ...prediction,
    label: prediction.label === null ? null : named(prediction.label),
    probabilities:
      prediction.probabilities === null
        ? null
        : Object.fromEntries(Object.entries(prediction.probabilities).map(([name, p]) => [named(name), p])),
  }))
}

function build(question: Question, predictions: readonly Prediction[], faults: Faults): Sample {
  const n = predictions.length
  const { blocks, classes } = question
  if (question.task === 'regression') {
    const value = Float64Array.from(predictions, (prediction, i) => prediction.value ?? faults.add('no number', i))
    return { task: 'regression', n, blocks, truth: Float64Array.from(question.truth, Number), value }
  }
  const indexOf = new Map(classes.map((name, k) => [name, k]))
  const truth = Uint16Array.from(question.truth, (cell) => indexOf.get(classText(cell)) as number)
  const labelAt = (prediction: Prediction, i: number): number => {
    if (prediction.label === null) return faults.add('neither a label nor a score', i)
    const known = indexOf.get(prediction.label)
    return known ?? faults.add(`the unknown class "${shortList([prediction.label])}"`, i)
  }
  if (question.task === 'binary') {
    const score = scoresOf(question, predictions, faults)
    const threshold = question.threshold as number
    const label = Uint16Array.from(predictions, (p, i) =>
      score === null ? labelAt(p, i) : Number((score[i] as number) > threshold),
    )
    return { task: 'binary', n, classes, blocks, truth, label, score }
  }
  const probabilities = probabilitiesOf(question, predictions, faults)
  const label = Uint16Array.from(predictions, (p, i) =>
    probabilities === null ? labelAt(p, i) : highest(probabilities, i, classes.length),
  )
  return { task: 'multiclass', n, classes, blocks, truth, label, probabilities }
}

/** Scores of the positive class; null when no answer has one. */
function scoresOf(question: Question, predictions: readonly Prediction[], faults: Faults): Float64Array | null {
  const [negative, positive] = question.classes as [string, string]
  const scores = predictions.map(({ score, probabilities }): number | null => {
    if (score !== null) return score
    if (probabilities === null) return null
    const own = probabilities[positive]
    const other = probabilities[negative]
    return own ?? (other === undefined ? null : 1 - other)
  })
  if (scores.every((score) => score === null)) return null
  return Float64Array.from(scores, (score, i) => {
    if (score === null) return faults.add('no score, while other answers have one', i)
    return score >= 0 && score <= 1 ? score : faults.add('a score outside 0 … 1', i)
  })
}

/** Probabilities by row and class, each row brought to a sum of 1; null when no answer has any. */
function probabilitiesOf(question: Question, predictions: readonly Prediction[], faults: Faults): Float64Array | null {
  if (predictions.every(({ probabilities }) => probabilities === null)) return null
  const width = question.classes.length
  const result = new Float64Array(predictions.length * width)
  for (const [i, { probabilities }] of predictions.entries()) {
    if (probabilities === null) {
      faults.add('no probabilities, while other answers have them', i)
      continue
    }
    const of = (name: string) => (Object.hasOwn(probabilities, name) ? (probabilities[name] as number) : 0)
    const row = question.classes.map(of)
    const sum = row.reduce((total, p) => total + p, 0)
    if (row.some((p) => !(p >= 0))) faults.add('a negative probability', i)
    else if (Math.abs(sum - 1) > 0.001) faults.add('probabilities that do not sum to 1', i)
    const shares = row.map((p) => p / sum)
    result.set(shares, i * width)
  }
  return result
}

function highest(probabilities: Float64Array, row: number, width: number): number {
  let best = 0
  for (let k = 1; k < width; k++) {
    if ((probabilities[row * width + k] as number) > (probabilities[row * width + best] as number)) best = k
  }
  return best
}

/** Rows with answers that cannot be read, by what is wrong with them. */
class Faults {
  private readonly rows = new Map<string, string[]>()
  private readonly question: Question
  private readonly who: string

  constructor(question: Question, who: string) {
    this.question = question
    this.who = who
  }

  /** Notes a fault and returns a stand-in; the sample is thrown away. */
  add(what: string, row: number): 0 {
    const names = this.rows.get(what) ?? []
    names.push(this.question.names[row] as string)
    this.rows.set(what, names)
    return 0
  }

  throwAny(): void {
    if (this.rows.size === 0) return
    const problems = [...this.rows].slice(0, 20).map(([what, names]) => ({
      where: this.who,
      message: `answered with ${what} on ${names.length} of ${this.question.names.length} rows: ${shortList(names)}`,
      cure: this.cureOf(what),
    }))
    throw problemsError(`The answers of the ${this.who} cannot be judged.`, problems)
  }

  private cureOf(what: string): string {
    if (what.startsWith('the unknown class')) {
      return `classes are: ${shortList(this.question.classes, 20)}. Correct the label, or run validate-data first so that the classes of the training data are known`
    }
    if (this.question.task === 'regression') return 'answer with a number per row'
    if (what.includes('outside 0 … 1')) return 'answer with the probability of the positive class'
    return 'answer with the same kind of prediction on every row: a score, a label, or probabilities by class'
  }
}
