import { type Dataset, storedColumns } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { type Label, measurePower } from '../power/power.js'
import { factsOf, type Side } from './sides.js'

/** Power of one feature alone to tell the label, measured alike on as many rows of train and of test. */
export interface PowerChange {
  readonly feature: string
  readonly train: number
  readonly test: number
  readonly n: number
  /** Standard error of the difference, at most: see `errorOfPower`. */
  readonly error: number
}

/** Rows of each side: a power of more rows is not told apart any better from one of few rows. */
const ROWS = 20_000
const FEWEST_ROWS = 200
const FEWEST_OF_CLASS = 20

/**
 * Compares the power of each feature in train and test. Rates that few rows teach are weaker, so both sides get the same
 * number of rows, by a hash of their number, and the cells of train's profile. None where test has fewer than 200 rows.
 */
export async function measurePowerChange(
  engine: DataEngine,
  train: Side,
  test: Side,
  label: Label,
  features: readonly string[],
): Promise<PowerChange[]> {
  const n = Math.min(ROWS, train.dataset.rows, test.dataset.rows)
  const shared = features.filter((name) => {
    const [before, now] = [factsOf(train, name), factsOf(test, name)]
    return before !== undefined && before.type === now?.type
  })
  const isThere = [train, test].every((side) => factsOf(side, label.name) !== undefined)
  if (n < FEWEST_ROWS || shared.length === 0 || !isThere) return []
  const powersOf = async (side: Side) => {
    const sampled = await sampleOf(engine, side.dataset, n)
    const powers = await measurePower(engine, sampled, train.profile, label, shared)
    await engine.run(`DROP TABLE ${sampled.table}`)
    return powers
  }
  const [before, now] = [await powersOf(train), await powersOf(test)]
  const fewest = smallestClass(train, label, n)
  return before.flatMap(({ feature, power }, i) => {
    const after = now[i]
    if (power === null || after === undefined || after.power === null) return []
    const rows = Math.min(after.n, n)
    const error = Math.hypot(
      errorOfPower(power, label.kind, rows, fewest),
      errorOfPower(after.power, label.kind, rows, fewest),
    )
    return [{ feature, train: power, test: after.power, n: after.n, error }]
  })
}

async function sampleOf(engine: DataEngine, dataset: Dataset, n: number): Promise<Dataset> {
  // A wide table lies in a catalog of its own, and its name says so.
  const table = `power_side_${dataset.table.replaceAll('.', '_')}`
  const step = Math.max(1, Math.floor(dataset.rows / n))
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${storedColumns(dataset)} FROM ${dataset.table} WHERE hash(rowid) % ${step} = 0 LIMIT ${n}`,
  )
  return { ...dataset, table, rows: n }
}

/** Rows of the smallest class that power is measured of. */
function smallestClass(train: Side, { name, kind }: Label, n: number): number {
  if (kind === 'value') return n
  const scale = n / Math.max(1, train.dataset.rows)
  const counts = (factsOf(train, name)?.top ?? []).map(({ count }) => count * scale)
  return Math.max(FEWEST_OF_CLASS, Math.min(...counts, n / 2))
}

/**
 * Bound of the standard error of a power: for classes 2 √(AUC (1 − AUC) / m) with m rows of the smaller class (Birnbaum
 * and Klose 1957); for numbers 2 √(R² / n) (1 − R²), the one of R² in large samples, and at least 1 / √n.
 */
export function errorOfPower(power: number, kind: Label['kind'], n: number, fewest: number): number {
  if (kind === 'value') return Math.max(1 / Math.sqrt(n), 2 * Math.sqrt(power / n) * (1 - power))
  const auc = (1 + power) / 2
  return Math.max(1 / fewest, 2 * Math.sqrt((auc * (1 - auc)) / fewest))
}
