/** An order of rows and where its runs of equal numbers end. */
export interface Ordered {
  readonly order: Uint32Array
  /** 1 at the last row of each number. */
  readonly last: Uint8Array
}

/** Weights of rows; null when every row weighs 1. */
type Weights = Float64Array | null

const at = (weights: Weights, row: number) => (weights === null ? 1 : (weights[row] as number))

/** An order of rows with the ends of its runs of equal values. */
export function orderedBy(values: Float64Array, order: Uint32Array): Ordered {
  const last = new Uint8Array(order.length)
  for (let i = 0; i < order.length; i++) {
    last[i] = Number(i + 1 === order.length || values[order[i] as number] !== values[order[i + 1] as number])
  }
  return { order, last }
}

/**
 * Of each row the sum of `terms` over the rows with a smaller number and half of that over those with the same, divided
 * by `whole`. With weights as terms it is the mid-rank as a share.
 */
function sumsBelow({ order, last }: Ordered, terms: (row: number) => number, whole: number, out: Float64Array): void {
  let [below, tied, from] = [0, 0, 0]
  for (let i = 0; i < order.length; i++) {
    tied += terms(order[i] as number)
    if (last[i] === 0) continue
    const share = (below + tied / 2) / whole
    for (let k = from; k <= i; k++) out[order[k] as number] = share
    below += tied
    tied = 0
    from = i + 1
  }
}

interface Moments {
  readonly whole: number
  readonly cross: number
  readonly ofX: number
  readonly ofY: number
}

/** Σw, and of mid-ranks around ½: covariance and variances. */
function moments(order: Uint32Array, f: Float64Array, g: Float64Array, weights: Weights): Moments {
  let [whole, cross, ofX, ofY] = [0, 0, 0, 0]
  for (let k = 0; k < order.length; k++) {
    const i = order[k] as number
    const weight = at(weights, i)
    const [x, y] = [(f[i] as number) - 0.5, (g[i] as number) - 0.5]
    whole += weight
    cross += weight * x * y
    ofX += weight * x * x
    ofY += weight * y * y
  }
  return { whole, cross: cross / whole, ofX: ofX / whole, ofY: ofY / whole }
}

/** Spearman's ρ: the correlation of mid-ranks. NaN when either side is constant. */
export function spearman(
  x: Ordered,
  y: Ordered,
  weights: Weights,
  spare: readonly [Float64Array, Float64Array],
): number {
  const [f, g] = spare
  let whole = 0
  for (let k = 0; k < f.length; k++) whole += at(weights, x.order[k] as number)
  sumsBelow(x, (row) => at(weights, row), whole, f)
  sumsBelow(y, (row) => at(weights, row), whole, g)
  const { cross, ofX, ofY } = moments(x.order, f, g, weights)
  // Mid-ranks of a constant are all ½, but for rounding.
  return ofX > 1e-12 && ofY > 1e-12 ? cross / Math.sqrt(ofX * ofY) : Number.NaN
}

/**
 * Influence of each row, weight · ∂ρ/∂weight. A row has a part in the means, and in the mid-ranks of all others: with
 * h(a, b) = 1 for a < b and ½ for a = b, F(x) = Σ w h(·, x) / Σ w.
 */
export function spearmanInfluence(x: Ordered, y: Ordered, weights: Weights): Float64Array {
  const n = x.order.length
  const [f, g] = [new Float64Array(n), new Float64Array(n)]
  const rho = spearman(x, y, weights, [f, g])
  const { whole, cross, ofX, ofY } = moments(x.order, f, g, weights)
  const centred = (ranks: Float64Array) => (row: number) => at(weights, row) * ((ranks[row] as number) - 0.5)
  // Sums over the rows above: the whole, which is 0 for centred ranks, less those below.
  const above = (by: Ordered, ranks: Float64Array) => {
    const out = new Float64Array(n)
    sumsBelow(by, centred(ranks), whole, out)
    return out.map((below) => -below)
  }
  const [gAboveX, fAboveY, fAboveX, gAboveY] = [above(x, g), above(y, f), above(x, f), above(y, g)]
  const size = Math.sqrt(ofX * ofY)
  return Float64Array.from({ length: n }, (_, i) => {
    const [p, q] = [(f[i] as number) - 0.5, (g[i] as number) - 0.5]
    // Multiplying all weights by a number changes no mid-rank: each part loses its own mean, which takes part thrice.
    const dCross = p * q + (gAboveX[i] as number) + (fAboveY[i] as number) - 3 * cross
    const dX = p * p + 2 * (fAboveX[i] as number) - 3 * ofX
    const dY = q * q + 2 * (gAboveY[i] as number) - 3 * ofY
    return (at(weights, i) / whole) * (dCross / size - (rho / 2) * (dX / ofX + dY / ofY))
  })
}
