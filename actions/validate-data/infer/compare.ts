import type { ColumnProfile, DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { asNumber } from '../../../shared/data/column-types.js'
import type { Dataset, DatasetColumn } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { tailReach } from './tail.js'

/** `low <= high` in every row that has both, or both equal. */
export interface Comparison {
  readonly low: string
  readonly high: string
  readonly operator: '<=' | '='
  /** Rows that have both. */
  readonly rows: number
}

/** Rows that have to hold it, columns of one kind that are compared, and comparisons that are told. */
const FEWEST_ROWS = 100
const FEWEST_VALUES = 10
const MOST_COLUMNS = 40
const MOST_TOLD = 10
const FIRST_ROWS = 2000
/** How far below zero the difference may be expected to go, in its own medians: what is there by rule ends at zero. */
const EDGE = 0.05
/** Rows that tell of an edge: of fewer the hundredth that lies next to it is a handful. */
const EDGE_ROWS = 500
/** Share of rows that had to be in either order if the columns were independent: else none in one order says nothing. */
const MIXED = 0.1

interface Candidate {
  readonly column: DatasetColumn
  readonly profile: ColumnProfile
}

/**
 * Columns of one type whose ranges overlap and that keep one order in every row. That may be chance where the difference has
 * a thin tail that has just not reached zero: only a difference that piles up at an edge is believed.
 */
export async function findComparisons(
  engine: DataEngine,
  dataset: Dataset,
  profile: DatasetProfile,
): Promise<Comparison[]> {
  if (dataset.rows < FEWEST_ROWS) return []
  const all = dataset.columns.map((column, i) => ({ column, profile: profile.columns[i] as ColumnProfile }))
  const found: Comparison[] = []
  for (const kind of ['date', 'timestamp', 'integer', 'number'] as const) {
    const some = all.filter(
      ({ profile: { type, distinct, numeric } }) => type === kind && distinct >= FEWEST_VALUES && numeric !== null,
    )
    found.push(...(await compare(engine, dataset, some.slice(0, MOST_COLUMNS))))
  }
  return withoutImplied(found).slice(0, MOST_TOLD)
}

async function compare(engine: DataEngine, dataset: Dataset, some: readonly Candidate[]): Promise<Comparison[]> {
  const pairs = some.flatMap((a, i) =>
    some
      .slice(i + 1)
      .filter((b) => overlap(a, b))
      .map((b) => [a, b] as const),
  )
  const first = await bothWays(engine, `(SELECT * FROM ${dataset.table} LIMIT ${FIRST_ROWS})`, pairs)
  const left = first.filter(({ least, most }) => least >= 0 || most <= 0).map(({ pair }) => pair)
  const found: Comparison[] = []
  for (const { pair, least, most, rows } of await bothWays(engine, dataset.table, left)) {
    if (rows < FEWEST_ROWS || (least < 0 && most > 0)) continue
    const [low, high] = least >= 0 ? pair : [pair[1], pair[0]]
    const names = { low: low.column.name, high: high.column.name, rows }
    if (least === 0 && most === 0) found.push({ ...names, operator: '=' })
    else if (await endsAtZero(engine, dataset, low, high)) found.push({ ...names, operator: '<=' })
  }
  return found
}

/** Whether columns that had nothing to do with each other would stand now in the one order, now in the other. */
function overlap(a: Candidate, b: Candidate): boolean {
  const above = shareAbove(a.profile.numeric, b.profile.numeric)
  return above >= MIXED && shareAbove(b.profile.numeric, a.profile.numeric) >= MIXED
}

/** Mass around each quantile of a profile, from p01 to p99. */
const MASS = [0.03, 0.12, 0.225, 0.25, 0.225, 0.12, 0.03]

/** Share of pairs of independent values in which the first is not below the second. */
function shareAbove(a: ColumnProfile['numeric'], b: ColumnProfile['numeric']): number {
  if (a === null || b === null) return 0
  const values = Object.values(b.quantiles)
  return Object.values(a.quantiles).reduce(
    (sum, x, i) =>
      sum + (MASS[i] as number) * values.reduce((part, y, j) => (x >= y ? part + (MASS[j] as number) : part), 0),
    0,
  )
}

const numberOf = ({ column }: Candidate): string => asNumber(column.type, column.sql)
const difference = (low: Candidate, high: Candidate): string => `(${numberOf(high)} - ${numberOf(low)})`

/** Pairs in batches: a query plans all of its expressions at once. */
async function bothWays(engine: DataEngine, from: string, pairs: readonly (readonly [Candidate, Candidate])[]) {
  const found = []
  for (let at = 0; at < pairs.length; at += 100) {
    const batch = pairs.slice(at, at + 100)
    const select = batch.map(([a, b], i) => {
      const d = difference(a, b)
      return `min(${d}) AS l${i}, max(${d}) AS m${i}, count(${d}) AS n${i}`
    })
    const [row = {}] = await engine.all(`SELECT ${select.join(', ')} FROM ${from}`)
    found.push(
      ...batch.flatMap((pair, i) =>
        row[`l${i}`] === null || row[`l${i}`] === undefined
          ? []
          : [{ pair, least: Number(row[`l${i}`]), most: Number(row[`m${i}`]), rows: Number(row[`n${i}`]) }],
      ),
    )
  }
  return found
}

/** Two zeros meet because there is nothing of either, which tells of no order. */
async function endsAtZero(engine: DataEngine, dataset: Dataset, low: Candidate, high: Candidate): Promise<boolean> {
  const [row = {}] = await engine.all(
    `SELECT count(d) AS n, quantile_cont(d, [0.01, 0.05, 0.25, 0.5]) AS q, count(*) FILTER (WHERE d = 0) AS ties FROM (SELECT ${difference(low, high)} AS d FROM ${dataset.table} WHERE NOT (${numberOf(low)} = 0 AND ${numberOf(high)} = 0))`,
  )
  const [p01, p05, p25, p50] = String(row.q).replace(/[[\]]/g, '').split(',').map(Number) as [
    number,
    number,
    number,
    number,
  ]
  const n = Number(row.n)
  // What meets often and never crosses does so by rule.
  if (Number(row.ties) >= Math.max(5, 0.01 * n)) return true
  return n >= EDGE_ROWS && p01 - tailReach(-p25, -p05, -p01, n) >= -EDGE * p50
}

/** Without what follows from two others. */
function withoutImplied(all: readonly Comparison[]): Comparison[] {
  const holds = (low: string, high: string) => all.some((one) => one.low === low && one.high === high)
  const names = [...new Set(all.flatMap(({ low, high }) => [low, high]))]
  return all.filter(
    ({ low, high, operator }) =>
      operator === '=' ||
      !names.some((between) => between !== low && between !== high && holds(low, between) && holds(between, high)),
  )
}
