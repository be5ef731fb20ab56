import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** A seeded stream of random numbers. */
export interface Random {
  /** Uniform integer in [0, 2³²). */
  uint32(): number
  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number
  /** Standard normal. */
  normal(): number
  /** Uniform integer in [0, below). */
  below(below: number): number
  /** Poisson with the given mean, which is 0 or more. */
  poisson(mean: number): number
}

/** 32-bit hash of a text: FNV-1a with the final mixing of MurmurHash3, so that similar texts spread over all bits. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193)
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The same seed text gives the same stream, on every machine. */
export function seededRandom(seed: string): Random {
  const generator = xoroshiro128plus(hash32(seed) | 0)
  const uint32 = () => generator.next() >>> 0
  const uniform = () => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992
  return {
    uint32,
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    below: (below) => Math.floor(uniform() * below),
    poisson: (mean) => (mean < 10 ? poissonBySearch(mean, uniform()) : poissonByRejection(mean, uniform)),
  }
}

/** Fills `out` with Poisson(1) draws from a table of 2¹⁶ entries; a probability is off by at most 2⁻¹⁷. */
export function fillPoissonOnes(random: Random, out: Uint8Array): void {
  for (let i = 0; i < out.length; i += 2) {
    const bits = random.uint32()
    out[i] = POISSON_ONE[bits & 0xffff] as number
    if (i + 1 < out.length) out[i + 1] = POISSON_ONE[bits >>> 16] as number
  }
}

const POISSON_ONE = poissonOneTable()

function poissonOneTable(): Uint8Array {
  const table = new Uint8Array(65536)
  let k = 0
  let probability = Math.exp(-1)
  let cumulative = probability
  for (let i = 0; i < table.length; i++) {
    while ((i + 0.5) / table.length > cumulative) {
      k += 1
      probability /= k
      cumulative += probability
    }
    table[i] = k
  }
  return table
}

function poissonBySearch(mean: number, uniform: number): number {
  let k = 0
  let probability = Math.exp(-mean)
  let rest = uniform - probability
  while (rest > 0 && k < 1000) {
    k += 1
    probability *= mean / k
    rest -= probability
  }
  return k
}

/** Hörmann's transformed rejection with squeeze (PTRS, 1993), for means of 10 and more. */
function poissonByRejection(mean: number, uniform: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const squeeze = 0.9277 - 3.6224 / (b - 2)
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
  for (;;) {
    const u = uniform() - 0.5
    const v = 1 - uniform()
    const distance = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / distance + b) * u + mean + 0.43)
    if (distance >= 0.07 && v <= squeeze) return k
    if (k < 0 || (distance < 0.013 && v > distance)) continue
    const bound = k * Math.log(mean) - mean - logFactorial(k)
    if (Math.log((v * inverseAlpha) / (a / (distance * distance) + b)) <= bound) return k
  }
}

/** ln k! by Stirling's series; the error is below 1e-9 from k = 10 on, and smaller k are summed. */
export function logFactorial(k: number): number {
  if (k < 10) {
    let sum = 0
    for (let i = 2; i <= k; i++) sum += Math.log(i)
    return sum
  }
  const x = k + 1
  return (
    (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
  )
}
