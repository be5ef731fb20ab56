import type { BinarySample, MulticlassSample } from '../../../shared/stats/sample.js'
import { BLOCKS } from '../../../shared/stats/sampling/bootstrap.js'

const blocksOf = (n: number) => Uint16Array.from({ length: n }, (_, i) => (i * 7919) % BLOCKS)

export function twoClasses(
  truth: readonly number[],
  score: readonly number[],
  weights: readonly number[] | null = null,
): BinarySample {
  return {
    task: 'binary',
    n: truth.length,
    classes: ['no', 'yes'],
    truth: Uint16Array.from(truth),
    label: Uint16Array.from(score, (value) => Number(value > 0.5)),
    score: Float64Array.from(score),
    blocks: blocksOf(truth.length),
    weights: weights && Float64Array.from(weights),
    clustered: false,
  }
}

export function severalClasses(truth: readonly number[], rows: readonly (readonly number[])[]): MulticlassSample {
  const classes = rows[0]?.length ?? 0
  return {
    task: 'multiclass',
    n: truth.length,
    classes: Array.from({ length: classes }, (_, k) => `c${k}`),
    truth: Uint16Array.from(truth),
    label: Uint16Array.from(rows, (row) => row.indexOf(Math.max(...row))),
    probabilities: Float64Array.from(rows.flat()),
    blocks: blocksOf(truth.length),
    weights: null,
    clustered: false,
  }
}

/** x ← (1664525 x + 1013904223) mod 2³², in [0, 1): the same numbers in any language. */
export function congruential(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** 200 rows of two decimals, with ties, and weights of 0 to 1.5. */
export function manyRows(): { truth: number[]; score: number[]; weights: number[] } {
  const next = congruential(1)
  const rows = Array.from({ length: 200 }, () => {
    const score = Math.floor(next() * 101) / 100
    return { score, truth: Number(next() < score ** 1.5), weight: Math.floor(next() * 4) / 2 }
  })
  return {
    truth: rows.map(({ truth }) => truth),
    score: rows.map(({ score }) => score),
    weights: rows.map(({ weight }) => weight),
  }
}

/** 60 rows of three classes. */
export function threeClasses(): MulticlassSample {
  const next = congruential(7)
  const truth: number[] = []
  const rows = Array.from({ length: 60 }, () => {
    const parts = [next() + 0.01, next() + 0.01, next() + 0.01]
    const total = parts.reduce((sum, part) => sum + part, 0)
    const row = parts.map((part) => part / total)
    const drawn = next()
    const [first, second] = row as [number, number]
    truth.push(drawn < first ? 0 : drawn < first + second ? 1 : 2)
    return row
  })
  return severalClasses(truth, rows)
}
