import { decimal } from '../../numeric.js'
import type { QuantileSample } from '../../sample.js'

export const QUANTILE = ['quantile'] as const

/** Levels closer than this are the same: 0.1 and 1 − 0.9 differ in their last bits. */
const SAME = 1e-9

/** Place of a level among those of a sample, or -1. */
export function levelAt({ levels }: QuantileSample, level: number): number {
  return levels.findIndex((own) => Math.abs(own - level) < SAME)
}

/** The two levels between which a central interval of a share such as 0.8 lies. */
export function endsOf(share: number): readonly [lower: number, upper: number] {
  return [decimal((1 - share) / 2), decimal((1 + share) / 2)]
}

/** Why a metric that needs these levels is refused, or null. */
export function missingLevels(sample: QuantileSample, levels: readonly number[]): string | null {
  const missing = levels.filter((level) => levelAt(sample, level) < 0)
  if (missing.length === 0) return null
  const known = sample.levels.join(', ')
  return `the model does not answer the quantile ${missing.join(' and ')}; it answers ${known}`
}

/** Shares of the central intervals that the levels have both ends of, the widest first: 0.8 of 0.1, 0.5 and 0.9. */
export function centralShares(levels: readonly number[]): number[] {
  return levels
    .filter((level) => level < 0.5 && levels.some((other) => Math.abs(other - (1 - level)) < SAME))
    .map((level) => decimal(1 - 2 * level))
    .sort((a, b) => b - a)
}

/** The answer of a row at the level of a place. */
export function quantileOf({ values, levels }: QuantileSample, row: number, place: number): number {
  return values[row * levels.length + place] as number
}
