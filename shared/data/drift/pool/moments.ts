import { round12 } from '../../engine/sql.js'

/** Mean and sample deviation of parts together, as Chan, Golub and LeVeque (1983) have it. At least one part. */
export function poolMoments(parts: readonly { readonly n: number; readonly mean: number; readonly sd: number }[]): {
  mean: number
  sd: number
} {
  const n = parts.reduce((total, part) => total + part.n, 0)
  const mean = parts.reduce((total, part) => total + (part.mean * part.n) / n, 0)
  const squares = parts.reduce(
    (total, part) => total + part.sd ** 2 * (part.n - 1) + part.n * (part.mean - mean) ** 2,
    0,
  )
  return { mean: round12(mean), sd: n < 2 ? 0 : round12(Math.sqrt(squares / (n - 1))) }
}
