import type { Prediction } from '../../../shared/contracts/predict.js'
import type { Sample } from '../../../shared/stats/sample.js'
import type { FaultSink } from './faults.js'

/** What the judged rows have besides truth and answers. */
export type RowFrame = Pick<Sample, 'n' | 'blocks' | 'weights' | 'clustered'>

/** Takes the answers of one model one by one, in any order, and keeps them as columns. */
export interface AnswerSink<Truth, S extends Sample> {
  /** Places for answers: judged rows, or rows of a file of predictions. */
  readonly n: number
  /** Keeps an answer at a place below `n`. */
  put(place: number, prediction: Prediction): void
  /**
   * The sample of the judged rows. What cannot be read is noted in `faults`, and the sample then is not to be used.
   * @param places where the answer to each judged row is, -1 for one that has none; by default row i is at place i
   */
  sample(truth: Truth, faults: FaultSink, places?: Int32Array): S
}

/** The place of the answer to a judged row. */
export function placeOf(row: number, places: Int32Array | undefined): number {
  return places === undefined ? row : (places[row] as number)
}
