import type { Margins } from '../confusion.js'
import { Tally } from '../numeric.js'
import type { ClassSample } from '../sample.js'
import { BLOCKS } from '../sampling/bootstrap.js'
import { perSample } from './estimators/common.js'
import type { BlockSums } from './estimators/sums.js'

/** Numbers that `Margins` of so many classes are made of. */
export function marginsWidth(classes: number): number {
  return 3 * classes + 3
}

/** Margins of the rows of each block, side by side as `marginsOf` reads them; weighted. */
export const blockMargins: (sample: ClassSample) => BlockSums = perSample((sample: ClassSample) => {
  const { n, truth, label, weights, blocks } = sample
  const classes = sample.classes.length
  const width = marginsWidth(classes)
  const tally = new Tally(BLOCKS * width)
  for (let i = 0; i < n; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    if (weight === 0) continue
    const [t, p] = [truth[i] as number, label[i] as number]
    const from = (blocks[i] as number) * width
    tally.add(from, weight)
    tally.add(from + 1 + t, weight)
    tally.add(from + 1 + classes + p, weight)
    if (t === p) tally.add(from + 1 + 2 * classes + t, weight)
    else {
      tally.add(from + width - 2, weight * Math.abs(t - p))
      tally.add(from + width - 1, weight * (t - p) ** 2)
    }
  }
  const whole = new Tally(width)
  for (let slot = 0; slot < BLOCKS * width; slot++) whole.addFrom(slot % width, tally, slot)
  return { width, sums: tally.values(), totals: whole.values() }
})

/** Margins of one run of sums as `addToMargins` lays them out; views, not copies. */
export function marginsOf(sums: Float64Array, classes: number): Margins {
  const of = (part: number) => sums.subarray(1 + part * classes, 1 + (part + 1) * classes)
  return {
    classes,
    total: sums[0] as number,
    truth: of(0),
    predicted: of(1),
    hits: of(2),
    distance: sums[3 * classes + 1] as number,
    squaredDistance: sums[3 * classes + 2] as number,
  }
}

/** Adds rows of one truth and one prediction to margins. */
export function addToMargins(sums: Float64Array, classes: number, truth: number, label: number, weight: number): void {
  const add = (slot: number, term: number) => {
    sums[slot] = (sums[slot] as number) + term
  }
  add(0, weight)
  add(1 + truth, weight)
  add(1 + classes + label, weight)
  if (truth === label) add(1 + 2 * classes + truth, weight)
  add(3 * classes + 1, weight * Math.abs(truth - label))
  add(3 * classes + 2, weight * (truth - label) ** 2)
}
