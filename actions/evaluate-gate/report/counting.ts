/** Rows by bin of equal width; what lies beyond the ends is in the first and the last one, and NaN in none. */
export function countInto(edges: readonly number[], n: number, at: (row: number) => number): number[] {
  const bins = edges.length - 1
  const [low, high] = [edges[0] as number, edges[bins] as number]
  const counts = new Float64Array(bins)
  for (let i = 0; i < n; i++) {
    const place = ((at(i) - low) / (high - low)) * bins
    if (Number.isNaN(place)) continue
    const bin = Math.max(0, Math.min(bins - 1, Math.floor(place)))
    counts[bin] = (counts[bin] as number) + 1
  }
  return [...counts]
}
