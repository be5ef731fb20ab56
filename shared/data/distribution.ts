import type { ColumnProfile } from '../contracts/data-profile.js'
import { asNumber, asText } from './column-types.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine.js'
import { binCount, countByEdges, edgesOf, massPoints } from './histogram.js'
import { type Basics, measurable, mostFrequent, perColumn, TOP_DISTINCT, valuesTell } from './measure.js'
import { binCounts, interpolate, quantileRanks, ranksOfCounts } from './order-statistics.js'
import { double, round12 } from './sql.js'

type Numeric = NonNullable<ColumnProfile['numeric']>

export interface Distribution {
  readonly numeric: Numeric
  readonly top: ColumnProfile['top']
}

const QUANTILES = { p01: 0.01, p05: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95, p99: 0.99 } as const

/** Moments, exact quantiles and the equal-mass histogram of numbers, dates and timestamps. */
export async function distributions(
  engine: DataEngine,
  dataset: Dataset,
  basic: readonly Basics[],
): Promise<Map<DatasetColumn, Distribution>> {
  const basicOf = new Map(dataset.columns.map((column, i) => [column, basic[i] as Basics]))
  const columns = dataset.columns.filter((column) => measurable(column.type) && basicOf.get(column)?.min !== null)
  const moments = await perColumn(
    engine,
    dataset,
    columns,
    (column) => {
      const scale = scaleOf(basicOf.get(column) as Basics)
      const x = asNumber(column.type, column.sql)
      const scaled = scale === 1 ? x : `(${x}) / ${double(scale)}`
      return { m: `avg(${scaled})`, s: `stddev_samp(${scaled})` }
    },
    (get, column) => {
      const scale = scaleOf(basicOf.get(column) as Basics)
      return { mean: clamp(Number(get('m')) * scale), sd: clamp(Number(get('s') ?? 0) * scale) }
    },
  )
  const found = new Map<DatasetColumn, Distribution>()
  for (const column of columns) {
    const shape = await shapeOf(engine, dataset.table, column, basicOf.get(column) as Basics)
    const { mean, sd } = moments.get(column) as { mean: number; sd: number }
    found.set(column, { numeric: { ...shape.numeric, mean, sd }, top: shape.top })
  }
  return found
}

async function shapeOf(
  engine: DataEngine,
  table: string,
  column: DatasetColumn,
  basic: Basics,
): Promise<{ numeric: Omit<Numeric, 'mean' | 'sd'>; top: Distribution['top'] }> {
  const n = basic.present - basic.nonFinite
  const bins = binCount(n)
  const cuts = Array.from({ length: bins - 1 }, (_, i) => (i + 1) / bins)
  const probabilities = [...Object.values(QUANTILES), ...cuts]
  const [min, max] = [basic.min as number, basic.max as number]
  const few = basic.distinct <= TOP_DISTINCT ? await valueCounts(engine, table, column) : null
  const at = few ? ranksOfCounts(few.values, few.counts) : await valuesAtRanks(engine, table, column, n, probabilities)
  const values = probabilities.map((p) => Math.min(max, Math.max(min, kept(interpolate(n, p, at)))))
  const inner = values.slice(-cuts.length)
  const after = await nextValues(engine, table, column, massPoints(min, inner, max), few?.values ?? null)
  const edges = edgesOf(min, inner, max, after)
  const counts = few ? binCounts(few.values, few.counts, edges) : await countByEdges(engine, table, column, edges)
  const names = Object.keys(QUANTILES) as (keyof typeof QUANTILES)[]
  return {
    numeric: {
      min,
      max,
      quantiles: Object.fromEntries(names.map((name, i) => [name, values[i]])) as Numeric['quantiles'],
      histogram: { kind: 'equal-mass', edges, counts },
    },
    top: few !== null && valuesTell(n, basic.distinct) ? mostFrequent(few.texts, few.counts) : [],
  }
}

interface ValueCounts {
  /** Ascending. */
  readonly values: readonly number[]
  readonly counts: readonly number[]
  readonly texts: readonly string[]
}

async function valueCounts(engine: DataEngine, table: string, { type, sql }: DatasetColumn): Promise<ValueCounts> {
  const { x, n, t } = await engine.columns(
    `SELECT ${asNumber(type, 'c')} AS x, n, ${asText(type, 'c')} AS t FROM (SELECT ${sql} AS c, count(*) AS n FROM ${table} GROUP BY 1) WHERE x IS NOT NULL ORDER BY x`,
  )
  return { values: (x ?? []).map(Number), counts: (n ?? []).map(Number), texts: (t ?? []).map(String) }
}

/** The next larger value of each of some values. */
async function nextValues(
  engine: DataEngine,
  table: string,
  { type, sql }: DatasetColumn,
  points: readonly number[],
  ascending: readonly number[] | null,
): Promise<number[]> {
  if (ascending !== null) {
    return points.flatMap((point) => ascending.find((value) => kept(value) > point) ?? []).map(kept)
  }
  if (points.length === 0) return []
  const next = points.map((point, i) => `min(x) FILTER (WHERE x > ${double(point)}) AS v${i}`)
  const [row = {}] = await engine.all(
    `SELECT ${next.join(', ')} FROM (SELECT ${asNumber(type, sql)} AS x FROM ${table})`,
  )
  return points.flatMap((_, i) => (row[`v${i}`] == null ? [] : [kept(Number(row[`v${i}`]))]))
}

/** A sort by the engine, on all cores and spilled to disk; its own quantile functions hold every value in memory. */
async function valuesAtRanks(
  engine: DataEngine,
  table: string,
  { type, sql }: DatasetColumn,
  n: number,
  probabilities: readonly number[],
): Promise<(rank: number) => number> {
  const ranks = [...new Set(probabilities.flatMap((p) => [quantileRanks(n, p).low, quantileRanks(n, p).high]))]
  const rows = await engine.all(
    `SELECT x, r FROM (SELECT x, row_number() OVER (ORDER BY x) - 1 AS r FROM (SELECT ${asNumber(type, sql)} AS x FROM ${table}) WHERE x IS NOT NULL) WHERE r IN (${ranks.join(', ')})`,
  )
  const values = new Map(rows.map(({ x, r }) => [Number(r), Number(x)]))
  return (rank) => values.get(rank) as number
}

/** A power of two that keeps squares of huge values finite: the engine refuses a whole query for one overflow. */
function scaleOf({ min, max }: Basics): number {
  const largest = Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0))
  return largest < 1e100 ? 1 : 2 ** Math.min(1023, Math.ceil(Math.log2(largest)))
}

/** Twelve digits, but whole numbers as they are: times in milliseconds have thirteen. */
const kept = (value: number) => (Number.isInteger(value) ? value : round12(value))

const clamp = (value: number) => round12(Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value)))
