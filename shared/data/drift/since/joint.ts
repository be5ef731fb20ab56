import { aucInterval } from '../../../stats/delong.js'
import { rocAuc } from '../../../stats/scores.js'
import type { Dataset, DatasetColumn } from '../../dataset.js'
import type { DataEngine } from '../../engine/engine.js'
import { FEWEST_ROWS } from './counts.js'
import { sampledPeriods } from './dated.js'
import { type Gap, rowsByPeriod, type Since, sinceWhen, type Unit } from './periods.js'

const LEVEL = 0.95

/** Out-of-fold scores of the rows of both sides, those of the baseline first, and the area from which on they are told apart. */
interface Scored {
  readonly scores: Float64Array
  readonly before: number
  readonly limit: number
}

/** {@link jointSince} of the rows that were sampled; null where they make no periods. */
export async function measureJointSince(
  engine: DataEngine,
  now: Dataset,
  clock: DatasetColumn,
  { scores, before, limit }: Scored,
): Promise<Since | null> {
  const dated = await sampledPeriods(engine, now, clock, scores.length - before)
  if (dated === null) return null
  return jointSince(scores.subarray(0, before), scores.subarray(before), dated.periods, limit, dated.unit)
}

/**
 * Since when rows are told from those of the baseline: by the area under the ROC curve of the scores of a period against all scores of
 * the baseline, which chance reaches where DeLong's interval holds 0.5. Periods with fewer than 50 rows say nothing. `periods`: of
 * each score of these data, null where it is not dated. Null when no period could be judged.
 */
export function jointSince(
  before: Float64Array,
  now: Float64Array,
  periods: readonly (string | null)[],
  limit: number,
  unit: Unit,
): Since | null {
  const gapOf = (rows: readonly number[]): Gap => {
    const all = Float64Array.from([...before, ...rows.map((row) => now[row] as number)])
    const current = Uint8Array.from(all, (_, i) => (i < before.length ? 0 : 1))
    const isChance = () => (aucInterval(current, all, LEVEL)?.low ?? 0) <= 0.5
    return { effect: rocAuc(current, all).value, isChance }
  }
  return sinceWhen(rowsByPeriod(periods, FEWEST_ROWS), gapOf, { limit, unit })
}
