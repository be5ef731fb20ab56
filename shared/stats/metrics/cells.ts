import { type Confusion, confusion, type Margins } from '../confusion.js'
import type { ClassSample } from '../sample.js'
import { BLOCKS } from '../sampling/bootstrap.js'
import type { IntervalSettings } from '../types.js'
import { addToMargins, blockMargins, marginsOf } from './block-margins.js'
import { perSample } from './estimators/common.js'
import type { BlockSums } from './estimators/sums.js'
import { type JointCells, jointCells } from './joint.js'

/** Rows as counts by truth and label: of all classes, or of one class (1) and all others (0). */
export interface Cells {
  /** Class of the counts that a class of the sample belongs to. */
  codeOf(sample: ClassSample, of: number): number
  /** Counts of a sample; weights when it has some. */
  confusion(sample: ClassSample): Confusion
  /** Counts of its rows with a weight above 0, each once. */
  rows(sample: ClassSample): Confusion
  /** Rows with a weight above 0 by truth and the labels of both models. */
  joint(a: ClassSample, b: ClassSample): JointCells
  blocks(sample: ClassSample, settings: IntervalSettings): BlockCells
}

/** Counts of the rows of each block, as sums that a bootstrap can draw. */
export interface BlockCells extends BlockSums {
  /** Weight of the rows of each block. */
  readonly weights: Float64Array
  /** Adds to the sums of a replicate what `sums` leave out, as every block has it. */
  complete(drawn: Float64Array, replicate: number): void
  /** Adds rows of one truth and one label. */
  add(drawn: Float64Array, truth: number, label: number, weight: number): void
  margins(drawn: Float64Array): Margins
}

/** Counts of a sample by truth and label; weights when it has some. */
export const confusionOfSample: (sample: ClassSample) => Confusion = perSample((sample: ClassSample) =>
  confusion(sample.truth, sample.label, sample.classes.length, sample.weights),
)

const rowsOfSample: (sample: ClassSample) => Confusion = perSample((sample: ClassSample) =>
  sample.weights === null
    ? confusionOfSample(sample)
    : confusion(
        sample.truth,
        sample.label,
        sample.classes.length,
        sample.weights.map((weight) => Number(weight > 0)),
      ),
)

const jointOf = perSample((_sample: ClassSample) => new WeakMap<ClassSample, JointCells>())

function jointOfSamples(a: ClassSample, b: ClassSample): JointCells {
  const known = jointOf(a)
  const found = known.get(b) ?? jointCells(a, b)
  known.set(b, found)
  return found
}

const blocksOfSample = perSample((sample: ClassSample): BlockCells => {
  const classes = sample.classes.length
  const block = blockMargins(sample)
  return {
    ...block,
    weights: Float64Array.from({ length: BLOCKS }, (_, b) => block.sums[b * block.width] as number),
    complete: () => undefined,
    add: (drawn, truth, label, weight) => addToMargins(drawn, classes, truth, label, weight),
    margins: (drawn) => marginsOf(drawn, classes),
  }
})

export const EVERY_CLASS: Cells = {
  codeOf: (_sample, of) => of,
  confusion: confusionOfSample,
  rows: rowsOfSample,
  joint: jointOfSamples,
  blocks: blocksOfSample,
}
