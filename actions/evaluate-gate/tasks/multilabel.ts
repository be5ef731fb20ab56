import type { Prediction } from '../../../shared/contracts/predict.js'
import { shortList } from '../../../shared/report/format.js'
import type { MultilabelSample } from '../../../shared/stats/sample.js'
import type { Codes } from '../judged-rows.js'
import { addUnknownClass, type FaultSink } from './faults.js'
import { readList } from './lists.js'
import { type AnswerSink, placeOf, type RowFrame } from './sink.js'

/** Which classes each row truly has, and how answers become labels. */
export interface MultilabelTruth {
  readonly frame: RowFrame
  /** In the order of their names. */
  readonly classes: readonly string[]
  /** Rows × classes, row-major, 1 where a row has the class. */
  readonly matrix: Uint8Array
  /** A probability above it is the class. */
  readonly threshold: number
}

interface Options {
  readonly threshold: number
  /** Classes besides those of the truth: of the training data, and those that answers give probabilities of. */
  readonly more: Iterable<string>
}

const LISTS = 'write the classes of a row as a JSON array, or as texts between the separator of evaluate.labels'

/** The truth out of a column that lists the classes of each row. */
export function truthOfLists(
  frame: RowFrame,
  column: Codes,
  options: Options & { readonly separator: string },
  faults: FaultSink,
): MultilabelTruth {
  const faulty = new Set<number>()
  const lists = column.names.map((text, code): readonly string[] => {
    const list = text === null ? [] : readList(text, options.separator)
    if (list === null) faulty.add(code)
    return list ?? []
  })
  if (faulty.size > 0) {
    for (let row = 0; row < frame.n; row++) {
      const code = column.codes[row] as number
      if (faulty.has(code))
        faults.add(`a list that cannot be read, such as ${shortList([String(column.names[code])])}`, row, LISTS)
    }
  }
  const classes = sortedNames([...lists.flat(), ...options.more])
  const placeOfClass = new Map(classes.map((name, k) => [name, k]))
  const places = lists.map((list) => list.map((name) => placeOfClass.get(name) as number))
  const matrix = new Uint8Array(frame.n * classes.length)
  for (let row = 0; row < frame.n; row++) {
    for (const place of places[column.codes[row] as number] as readonly number[])
      matrix[row * classes.length + place] = 1
  }
  return { frame, classes, matrix, threshold: options.threshold }
}

/** The truth out of columns of 0 and 1, one for each class. */
export function truthOfColumns(
  frame: RowFrame,
  columns: ReadonlyMap<string, Float64Array>,
  options: Options,
  faults: FaultSink,
): MultilabelTruth {
  const classes = sortedNames([...columns.keys(), ...options.more])
  const matrix = new Uint8Array(frame.n * classes.length)
  for (const [name, values] of columns) {
    const place = classes.indexOf(name)
    for (let row = 0; row < frame.n; row++) {
      const value = values[row] as number
      if (value === 1) matrix[row * classes.length + place] = 1
      else if (value !== 0) faults.add(`neither 0 nor 1 in "${name}"`, row, 'write 1 where a row has the class, else 0')
    }
  }
  return { frame, classes, matrix, threshold: options.threshold }
}

const ALIKE = 'answer with the same kind of prediction on every row: labels, or probabilities by class, or both'
const NO_LABELS = -1

/** Answers of a multilabel model: lists of labels, probabilities by class, or both. */
export class MultilabelSink implements AnswerSink<MultilabelTruth, MultilabelSample> {
  readonly n: number
  readonly #names: string[] = []
  readonly #codeOf = new Map<string, number>()
  /** Where the labels of a place begin in `#labels`, and how many they are. */
  readonly #starts: Int32Array
  readonly #counts: Uint32Array
  #labels = new Uint32Array(1024)
  #used = 0
  readonly #probabilities = new Map<string, Float64Array>()
  /** 1 where a place has probabilities. */
  readonly #scored: Uint8Array

  constructor(n: number) {
    this.n = n
    this.#starts = new Int32Array(n).fill(NO_LABELS)
    this.#counts = new Uint32Array(n)
    this.#scored = new Uint8Array(n)
  }

  /** Classes that some answer gives a probability of. */
  get scoredClasses(): string[] {
    return [...this.#probabilities.keys()]
  }

  put(place: number, { labels, probabilities }: Prediction): void {
    if (labels !== undefined) this.#putLabels(place, labels)
    if (probabilities === null) return
    this.#scored[place] = 1
    for (const name of Object.keys(probabilities)) {
      let column = this.#probabilities.get(name)
      if (column === undefined) {
        column = new Float64Array(this.n)
        this.#probabilities.set(name, column)
      }
      column[place] = probabilities[name] as number
    }
  }

  /**
   * The model's own labels count where it answers them, since only it knows its thresholds; else a class is predicted where
   * its probability is above the threshold. A class without a probability in an answer that has some has 0.
   */
  sample(truth: MultilabelTruth, faults: FaultSink, places?: Int32Array): MultilabelSample {
    const { frame, classes, threshold } = truth
    const [labelled, scored] = this.#kinds(frame.n, places)
    const scores = scored > 0 ? this.#scores(truth, scored === frame.n, faults, places) : null
    const label = labelled > 0 || scores === null ? this.#matrix(truth, faults, places) : above(scores, threshold)
    return { task: 'multilabel', ...frame, classes, truth: truth.matrix, label, scores }
  }

  #putLabels(place: number, labels: readonly string[]): void {
    this.#starts[place] = this.#used
    this.#counts[place] = labels.length
    if (this.#used + labels.length > this.#labels.length) {
      const larger = new Uint32Array(2 * (this.#used + labels.length))
      larger.set(this.#labels)
      this.#labels = larger
    }
    for (const name of labels) {
      let code = this.#codeOf.get(name)
      if (code === undefined) {
        code = this.#names.push(name) - 1
        this.#codeOf.set(name, code)
      }
      this.#labels[this.#used++] = code
    }
  }

  /** Judged rows with labels, and with probabilities. */
  #kinds(n: number, places: Int32Array | undefined): [labelled: number, scored: number] {
    let [labelled, scored] = [0, 0]
    for (let row = 0; row < n; row++) {
      const place = placeOf(row, places)
      if (place < 0) continue
      labelled += Number(this.#starts[place] !== NO_LABELS)
      scored += this.#scored[place] as number
    }
    return [labelled, scored]
  }

  #matrix({ frame, classes }: MultilabelTruth, faults: FaultSink, places: Int32Array | undefined): Uint8Array {
    const known = new Map(classes.map((name, k) => [name, k]))
    const placeOfCode = this.#names.map((name) => known.get(name) ?? -1)
    const matrix = new Uint8Array(frame.n * classes.length)
    for (let row = 0; row < frame.n; row++) {
      const place = placeOf(row, places)
      const start = place < 0 ? NO_LABELS : (this.#starts[place] as number)
      if (start === NO_LABELS) {
        faults.add('no labels', row, ALIKE)
        continue
      }
      for (let i = start; i < start + (this.#counts[place] as number); i++) {
        const code = this.#labels[i] as number
        const k = placeOfCode[code] as number
        if (k >= 0) matrix[row * classes.length + k] = 1
        else addUnknownClass(faults, row, this.#names[code] as string, classes)
      }
    }
    return matrix
  }

  #scores(
    { frame, classes }: MultilabelTruth,
    onEveryRow: boolean,
    faults: FaultSink,
    places: Int32Array | undefined,
  ): Float64Array {
    const width = classes.length
    const scores = new Float64Array(frame.n * width)
    for (const [k, name] of classes.entries()) {
      const column = this.#probabilities.get(name)
      if (column === undefined) continue
      for (let row = 0; row < frame.n; row++) {
        const place = placeOf(row, places)
        if (place < 0) continue
        const p = column[place] as number
        if (p >= 0 && p <= 1) scores[row * width + k] = p
        else faults.add('a probability outside 0 … 1', row, 'answer with a probability for each class on its own')
      }
    }
    if (onEveryRow) return scores
    for (let row = 0; row < frame.n; row++) {
      const place = placeOf(row, places)
      if (place < 0 || this.#scored[place] === 0) {
        faults.add('no probabilities, while other answers have them', row, ALIKE)
      }
    }
    return scores
  }
}

/** 1 where a score is above the threshold. */
export function above(scores: Float64Array, threshold: number): Uint8Array {
  const label = new Uint8Array(scores.length)
  for (let i = 0; i < label.length; i++) label[i] = Number((scores[i] as number) > threshold)
  return label
}

/** Each name once, in the order of its bytes. */
function sortedNames(names: Iterable<string>): string[] {
  return [...new Set(names)].sort()
}
