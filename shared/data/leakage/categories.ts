import type { Example } from '../../contracts/common.js'
import type { ColumnProfile } from '../../contracts/data-profile.js'
import { asText } from '../column-types.js'
import type { DataEngine } from '../engine.js'
import { rowsWith } from './labels.js'
import { columnNamed, factsOf, type Side } from './sides.js'

/** Values of a text feature in test that train lacks. */
export interface NewCategories {
  readonly feature: string
  /** Rows of test with a new value, of all that have a value; how many different values that is, and the most frequent. */
  readonly newRows: number
  readonly rows: number
  readonly newValues: number
  readonly values: readonly string[]
  /** Values of train that stand there in one row, and rows of train with a value: as share, what chance brings. */
  readonly once: number
  readonly trainRows: number
  readonly examples: readonly Example[]
}

/** A text with more different values than this share of its rows is free text or names the row. */
const MOSTLY_DIFFERENT = 0.5
const MOST_VALUES = 100_000
const NAMED = 10

/** New categories of every text feature, from the profiles where they list all values, else by one GROUP BY a feature. */
export async function measureCategories(
  engine: DataEngine,
  train: Side,
  test: Side,
  features: readonly string[],
): Promise<NewCategories[]> {
  const found: NewCategories[] = []
  for (const feature of features) {
    const [before, now] = [factsOf(train, feature), factsOf(test, feature)]
    if (before?.type !== 'string' || now?.type !== 'string' || !isCategory(before)) continue
    const values = lists(before) && lists(now) ? ofProfiles(before, now) : await ofTables(engine, train, test, feature)
    const examples = values.newRows === 0 ? [] : await rowsWith(engine, test, feature, values.values)
    found.push({ feature, ...values, rows: present(now), trainRows: present(before), examples })
  }
  return found
}

const present = ({ rows, missing, invalid }: ColumnProfile): number => rows - missing - invalid
const lists = ({ top, otherCount }: ColumnProfile): boolean => otherCount === 0 && top.length > 0
const isCategory = (facts: ColumnProfile): boolean =>
  facts.distinct > 0 && facts.distinct <= Math.min(MOST_VALUES, MOSTLY_DIFFERENT * present(facts))

type Values = Pick<NewCategories, 'newRows' | 'newValues' | 'values' | 'once'>

function ofProfiles(before: ColumnProfile, now: ColumnProfile): Values {
  const known = new Set(before.top.map(({ value }) => value))
  const added = now.top.filter(({ value }) => !known.has(value))
  return {
    newRows: added.reduce((sum, { count }) => sum + count, 0),
    newValues: added.length,
    values: added.slice(0, NAMED).map(({ value }) => value),
    once: before.top.filter(({ count }) => count === 1).length,
  }
}

async function ofTables(engine: DataEngine, train: Side, test: Side, feature: string): Promise<Values> {
  const counts = ({ dataset }: Side) => {
    const { type, sql } = columnNamed(dataset, feature) as NonNullable<ReturnType<typeof columnNamed>>
    return `(SELECT ${asText(type, sql)} AS v, count(*) AS n FROM ${dataset.table} WHERE ${sql} IS NOT NULL GROUP BY 1)`
  }
  const [row = {}] = await engine.all(
    `SELECT coalesce(sum(t.n) FILTER (WHERE r.n IS NULL), 0) AS rows, count(*) FILTER (WHERE r.n IS NULL) AS "values", count(*) FILTER (WHERE r.n = 1) AS once
     FROM ${counts(train)} r FULL JOIN ${counts(test)} t USING (v)`,
  )
  const newest =
    Number(row.rows) === 0
      ? []
      : await engine.all(
          `SELECT v FROM ${counts(test)} WHERE v NOT IN (SELECT v FROM ${counts(train)}) ORDER BY n DESC, v LIMIT ${NAMED}`,
        )
  return {
    newRows: Number(row.rows),
    newValues: Number(row.values),
    values: newest.map(({ v }) => String(v)),
    once: Number(row.once),
  }
}
