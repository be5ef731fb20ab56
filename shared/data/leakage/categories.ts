import type { Example } from '../../contracts/common.js'
import type { ColumnProfile } from '../../contracts/data-profile.js'
import { asText } from '../column-types.js'
import type { DataEngine } from '../engine/engine.js'
import { rowsWith } from './labels.js'
import { chanceOfNewValues, type ValueSize } from './new-values.js'
import { columnNamed, factsOf, type Side } from './sides.js'

/** Values of a text feature in test that train lacks. */
export interface NewCategories {
  readonly feature: string
  /** Rows of test with a new value, of all that have a value; how many different values that is, and the most frequent. */
  readonly newRows: number
  readonly rows: number
  readonly newValues: number
  readonly values: readonly string[]
  /** Rows with a new value that a random division of all rows is expected to leave in test, and the chance of as many as there are. */
  readonly expectedRows: number
  readonly chance: number
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
    const { newRows, newValues, values: named, sizes } = values
    const examples = newRows === 0 ? [] : await rowsWith(engine, test, feature, named)
    const rows = present(now)
    const { expected, chance } = chanceOfNewValues(sizes, { n: present(before), m: Math.max(1, rows), found: newRows })
    found.push({ feature, newRows, newValues, values: named, rows, expectedRows: expected, chance, examples })
  }
  return found
}

const present = ({ rows, missing, invalid }: ColumnProfile): number => rows - missing - invalid
const lists = ({ top, otherCount }: ColumnProfile): boolean => otherCount === 0 && top.length > 0
const isCategory = (facts: ColumnProfile): boolean =>
  facts.distinct > 0 && facts.distinct <= Math.min(MOST_VALUES, MOSTLY_DIFFERENT * present(facts))

type Values = Pick<NewCategories, 'newRows' | 'newValues' | 'values'> & {
  /** Values by their rows of both sides. */
  readonly sizes: readonly ValueSize[]
}

function ofProfiles(before: ColumnProfile, now: ColumnProfile): Values {
  const known = new Map(before.top.map(({ value, count }) => [value, count]))
  const added = now.top.filter(({ value }) => !known.has(value))
  const both = new Map(known)
  for (const { value, count } of now.top) both.set(value, (both.get(value) ?? 0) + count)
  return {
    newRows: added.reduce((sum, { count }) => sum + count, 0),
    newValues: added.length,
    values: added.slice(0, NAMED).map(({ value }) => value),
    sizes: [...both.values()].sort((a, b) => a - b).map((rows) => ({ rows, values: 1 })),
  }
}

async function ofTables(engine: DataEngine, train: Side, test: Side, feature: string): Promise<Values> {
  const counts = ({ dataset }: Side) => {
    const { type, sql } = columnNamed(dataset, feature) as NonNullable<ReturnType<typeof columnNamed>>
    return `(SELECT ${asText(type, sql)} AS v, count(*) AS n FROM ${dataset.table} WHERE ${sql} IS NOT NULL GROUP BY 1)`
  }
  const bySize = await engine.all(
    `SELECT CASE WHEN r.n IS NULL THEN 1 ELSE 0 END AS added, coalesce(r.n, 0) + coalesce(t.n, 0) AS size, count(*) AS "values"
     FROM ${counts(train)} r FULL JOIN ${counts(test)} t USING (v) GROUP BY ALL`,
  )
  const all = bySize
    .map(({ added, size, values }) => ({ isNew: Number(added) === 1, rows: Number(size), values: Number(values) }))
    .sort((a, b) => a.rows - b.rows || Number(a.isNew) - Number(b.isNew))
  const added = all.filter(({ isNew }) => isNew)
  const newest =
    added.length === 0
      ? []
      : await engine.all(
          `SELECT v FROM ${counts(test)} WHERE v NOT IN (SELECT v FROM ${counts(train)}) ORDER BY n DESC, v LIMIT ${NAMED}`,
        )
  return {
    newRows: added.reduce((sum, { rows, values }) => sum + rows * values, 0),
    newValues: added.reduce((sum, { values }) => sum + values, 0),
    values: newest.map(({ v }) => String(v)),
    sizes: all,
  }
}
