import type { Example } from '../../shared/contracts/common.js'
import type { ColumnRule, DataContract } from '../../shared/contracts/data-contract.js'
import type { DatasetProfile } from '../../shared/contracts/data-profile.js'
import { asText } from '../../shared/data/column-types.js'
import { type Dataset, type DatasetColumn, placeOfRow } from '../../shared/data/dataset.js'
import type { ColumnDrift } from '../../shared/data/drift.js'
import type { DataEngine } from '../../shared/data/engine.js'
import { rowHash } from '../../shared/data/measure.js'
import type { Overlap } from '../../shared/data/overlap.js'
import type { FeaturePower } from '../../shared/data/power.js'
import { type ColumnTest, columnTests, type TestName } from './column-tests.js'

/** Rows shown of one finding. */
const EXAMPLES = 5
const EXAMPLE_LENGTH = 100
/** Findings of one dataset that rows are looked up for. */
const LOOKED_UP = 100
const TESTS_AT_ONCE = 40

export interface Tested {
  readonly bad: number
  readonly examples: readonly Example[]
}

/** Everything that is known about one dataset; checks are made of it alone. */
export interface Evidence {
  readonly profile: DatasetProfile
  /** Results by column and test: see `testKey`. */
  readonly tests: ReadonlyMap<string, Tested>
  readonly duplicates: readonly Example[]
  /** Whether its files are those that the baseline was made of, byte for byte: nothing can have drifted. */
  readonly sameAsBaseline: boolean
  /** Null when there is no baseline for this dataset. */
  readonly drift: readonly ColumnDrift[] | null
}

/** What concerns the label and both datasets. */
export interface LeakEvidence {
  readonly powers: readonly FeaturePower[]
  readonly overlap: Overlap | null
}

export const testKey = (column: string, test: TestName): string => `${test} ${column}`

interface Planned {
  readonly rule: ColumnRule
  readonly column: DatasetColumn
  readonly test: ColumnTest
}

/** Counts the rows that break each rule of the contract, and looks up the first of them. */
export async function testColumns(
  engine: DataEngine,
  dataset: Dataset,
  profile: DatasetProfile,
  contract: DataContract,
): Promise<Map<string, Tested>> {
  const planned = contract.columns.flatMap((rule): Planned[] => {
    const at = dataset.columns.findIndex(({ name }) => name === rule.name)
    const [column, facts] = [dataset.columns[at], profile.columns[at]]
    if (column === undefined || facts === undefined) return []
    return columnTests(rule, column, facts).map((test) => ({ rule, column, test }))
  })
  const tested = new Map<string, Tested>()
  let lookedUp = 0
  for (let from = 0; from < planned.length; from += TESTS_AT_ONCE) {
    const batch = planned.slice(from, from + TESTS_AT_ONCE)
    const counts = await countBad(engine, dataset, batch)
    for (const [i, { column, test }] of batch.entries()) {
      const bad = counts[i] ?? 0
      const examples =
        bad > 0 && lookedUp++ < LOOKED_UP ? await badRows(engine, dataset, test.condition, test.shown) : []
      tested.set(testKey(column.name, test.name), { bad, examples })
    }
  }
  for (const rule of contract.columns.filter(({ unique }) => unique)) {
    const column = dataset.columns.find(({ name }) => name === rule.name)
    if (column === undefined) continue
    const facts = profile.columns.find(({ name }) => name === rule.name)
    const bad = facts === undefined ? 0 : facts.rows - facts.missing - facts.invalid - facts.nonFinite - facts.distinct
    const repeated = `${column.sql} IN (SELECT ${column.sql} FROM ${dataset.table} GROUP BY 1 HAVING count(*) > 1)`
    const examples = bad > 0 ? await badRows(engine, dataset, repeated, asText(column.type, column.sql)) : []
    tested.set(testKey(column.name, 'unique-error'), { bad, examples })
  }
  return tested
}

async function countBad(engine: DataEngine, dataset: Dataset, batch: readonly Planned[]): Promise<number[]> {
  // A condition with a subquery cannot stand in a FILTER, so each is a column of its own first.
  const conditions = batch.map(({ test }, i) => `(${test.condition}) AS b${i}`)
  const [row = {}] = await engine.all(
    `SELECT ${batch.map((_, i) => `count(*) FILTER (WHERE b${i}) AS n${i}`).join(', ')} FROM (SELECT ${conditions.join(', ')} FROM ${dataset.table})`,
  )
  return batch.map((_, i) => Number(row[`n${i}`] ?? 0))
}

async function badRows(engine: DataEngine, dataset: Dataset, condition: string, shown: string): Promise<Example[]> {
  const rows = await engine.all(
    `SELECT rowid AS row, left(${shown}, ${EXAMPLE_LENGTH}) AS value FROM ${dataset.table} WHERE ${condition} ORDER BY rowid LIMIT ${EXAMPLES}`,
  )
  return rows.map(({ row, value }) => ({
    where: placeOfRow(dataset, Number(row)),
    value: value === null ? null : String(value),
  }))
}

/** Rows that repeat an earlier one. */
export async function duplicateRows(engine: DataEngine, dataset: Dataset, id: string | undefined): Promise<Example[]> {
  const rows = await engine.all(
    `SELECT min(rowid) AS first, max(rowid) AS row FROM ${dataset.table} GROUP BY ${rowHash(dataset, id)} HAVING count(*) > 1 ORDER BY first LIMIT ${EXAMPLES}`,
  )
  return rows.map(({ first, row }) => ({
    where: placeOfRow(dataset, Number(row)),
    value: `equals ${placeOfRow(dataset, Number(first))}`,
  }))
}
