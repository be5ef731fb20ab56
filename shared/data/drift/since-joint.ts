import { aucInterval } from '../../stats/delong.js'
import { rocAuc } from '../../stats/scores.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { MOST_ROWS, sampleRows } from './sample.js'
import { FEWEST_ROWS, lastRun, periodSql, type Since, type Unit, unitOf } from './since.js'

const LEVEL = 0.95

/** Out-of-fold scores of the rows of both sides, those of the baseline first, and the area from which on they are told apart. */
interface Scored {
  readonly scores: Float64Array
  readonly before: number
  readonly limit: number
}

/** The period of each of the `rows` that `sampleRows` takes, null where it has no date; null where they make no periods. */
export async function sampledPeriods(
  engine: DataEngine,
  dataset: Dataset,
  clock: DatasetColumn,
  rows: number,
): Promise<{ readonly unit: Unit; readonly periods: readonly (string | null)[] } | null> {
  const unit = await unitOf(engine, { table: dataset.table, rows }, clock)
  if (unit === null) return null
  const [periods = []] = await sampleRows(engine, dataset, [periodSql(unit, clock)], MOST_ROWS)
  return { unit, periods: periods.map((period) => (period === null ? null : String(period))) }
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
 * Since when rows are told from those of the baseline: the first period from which on the rows of every later one are, by the
 * area under the ROC curve of their scores against all scores of the baseline. It is at least `limit`, and DeLong's interval above 0.5.
 * Periods with fewer than 50 rows are passed over, and so are those above the limit whose interval is not. `periods`: of each score of
 * these data, null where it is not dated. Null when no period could be judged.
 */
export function jointSince(
  before: Float64Array,
  now: Float64Array,
  periods: readonly (string | null)[],
  limit: number,
  unit: Unit,
): Since | null {
  const byPeriod = new Map<string, number[]>()
  periods.forEach((period, i) => {
    if (period === null) return
    const scores = byPeriod.get(period) ?? []
    scores.push(now[i] as number)
    byPeriod.set(period, scores)
  })
  const judged = [...byPeriod]
    .filter(([, scores]) => scores.length >= FEWEST_ROWS)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([from, scores]) => {
      const all = Float64Array.from([...before, ...scores])
      const current = Uint8Array.from(all, (_, i) => (i < before.length ? 0 : 1))
      const auc = rocAuc(current, all).value
      if (auc < limit) return [{ from, bad: false }]
      return (aucInterval(current, all, LEVEL)?.low ?? 0) > 0.5 ? [{ from, bad: true }] : []
    })
  return lastRun(judged, unit)
}
