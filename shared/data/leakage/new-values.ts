/** So many values stand in `rows` rows each, of both parts together. */
export interface ValueSize {
  readonly rows: number
  readonly values: number
}

/** Steps that halve the range of the exponent. */
const STEPS = 100
/** Beyond it every value is as good as in the second part alone. */
const LARGEST_EXPONENT = 40

/**
 * How many rows of the second part a random division leaves with a value that the first part lacks, and the chance of as many as
 * `found`. A value of c rows falls into the second part as a whole with probability C(m, c) / C(n + m, c), which is at most
 * (m / (n + m))ᶜ, and such falls hinder one another; so the chance is at most min over t of
 * exp(−t · found) · Π (1 − p + p · exp(t · c)) (Chernoff 1952). Nothing is estimated from one of the parts, so it holds for a small
 * first part too. n and m are at least 1.
 */
export function chanceOfNewValues(
  sizes: readonly ValueSize[],
  { n, m, found }: { readonly n: number; readonly m: number; readonly found: number },
): { expected: number; chance: number } {
  const share = Math.log(m / (n + m))
  const expected = total(sizes, ({ rows }) => rows * Math.exp(rows * share))
  if (found <= expected) return { expected, chance: 1 }
  let [low, high] = [0, LARGEST_EXPONENT - share]
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2
    // The derivative of the logarithm rises with t.
    if (total(sizes, ({ rows }) => rows * tilted(rows, share, middle)) < found) low = middle
    else high = middle
  }
  const log = total(sizes, ({ rows }) => logOfMean(rows, share, low)) - low * found
  return { expected, chance: Math.min(1, Math.exp(log)) }
}

/** p · exp(t · c) / (1 − p + p · exp(t · c)) with p = exp(share · c). */
function tilted(rows: number, share: number, t: number): number {
  const odds = rows * (share + t) - Math.log1p(-Math.exp(rows * share))
  return 1 / (1 + Math.exp(-odds))
}

/** ln(1 − p + p · exp(t · c)), without overflow. */
function logOfMean(rows: number, share: number, t: number): number {
  const [stays, goes] = [Math.log1p(-Math.exp(rows * share)), rows * (share + t)]
  const larger = Math.max(stays, goes)
  return larger + Math.log(Math.exp(stays - larger) + Math.exp(goes - larger))
}

const total = (sizes: readonly ValueSize[], term: (size: ValueSize) => number): number =>
  sizes.reduce((sum, size) => sum + size.values * term(size), 0)
