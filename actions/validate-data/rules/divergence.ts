import { isNumeric } from '../../../shared/data/column-types.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { double, round12 } from '../../../shared/data/engine/sql.js'
import { type CheckOf, present, type TestScope, type Unfit } from './row-test.js'
import { isVoid } from './scope.js'

type Check = Pick<CheckOf<'divergence'>, 'expected' | 'tail-holdout' | 'inner-holdout'>

/** Counts of a column in the cells of a partition. */
export interface PartitionCounts {
  /** Of its values or bins, in its order. */
  readonly counts: readonly number[]
  /** Outside it: below and above the bins, or each value that it does not list. */
  readonly outside: readonly number[]
  readonly n: number
}

/** Counts a column in the partition of a check. */
export async function measurePartition(
  engine: DataEngine,
  check: CheckOf<'divergence'>,
  at: TestScope,
): Promise<PartitionCounts | Unfit> {
  const column = at.column(check.column)
  const { expected } = check
  if ('bins' in expected) {
    if (isVoid(column)) return { counts: expected.weights.map(() => 0), outside: [0, 0], n: 0 }
    if (!isNumeric(column.type)) {
      return { kind: 'unfit', column: column.name, what: 'the partition', needs: 'numbers', has: column.type }
    }
    return countBins(engine, column.number as string, at.source, expected.bins)
  }
  const rows = await engine.all(
    `SELECT ${column.text} AS v, count(*) AS n FROM ${at.source} WHERE ${present(column)} GROUP BY 1 ORDER BY n DESC, v`,
  )
  const of = new Map(rows.map(({ v, n }) => [String(v), Number(n)]))
  const outside = [...of].filter(([value]) => !expected.values.includes(value)).map(([, n]) => n)
  const counts = expected.values.map((value) => of.get(value) ?? 0)
  return { counts, outside, n: total(counts) + total(outside) }
}

const total = (counts: readonly number[]): number => counts.reduce((sum, n) => sum + n, 0)

/** Bins [a, b), the last one closed, as numpy.histogram has them; `null` at an end is infinity. */
async function countBins(
  engine: DataEngine,
  x: string,
  source: string,
  bins: readonly (number | null)[],
): Promise<PartitionCounts> {
  const last = bins.length - 2
  const edge = (value: number | null | undefined, sign: '<' | '<=' | '>' | '>=') =>
    value === null || value === undefined ? 'true' : `x ${sign} ${double(value)}`
  const cells = Array.from(
    { length: bins.length - 1 },
    (_, i) => `${edge(bins[i], '>=')} AND ${edge(bins[i + 1], i === last ? '<=' : '<')}`,
  )
  const [low, high] = [bins[0], bins.at(-1)]
  const tails = [low === null ? 'false' : edge(low, '<'), high === null ? 'false' : edge(high, '>')]
  const counts = [...cells, ...tails].map((condition, i) => `count(*) FILTER (WHERE ${condition}) AS c${i}`)
  const [row = {}] = await engine.all(
    `SELECT count(*) AS n, ${counts.join(', ')} FROM (SELECT ${x} AS x FROM ${source}) WHERE x IS NOT NULL`,
  )
  const all = counts.map((_, i) => Number(row[`c${i}`]))
  return { counts: all.slice(0, cells.length), outside: all.slice(cells.length), n: Number(row.n) }
}

/**
 * Kullback–Leibler divergence Σ o·ln(o / e) in nats of observed counts from expected weights, both normed, as Great
 * Expectations has it: weights are lowered by both holdouts; `inner-holdout` is shared out among cells of weight 0,
 * `tail-holdout` between the tails that the bins leave open, or among the values that the partition does not list. Infinity
 * where something was observed that nothing was expected of; null without a value.
 */
export function divergenceOf({ expected, ...check }: Check, { counts, outside, n }: PartitionCounts): number | null {
  if (n === 0) return null
  const [tail, inner] = [check['tail-holdout'], check['inner-holdout']]
  const empty = expected.weights.filter((weight) => weight === 0).length
  const given = 'tails' in expected ? expected.tails : undefined
  const kept = expected.weights.map((weight) =>
    weight === 0 && empty > 0 ? inner / empty : weight * (1 - tail - inner),
  )
  const open = 'bins' in expected ? [expected.bins[0] !== null, expected.bins.at(-1) !== null] : outside.map(() => true)
  const ends = open.filter(Boolean).length
  const outer = outside.map((_, i) => (open[i] ? tail / ends : 0) + (given?.[i] ?? 0))
  const observed = [...counts, ...outside]
  const wanted = [...kept, ...outer]
  const [sumOfObserved, sumOfWanted] = [total(observed), total(wanted)]
  const divergence = observed.reduce((sum, count, i) => {
    if (count === 0) return sum
    const [o, e] = [count / sumOfObserved, (wanted[i] as number) / sumOfWanted]
    return sum + (e === 0 ? Number.POSITIVE_INFINITY : o * Math.log(o / e))
  }, 0)
  return round12(divergence)
}
