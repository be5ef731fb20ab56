import { Tally } from '../numeric.js'
import type { ClassSample, MulticlassSample } from '../sample.js'
import { BLOCKS } from '../sampling/bootstrap.js'
import { perSample, scoreOf } from './estimators/common.js'
import { type RankedRows, rankRows } from './estimators/ranking.js'

/** Rows ranked by the probability of one class, which is positive; the others are negative. */
export function rankedByClass(sample: ClassSample, positive: number): RankedRows {
  const { n, truth } = sample
  const isClass = new Uint8Array(n)
  const score = new Float64Array(n)
  for (let i = 0; i < n; i++) isClass[i] = Number(truth[i] === positive)
  if (sample.task === 'binary') {
    const ofSecond = scoreOf(sample)
    for (let i = 0; i < n; i++) score[i] = positive === 1 ? (ofSecond[i] as number) : 1 - (ofSecond[i] as number)
  } else {
    const probabilities = sample.probabilities as Float64Array
    const classes = sample.classes.length
    for (let i = 0; i < n; i++) score[i] = probabilities[i * classes + positive] as number
  }
  return rankRows(sample, isClass, score)
}

/** Weight of the rows of each class, by block and in all. */
export interface ClassSizes {
  readonly byBlock: Float64Array
  readonly totals: Float64Array
  readonly whole: number
}

export const classSizes: (sample: MulticlassSample) => ClassSizes = perSample((sample: MulticlassSample) => {
  const classes = sample.classes.length
  const tally = new Tally(BLOCKS * classes)
  const sum = new Tally(classes)
  for (let i = 0; i < sample.n; i++) {
    const weight = sample.weights === null ? 1 : (sample.weights[i] as number)
    tally.add((sample.blocks[i] as number) * classes + (sample.truth[i] as number), weight)
    sum.add(sample.truth[i] as number, weight)
  }
  const totals = sum.values()
  return { byBlock: tally.values(), totals, whole: totals.reduce((whole, size) => whole + size, 0) }
})

/** Why a measure over all classes is undefined, or null when rows of each occur. */
export function missingClassOf(sample: MulticlassSample): string | null {
  const { totals } = classSizes(sample)
  const missing = sample.classes.filter((_, k) => totals[k] === 0)
  if (missing.length === 0) return null
  return `no row is of class ${missing.map((name) => `"${name}"`).join(', ')}`
}
