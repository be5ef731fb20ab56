import { wilson } from '../../stats/intervals.js'
import { interpolate, ranksOfCounts } from '../order-statistics.js'

/** Rows of one cell, fold and class. For a numeric label: one class, with the sums of the label. */
export interface CellCount {
  /** Which cell it is; missing values have one of their own. */
  readonly cell: number
  readonly fold: number
  readonly class: string
  readonly n: number
  readonly total: number
  readonly squares: number
}

export interface PowerValue {
  readonly value: number | null
  readonly reason: string | null
}

/** How well one class of several is told from all others. */
export interface OneClassPower {
  readonly class: string
  readonly power: number
}

/** Weight of the overall rate in the rate of a cell, in rows. */
const PRIOR_ROWS = 10
const FEWEST = 20

/**
 * Mean of the powers to tell each class from the others, weighted by their rows: one class of several that is easily told
 * does not give the label away. Of two classes, both are told alike.
 */
export function meanPower(classes: readonly { readonly n: number; readonly power: number }[]): number {
  if (classes.length <= 2) return Math.max(0, ...classes.map(({ power }) => power))
  const rows = classes.reduce((sum, { n }) => sum + n, 0)
  return classes.reduce((sum, { n, power }) => sum + (n / rows) * Math.max(0, power), 0)
}

/** 2·AUC − 1 of out-of-fold class rates per cell, as `meanPower` of the classes; 0 when it is negative. `best` is the class that is told best, of more than two. */
export function classPower(
  counts: readonly CellCount[],
  folds: number,
): PowerValue & { readonly best: OneClassPower | null } {
  const perClass = totalsBy(counts, (count) => count.class)
  const all = counts.reduce((sum, { n }) => sum + n, 0)
  const judged = [...perClass].filter(([, n]) => n >= FEWEST && all - n >= FEWEST)
  if (judged.length === 0) {
    return { value: null, reason: `no class has ${FEWEST} rows inside and ${FEWEST} outside of it`, best: null }
  }
  const aucOf = aucsByClass(counts, folds)
  const powers = judged.map(([name, n]) => ({ n, class: name, power: 2 * aucOf(name, n / all) - 1 }))
  const [first] = [...powers].sort((a, b) => b.power - a.power)
  const best = first === undefined || perClass.size <= 2 ? null : { class: first.class, power: first.power }
  return { value: meanPower(powers), reason: null, best }
}

/** The AUC of the out-of-fold rates of a class whose overall rate is `rate`. Counts are put by cell and fold once. */
function aucsByClass(counts: readonly CellCount[], folds: number): (name: string, rate: number) => number {
  const cells = new Map<number, number>()
  const ofClass = new Map<string, { readonly at: number; readonly n: number }[]>()
  for (const { cell, fold, class: name, n } of counts) {
    const index = cells.get(cell) ?? cells.size
    cells.set(cell, index)
    const own = ofClass.get(name) ?? []
    ofClass.set(name, own)
    own.push({ at: index * folds + fold, n })
  }
  const parts = new Float64Array(cells.size * folds)
  for (const own of ofClass.values()) for (const { at, n } of own) parts[at] = (parts[at] as number) + n
  const wholes = sumsOfParts(parts, folds)
  return (name, rate) => {
    const hits = new Float64Array(parts.length)
    for (const { at, n } of ofClass.get(name) ?? []) hits[at] = (hits[at] as number) + n
    const allHits = sumsOfParts(hits, folds)
    const groups: { score: number; hits: number; misses: number }[] = []
    for (let at = 0; at < parts.length; at++) {
      const [n, own, cell] = [parts[at] as number, hits[at] as number, Math.floor(at / folds)]
      if (n === 0) continue
      const score = ((allHits[cell] as number) - own + PRIOR_ROWS * rate) / ((wholes[cell] as number) - n + PRIOR_ROWS)
      groups.push({ score, hits: own, misses: n - own })
    }
    return aucOfGroups(groups)
  }
}

const sumsOfParts = (parts: Float64Array, folds: number): Float64Array =>
  Float64Array.from({ length: parts.length / folds }, (_, cell) =>
    parts.subarray(cell * folds, (cell + 1) * folds).reduce((sum, n) => sum + n, 0),
  )

/** Area under the ROC curve of weighted scores; a tie counts half. */
export function aucOfGroups(groups: readonly { score: number; hits: number; misses: number }[]): number {
  const sorted = [...groups].sort((a, b) => a.score - b.score)
  const [hits, misses] = [sorted.reduce((sum, g) => sum + g.hits, 0), sorted.reduce((sum, g) => sum + g.misses, 0)]
  let below = 0
  let won = 0
  for (let i = 0; i < sorted.length; ) {
    let [tiedHits, tiedMisses, end] = [0, 0, i]
    while (end < sorted.length && sorted[end]?.score === sorted[i]?.score) {
      tiedHits += sorted[end]?.hits ?? 0
      tiedMisses += sorted[end]?.misses ?? 0
      end += 1
    }
    won += tiedHits * (below + tiedMisses / 2)
    below += tiedMisses
    i = end
  }
  return hits === 0 || misses === 0 ? 0.5 : won / (hits * misses)
}

/** R² of out-of-fold means per cell; 0 when it is negative. */
export function valuePower(counts: readonly CellCount[], folds: number): PowerValue {
  const n = counts.reduce((sum, count) => sum + count.n, 0)
  if (n < FEWEST) return { value: null, reason: `fewer than ${FEWEST} rows` }
  const mean = counts.reduce((sum, count) => sum + count.total, 0) / n
  const spread = counts.reduce((sum, c) => sum + c.squares - 2 * mean * c.total + mean * mean * c.n, 0)
  if (!(spread > 0)) return { value: null, reason: 'the label has no spread' }
  let error = 0
  for (const { whole, parts } of byCell(counts, folds)) {
    for (const own of parts) {
      const guess = (whole.total - own.total + PRIOR_ROWS * mean) / (whole.n - own.n + PRIOR_ROWS)
      error += own.squares - 2 * guess * own.total + guess * guess * own.n
    }
  }
  return { value: Math.max(0, 1 - error / spread), reason: null }
}

export interface RarePower {
  /** (lowest plausible rate − base rate) / (1 − base rate): 0 says nothing, 1 says all. */
  readonly power: number
  /** Value that nine of ten rows have; null when that is a missing one. */
  readonly common: string | null
  readonly class: string
  /** Rows of the part that tells most, those of the class in it, and which part it is. */
  readonly n: number
  readonly hits: number
  readonly part: 'all' | 'upper 3/4' | 'upper half' | 'upper 1/4'
  readonly base: number
}

const PARTS = [
  ['all', null],
  ['upper 3/4', 0.25],
  ['upper half', 0.5],
  ['upper 1/4', 0.75],
] as const

/**
 * What the few rows tell in which a column is not what it is in nine of ten: such a column has next to no power over all
 * rows, and can still give the label away where it speaks. Looked at are all of these rows and their upper parts by
 * value, if they have 20 rows, and the classes that are not the majority; the largest of the Wilson 95 % lower bounds of
 * the rate of the class, as share of what is left above its base rate. `rest` ascends by value.
 */
export function rareValuePower(
  rest: readonly { value: number | null; class: string; n: number }[],
  counts: readonly CellCount[],
  common: string | null,
): RarePower | null {
  const all = counts.reduce((sum, { n }) => sum + n, 0)
  const bases = [...totalsBy(counts, (count) => count.class)].map(([name, n]) => ({ name, base: n / all }))
  const valued = rest.filter((row): row is { value: number; class: string; n: number } => row.value !== null)
  const total = valued.reduce((sum, { n }) => sum + n, 0)
  const at = ranksOfCounts(
    valued.map(({ value }) => value),
    valued.map(({ n }) => n),
  )
  let best: RarePower | null = null
  for (const [part, share] of PARTS) {
    if (share !== null && total === 0) continue
    const cut = share === null ? Number.NEGATIVE_INFINITY : interpolate(total, share, at)
    const rows = share === null ? rest : valued.filter(({ value }) => value >= cut)
    const n = rows.reduce((sum, row) => sum + row.n, 0)
    if (n < FEWEST) continue
    for (const { name, base } of bases) {
      if (base > 0.5) continue
      const hits = rows.reduce((sum, row) => sum + (row.class === name ? row.n : 0), 0)
      const power = Math.max(0, ((wilson(hits, n, 0.95)?.low ?? 0) - base) / (1 - base))
      if (best === null || power > best.power) best = { power, common, class: name, n, hits, part, base }
    }
  }
  return best
}

function totalsBy(counts: readonly CellCount[], key: (count: CellCount) => string): Map<string, number> {
  const totals = new Map<string, number>()
  for (const count of counts) totals.set(key(count), (totals.get(key(count)) ?? 0) + count.n)
  return new Map([...totals].sort(([a], [b]) => (a < b ? -1 : 1)))
}

interface Sums {
  n: number
  total: number
  squares: number
}

/** Sums of each cell, whole and by fold. */
function byCell(counts: readonly CellCount[], folds: number): { whole: Sums; parts: Sums[] }[] {
  const empty = (): Sums => ({ n: 0, total: 0, squares: 0 })
  const cells = new Map<number, { whole: Sums; parts: Sums[] }>()
  for (const count of counts) {
    const cell = cells.get(count.cell) ?? { whole: empty(), parts: Array.from({ length: folds }, empty) }
    cells.set(count.cell, cell)
    for (const sums of [cell.whole, cell.parts[count.fold] as Sums]) {
      sums.n += count.n
      sums.total += count.total
      sums.squares += count.squares
    }
  }
  return [...cells].sort(([a], [b]) => a - b).map(([, cell]) => cell)
}
