import { isNumeric } from '../../../shared/data/column-types.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { round12 } from '../../../shared/data/engine/sql.js'
import { type CheckOf, present, type TestScope, type Unfit } from './row-test.js'
import { isVoid, listedText, listedTexts, type ScopedColumn } from './scope.js'
import { type GroupValue, perGroup } from './statistics.js'

/** Different values named at most; the rest is counted. */
const NAMED = 20

export interface SetDifference {
  /** Different values of the column. */
  readonly distinct: number
  /** Values of the data that are not among the wanted ones, the most frequent first. */
  readonly extra: readonly string[]
  readonly extraCount: number
  /** Wanted values that the data lack. */
  readonly lacking: readonly string[]
  readonly n: number
}

/** The different values of a column against a set. */
export async function measureSet(
  engine: DataEngine,
  check: CheckOf<'value-set'>,
  at: TestScope,
): Promise<SetDifference> {
  const column = at.column(check.column)
  const wanted = listedTexts(column, check.values)
  const counted = `SELECT v, count(*) AS n, list_contains(${wanted}, v) AS wanted FROM (SELECT ${column.text} AS v FROM ${at.source} WHERE ${present(column)}) GROUP BY v`
  const [row = {}] = await engine.all(
    `SELECT count(*) AS d, coalesce(sum(n), 0)::BIGINT AS n, count(*) FILTER (WHERE NOT wanted) AS extra FROM (${counted})`,
  )
  const extra = await engine.all(`SELECT v FROM (${counted}) WHERE NOT wanted ORDER BY n DESC, v LIMIT ${NAMED}`)
  const found = await engine.all(`SELECT v FROM (${counted}) WHERE wanted`)
  const seen = new Set(found.map(({ v }) => String(v)))
  const texts = check.values.map((value, i) => `${listedText(column, value)} AS t${i}`)
  const [written = {}] = texts.length === 0 ? [] : await engine.all(`SELECT ${texts.join(', ')}`)
  return {
    distinct: Number(row.d),
    n: Number(row.n),
    extra: extra.map(({ v }) => String(v)),
    extraCount: Number(row.extra),
    lacking: check.values.filter((_, i) => !seen.has(String(written[`t${i}`]))),
  }
}

/** The most frequent values, all that share the first place, and how many of them are wanted. */
export async function measureMostCommon(
  engine: DataEngine,
  check: CheckOf<'most-common'>,
  at: TestScope,
): Promise<{ values: string[]; wanted: number; count: number; n: number }> {
  const column = at.column(check.column)
  const { text } = column
  const counts = `SELECT ${text} AS v, count(*) AS n FROM ${at.source} WHERE ${text} IS NOT NULL GROUP BY 1`
  const rows = await engine.all(
    `WITH counts AS (${counts}) SELECT v, n, list_contains(${listedTexts(column, check.values)}, v) AS wanted, (SELECT sum(n) FROM counts)::BIGINT AS total FROM counts WHERE n = (SELECT max(n) FROM counts) ORDER BY v LIMIT 1000`,
  )
  return {
    values: rows.map(({ v }) => String(v)),
    wanted: rows.filter(({ wanted }) => wanted === true).length,
    count: Number(rows[0]?.n ?? 0),
    n: Number(rows[0]?.total ?? 0),
  }
}

/**
 * Association of two columns: Pearson's r, Spearman's rho (mean ranks), or Cramér's V (chi-square over n·(min(r, c) − 1),
 * not corrected for bias, as scipy.stats.contingency.association gives it).
 */
export async function measureCorrelation(
  engine: DataEngine,
  check: CheckOf<'correlation'>,
  at: TestScope,
): Promise<GroupValue[] | Unfit> {
  const [a, b] = check.columns.map((name) => at.column(name)) as [ScopedColumn, ScopedColumn]
  const both = `${present(a)} AND ${present(b)}`
  if (check.method === 'cramers-v') return [await cramersV(engine, a.text, b.text, both, at)]
  if (isVoid(a) || isVoid(b)) return []
  const unfit = [a, b].find(({ type }) => !isNumeric(type))
  if (unfit !== undefined)
    return { kind: 'unfit', column: unfit.name, what: 'the correlation', needs: 'numbers', has: unfit.type }
  const n = `count(*) FILTER (WHERE ${both})`
  if (check.method === 'pearson') {
    return perGroup(engine, at, { n, value: `corr(${a.number}, ${b.number}) FILTER (WHERE ${both})` })
  }
  const [x, y] = [at.scope.own('x'), at.scope.own('y')]
  const by = at.groups.length === 0 ? '' : `PARTITION BY ${at.groups.join(', ')} `
  const rank = (value: string) =>
    `rank() OVER (${by}ORDER BY ${value}) + (count(*) OVER (${by === '' ? 'PARTITION BY' : `${by},`} ${value}) - 1) / 2.0`
  const source = `(SELECT *, ${rank(a.number as string)} AS ${x}, ${rank(b.number as string)} AS ${y} FROM ${at.source} WHERE ${both})`
  return perGroup(engine, { ...at, source }, { n: 'count(*)', value: `corr(${x}, ${y})` })
}

async function cramersV(engine: DataEngine, a: string, b: string, both: string, at: TestScope): Promise<GroupValue> {
  const cells = `SELECT ${a} AS a, ${b} AS b, count(*) AS n FROM ${at.source} WHERE ${both} GROUP BY ALL`
  const [row = {}] = await engine.all(
    `WITH cells AS (${cells}), rows AS (SELECT a, sum(n) AS n FROM cells GROUP BY a), cols AS (SELECT b, sum(n) AS n FROM cells GROUP BY b), total AS (SELECT sum(n)::DOUBLE AS n FROM cells)
     SELECT (SELECT n FROM total) AS n, (SELECT count(*) FROM rows) AS r, (SELECT count(*) FROM cols) AS c,
     (SELECT sum(cells.n::DOUBLE * cells.n / (rows.n::DOUBLE * cols.n)) FROM cells JOIN rows USING (a) JOIN cols USING (b)) AS s`,
  )
  const [n, r, c, s] = [row.n, row.r, row.c, row.s].map((cell) => Number(cell ?? 0)) as [number, number, number, number]
  const smaller = Math.min(r, c) - 1
  // chi² = n·(Σ n_ij²/(n_i·n_j) − 1)
  return { group: [], n, value: smaller < 1 ? null : round12(Math.sqrt(Math.max(0, s - 1) / smaller)) }
}
