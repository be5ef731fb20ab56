import type { Predictor } from '../../shared/predict/predictor.js'

/** A model that can be asked again, about any rows. */
export interface Askable {
  /** `candidate`, or the tag or file of the baseline. */
  readonly name: string
  /** Columns that it is given. */
  readonly columns: readonly string[]
  /** Bytes of its files; null when nobody knows them. */
  readonly bytes: number | null
  /** A new process or session of it; the caller closes it. Throws UserError. */
  open(): Promise<Predictor>
}
