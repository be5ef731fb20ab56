import { clamp } from '../numeric.js'
import { logFactorial } from '../sampling/rng.js'

/**
 * P(D ≥ d) of the two-sided one-sample Kolmogorov–Smirnov statistic of n values, by the regions of Simard and L'Ecuyer
 * (2011), as scipy.stats.kstwo.sf: the exact ends, twice the one-sided tail, the matrix of Durbin, Marsaglia, Tsang and Wang,
 * and for large n the expansion of Pelz and Good. n is a whole number from 1.
 */
export function kolmogorovTail(n: number, d: number): number {
  if (d >= 1) return 0
  const t = n * d
  if (t <= 0.5) return 1
  if (t <= 1) return 1 - Math.exp(logFactorial(n) - n * Math.log(n) + n * Math.log(2 * t - 1))
  if (t >= n - 1) return 2 * (1 - d) ** n
  const square = t * d
  if (square >= 370) return 0
  // From here on both sides cannot be left at once, but with next to no chance.
  if (d >= 0.5 || square >= (n <= 140 ? 4 : 2.2)) return clamp(2 * smirnovTail(n, d), 0, 1)
  const exact = n <= 140 || (n <= 100_000 && n * d ** 1.5 <= 1.4)
  return clamp(1 - (exact ? matrixCdf(n, d) : pelzGoodCdf(n, d)), 0, 1)
}

/** P(D⁺ ≥ d) of the one-sided statistic (Smirnov 1944): a sum of binomial terms, in logarithms. */
function smirnovTail(n: number, d: number): number {
  const last = Math.floor(n * (1 - d))
  const whole = logFactorial(n)
  let sum = 0
  for (let j = 0; j <= last; j++) {
    const rest = 1 - d - j / n
    if (rest <= 0 && j < n) continue
    const log =
      whole -
      logFactorial(j) -
      logFactorial(n - j) +
      (j - 1) * Math.log(d + j / n) +
      (j === n ? 0 : (n - j) * Math.log(rest))
    sum += Math.exp(log)
  }
  return d * sum
}

/** P(D < d): the middle element of the n-th power of a matrix (Marsaglia, Tsang and Wang 2003). */
function matrixCdf(n: number, d: number): number {
  const k = Math.ceil(n * d)
  const size = 2 * k - 1
  const h = k - n * d
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) matrix[i * size + j] = i - j + 1 < 0 ? 0 : 1
  for (let i = 0; i < size; i++) {
    matrix[i * size] = (matrix[i * size] as number) - h ** (i + 1)
    const bottom = (size - 1) * size + i
    matrix[bottom] = (matrix[bottom] as number) - h ** (size - i)
  }
  const corner = (size - 1) * size
  matrix[corner] = (matrix[corner] as number) + (2 * h - 1 > 0 ? (2 * h - 1) ** size : 0)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let g = 1; g <= i - j + 1; g++) matrix[i * size + j] = (matrix[i * size + j] as number) / g
    }
  }
  const power = powerOf(matrix, size, n)
  let value = power.matrix[(k - 1) * size + k - 1] as number
  let exponent = power.exponent
  for (let i = 1; i <= n; i++) {
    value = (value * i) / n
    if (value < 1e-140) {
      value *= 1e140
      exponent -= 140
    }
  }
  return value * 10 ** exponent
}

function powerOf(matrix: Float64Array, size: number, n: number): { matrix: Float64Array; exponent: number } {
  if (n === 1) return { matrix, exponent: 0 }
  const half = powerOf(matrix, size, n >>> 1)
  let product = multiply(half.matrix, half.matrix, size)
  let exponent = 2 * half.exponent
  if (n % 2 === 1) product = multiply(matrix, product, size)
  const middle = (size >>> 1) * size + (size >>> 1)
  if ((product[middle] as number) > 1e140) {
    product = product.map((value) => value * 1e-140)
    exponent += 140
  }
  return { matrix: product, exponent }
}

function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k] as number
      if (factor === 0) continue
      for (let j = 0; j < size; j++) {
        product[i * size + j] = (product[i * size + j] as number) + factor * (b[k * size + j] as number)
      }
    }
  }
  return product
}

/** P(D < d) for large n: Kolmogorov's limit and three corrections in 1/√n (Pelz and Good 1976). */
function pelzGoodCdf(n: number, d: number): number {
  const z = d * Math.sqrt(n)
  const [z2, z3, z4, z6] = [z ** 2, z ** 3, z ** 4, z ** 6]
  const pi2 = Math.PI ** 2
  const [pi4, pi6] = [pi2 ** 2, pi2 ** 3]
  const terms = Math.ceil((16 * z) / Math.PI)
  let [k0, k1, k2, k3, k2b, k3b] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i <= terms; i++) {
    const m = i + 0.5
    const [m2, m4, m6] = [m ** 2, m ** 4, m ** 6]
    const e = Math.exp((-m2 * pi2) / (2 * z2))
    k0 += e
    k1 += (pi2 * m2 - z2) * e
    k2 += (6 * z6 + 2 * z4 + pi2 * m2 * (2 * z4 - 5 * z2) + pi4 * m4 * (1 - 2 * z2)) * e
    k3 +=
      (pi6 * m6 * (5 - 30 * z2) +
        pi4 * m4 * (-60 * z2 + 212 * z4) +
        pi2 * m2 * (135 * z4 - 96 * z6) -
        30 * z6 -
        90 * z ** 8) *
      e
    if (i > 0) {
      const e2 = Math.exp((-(i ** 2) * pi2) / (2 * z2))
      k2b += pi2 * i ** 2 * e2
      k3b += (-pi4 * i ** 4 + 3 * z2 * pi2 * i ** 2) * e2
    }
  }
  const root = Math.sqrt(2 * Math.PI)
  const half = Math.sqrt(Math.PI / 2)
  const first = (root / z) * k0
  const second = (half / (3 * z4)) * k1
  const third = (half / (36 * z ** 7)) * k2 - (half / (18 * z3)) * k2b
  const fourth = (half / (3240 * z ** 10)) * k3 + (half / (108 * z6)) * k3b
  return first + second / Math.sqrt(n) + third / n + fourth / n ** 1.5
}
