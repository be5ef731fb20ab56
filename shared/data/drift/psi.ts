import { chisquareTail } from '../../stats/distributions.js'
import { populationStabilityIndex } from '../../stats/drift.js'
import { quantileSorted } from '../../stats/numeric.js'
import { seededRandom } from '../../stats/sampling/rng.js'
import type { ColumnDrift, DriftCell } from './types.js'
import { FEWEST_SEEN } from './values.js'

const SIMULATIONS = 500
/** An index that chance alone exceeds once in a hundred times is not told from chance. */
const CHANCE = 0.01

/** The index of given cells, and how large it gets by chance. */
export function indexOf(cells: readonly DriftCell[]): Pick<ColumnDrift, 'psi' | 'chance' | 'reason'> {
  const used = cells.filter(({ baseline, current }) => baseline + current > 0)
  const index = populationStabilityIndex(
    used.map(({ baseline }) => baseline),
    used.map(({ current }) => current),
  )
  if (index.reason !== null) return { psi: null, chance: null, reason: index.reason }
  return { psi: index.value, chance: chanceOf(used), reason: null }
}

/** The index that two samples of one distribution, that of both together, stay below in 99 of 100 cases. */
function chanceOf(cells: readonly DriftCell[]): number {
  const n = cells.reduce((sum, { baseline }) => sum + baseline, 0)
  const m = cells.reduce((sum, { current }) => sum + current, 0)
  const shares = cells.map(({ baseline, current }) => (baseline + current) / (n + m))
  const fewest = Math.min(...shares) * Math.min(n, m)
  return fewest >= FEWEST_SEEN ? chanceIndex(cells.length, n, m) : simulatedChance(shares, n, m)
}

/** For cells of few rows, in which the index is larger than chi-square knows. */
function simulatedChance(shares: readonly number[], n: number, m: number): number {
  const random = seededRandom('chance')
  const draw = (rows: number) => shares.map((share) => random.poisson(share * rows))
  const indices = Float64Array.from({ length: SIMULATIONS }, () => populationStabilityIndex(draw(n), draw(m)).value)
  const known = indices.filter(Number.isFinite).sort()
  return known.length === 0 ? 0 : quantileSorted(known, 1 - CHANCE)
}

/**
 * The 99 % quantile of the index of two samples of one distribution with n and m rows in k cells: PSI · nm/(n + m) is
 * then about chi-square with k − 1 degrees of freedom (Yurdakul 2018). `alpha`: another share than one in a hundred.
 */
export function chanceIndex(k: number, n: number, m: number, alpha: number = CHANCE): number {
  if (k < 2) return 0
  let [low, high] = [0, 10 * k + 100]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (chisquareTail(middle, k - 1) > alpha) low = middle
    else high = middle
  }
  return low * (1 / n + 1 / m)
}
