import { type Dataset, placeOfRow } from './dataset.js'
import type { DataEngine } from './engine/engine.js'
import { AGREE, EXAMPLES, hashOf, pairsOf } from './leakage/sides.js'

export interface Overlap {
  /** Columns that were compared; none when the two have none in common. */
  readonly columns: readonly string[]
  /** Rows of `test` that also stand in `train`. */
  readonly shared: number
  readonly rows: number
  /** Rows of `train` that stand in `train` more than once: how often rows repeat by nature. */
  readonly repeated: number
  readonly trainRows: number
  /**
   * Share of rows that may be expected to stand in `train` by chance: if the columns were independent of each other, or, where `test`
   * is the larger of the two, by how often rows repeat inside it. 0 where no row is shared.
   */
  readonly alike: number
  readonly examples: readonly { readonly where: string; readonly value: string }[]
}

/** Below this chance that two rows agree, further columns change nothing. */
const NEXT_TO_NOTHING = 1e-15

/** Rows of `test` that are equal to a row of `train` in the named columns, by a 64-bit hash; missing equals missing. */
export async function measureOverlap(
  engine: DataEngine,
  train: Dataset,
  test: Dataset,
  names: readonly string[],
): Promise<Overlap> {
  const pairs = pairsOf(train, test, names)
  const none = { columns: [], shared: 0, rows: test.rows, repeated: 0, trainRows: train.rows, alike: 0, examples: [] }
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
    alike:
      shared === 0
        ? 0
        : Math.max(await shareAlike(engine, train, pairs), await shareByTest(engine, train, test, hash(1))),
    examples: rows.map(({ row, first }) => ({
      where: placeOfRow(test, Number(row)),
      value: `equals ${placeOfRow(train, Number(first))}`,
    })),
  }
}

/** 1 − exp(−n Π p), p the chance that two rows of train agree in a column: what few values bring about, in few rows too. */
async function shareAlike(
  engine: DataEngine,
  { table, rows }: Dataset,
  pairs: ReturnType<typeof pairsOf>,
): Promise<number> {
  let agree = 1
  for (const { sql } of pairs) {
    const [row = {}] = await engine.all(
      `SELECT ${AGREE} AS p FROM (SELECT count(*) AS c FROM ${table} GROUP BY ${sql[0]})`,
    )
    agree *= Number(row.p)
    if (agree < NEXT_TO_NOTHING) return 0
  }
  return 1 - Math.exp(-rows * agree)
}

/** 1 − exp(−n q), q the chance that two rows of test are equal: its share of repeated rows is 1 − exp(−m q). 0 where train is larger. */
async function shareByTest(
  engine: DataEngine,
  train: Dataset,
  { table, rows }: Dataset,
  hash: string,
): Promise<number> {
  if (rows <= train.rows) return 0
  const [row = {}] = await engine.all(
    `SELECT coalesce(sum(n), 0) AS repeated FROM (SELECT count(*) AS n FROM ${table} GROUP BY ${hash}) WHERE n > 1`,
  )
  const single = 1 - Number(row.repeated) / rows
  return 1 - single ** (train.rows / rows)
}
