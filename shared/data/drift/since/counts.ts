import { populationStabilityIndex } from '../../../stats/drift.js'
import { total } from '../../../stats/numeric.js'
import { type BelowBounds, ksBounds, ksCritical } from '../../../stats/two-sample/kolmogorov-smirnov.js'
import type { Dataset, DatasetColumn } from '../../dataset.js'
import type { DataEngine } from '../../engine/engine.js'
import { chanceIndex } from '../psi.js'
import { FEWEST_SEEN } from '../values.js'
import { periodSql } from './dated.js'
import { type Gap, type Since, sinceWhen, type Unit } from './periods.js'

/** Periods with fewer rows say nothing of shares. */
export const FEWEST_ROWS = 50
/** A gap that chance alone exceeds once in a hundred times is not told from chance, as with the index. */
const CHANCE = 0.01

/** Rows by part of a baseline and how to count others so. */
export interface Parts {
  readonly baseline: readonly number[]
  /** Where the counts of the baseline are only likely, bounds of them: its rows up to the end of each part but the last. */
  readonly below?: BelowBounds
  /** SQL for what is counted of a row. */
  readonly of: string
  /** SQL for the index of the part that `x`, such a value, lies in; NULL for rows that do not count. */
  readonly part: string
}

/** Rows by part, of each period by its first day. */
export type Periods = Iterable<readonly [from: string, counts: readonly number[]]>

/**
 * Since when counts are off: by the population stability index against the baseline. With bounds of the baseline, which an index of
 * likely counts would be mistaken by, by the gap of the cumulative shares that all counts between them leave. Periods with fewer
 * than 50 rows say nothing. Null when no period could be judged.
 */
export function sinceOfCounts(
  { baseline, below }: Pick<Parts, 'baseline' | 'below'>,
  periods: Periods,
  limit: number,
  unit: Unit,
): Since | null {
  const n = total(baseline)
  const gapOf = (counts: readonly number[]): Gap | null => {
    const rows = total(counts)
    if (rows < FEWEST_ROWS) return null
    if (below !== undefined) {
      const effect = ksBounds(baseline, counts, () => false, below)?.low ?? 0
      return { effect, isChance: () => effect < ksCritical(CHANCE, n, rows) }
    }
    const [before, now] = withFewTogether(baseline, counts)
    if (before.length === 1 && baseline.filter((count, i) => count + (counts[i] as number) > 0).length > 1) return null
    const effect = populationStabilityIndex(before, now).value
    return { effect, isChance: () => effect < chanceIndex(before.length, n, rows) }
  }
  return sinceWhen(periods, gapOf, { limit, unit })
}

/**
 * The parts of which both sides together let expect ten rows at least in the smaller, and all others as one: in parts of fewer rows
 * the index is larger by chance than chi-square knows.
 */
function withFewTogether(baseline: readonly number[], counts: readonly number[]): [number[], number[]] {
  const smaller = Math.min(total(baseline), total(counts)) / (total(baseline) + total(counts))
  const [before, now, few]: [number[], number[], [number, number]] = [[], [], [0, 0]]
  baseline.forEach((count, i) => {
    const own = counts[i] as number
    if ((count + own) * smaller >= FEWEST_SEEN) {
      before.push(count)
      now.push(own)
    } else {
      few[0] += count
      few[1] += own
    }
  })
  if (few[0] + few[1] > 0) {
    before.push(few[0])
    now.push(few[1])
  }
  return [before, now]
}

/** Rows by period and part. */
export async function countPeriods(
  engine: DataEngine,
  { table }: Pick<Dataset, 'table'>,
  clock: DatasetColumn,
  unit: Unit,
  { baseline, of, part }: Parts,
): Promise<Map<string, number[]>> {
  const rows = await engine.all(
    `SELECT p, cell, count(*) AS n FROM (SELECT p, ${part} AS cell FROM (SELECT ${periodSql(unit, clock)} AS p, ${of} AS x FROM ${table}))
     WHERE p IS NOT NULL AND cell IS NOT NULL GROUP BY ALL`,
  )
  const byPeriod = new Map<string, number[]>()
  for (const { p, cell, n } of rows) {
    const counts = byPeriod.get(String(p)) ?? baseline.map(() => 0)
    counts[Number(cell)] = Number(n)
    byPeriod.set(String(p), counts)
  }
  return byPeriod
}
