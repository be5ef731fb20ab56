import { aucInfluence, rankedAuc } from '../ranked/auc.js'
import { averagePrecisionInfluence, rankedAveragePrecision } from '../ranked/average-precision.js'
import type { RankedInfluence, RankedStatistic } from '../ranked/ranking.js'
import type { MulticlassSample } from '../sample.js'
import { BLOCKS } from '../sampling/bootstrap.js'
import { defined, undefinedBecause, type Value } from '../types.js'
import { classSizes, missingClassOf, rankedByClass } from './class-ranking.js'
import { perSample } from './estimators/common.js'
import { type Influenced, ofInfluence } from './estimators/influence.js'
import { rankRows, sumsByBlock } from './estimators/ranking.js'
import type { Estimator } from './metric.js'
import { oneAgainstOne } from './one-against-one.js'

/** A measure of two classes that is taken of each class against the rest. */
export interface TwoClassMeasure {
  readonly statistic: RankedStatistic
  readonly influence: RankedInfluence
}

export const AUC: TwoClassMeasure = { statistic: rankedAuc, influence: aucInfluence }
export const AVERAGE_PRECISION: TwoClassMeasure = {
  statistic: rankedAveragePrecision,
  influence: averagePrecisionInfluence,
}

/** Mean over the classes of a measure of each against the rest: plain, or weighted by the rows of each class. */
export function oneAgainstRest(measure: TwoClassMeasure, averaging: 'macro' | 'weighted'): Estimator<MulticlassSample> {
  return ofInfluence((sample) => {
    const missing = missingClassOf(sample)
    if (missing !== null) return unmeasured(missing)
    const each = eachClass(sample, measure)
    const { byBlock, totals, whole } = classSizes(sample)
    const classes = each.length
    const shares = each.map((_, k) => (averaging === 'macro' ? 1 / classes : (totals[k] as number) / whole))
    const value = each.reduce((sum, one, k) => sum + (shares[k] as number) * one.value, 0)
    const psi = new Float64Array(BLOCKS)
    for (let block = 0; block < BLOCKS; block++) {
      let sum = 0
      each.forEach((one, k) => {
        sum += (shares[k] as number) * (one.psi[block] as number)
        // The shares of the classes change with the rows too.
        if (averaging === 'weighted') sum += ((one.value - value) * (byBlock[block * classes + k] as number)) / whole
      })
      psi[block] = sum
    }
    return { value: defined(value), psi }
  })
}

/** A measure of all pairs of row and class at once: positive where the row is of the class. */
export function pooledClasses({ statistic, influence }: TwoClassMeasure): Estimator<MulticlassSample> {
  return ofInfluence((sample) => {
    const classes = sample.classes.length
    const size = sample.n * classes
    const truth = new Uint8Array(size)
    const blocks = new Uint16Array(size)
    const weights = sample.weights && new Float64Array(size)
    for (let i = 0; i < sample.n; i++) {
      truth[i * classes + (sample.truth[i] as number)] = 1
      blocks.fill(sample.blocks[i] as number, i * classes, (i + 1) * classes)
      if (weights) weights.fill((sample.weights as Float64Array)[i] as number, i * classes, (i + 1) * classes)
    }
    const rows = rankRows({ blocks, weights }, truth, sample.probabilities as Float64Array)
    return {
      value: defined(statistic(rows.ranking, rows.weights)),
      psi: sumsByBlock(influence(rows.ranking, rows.weights), rows.keys()),
    }
  })
}

/** Area under the ROC curve of each class against each other (Hand and Till 2001). */
export function pairsOfClasses(averaging: 'macro' | 'weighted'): Estimator<MulticlassSample> {
  return ofInfluence((sample) => {
    const missing = missingClassOf(sample)
    return missing === null ? oneAgainstOne(sample, classSizes(sample), averaging) : unmeasured(missing)
  })
}

const knownClasses = perSample((_sample: MulticlassSample) => new Map<TwoClassMeasure, ClassValue[]>())

interface ClassValue {
  readonly value: number
  readonly psi: Float64Array
}

/** The measure of each class; one class after the other, so that one ranking at a time is in memory. */
function eachClass(sample: MulticlassSample, measure: TwoClassMeasure): ClassValue[] {
  const known = knownClasses(sample)
  const found = known.get(measure)
  if (found !== undefined) return found
  const each = sample.classes.map((_, k) => {
    const { ranking, weights, keys } = rankedByClass(sample, k)
    return {
      value: measure.statistic(ranking, weights),
      psi: sumsByBlock(measure.influence(ranking, weights), keys()),
    }
  })
  known.set(measure, each)
  return each
}

function unmeasured(reason: string): Influenced {
  return { value: undefinedBecause(reason) satisfies Value, psi: new Float64Array(BLOCKS) }
}
