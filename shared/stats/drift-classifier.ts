import { aucInterval } from './delong.js'
import { rocAuc } from './scores.js'
import type { Interval } from './types.js'

/** A column whose values are bins: codes below `bins`, one for each row. */
export interface BinnedFeature {
  readonly name: string
  readonly codes: Uint8Array
  /** At most 64. */
  readonly bins: number
  /** Whether neighbouring codes are neighbouring values; decides how codes are put together in pairs. */
  readonly ordered: boolean
}

export interface DomainAuc {
  /** Chance that a current row gets a higher score than one of the baseline; 0.5: they cannot be told apart. */
  readonly auc: number
  readonly interval: Interval
  /** Share of what the model learned by each column, largest first; a pair counts half for each. */
  readonly tellers: readonly { readonly name: string; readonly share: number }[]
  /** Of each row, by a model that has not seen it. */
  readonly scores: Float64Array
}

const ROUNDS = 40
const RATE = 0.3
/** Rows that a bin is drawn to 0 by: rare bins say little. */
const SHRINK = 20
const PAIRS = 8
const COARSE = 4

/**
 * How well a model tells current rows (1) from those of the baseline (0): additive boosting of the bins of single columns and of
 * pairs that hang together otherwise than before, so that a changed dependence shows where every column stayed as it was (as
 * GA²M, Lou et al. 2013). Each row is scored by a model that has not seen its fold; both sides weigh the same. A bin is drawn to 0
 * by twenty rows, so that no row is learned by heart. The interval is
 * DeLong's. Null when a side is missing from a fold.
 */
export function domainAuc(
  features: readonly BinnedFeature[],
  current: Uint8Array,
  folds: Uint8Array,
  count: number,
  level: number,
): DomainAuc | null {
  const scores = new Float64Array(current.length)
  const gains = new Map<string, number>()
  for (let fold = 0; fold < count; fold++) {
    const rows = rowsWhere(folds, (one) => one !== fold)
    const held = rowsWhere(folds, (one) => one === fold)
    const ones = rows.reduce((sum, row) => sum + (current[row] as number), 0)
    if (ones === 0 || ones === rows.length || held.length === 0) return null
    const pairs = pairsOf(features, rows, current)
    boost([...features.map(single), ...pairs], rows, current, held, scores, gains)
  }
  const interval = aucInterval(current, scores, level)
  if (interval === null) return null
  const all = [...gains.values()].reduce((sum, gain) => sum + gain, 0)
  const tellers = [...gains]
    .map(([name, gain]) => ({ name, share: all === 0 ? 0 : gain / all }))
    .sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1))
  return { auc: rocAuc(current, scores).value, interval, tellers, scores }
}

function rowsWhere(folds: Uint8Array, keep: (fold: number) => boolean): Uint32Array {
  const rows: number[] = []
  folds.forEach((fold, row) => {
    if (keep(fold)) rows.push(row)
  })
  return Uint32Array.from(rows)
}

interface Term {
  readonly names: readonly string[]
  readonly codes: Uint8Array
  readonly bins: number
}

const single = ({ name, codes, bins }: BinnedFeature): Term => ({ names: [name], codes, bins })

/** Gradient boosting on the logistic loss; one round changes the bins of the term that gains most. */
function boost(
  terms: readonly Term[],
  rows: Uint32Array,
  current: Uint8Array,
  held: Uint32Array,
  scores: Float64Array,
  gains: Map<string, number>,
): void {
  const ones = rows.reduce((sum, row) => sum + (current[row] as number), 0)
  const weight = [rows.length / 2 / (rows.length - ones), rows.length / 2 / ones]
  const score = new Float64Array(current.length)
  const gradient = new Float64Array(current.length)
  const hessian = new Float64Array(current.length)
  for (let round = 0; round < ROUNDS; round++) {
    for (const row of rows) {
      const p = 1 / (1 + Math.exp(-(score[row] as number)))
      const w = weight[current[row] as number] as number
      gradient[row] = w * ((current[row] as number) - p)
      hessian[row] = w * p * (1 - p)
    }
    let best: { term: Term; steps: Float64Array; gain: number } | null = null
    for (const term of terms) {
      const step = stepOf(term, rows, gradient, hessian)
      if (best === null || step.gain > best.gain) best = { term, ...step }
    }
    if (best === null || best.gain <= 0) return
    const { term, steps } = best
    for (const row of rows) score[row] = (score[row] as number) + RATE * (steps[term.codes[row] as number] as number)
    for (const row of held) scores[row] = (scores[row] as number) + RATE * (steps[term.codes[row] as number] as number)
    for (const name of term.names) gains.set(name, (gains.get(name) ?? 0) + best.gain / term.names.length)
  }
}

/** Newton's step for each bin, and what it gains beyond what chance gains: about a half for each bin. */
function stepOf({ codes, bins }: Term, rows: Uint32Array, gradient: Float64Array, hessian: Float64Array) {
  const g = new Float64Array(bins)
  const h = new Float64Array(bins)
  for (const row of rows) {
    const code = codes[row] as number
    g[code] = (g[code] as number) + (gradient[row] as number)
    h[code] = (h[code] as number) + (hessian[row] as number)
  }
  let gain = 0
  let used = 0
  const steps = new Float64Array(bins)
  for (let i = 0; i < bins; i++) {
    if ((h[i] as number) === 0) continue
    used += 1
    steps[i] = (g[i] as number) / ((h[i] as number) + SHRINK / 4)
    gain += ((g[i] as number) * (steps[i] as number)) / 2
  }
  return { steps, gain: gain - used / 2 }
}

/** The pairs of columns whose dependence differs most between the two sides, as terms of at most 16 bins. */
function pairsOf(features: readonly BinnedFeature[], rows: Uint32Array, current: Uint8Array): Term[] {
  const coarse = features.map((feature) => coarsened(feature))
  const found: { a: number; b: number; excess: number }[] = []
  for (let a = 0; a < features.length; a++) {
    for (let b = a + 1; b < features.length; b++) {
      found.push({ a, b, excess: excessOf(coarse[a] as Uint8Array, coarse[b] as Uint8Array, rows, current) })
    }
  }
  return found
    .sort((x, y) => y.excess - x.excess || x.a - y.a || x.b - y.b)
    .slice(0, PAIRS)
    .map(({ a, b }) => ({
      names: [(features[a] as BinnedFeature).name, (features[b] as BinnedFeature).name],
      codes: Uint8Array.from(
        coarse[a] as Uint8Array,
        (code, row) => code * COARSE + ((coarse[b] as Uint8Array)[row] as number),
      ),
      bins: COARSE * COARSE,
    }))
}

/** Four codes: quarters of ordered bins, else the three commonest and the rest. */
function coarsened({ codes, bins, ordered }: BinnedFeature): Uint8Array {
  if (bins <= COARSE) return codes
  if (ordered) return codes.map((code) => Math.floor((code * COARSE) / bins))
  const counts = new Array<number>(bins).fill(0)
  for (const code of codes) counts[code] = (counts[code] as number) + 1
  const order = counts.map((count, code) => ({ count, code })).sort((a, b) => b.count - a.count || a.code - b.code)
  const to = new Uint8Array(bins).fill(COARSE - 1)
  order.slice(0, COARSE - 1).forEach(({ code }, i) => {
    to[code] = i
  })
  return codes.map((code) => to[code] as number)
}

/** Chi-square of the sides over the 16 cells of a pair, less those over the cells of each column alone. */
function excessOf(a: Uint8Array, b: Uint8Array, rows: Uint32Array, current: Uint8Array): number {
  const counts = [new Float64Array(COARSE * COARSE), new Float64Array(COARSE * COARSE)] as const
  for (const row of rows) {
    const side = counts[current[row] === 1 ? 1 : 0]
    const cell = (a[row] as number) * COARSE + (b[row] as number)
    side[cell] = (side[cell] as number) + 1
  }
  const by = (key: (cell: number) => number, size: number) => {
    const sides = counts.map((side) => {
      const totals = new Float64Array(size)
      side.forEach((count, cell) => {
        totals[key(cell)] = (totals[key(cell)] as number) + count
      })
      return totals
    })
    return homogeneity(sides[0] as Float64Array, sides[1] as Float64Array)
  }
  return (
    by((cell) => cell, COARSE * COARSE) -
    by((cell) => Math.floor(cell / COARSE), COARSE) -
    by((cell) => cell % COARSE, COARSE)
  )
}

function homogeneity(before: Float64Array, now: Float64Array): number {
  const [n, m] = [before, now].map((side) => side.reduce((sum, count) => sum + count, 0)) as [number, number]
  return (
    before.reduce((sum, count, i) => {
      const both = count + (now[i] as number)
      return both === 0 ? sum : sum + (count - (both * n) / (n + m)) ** 2 / both
    }, 0) *
    ((n + m) ** 2 / (n * m))
  )
}
