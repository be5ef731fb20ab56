import type { Sums } from './cube.js'

/** Mean of the channel over some rows, and the variance of that mean. */
export interface MeanOf {
  readonly mean: number
  /** NaN below two rows. */
  readonly variance: number
}

/**
 * Mean and its variance s² · kish / n, s² with n − 1. `kish` is n Σw² / (Σw)² of all rows, 1 without weights: the weights of
 * a slice are taken to spread as all do.
 */
export function meanOf({ count, weight, sum, square }: Sums, kish = 1): MeanOf {
  const mean = sum / weight
  const spread = Math.max(0, square / weight - mean * mean)
  return { mean, variance: count < 2 ? Number.NaN : (spread * kish) / (count - 1) }
}

/** Sums of the rows of a whole that are not in a part of it. */
export function without(whole: Sums, part: Sums): Sums {
  return {
    count: whole.count - part.count,
    weight: whole.weight - part.weight,
    sum: whole.sum - part.sum,
    square: whole.square - part.square,
  }
}

/** How far a mean lies above another of other rows. NaN where a side has fewer than two rows. */
export interface Excess {
  readonly difference: number
  readonly error: number
}

/** How far the mean of `a` lies above that of `b`, two sets of rows without a row in common, and its standard error. */
export function excessOver(a: MeanOf, b: MeanOf): Excess {
  return { difference: a.mean - b.mean, error: Math.sqrt(a.variance + b.variance) }
}

/** Whether a difference is positive and at least so many of its standard errors. */
export function stands({ difference, error }: Excess, errors: number): boolean {
  return difference > 0 && difference >= errors * error
}

/**
 * SliceLine's score α (ē_S / ē − 1) − (1 − α) (n / |S| − 1), ē the mean loss (Sagadeeva and Boehm 2021). Rows are counted by
 * weight. NaN when no row has a loss.
 */
export function sliceLineScore(slice: Sums, all: Sums, alpha: number): number {
  const relative = slice.sum / slice.weight / (all.sum / all.weight)
  return alpha * (relative - 1) - (1 - alpha) * (all.weight / slice.weight - 1)
}
