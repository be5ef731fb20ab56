import { BLOCKS } from '../sampling/bootstrap.js'
import type { Term } from './fixed-point.js'
import { blockSumsBySlice, type Membership, sumsBySlice } from './membership.js'

/** The rows that slices are tested on. */
export interface TestRows {
  readonly loss: Term
  /** Loss minus that of the baseline; null without one. */
  readonly change: Term | null
  /** Null when every row counts once. */
  readonly weight: Term | null
  /** Bootstrap block of each row where rows of a block depend on each other, else null. */
  readonly block: Term | null
}

/** Means over the rows of a side. `change` is 0 without a baseline. */
export interface Side {
  readonly rows: number
  readonly weight: number
  readonly loss: number
  readonly change: number
  /** Rows of equal weight that would tell as much, (Σw)² / Σw²; clusters where rows are clustered. */
  readonly effective: number
}

/** Coefficients of a combination of the means of loss and change. */
export type Coefficients = readonly [loss: number, change: number]

/** A slice and the rows beside it. */
export interface Sides {
  readonly slice: Side
  readonly rest: Side
  /** Variance of a combination of means of both sides. */
  variance(ofSlice: Coefficients, ofRest: Coefficients): number
}

export interface AllSides {
  readonly all: Side
  /** Standard deviation of loss and change over all rows. */
  readonly deviation: { readonly loss: number; readonly change: number }
  /** A slice and the rest of all rows, or the rest of another slice that holds it. */
  of(slice: number, within?: number): Sides
}

/**
 * The sides of slices. Rows are independent, or clustered by block: a variance then is that of block sums, B / (B − 1) Σ ψ_b²,
 * ψ_b the part of block b in the linearised mean. Of independent rows it is that of a weighted mean,
 * n / (n − 1) Σ w² (x − x̄)² / (Σw)², which without weights is s² / n.
 */
export function sidesOf(membership: Membership, rows: TestRows): AllSides {
  const { slices } = membership
  const counts = sumsBySlice(membership, () => 1)
  const weights = rows.weight === null ? counts : sumsBySlice(membership, rows.weight)
  const spread = rows.block === null ? independent(membership, rows, counts, weights) : clustered(membership, rows)
  const sideOf = (part: Part): Side => {
    const weight = pick(weights, part)
    return {
      rows: pick(counts, part),
      weight,
      loss: pick(spread.loss, part) / weight,
      change: spread.change === null ? 0 : pick(spread.change, part) / weight,
      effective: spread.effective(part),
    }
  }
  const all = sideOf({ of: slices })
  return {
    all,
    deviation: {
      loss: deviationOf(membership, rows.loss, rows.weight, all.loss, all.weight),
      change: rows.change === null ? 0 : deviationOf(membership, rows.change, rows.weight, all.change, all.weight),
    },
    of(own, within = slices) {
      const [ofSlice, ofRest] = [{ of: own }, { of: within, but: own }]
      const [slice, rest] = [sideOf(ofSlice), sideOf(ofRest)]
      return {
        slice,
        rest,
        variance: (a, b) =>
          spread.variance({ part: ofSlice, means: slice, by: a }, { part: ofRest, means: rest, by: b }),
      }
    },
  }
}

/** A slice, or all rows, by its place in the sums; without those of a slice in it. */
interface Part {
  readonly of: number
  readonly but?: number
}

/** A part with its means, and what they are multiplied by. */
interface Scaled {
  readonly part: Part
  readonly means: Side
  readonly by: Coefficients
}

interface Spread {
  /** Weighted sums by slice, all rows last. */
  readonly loss: Float64Array
  readonly change: Float64Array | null
  effective(part: Part): number
  variance(slice: Scaled, rest: Scaled): number
}

function pick(sums: Float64Array, { of, but }: Part, width = 1, offset = 0): number {
  const whole = sums[of * width + offset] as number
  return but === undefined ? whole : whole - (sums[but * width + offset] as number)
}

function deviationOf(membership: Membership, term: Term, weight: Term | null, mean: number, total: number): number {
  const square: Term = weight === null ? (i) => (term(i) - mean) ** 2 : (i) => weight(i) * (term(i) - mean) ** 2
  return Math.sqrt((sumsBySlice({ masks: membership.masks, slices: 0 }, square)[0] as number) / total)
}

/** A sum of squared deviations, or 0 where it is no more than what rounding left of the squares that it is the rest of. */
function spreadOr0(deviations: number, squares: number): number {
  return deviations > 1e-7 * squares ? deviations : 0
}

function independent(
  membership: Membership,
  { loss, change, weight }: TestRows,
  counts: Float64Array,
  weights: Float64Array,
): Spread {
  const { slices } = membership
  const by = (term: Term) => sumsBySlice(membership, term)
  const weighted = (term: Term): Term => (weight === null ? term : (i) => weight(i) * term(i))
  const losses = by(weighted(loss))
  const changes = change && by(weighted(change))
  // Deviations from the mean of all rows, so that squares lose no digits.
  const centre = (losses[slices] as number) / (weights[slices] as number)
  const changeCentre = changes === null ? 0 : (changes[slices] as number) / (weights[slices] as number)
  const x: Term = (i) => loss(i) - centre
  const y: Term | null = change && ((i) => change(i) - changeCentre)
  const twice = (term: Term) => by(weighted(weighted(term)))
  const squared = {
    w: weight === null ? counts : twice(() => 1),
    x: twice(x),
    xx: twice((i) => x(i) * x(i)),
    y: y && twice(y),
    yy: y && twice((i) => y(i) * y(i)),
    xy: y && twice((i) => x(i) * y(i)),
  }
  const quadratic = ({ part, means, by: [a, b] }: Scaled) => {
    if (a === 0 && b === 0) return 0
    const at = (sums: Float64Array | null) => (sums === null ? 0 : pick(sums, part))
    const [mx, my] = [means.loss - centre, means.change - changeCentre]
    const xx = spreadOr0(at(squared.xx) - 2 * mx * at(squared.x) + mx * mx * at(squared.w), at(squared.xx))
    const yy = spreadOr0(at(squared.yy) - 2 * my * at(squared.y) + my * my * at(squared.w), at(squared.yy))
    const xy = at(squared.xy) - mx * at(squared.y) - my * at(squared.x) + mx * my * at(squared.w)
    const factor = means.rows / (means.rows - 1) / means.weight ** 2
    return (a * a * xx + b * b * yy + 2 * a * b * xy) * factor
  }
  return {
    loss: losses,
    change: changes,
    effective: (part) => pick(weights, part) ** 2 / pick(squared.w, part),
    variance: (slice, rest) => quadratic(slice) + quadratic(rest),
  }
}

function clustered(membership: Membership, { loss, change, weight, block }: TestRows): Spread {
  const { slices } = membership
  const blockOf = block as Term
  const by = (term: Term) => blockSumsBySlice(membership, term, blockOf)
  const weighted = (term: Term): Term => (weight === null ? term : (i) => weight(i) * term(i))
  const w = by(weighted(() => 1))
  const x = by(weighted(loss))
  const y = change && by(weighted(change))
  const total = (sums: Float64Array) =>
    Float64Array.from({ length: slices + 1 }, (_, k) => {
      let sum = 0
      for (let b = 0; b < BLOCKS; b++) sum += sums[k * BLOCKS + b] as number
      return sum
    })
  return {
    loss: total(x),
    change: y && total(y),
    effective(part) {
      let filled = 0
      for (let b = 0; b < BLOCKS; b++) if (pick(w, part, BLOCKS, b) > 0) filled += 1
      return filled
    },
    variance(slice, rest) {
      const influence = ({ part, means, by: [ofLoss, ofChange] }: Scaled, b: number) => {
        if (ofLoss === 0 && ofChange === 0) return 0
        const size = pick(w, part, BLOCKS, b)
        const loss = pick(x, part, BLOCKS, b) - means.loss * size
        const change = y === null ? 0 : pick(y, part, BLOCKS, b) - means.change * size
        return (ofLoss * loss + ofChange * change) / means.weight
      }
      let [sum, filled] = [0, 0]
      for (let b = 0; b < BLOCKS; b++) {
        sum += (influence(slice, b) + influence(rest, b)) ** 2
        if (pick(w, { of: slices }, BLOCKS, b) > 0) filled += 1
      }
      return (sum * filled) / (filled - 1)
    },
  }
}
