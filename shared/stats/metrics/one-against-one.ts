import { Tally } from '../numeric.js'
import type { MulticlassSample } from '../sample.js'
import { BLOCKS } from '../sampling/bootstrap.js'
import { defined } from '../types.js'
import { type ClassSizes, rankedByClass } from './class-ranking.js'
import type { Influenced } from './estimators/influence.js'

/**
 * Hand and Till's measure: for two classes the mean of the AUC of each against the other by its own probability; of all
 * pairs the plain mean, or the mean weighted by the rows of both classes, as in scikit-learn's roc_auc_score(multi_class=
 * 'ovo'). For the probability of each class, one walk in the order of it serves all pairs.
 */
export function oneAgainstOne(
  sample: MulticlassSample,
  { byBlock, totals, whole }: ClassSizes,
  averaging: 'macro' | 'weighted',
): Influenced {
  const classes = sample.classes.length
  const sizeOf = (k: number) => totals[k] as number
  const shareOf = (a: number, b: number) =>
    averaging === 'macro' ? 1 / (classes * (classes - 1)) : (sizeOf(a) + sizeOf(b)) / (2 * (classes - 1) * whole)
  const areas = new Float64Array(classes * classes)
  const tally = new Tally(BLOCKS)
  for (let a = 0; a < classes; a++) walk(sample, a, totals, areas, (b) => shareOf(a, b), tally)
  let value = 0
  for (let a = 0; a < classes; a++) {
    for (let b = 0; b < classes; b++) if (a !== b) value += shareOf(a, b) * (areas[a * classes + b] as number)
  }
  if (averaging === 'weighted') {
    // ∂θ by the weight of a class: its pairs weigh more, and all others less.
    for (let k = 0; k < classes; k++) {
      let pairs = 0
      for (let b = 0; b < classes; b++) {
        if (b !== k) pairs += ((areas[k * classes + b] as number) + (areas[b * classes + k] as number)) / 2
      }
      const slope = (pairs / (classes - 1) - value) / whole
      for (let block = 0; block < BLOCKS; block++) {
        tally.add(block, slope * (byBlock[block * classes + k] as number))
      }
    }
  }
  return { value: defined(value), psi: tally.values() }
}

/** AUC of class a against each other by the probability of a, and the influences on their weighted sum. */
function walk(
  sample: MulticlassSample,
  a: number,
  totals: Float64Array,
  areas: Float64Array,
  shareOf: (b: number) => number,
  tally: Tally,
): void {
  const classes = totals.length
  const rows = rankedByClass(sample, a)
  const { ranking, weights } = rows
  const keys = rows.keys()
  const { order, last } = ranking
  const truthAt = (i: number) => sample.truth[order[i] as number] as number
  const weightAt = (i: number) => (weights === null ? 1 : (weights[i] as number))
  const forEachTie = (visit: (from: number, to: number, above: Float64Array, tied: Float64Array) => void) => {
    const [above, tied] = [new Float64Array(classes), new Float64Array(classes)]
    let from = 0
    for (let i = 0; i < order.length; i++) {
      const t = truthAt(i)
      tied[t] = (tied[t] as number) + weightAt(i)
      if (last[i] === 0) continue
      visit(from, i + 1, above, tied)
      for (let k = 0; k < classes; k++) above[k] = (above[k] as number) + (tied[k] as number)
      tied.fill(0)
      from = i + 1
    }
  }
  const won = new Tally(classes)
  forEachTie((_from, _to, above, tied) => {
    for (let b = 0; b < classes; b++) {
      if (b !== a && tied[b] !== 0) won.add(b, (tied[b] as number) * ((above[a] as number) + (tied[a] as number) / 2))
    }
  })
  const wins = won.values()
  const size = totals[a] as number
  for (let b = 0; b < classes; b++) areas[a * classes + b] = (wins[b] as number) / (size * (totals[b] as number))
  const area = (b: number) => areas[a * classes + b] as number
  forEachTie((from, to, above, tied) => {
    let ofPositive = 0
    if (tied[a] !== 0) {
      for (let b = 0; b < classes; b++) {
        if (b === a) continue
        const below = (totals[b] as number) - (above[b] as number) - (tied[b] as number) / 2
        ofPositive += (shareOf(b) * (below / (totals[b] as number) - area(b))) / size
      }
    }
    const higher = ((above[a] as number) + (tied[a] as number) / 2) / size
    for (let i = from; i < to; i++) {
      const t = truthAt(i)
      const slope = t === a ? ofPositive : (shareOf(t) * (higher - area(t))) / (totals[t] as number)
      tally.add(keys[i] as number, weightAt(i) * slope)
    }
  })
}
