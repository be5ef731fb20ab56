import { type Dataset, placeOfRow } from './dataset.js'
import type { DataEngine } from './engine.js'
import { EXAMPLES, hashOf, pairsOf } from './leakage/sides.js'

export interface Overlap {
  /** Columns that were compared; none when the two have none in common. */
  readonly columns: readonly string[]
  /** Rows of `test` that also stand in `train`. */
  readonly shared: number
  readonly rows: number
  /** Rows of `train` that stand in `train` more than once: how often rows repeat by nature. */
  readonly repeated: number
  readonly trainRows: number
  readonly examples: readonly { readonly where: string; readonly value: string }[]
}

/** Rows of `test` that are equal to a row of `train` in the named columns, by a 64-bit hash; missing equals missing. */
export async function measureOverlap(
  engine: DataEngine,
  train: Dataset,
  test: Dataset,
  names: readonly string[],
): Promise<Overlap> {
  const pairs = pairsOf(train, test, names)
  const none = { columns: [], shared: 0, rows: test.rows, repeated: 0, trainRows: train.rows, examples: [] }
  if (pairs.length === 0) return none
  const hash = (side: 0 | 1) => hashOf(pairs, side)
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE train_rows AS SELECT ${hash(0)} AS h, count(*) AS n, min(rowid) AS first FROM ${train.table} GROUP BY 1`,
  )
  const [counts = {}] = await engine.all(
    `SELECT (SELECT count(*) FROM ${test.table} WHERE ${hash(1)} IN (SELECT h FROM train_rows)) AS shared,
     (SELECT coalesce(sum(n), 0) FROM train_rows WHERE n > 1) AS repeated`,
  )
  const shared = Number(counts.shared)
  const rows =
    shared === 0
      ? []
      : await engine.all(
          `SELECT t.row, r.first FROM (SELECT rowid AS row, ${hash(1)} AS h FROM ${test.table}) t JOIN train_rows r USING (h) ORDER BY t.row LIMIT ${EXAMPLES}`,
        )
  await engine.run('DROP TABLE train_rows')
  return {
    columns: pairs.map(({ name }) => name),
    shared,
    rows: test.rows,
    repeated: Number(counts.repeated),
    trainRows: train.rows,
    examples: rows.map(({ row, first }) => ({
      where: placeOfRow(test, Number(row)),
      value: `equals ${placeOfRow(train, Number(first))}`,
    })),
  }
}
