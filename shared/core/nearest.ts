import { distance } from 'fastest-levenshtein'

/** The known names that are most like one, whatever their case, the nearest first; `apart` is the most edits allowed. */
export function nearestNames(
  name: string,
  known: readonly string[],
  { most = 1, apart = Math.max(2, Math.floor(name.length / 3)) } = {},
): string[] {
  return known
    .map((item) => ({ item, far: distance(name.toLowerCase(), item.toLowerCase()) }))
    .filter(({ far }) => far <= apart)
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ item }) => item)
}
