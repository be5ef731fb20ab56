/** Fewer rows decide nothing where a statistic decides. */
export const FEWEST_ROWS = 30
/** Chance below which a finding is not called chance. */
export const CHANCE = 0.001

/** Whether a count is within its share of n, compared as counts. */
export const isWithin = (count: number, share: number, n: number): boolean => count <= Math.floor(share * n + 1e-9)

export const ratio = (count: number, n: number): number | null => (n === 0 ? null : count / n)
