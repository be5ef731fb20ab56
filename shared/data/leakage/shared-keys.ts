import type { Example } from '../../contracts/common.js'
import { type Dataset, placeOfRow } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { anyValue, type ColumnPair, EXAMPLES, hashOf, pairsOf } from './sides.js'

/** Keys (ids, entities, moments) that stand in both datasets. */
export interface SharedKeys {
  /** Columns that make the key, as far as both datasets have them. */
  readonly columns: readonly string[]
  /** Different keys in both. */
  readonly keys: number
  /** Rows of test with such a key, and all that have a key. */
  readonly shared: number
  readonly rows: number
  /** Rows of train whose key stands there more than once, and all that have a key. */
  readonly repeated: number
  readonly trainRows: number
  readonly examples: readonly Example[]
}

/**
 * Rows of `test` whose key also stands in `train`, by a 64-bit hash. A key of missing values alone is none. Null when
 * a column of the key is lacking on one side. One pass over each, memory by the number of different keys.
 */
export async function measureSharedKeys(
  engine: DataEngine,
  train: Dataset,
  test: Dataset,
  names: readonly string[],
): Promise<SharedKeys | null> {
  const pairs = pairsOf(train, test, names)
  if (pairs.length === 0 || pairs.length < names.length) return null
  const keysOf = ({ table }: Dataset, side: 0 | 1) =>
    `(SELECT ${hashOf(pairs, side)} AS h, count(*) AS n FROM ${table} WHERE ${anyValue(pairs, side)} GROUP BY 1)`
  const [row = {}] = await engine.all(
    `SELECT count(*) FILTER (WHERE r.n > 0 AND t.n > 0) AS keys, coalesce(sum(t.n) FILTER (WHERE r.n > 0), 0) AS shared, coalesce(sum(t.n), 0) AS n,
     coalesce(sum(r.n) FILTER (WHERE r.n > 1), 0) AS repeated, coalesce(sum(r.n), 0) AS m
     FROM ${keysOf(train, 0)} r FULL JOIN ${keysOf(test, 1)} t USING (h)`,
  )
  const shared = Number(row.shared)
  return {
    columns: pairs.map(({ name }) => name),
    keys: Number(row.keys),
    shared,
    rows: Number(row.n),
    repeated: Number(row.repeated),
    trainRows: Number(row.m),
    examples: shared === 0 ? [] : await firstShared(engine, train, test, pairs),
  }
}

/** Places only: keys name people often enough. */
async function firstShared(
  engine: DataEngine,
  train: Dataset,
  test: Dataset,
  pairs: readonly ColumnPair[],
): Promise<Example[]> {
  const [inTrain, inTest] = [hashOf(pairs, 0), hashOf(pairs, 1)]
  const rows = await engine.all(
    `WITH t AS (SELECT rowid AS row, ${inTest} AS h FROM ${test.table}
       WHERE ${anyValue(pairs, 1)} AND h IN (SELECT ${inTrain} FROM ${train.table} WHERE ${anyValue(pairs, 0)}) ORDER BY row LIMIT ${EXAMPLES})
     SELECT t.row AS row, min(r.first) AS first FROM t JOIN (SELECT rowid AS first, ${inTrain} AS h FROM ${train.table}) r USING (h) GROUP BY t.row ORDER BY t.row`,
  )
  return rows.map(({ row, first }) => ({
    where: placeOfRow(test, Number(row)),
    value: `the same as ${placeOfRow(train, Number(first))}`,
  }))
}
