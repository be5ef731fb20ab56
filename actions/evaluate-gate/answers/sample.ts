import { problemsError } from '../../../shared/core/errors.js'
import { sharedDoubles, sharedShorts } from '../../../shared/core/shared-numbers.js'
import type { BinarySample, MulticlassSample, RegressionSample, Sample } from '../../../shared/stats/sample.js'
import type { Codes, JudgedRows } from '../judged-rows.js'
import { classNamed, type Question } from '../question.js'
import type { TruthColumns } from '../tasks/columns.js'
import { addUnknownClass, RowFaults } from '../tasks/faults.js'
import type { Answers } from './columns.js'

/** The judged rows with what is known of them. */
export interface Frame {
  readonly question: Question
  readonly rows: JudgedRows
  /** What is measured, cut into slices and resampled: the rows, or the queries of a ranking. */
  readonly units: JudgedRows
  readonly truth: Truth
  readonly blocks: Uint16Array
  readonly weights: Float64Array | null
  readonly clustered: boolean
  /** Digest of the rows, whatever their order. */
  readonly digest: string
}

/** True values: classes, numbers, or whatever another task has. */
export type Truth =
  | { readonly kind: 'task'; readonly of: TruthColumns }
  | { readonly kind: 'classes'; readonly of: Codes }
  | { readonly kind: 'numbers'; readonly of: Float64Array }

const SAME_KIND = 'answer with the same kind of prediction on every row: a score, a label, or probabilities by class'

/** Classes that the probabilities of a model name. */
export function classesOfAnswers({ probabilities }: Answers): string[] {
  return [...(probabilities?.keys() ?? [])]
}

/**
 * Truth and answers as the sample that is measured. A two-class label is "score above the threshold" where there is a
 * score, else the model's own; a label of several classes is the first of the highest probabilities, else the model's own.
 * Throws one UserError with every kind of answer that cannot be read, each with its rows.
 */
export async function sampleOf(frame: Frame, answers: Answers, who: string): Promise<Sample> {
  const faults = new RowFaults()
  const sample = build(frame, answers, faults)
  await throwFaults(faults, frame.rows, who)
  return sample
}

/** Throws one UserError with every kind of answer that cannot be read, each with its rows. */
async function throwFaults(faults: RowFaults, rows: JudgedRows, who: string): Promise<void> {
  if (faults.none) return
  throw problemsError(`The answers of the ${who} cannot be judged.`, await faults.problems(who, 'answered with', rows))
}

function build(frame: Frame, answers: Answers, faults: RowFaults): Sample {
  switch (frame.question.task) {
    case 'binary':
      return binarySample(frame, answers, faults)
    case 'multiclass':
      return multiclassSample(frame, answers, faults)
    default:
      return regressionSample(frame, answers, faults)
  }
}

function judged({ rows, blocks, weights, clustered }: Frame) {
  return { n: rows.n, blocks, weights, clustered }
}

function regressionSample(frame: Frame, { n, value }: Answers, faults: RowFaults): RegressionSample {
  const said = value ?? sharedDoubles(n).fill(Number.NaN)
  for (let i = 0; i < n; i++) if (Number.isNaN(said[i])) faults.add('no number', i, 'answer with a number per row')
  return { task: 'regression', ...judged(frame), truth: frame.truth.of as Float64Array, value: said }
}

function binarySample(frame: Frame, answers: Answers, faults: RowFaults): BinarySample {
  const { classes, threshold } = frame.question
  const score = scoresOf(frame.question, answers, faults)
  const label = score === null ? labelsOf(frame.question, answers, faults) : above(score, threshold as number)
  return { task: 'binary', ...judged(frame), classes, truth: truthOf(frame), label, score }
}

function above(score: Float64Array, threshold: number): Uint16Array {
  const label = sharedShorts(score.length)
  for (let i = 0; i < score.length; i++) if ((score[i] as number) > threshold) label[i] = 1
  return label
}

function multiclassSample(frame: Frame, answers: Answers, faults: RowFaults): MulticlassSample {
  const { classes } = frame.question
  const probabilities = probabilitiesOf(frame.question, answers, faults)
  const label =
    probabilities === null ? labelsOf(frame.question, answers, faults) : highest(probabilities, classes.length)
  return { task: 'multiclass', ...judged(frame), classes, truth: truthOf(frame), label, probabilities }
}

const truths = new WeakMap<Codes['codes'], { readonly classes: readonly string[]; readonly truth: Uint16Array }>()

/** Class of each row; the models share it. */
function truthOf({ question, truth }: Frame): Uint16Array {
  const { codes, names } = truth.of as Codes
  const known = truths.get(codes)
  if (known?.classes === question.classes) return known.truth
  const places = Uint16Array.from(names, (name) => Math.max(0, question.classes.indexOf(String(name))))
  const result = sharedShorts(codes.length)
  for (let i = 0; i < codes.length; i++) result[i] = places[codes[i] as number] as number
  truths.set(codes, { classes: question.classes, truth: result })
  return result
}

function labelsOf({ classes }: Question, { n, label }: Answers, faults: RowFaults): Uint16Array {
  const places = label?.names.map((name) => classes.indexOf(classNamed(name, classes))) ?? []
  const result = sharedShorts(n)
  for (let i = 0; i < n; i++) {
    const code = label?.codes[i] ?? -1
    if (code < 0) faults.add('neither a label nor a score', i, SAME_KIND)
    else if ((places[code] as number) < 0) addUnknownClass(faults, i, label?.names[code] as string, classes)
    else result[i] = places[code] as number
  }
  return result
}

/** Scores of the positive class; null when no answer has one. */
function scoresOf({ classes }: Question, answers: Answers, faults: RowFaults): Float64Array | null {
  const named = (wanted: string | undefined) =>
    [...(answers.probabilities ?? [])].flatMap(([name, column]) =>
      classNamed(name, classes) === wanted ? [column] : [],
    )
  const [others, own] = [named(classes[0]), named(classes[1])]
  const { score, n } = answers
  if (score === null && own.length === 0 && others.length === 0) return null
  // Where every row has a score nothing has to be filled in, and the column itself serves.
  const scores =
    score === null ? sharedDoubles(n).fill(Number.NaN) : own.length + others.length > 0 ? score.slice() : score
  for (const column of own) fill(scores, (i) => column[i] as number)
  for (const column of others) fill(scores, (i) => 1 - (column[i] as number))
  if (!said(scores)) return null
  for (let i = 0; i < n; i++) {
    const value = scores[i] as number
    if (value >= 0 && value <= 1) continue
    if (Number.isNaN(value)) faults.add('no score, while other answers have one', i, SAME_KIND)
    else faults.add('a score outside 0 … 1', i, 'answer with the probability of the positive class')
  }
  return scores
}

/** Whether any row has a value. */
function said(scores: Float64Array): boolean {
  for (let i = 0; i < scores.length; i++) if (!Number.isNaN(scores[i] as number)) return true
  return false
}

/** Puts values where there are none yet. */
function fill(scores: Float64Array, value: (row: number) => number): void {
  for (let i = 0; i < scores.length; i++) if (Number.isNaN(scores[i] as number)) scores[i] = value(i)
}

/** Probabilities by row and class, each row brought to a sum of 1; null when no answer has any. */
function probabilitiesOf({ classes }: Question, answers: Answers, faults: RowFaults): Float64Array | null {
  if (answers.probabilities === null) return null
  const { n } = answers
  const width = classes.length
  const columns = [...answers.probabilities].map(([name, column]) => ({
    place: classes.indexOf(classNamed(name, classes)),
    column,
  }))
  const result = sharedDoubles(n * width)
  for (let i = 0; i < n; i++) {
    let sum = 0
    let said = false
    let negative = false
    for (const { place, column } of columns) {
      const p = column[i] as number
      if (Number.isNaN(p)) continue
      said = true
      if (p < 0) negative = true
      sum += p
      result[i * width + place] = p
    }
    if (!said) faults.add('no probabilities, while other answers have them', i, SAME_KIND)
    else if (negative) faults.add('a negative probability', i, SAME_KIND)
    else if (Math.abs(sum - 1) > 0.001) faults.add('probabilities that do not sum to 1', i, SAME_KIND)
    for (let k = i * width; k < (i + 1) * width; k++) result[k] = (result[k] as number) / sum
  }
  return result
}

function highest(probabilities: Float64Array, width: number): Uint16Array {
  const n = probabilities.length / width
  const result = sharedShorts(n)
  for (let i = 0; i < n; i++) {
    let best = 0
    for (let k = 1; k < width; k++) {
      if ((probabilities[i * width + k] as number) > (probabilities[i * width + best] as number)) best = k
    }
    result[i] = best
  }
  return result
}
