import type { Numbers } from '../../numeric.js'
import { ascendingOrder, forEachTie } from '../../order.js'
import type { MultilabelSample } from '../../sample.js'
import { BLOCKS } from '../../sampling/bootstrap.js'
import { defined, undefinedBecause } from '../../types.js'
import { type Family, type Metric, type MetricInfo, metric } from '../metric.js'
import { type Influenced, influenceByBlock, ofInfluence } from './first-order.js'
import { MULTILABEL } from './overlap.js'

/** An area with the derivative of it by the weight of each row, and the weight of the positive rows. */
export interface Area {
  /** NaN where it is undefined. */
  readonly value: number
  readonly slope: Float64Array
  readonly positives: number
}

/**
 * Area under the ROC curve of weighted rows, ties count half. NaN when a class has no weight.
 * The slope of a positive row is (V10 − AUC) / P, of a negative one (V01 − AUC) / N (DeLong's placements).
 */
export function weightedAuc(truth: Numbers, score: Numbers, weights: Numbers | null): Area {
  const order = ascendingOrder(score)
  const weightOf = (row: number) => (weights === null ? 1 : (weights[row] as number))
  let [positives, negatives] = [0, 0]
  for (let row = 0; row < order.length; row++) {
    if (truth[row] === 1) positives += weightOf(row)
    else negatives += weightOf(row)
  }
  const slope = new Float64Array(order.length)
  if (!(positives > 0 && negatives > 0)) return { value: Number.NaN, slope, positives }
  let [positivesBelow, negativesBelow, wins] = [0, 0, 0]
  forEachTie(score, order, (from, to) => {
    let [tiedPositives, tiedNegatives] = [0, 0]
    for (let i = from; i < to; i++) {
      const row = order[i] as number
      if (truth[row] === 1) tiedPositives += weightOf(row)
      else tiedNegatives += weightOf(row)
    }
    const ofPositive = (negativesBelow + tiedNegatives / 2) / negatives
    const ofNegative = (positives - positivesBelow - tiedPositives / 2) / positives
    for (let i = from; i < to; i++) {
      const row = order[i] as number
      slope[row] = truth[row] === 1 ? ofPositive : ofNegative
    }
    wins += tiedPositives * (negativesBelow + tiedNegatives / 2)
    positivesBelow += tiedPositives
    negativesBelow += tiedNegatives
  })
  const value = wins / (positives * negatives)
  for (let row = 0; row < slope.length; row++) {
    slope[row] = ((slope[row] as number) - value) / (truth[row] === 1 ? positives : negatives)
  }
  return { value, slope, positives }
}

/**
 * Average precision of weighted rows: Σ (Rₙ − Rₙ₋₁) Pₙ over distinct scores, without interpolation. NaN without positive
 * rows. A row moves the precision at every score that is not above its own, so the slopes take one pass from each end.
 */
export function weightedAveragePrecision(truth: Numbers, score: Numbers, weights: Numbers | null): Area {
  const order = ascendingOrder(score)
  const weightOf = (row: number) => (weights === null ? 1 : (weights[row] as number))
  let [all, positives] = [0, 0]
  for (let row = 0; row < order.length; row++) {
    all += weightOf(row)
    if (truth[row] === 1) positives += weightOf(row)
  }
  const slope = new Float64Array(order.length)
  if (!(positives > 0)) return { value: Number.NaN, slope, positives }
  let [allBelow, positivesBelow, sum] = [0, 0, 0]
  // Over the positive rows at or below a score: Σ weight / N and Σ weight × precision / N, N being all rows at or above.
  let [perRow, precisionPerRow] = [0, 0]
  forEachTie(score, order, (from, to) => {
    const [above, positivesAbove] = [all - allBelow, positives - positivesBelow]
    let [tied, tiedPositives] = [0, 0]
    for (let i = from; i < to; i++) {
      const row = order[i] as number
      tied += weightOf(row)
      if (truth[row] === 1) tiedPositives += weightOf(row)
    }
    const precision = above > 0 ? positivesAbove / above : 0
    if (tiedPositives > 0) {
      sum += tiedPositives * precision
      perRow += tiedPositives / above
      precisionPerRow += (tiedPositives * precision) / above
    }
    for (let i = from; i < to; i++) {
      const row = order[i] as number
      slope[row] = truth[row] === 1 ? precision + perRow - precisionPerRow : -precisionPerRow
    }
    allBelow += tied
    positivesBelow += tiedPositives
  })
  const value = sum / positives
  for (let row = 0; row < slope.length; row++) {
    slope[row] = ((slope[row] as number) - (truth[row] === 1 ? value : 0)) / positives
  }
  return { value, slope, positives }
}

type AreaOf = typeof weightedAuc
type Averaging = 'micro' | 'macro' | 'weighted'

interface Kind {
  readonly name: string
  readonly title: string
  readonly area: AreaOf
  readonly formula: string
  readonly needsNegative: boolean
}

const ROC: Kind = {
  name: 'roc_auc',
  title: 'ROC AUC',
  area: weightedAuc,
  formula: 'Area under the ROC curve, ties count half, exact',
  needsNegative: true,
}
const AP: Kind = {
  name: 'average_precision',
  title: 'average precision',
  area: weightedAveragePrecision,
  formula: 'Precision at each distinct score, weighted by the rise in recall, in steps without interpolation',
  needsNegative: false,
}

const HOW: Readonly<Record<Averaging, string>> = {
  micro: 'over all pairs of row and class together',
  macro: 'of each class, plain mean; undefined when it is so for any class',
  weighted: 'of each class, mean weighted by the rows that have it; undefined when it is so for a class that rows have',
}

const scored = { tasks: MULTILABEL, direction: 'higher-is-better', range: [0, 1], needs: 'scores' } as const

function averaged(kind: Kind, averaging: Averaging): Metric {
  const info: MetricInfo = {
    ...scored,
    name: `${kind.name}_${averaging}`,
    title: `${kind.title}, ${averaging}`,
    definition: `${kind.formula}, ${HOW[averaging]}.`,
  }
  const of = averaging === 'micro' ? overPairs : (sample: MultilabelSample) => overClasses(sample, kind, averaging)
  return metric(info, ofInfluence<MultilabelSample>({ of: (sample) => of(sample, kind) }))
}

function ofClass(kind: Kind, name: string, className: string): Metric {
  const info: MetricInfo = {
    ...scored,
    name,
    title: `${kind.title} of ${className}`,
    definition: `${kind.formula}, of the class ${className} alone.`,
    ofClass: className,
  }
  const of = (sample: MultilabelSample): Influenced => {
    const k = sample.classes.indexOf(className)
    const { value, slope } = areaOfClass(sample, kind, k)
    const influence = influenceByBlock(sample, (row) => slope[row] as number)
    return { value: Number.isNaN(value) ? undefinedBecause(lacking(kind, sample, k)) : defined(value), influence }
  }
  return metric(info, ofInfluence<MultilabelSample>({ of }))
}

function overPairs(sample: MultilabelSample, kind: Kind): Influenced {
  const { truth, scores, weights, classes } = sample
  const width = classes.length
  const ofPairs = weights && new Float64Array(truth.length)
  if (weights !== null && ofPairs !== null) {
    for (let row = 0; row < sample.n; row++) ofPairs.fill(weights[row] as number, row * width, (row + 1) * width)
  }
  const { value, slope } = kind.area(truth, scores as Float64Array, ofPairs)
  const influence = influenceByBlock(sample, (row) => {
    let sum = 0
    for (let at = row * width; at < (row + 1) * width; at++) sum += slope[at] as number
    return sum
  })
  const why = `${kind.needsNegative ? 'rows with and rows without a class are' : 'a row with a class is'} needed`
  return { value: Number.isNaN(value) ? undefinedBecause(why) : defined(value), influence }
}

function overClasses(sample: MultilabelSample, kind: Kind, averaging: Averaging): Influenced {
  const areas = sample.classes.map((_, k) => {
    const { value, slope, positives } = areaOfClass(sample, kind, k)
    const own = influenceByBlock(sample, (row) => slope[row] as number)
    const support = influenceByBlock(sample, (row) => sample.truth[row * sample.classes.length + k] as number)
    return { k, value, own, support, weight: averaging === 'macro' ? 1 : positives }
  })
  const counted = areas.filter(({ weight }) => weight > 0)
  const total = counted.reduce((sum, { weight }) => sum + weight, 0)
  const value = counted.reduce((sum, area) => sum + area.weight * area.value, 0) / total
  const lost = counted.find((area) => Number.isNaN(area.value))
  const influence = new Float64Array(BLOCKS)
  if (lost !== undefined) return { value: undefinedBecause(lacking(kind, sample, lost.k)), influence }
  if (counted.length === 0) return { value: undefinedBecause('no row has any class'), influence }
  for (const area of counted) {
    const shift = averaging === 'macro' ? 0 : area.value - value
    for (let block = 0; block < BLOCKS; block++) {
      const part = area.weight * (area.own[block] as number) + shift * (area.support[block] as number)
      influence[block] = (influence[block] as number) + part / total
    }
  }
  return { value: defined(value), influence }
}

function areaOfClass({ truth, scores, weights, classes, n }: MultilabelSample, { area }: Kind, k: number): Area {
  const own = new Uint8Array(n)
  const score = new Float64Array(n)
  for (let row = 0, at = k; row < n; row++, at += classes.length) {
    own[row] = truth[at] as number
    score[row] = (scores as Float64Array)[at] as number
  }
  return area(own, score, weights)
}

function lacking({ needsNegative }: Kind, { truth, classes, n, weights }: MultilabelSample, k: number): string {
  let positives = 0
  for (let row = 0; row < n; row++) {
    if (weights === null || (weights[row] as number) > 0) positives += truth[row * classes.length + k] as number
  }
  return needsNegative && positives > 0 ? `every row has the class ${classes[k]}` : `no row has the class ${classes[k]}`
}

export const AREA_METRICS: readonly Metric[] = [ROC, AP].flatMap((kind) =>
  (['micro', 'macro', 'weighted'] as const).map((averaging) => averaged(kind, averaging)),
)

export const AREA_FAMILIES: readonly Family[] = [
  {
    pattern: /^(roc_auc|average_precision)_of:(.+)$/s,
    tasks: MULTILABEL,
    form: 'roc_auc_of:<class>',
    of: (name, kind, className = '') => ofClass(kind === ROC.name ? ROC : AP, name, className),
  },
]
