import type { Dataset, DatasetColumn } from '../../dataset.js'
import type { DataEngine } from '../../engine/engine.js'
import { countPeriods, type Parts, sinceOfCounts } from './counts.js'
import { unitOf } from './dated.js'
import type { Since } from './periods.js'

/** A column that has drifted, and what periods of it are counted by; null where that cannot be counted. */
export interface Drifted {
  readonly name: string
  readonly parts: Parts | null
}

/** Since when columns are off, and of some of the others why that cannot be told. */
export interface SinceOfColumns {
  readonly since: ReadonlyMap<string, Since>
  readonly undated: ReadonlyMap<string, string>
}

/** Since when some columns are off; `clock`: the column with the time of a row, none in data without. */
export async function sinceOfColumns(
  engine: DataEngine,
  dataset: Dataset,
  clock: DatasetColumn | undefined,
  drifted: readonly Drifted[],
  limit: number,
): Promise<SinceOfColumns> {
  const [found, undated] = [new Map<string, Since>(), new Map<string, string>()]
  if (clock === undefined || drifted.length === 0) return { since: found, undated }
  const unit = await unitOf(engine, dataset, clock)
  if (unit === null) return { since: found, undated }
  for (const { name, parts } of drifted) {
    if (name === clock.name || parts === null) {
      undated.set(name, parts === null ? 'what moved is not counted by period' : 'it is the time itself')
      continue
    }
    const since = sinceOfCounts(parts, await countPeriods(engine, dataset, clock, unit, parts), limit, unit)
    if (since === null) undated.set(name, 'each single period has too few rows to show it')
    else found.set(name, since)
  }
  return { since: found, undated }
}
