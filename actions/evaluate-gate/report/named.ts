import type { Sample } from '../../../shared/stats/sample.js'

/** A model's answers and what it is called beside them. */
export interface Named {
  readonly name: string
  readonly sample: Sample
}
