import type { Example } from '../../contracts/common.js'
import { asText } from '../column-types.js'
import { type Dataset, type DatasetColumn, placeOfRow } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { repeatedFeatures } from '../repeats.js'
import { anyValue, type ColumnPair, columnNamed, EXAMPLES, hashOf, pairsOf } from './sides.js'

/** Rows with the same features and different labels. */
export interface Conflicts {
  /** Features that were compared. */
  readonly columns: number
  /** Rows of groups of equal features with two labels at least, and the number of such groups. */
  readonly conflicting: number
  readonly groups: number
  /** Rows whose features stand in another row too, whatever its label. */
  readonly repeated: number
  /** Rows with a label and a feature. */
  readonly rows: number
  readonly examples: readonly Example[]
}

/** Rows of test whose features stand in train. */
export interface CrossConflicts {
  readonly columns: number
  /** Those that stand there with another label, and those that stand there at all. */
  readonly conflicting: number
  readonly sameFeatures: number
  readonly rows: number
  readonly examples: readonly Example[]
}

/** Conflicting labels inside a dataset, by the hash of the features. Null without features or target. */
export async function measureConflicts(
  engine: DataEngine,
  dataset: Dataset,
  features: readonly string[],
  target: string,
): Promise<Conflicts | null> {
  const labelled = labelledRows(dataset, dataset, features, target)
  if (labelled === null) return null
  const label = columnNamed(dataset, target) as DatasetColumn
  const compared = labelled.pairs.map(({ name }) => name)
  const rows = (await repeatedFeatures(engine, dataset, compared, label)) ?? labelled.select(0)
  const [found = {}] = await engine.all(
    `SELECT coalesce(sum(n) FILTER (WHERE low <> high), 0) AS conflicting, count(*) FILTER (WHERE low <> high) AS groups,
     coalesce(sum(n), 0) AS repeated
     FROM (SELECT count(*) AS n, min(y) AS low, max(y) AS high FROM (${rows}) GROUP BY h HAVING count(*) > 1)`,
  )
  const { table } = dataset
  const y = `${label.sql} IS NOT NULL`
  // Two counts, for the second is answered by the statistics of the table.
  const [all = {}] = await engine.all(
    `SELECT (SELECT count(*) FROM ${table} WHERE ${y}) - (SELECT count(*) FROM ${table} WHERE ${y} AND ${labelled.pairs.map(({ sql }) => `${sql[0]} IS NULL`).join(' AND ')}) AS rows`,
  )
  const groups = Number(found.groups)
  const examples =
    groups === 0
      ? []
      : await engine.all(
          `SELECT min(row) AS first, min(row) FILTER (WHERE y <> first_y) AS other
           FROM (SELECT *, first_value(y) OVER (PARTITION BY h ORDER BY row) AS first_y FROM (${rows})
             WHERE h IN (SELECT h FROM (SELECT h, min(y) AS low, max(y) AS high, min(row) AS first FROM (${rows}) GROUP BY h) WHERE low <> high ORDER BY first LIMIT ${EXAMPLES}))
           GROUP BY h ORDER BY first`,
        )
  return {
    columns: labelled.pairs.length,
    conflicting: Number(found.conflicting),
    groups,
    repeated: Number(found.repeated),
    rows: Number(all.rows),
    examples: examples.map(({ first, other }) => ({
      where: placeOfRow(dataset, Number(other)),
      value: `the features of ${placeOfRow(dataset, Number(first))}, and another label`,
    })),
  }
}

/**
 * Rows of `test` whose features stand in `train` with another label. Of train only rows that share their features with
 * test are held, so that memory follows the smaller dataset.
 */
export async function measureCrossConflicts(
  engine: DataEngine,
  train: Dataset,
  test: Dataset,
  features: readonly string[],
  target: string,
): Promise<CrossConflicts | null> {
  const labelled = labelledRows(train, test, features, target)
  if (labelled === null) return null
  const joined = `WITH t AS (${labelled.select(1)}),
    r AS (SELECT h, min(y) AS low, max(y) AS high FROM (${labelled.select(0)}) WHERE h IN (SELECT h FROM t) GROUP BY h)`
  const differs = '(r.low <> t.y OR r.high <> t.y)'
  const [found = {}] = await engine.all(
    `${joined} SELECT count(*) AS rows, count(r.h) AS same, count(*) FILTER (WHERE ${differs}) AS conflicting FROM t LEFT JOIN r USING (h)`,
  )
  const conflicting = Number(found.conflicting)
  const examples =
    conflicting === 0
      ? []
      : await engine.all(
          `${joined}, f AS (SELECT t.row, t.h, t.y FROM t JOIN r USING (h) WHERE ${differs} ORDER BY t.row LIMIT ${EXAMPLES})
           SELECT f.row AS row, min(o.row) AS other FROM f JOIN (${labelled.select(0)}) o ON o.h = f.h AND o.y <> f.y GROUP BY f.row ORDER BY f.row`,
        )
  return {
    columns: labelled.pairs.length,
    conflicting,
    sameFeatures: Number(found.same),
    rows: Number(found.rows),
    examples: examples.map(({ row, other }) => ({
      where: placeOfRow(test, Number(row)),
      value: `the features of ${placeOfRow(train, Number(other))}, and another label`,
    })),
  }
}

/** SQL for row, hash of the features and hash of the label of the rows that have both; equal on both sides. */
function labelledRows(
  train: Dataset,
  test: Dataset,
  features: readonly string[],
  target: string,
): { pairs: readonly ColumnPair[]; select(side: 0 | 1): string } | null {
  const pairs = pairsOf(
    train,
    test,
    features.filter((name) => name !== target),
  )
  const labels = [train, test].map((dataset) => columnNamed(dataset, target))
  if (pairs.length === 0 || labels.includes(undefined)) return null
  return {
    pairs,
    select(side) {
      const { table } = side === 0 ? train : test
      const label = labels[side]
      const y = label === undefined ? 'NULL' : asText(label.type, label.sql)
      return `SELECT rowid AS row, ${hashOf(pairs, side)} AS h, hash(${y}) AS y FROM ${table} WHERE ${y} IS NOT NULL AND ${anyValue(pairs, side)}`
    },
  }
}
