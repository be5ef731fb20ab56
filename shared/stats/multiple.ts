/**
 * Adjusted p-values of Holm's step-down procedure, in the order given. Reject where the result is at most α: the chance
 * of even one false rejection is then at most α. NaN (a test that could not be made) stays NaN and is not counted.
 */
export function holm(pValues: readonly number[]): number[] {
  return adjust(pValues, 'ascending', (p, rank, m) => p * (m - rank))
}

/**
 * Adjusted p-values of Benjamini and Hochberg's step-up procedure, in the order given. Reject where the result is at
 * most q: the expected share of false ones among the rejected is then at most q. NaN stays NaN and is not counted.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  return adjust(pValues, 'descending', (p, rank, m) => (p * m) / (rank + 1))
}

function adjust(
  pValues: readonly number[],
  walk: 'ascending' | 'descending',
  scaled: (p: number, rank: number, m: number) => number,
): number[] {
  const order = pValues
    .map((p, index) => ({ p, index }))
    .filter(({ p }) => !Number.isNaN(p))
    .sort((a, b) => a.p - b.p)
  const adjusted = pValues.map(() => Number.NaN)
  const ranks = order.map((_, rank) => rank)
  if (walk === 'descending') ranks.reverse()
  let bound = walk === 'ascending' ? 0 : 1
  for (const rank of ranks) {
    const { p, index } = order[rank] as { p: number; index: number }
    const value = Math.min(1, scaled(p, rank, order.length))
    bound = walk === 'ascending' ? Math.max(bound, value) : Math.min(bound, value)
    adjusted[index] = bound
  }
  return adjusted
}
