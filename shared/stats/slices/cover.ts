/** Columns that are counted in one pass, and the combinations that are read from its cells. */
export interface Pass {
  /** Ascending. */
  readonly columns: readonly number[]
  /** Each of the wanted size, ascending; of several passes, no combination is in two. */
  readonly combinations: readonly (readonly number[])[]
}

/** Cells of a pass: their sums fit the caches, and a place among them fits 16 bits. */
const MOST_CELLS = 60_000

/**
 * Passes that together hold every combination of `size` columns (1 to 3): five columns counted at once hold ten pairs or ten
 * triples, so that the 120 triples of ten columns need some 20 passes. Greedy: the first combination that is missing, then the
 * column that adds the most missing ones, while the cells stay within `mostCells`.
 *
 * @param cards values of each column.
 */
export function coverCombinations(cards: readonly number[], size: number, mostCells = MOST_CELLS): Pass[] {
  const count = cards.length
  const covered = new Uint8Array(count ** size)
  const keyOf = (combination: readonly number[]) => combination.reduce((key, column) => key * count + column, 0)
  const passes: Pass[] = []
  for (const first of combinationsOf(count, size)) {
    if (covered[keyOf(first)] === 1) continue
    const columns = [...first]
    let cells = columns.reduce((product, column) => product * (cards[column] as number), 1)
    for (;;) {
      let [best, most] = [-1, 0]
      for (let column = 0; column < count; column++) {
        if (columns.includes(column) || cells * (cards[column] as number) > mostCells) continue
        const added = combinationsAmong(columns, size - 1).filter(
          (rest) => covered[keyOf(ascending([...rest, column]))] === 0,
        ).length
        if (added > most) [best, most] = [column, added]
      }
      if (best < 0) break
      columns.push(best)
      cells *= cards[best] as number
    }
    const chosen = ascending(columns)
    const combinations = combinationsAmong(chosen, size).filter((combination) => covered[keyOf(combination)] === 0)
    for (const combination of combinations) covered[keyOf(combination)] = 1
    passes.push({ columns: chosen, combinations })
  }
  return passes
}

/** Number of ways to choose so many of a count. */
export function choose(count: number, size: number): number {
  let ways = 1
  for (let i = 0; i < size; i++) ways = (ways * (count - i)) / (i + 1)
  return Math.max(0, Math.round(ways))
}

function combinationsOf(count: number, size: number): number[][] {
  return combinationsAmong(
    Array.from({ length: count }, (_, i) => i),
    size,
  )
}

/** Every choice of `size` of the items, in their order. */
function combinationsAmong(items: readonly number[], size: number): number[][] {
  if (size === 0) return [[]]
  return items.flatMap((item, i) => combinationsAmong(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]))
}

function ascending(columns: readonly number[]): number[] {
  return [...columns].sort((a, b) => a - b)
}
