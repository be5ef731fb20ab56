import { setImmediate } from 'node:timers/promises'
import type {
  Association,
  Associations,
  ColumnProfile,
  PairTables,
  ProfileSample,
} from '../../contracts/data-profile.js'
import {
  type Contingency,
  contingency,
  correlationOf,
  cramersV,
  type Deviations,
  deviationsOf,
  mutualInformation,
  pearson,
  weightedRanks,
} from '../../stats/association.js'
import { ascendingOrder } from '../../stats/order.js'
import { round12 } from '../engine/sql.js'
import { HISTOGRAM_DISTINCT } from '../histogram.js'
import { ranksOfCounts } from '../order-statistics.js'
import { countsInParts, effectiveRows, MOST_TABLED, numberParts, type Parts, valueParts } from './pair-tables.js'
import { measurable } from './values.js'

const MOST_COLUMNS = 30
const MOST_PAIRS = 300
const MOST_CATEGORIES = 50
const PARTS = 10

/** Different rows of some columns, each as often as `weights` says. Numbers are null where they are missing or not finite. */
export interface JointRows {
  readonly weights: Float64Array
  readonly columns: readonly JointColumn[]
  readonly sample: ProfileSample
}

export type JointColumn =
  | { readonly name: string; readonly kind: 'number'; readonly values: readonly (number | null)[] }
  | { readonly name: string; readonly kind: 'category'; readonly values: readonly (string | null)[] }

/** Columns that can be paired: numbers and times with spread, texts and truth values of two to fifty values; none whose values stay out. */
export function pairedColumns(
  columns: readonly ColumnProfile[],
  { id, target }: { readonly id?: string | undefined; readonly target?: string | undefined },
): { readonly chosen: ColumnProfile[]; readonly leftOut: number } {
  const able = columns.filter(
    ({ name, type, distinct, sensitive }) =>
      name !== id && !sensitive && distinct >= 2 && (measurable(type) || distinct <= MOST_CATEGORIES),
  )
  const empty = ({ missing, invalid, nonFinite }: ColumnProfile) => missing + invalid + nonFinite
  const sorted = [...able].sort(
    (a, b) =>
      Number(b.name === target) - Number(a.name === target) || empty(a) - empty(b) || (a.name < b.name ? -1 : 1),
  )
  return { chosen: sorted.slice(0, MOST_COLUMNS), leftOut: Math.max(0, sorted.length - MOST_COLUMNS) }
}

/**
 * How the columns go together, pair by pair. The order of rows shows in nothing but the last bits, so it has to be one. Whoever
 * waits for the engine has a turn now and then.
 */
export async function associationsOf({ weights, columns, sample }: JointRows, leftOut: number): Promise<Associations> {
  const sides: Side[] = []
  for (const column of columns) {
    await setImmediate()
    sides.push(sideOf(column, weights))
  }
  const [pairs, tables]: [Association[], PairTables['pairs']] = [[], []]
  for (const [i, a] of sides.entries()) {
    await setImmediate()
    for (let j = i + 1; j < sides.length; j++) {
      const b = sides[j] as Side
      const table = contingency(a.codes, b.codes, weights, [a.categories, b.categories])
      pairs.push(associationOf(a, b, table, weights))
      if (j < MOST_TABLED) tables.push({ a: i, b: j, counts: countsInParts(table, a.parts, b.parts) })
    }
  }
  const strength = ({ mutualInformation: bits }: Association) => bits ?? -1
  pairs.sort((x, y) => strength(y) - strength(x) || (x.a < y.a ? -1 : x.a > y.a ? 1 : x.b < y.b ? -1 : 1))
  return {
    sample,
    columns: columns.map(({ name }) => name),
    leftOut,
    pairs: pairs.slice(0, MOST_PAIRS),
    pairsLeftOut: Math.max(0, pairs.length - MOST_PAIRS),
    tables: {
      effective: effectiveRows(weights, sample.rows === sample.of),
      parts: sides.slice(0, MOST_TABLED).map(({ parts }) => parts.cells),
      pairs: tables,
    },
  }
}

/** One column, made ready for every pair: its codes, and for a number its order. */
interface Side {
  readonly name: string
  readonly codes: Int32Array
  readonly categories: number
  /** What of its categories is told apart in the tables of pairs. */
  readonly parts: Parts
  readonly number: {
    readonly values: Float64Array
    readonly order: Uint32Array
    readonly present: Uint8Array
    /** A column without gaps and its ranks, for every pair of such; null for another. */
    readonly whole: { readonly values: Deviations; readonly ranks: Deviations } | null
  } | null
}

function sideOf(column: JointColumn, weights: Float64Array): Side {
  if (column.kind === 'category') {
    const names = [...new Set(column.values)].filter((value) => value !== null).sort()
    const index = new Map(names.map((name, i) => [name, i]))
    const codes = Int32Array.from(column.values, (value) => (value === null ? -1 : (index.get(value) as number)))
    const parts = valueParts(names, countsOf(codes, weights, names.length))
    return { name: column.name, codes, categories: names.length, parts, number: null }
  }
  const values = Float64Array.from(column.values, (value) => value ?? 0)
  const present = Uint8Array.from(column.values, (value) => (value === null ? 0 : 1))
  const order = ascendingOrder(values).filter((i) => present[i] === 1)
  const cuts = cutsOf(values, order, weights)
  const codes = Int32Array.from(values, (value, i) => (present[i] === 1 ? codeOf(cuts, value) : -1))
  const whole =
    order.length === values.length
      ? {
          values: deviationsOf(values, weights),
          ranks: deviationsOf(weightedRanks(values, weights, order), weights),
        }
      : null
  return {
    name: column.name,
    codes,
    categories: cuts.length + 1,
    parts: numberParts(cuts, countsOf(codes, weights, cuts.length + 1)),
    number: { values, order, present, whole },
  }
}

/** Rows of each category. */
function countsOf(codes: Int32Array, weights: Float64Array, categories: number): Float64Array {
  const counts = new Float64Array(categories)
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number
    if (code >= 0) counts[code] = (counts[code] as number) + (weights[i] as number)
  }
  return counts
}

/** Lower bounds of all cells but the first: each value its own, or ten parts of equal mass. */
function cutsOf(values: Float64Array, order: Uint32Array, weights: Float64Array): number[] {
  const [different, counts]: [number[], number[]] = [[], []]
  for (const i of order) {
    const last = different.length - 1
    if (different[last] === values[i]) counts[last] = (counts[last] as number) + (weights[i] as number)
    else {
      different.push(values[i] as number)
      counts.push(weights[i] as number)
    }
  }
  if (different.length <= HISTOGRAM_DISTINCT) return different.slice(1)
  const n = counts.reduce((sum, count) => sum + count, 0)
  const at = ranksOfCounts(different, counts)
  const cuts = Array.from({ length: PARTS - 1 }, (_, i) => at(Math.ceil((n * (i + 1)) / PARTS)))
  return [...new Set(cuts)].filter((cut) => cut > (different[0] as number))
}

function codeOf(cuts: readonly number[], value: number): number {
  let code = 0
  while (code < cuts.length && value >= (cuts[code] as number)) code += 1
  return code
}

function associationOf(a: Side, b: Side, table: Contingency, weights: Float64Array): Association {
  const n = table.counts.reduce((sum, count) => sum + count, 0)
  const rounded = (value: number | null) => (value === null ? null : round6(value))
  return {
    a: a.name,
    b: b.name,
    n,
    ...(a.number !== null && b.number !== null
      ? correlations(a.number, b.number, weights)
      : { pearson: null, spearman: null }),
    cramersV: a.number === null && b.number === null ? rounded(cramersV(table)) : null,
    mutualInformation: rounded(mutualInformation(table)),
  }
}

type NumberSide = NonNullable<Side['number']>

function correlations(a: NumberSide, b: NumberSide, weights: Float64Array): Pick<Association, 'pearson' | 'spearman'> {
  const rounded = (p: number | null, s: number | null) => ({
    pearson: p === null ? null : round6(p),
    spearman: s === null ? null : round6(s),
  })
  if (a.whole !== null && b.whole !== null) {
    const [{ values, ranks }, other] = [a.whole, b.whole]
    return rounded(correlationOf(values, other.values, weights), correlationOf(ranks, other.ranks, weights))
  }
  const both = a.present.map((present, i) => present & (b.present[i] as number))
  const rows: number[] = []
  both.forEach((present, i) => {
    if (present === 1) rows.push(i)
  })
  const of = (values: Float64Array) => Float64Array.from(rows, (i) => values[i] as number)
  const w = of(weights)
  const ranks = ({ values, order }: NumberSide) =>
    of(
      weightedRanks(
        values,
        weights,
        order.filter((i) => both[i] === 1),
      ),
    )
  return rounded(pearson(of(a.values), of(b.values), w), pearson(ranks(a), ranks(b), w))
}

/** What a sample tells is not known to more than six digits. */
const round6 = (value: number): number => Number(round12(value).toFixed(6))
