import type { Example } from '../../../shared/contracts/common.js'
import { placeOfRow } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import type { PlainTest, RowTest, TestScope } from './row-test.js'
import type { Scope } from './scope.js'

/** How many rows are judged and bad: all together, or in each group of equal values. */
export interface GroupCount {
  /** Values of the columns in `group-by`; empty without one. */
  readonly group: readonly (string | null)[]
  readonly n: number
  readonly bad: number
}

const TESTS_AT_ONCE = 40
const EXAMPLE_LENGTH = 100

/** Counts of tests that look at the same rows one by one, a batch in one query. */
export async function countTogether(
  engine: DataEngine,
  from: string,
  tests: readonly PlainTest[],
  narrow: Scope['narrow'] = (sql) => sql,
): Promise<GroupCount[]> {
  const counts: GroupCount[] = []
  for (let start = 0; start < tests.length; start += TESTS_AT_ONCE) {
    const batch = tests.slice(start, start + TESTS_AT_ONCE)
    // A condition with a subquery cannot stand in a FILTER, so each is a column of its own first.
    const columns = batch.map(({ judged, bad }, i) => `(${judged}) AS j${i}, (${judged}) AND (${bad}) AS b${i}`)
    const sums = batch.map((_, i) => `count(*) FILTER (WHERE j${i}) AS n${i}, count(*) FILTER (WHERE b${i}) AS x${i}`)
    const counted = `SELECT ${sums.join(', ')} FROM (SELECT ${columns.join(', ')} FROM ${from})`
    const [row = {}] = await engine.all(narrow(counted))
    counts.push(...batch.map((_, i) => ({ group: [], n: Number(row[`n${i}`]), bad: Number(row[`x${i}`]) })))
  }
  return counts
}

/** Counts of one test, in each of its groups. */
export async function countAlone(engine: DataEngine, test: RowTest, at: TestScope): Promise<GroupCount[]> {
  const groups = at.groups.map((sql, i) => `${sql} AS g${i}`)
  const names = at.groups.map((_, i) => `g${i}`)
  const by = names.length === 0 ? '' : ` GROUP BY ${names.join(', ')} ORDER BY ${names.join(', ')}`
  const rows = await engine.all(
    at.scope.narrow(`SELECT ${[...names, countsOf(test)].join(', ')} FROM (${relationOf(test, at, groups)})${by}`),
  )
  return rows.map((row) => ({
    group: names.map((name) => (row[name] == null ? null : String(row[name]))),
    n: Number(row.n ?? 0),
    bad: Number(row.bad ?? 0),
  }))
}

function countsOf(test: RowTest): string {
  if (test.kind === 'plain') return 'count(*) FILTER (WHERE j) AS n, count(*) FILTER (WHERE b) AS bad'
  const bad = test.count === 'copies' ? 'sum(size) - count(size)' : 'sum(size) FILTER (WHERE size > 1)'
  return `coalesce(sum(size), 0) AS n, coalesce(${bad}, 0) AS bad`
}

function relationOf(test: RowTest, at: TestScope, groups: readonly string[]): string {
  if (test.kind === 'plain') {
    const columns = [...groups, `(${test.judged}) AS j`, `(${test.judged}) AND (${test.bad}) AS b`]
    return `SELECT ${columns.join(', ')} FROM ${test.from ?? at.source}`
  }
  const columns = [...groups, `CASE WHEN ${test.judged} THEN ${keyHash(test.keys)} END AS k`]
  // Rows that are not judged keep their group in sight.
  const sizes = `SELECT ${[...groups.map((_, i) => `g${i}`), 'k', 'count(k) AS s'].join(', ')} FROM (SELECT ${columns.join(', ')} FROM ${at.source}) GROUP BY ALL`
  return `SELECT *, CASE WHEN s > 0 THEN s END AS size FROM (${sizes})`
}

/** Values are told apart by a 64-bit hash: a fifth of the memory; 10⁹ keys collide 0.03 times. */
const keyHash = (keys: readonly string[]): string => `hash(${keys.join(', ')})`

/** The first rows that break a test, with the name of the row where the data have one. */
export async function firstBadRows(
  engine: DataEngine,
  test: RowTest,
  at: TestScope,
  options: { readonly most: number; readonly key: string | null; readonly hidden: boolean },
): Promise<Example[]> {
  const { row } = at.scope
  const key = options.key === null ? 'NULL' : options.key
  const rows = await engine.all(
    `SELECT ${row} AS row, left(${test.shown}, ${EXAMPLE_LENGTH}) AS value, left(CAST(${key} AS VARCHAR), ${EXAMPLE_LENGTH}) AS key
     FROM ${badRelation(test, at, key)} ORDER BY ${row} LIMIT ${options.most}`,
  )
  return rows.map(({ row: index, value, key: name }) => ({
    where: `${placeOfRow(at.scope.dataset, Number(index))}${name === null ? '' : ` (${name})`}`,
    value: value === null || options.hidden ? null : String(value),
  }))
}

/** The rows that break a test, with their index, and the columns of the scope that what is shown of them, or `more`, is made of. */
export function badRelation(test: RowTest, at: TestScope, more: string | null = null): string {
  return at.scope.narrow(relationOfBad(test, at), at.scope.row, test.shown, more)
}

function relationOfBad(test: RowTest, at: TestScope): string {
  if (test.kind === 'plain') {
    return `(SELECT * FROM ${test.from ?? at.source} WHERE (${test.judged}) AND (${test.bad}))`
  }
  const keys = `hash(${[...at.groups.map((sql) => `coalesce(${sql}, '')`), ...test.keys].join(', ')})`
  return `(SELECT * FROM ${at.source} WHERE ${test.judged} AND ${keys} IN (SELECT ${keys} FROM ${at.source} WHERE ${test.judged} GROUP BY 1 HAVING count(*) > 1))`
}
