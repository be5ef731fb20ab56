import type { BehaviourResult } from '../../../shared/contracts/evaluate-behaviour.js'
import type { Prediction } from '../../../shared/contracts/predict.js'
import type { Cell } from '../../../shared/data/engine/engine.js'
import type { Task } from '../../../shared/stats/sample.js'
import type { Row } from '../judged-rows.js'

/** An answer of a model of any task. */
export type Answer = Prediction & {
  readonly labels?: readonly string[] | null | undefined
  readonly quantiles?: Readonly<Record<string, number>> | null | undefined
  readonly text?: string | null | undefined
}

/** How answers are read. */
export interface Reading {
  readonly task: Task
  /** Of a binary task the negative class first. */
  readonly classes: readonly string[]
  readonly positive: string | null
  readonly threshold: number | null
}

/** What the tests are made of. */
export interface BehaviourQuestion extends Reading {
  /** Column that names a row; null when rows are called by their numbers. */
  readonly id: string | null
  /** Columns that the candidate is given. */
  readonly features: readonly string[]
}

export interface Change {
  readonly column: string
  readonly before: Cell
  readonly after: Cell
}

/** A row before and after its input was changed; `changes` has the largest first. */
export interface Pair {
  readonly name: string
  readonly before: Row
  readonly after: Row
  readonly changes: readonly Change[]
}

/** Two answers side by side. */
export interface Compared {
  readonly name: string
  readonly changes: readonly Change[]
  readonly from: string
  readonly to: string
  /** How far apart they are; NaN where that is no number. */
  readonly move: number
  readonly failed: boolean
}

/** What came of asking. */
export interface Tested {
  /** Rows that were chosen. */
  readonly rows: number
  readonly compared: readonly Compared[]
  /** Rows whose answers have no number to compare. */
  readonly silent: number
  /** The error of a model that answers the rows as they are, but not when they are changed. */
  readonly refusal: string | null
}

/** A declared test. */
export interface BehaviourTest {
  readonly kind: BehaviourResult['kind']
  readonly name: string
  /** What counts as a failure, as a predicate of the answer: `moves by more than 0.1`. */
  readonly fails: string
  /** How that is measured, in a sentence. */
  readonly definition: string
  readonly tolerance: number | null
  readonly maxFailures: number
  /** Judged rows that it wants; 0 for one with rows of its own. */
  readonly wanted: number
  readonly basis: BehaviourResult['basis']
  readonly level: 'fail' | 'warn'
  /** Its key in plumbline.yml. */
  readonly at: readonly PropertyKey[]
  readonly needsBaseline: boolean
  /** Asks. Throws UserError when a model does not answer rows as they are. */
  run(bench: Bench): Promise<Tested>
}

/** Rows that were chosen, as objects of some columns. */
export interface Picked {
  readonly name: string
  readonly row: Row
}

/** A model that is asked again and again. */
export interface Asked {
  /** Throws UserError when it does not answer. */
  ask(rows: readonly Row[]): Promise<Answer[]>
  /** Leaves the process or session and takes a new one for the next rows. */
  renew(): Promise<void>
}

/** What a test asks, and about what. */
export interface Bench {
  readonly candidate: Asked
  /** Null where there is none to be asked. */
  readonly baseline: Asked | null
  /** The first so many of the chosen rows, with the candidate's features. */
  pick(most: number): Promise<Picked[]>
  /** The same rows, as the baseline sees them. */
  pickForBaseline(most: number): Promise<Picked[]>
}
