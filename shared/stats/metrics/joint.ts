import type { ClassSample } from '../sample.js'

/** Rows counted by truth and the answers of both models; only what occurs, in a fixed order. */
export interface JointCells {
  readonly truth: readonly number[]
  readonly a: readonly number[]
  readonly b: readonly number[]
  readonly counts: Float64Array
}

/** Above so many possible cells they are counted in a map. */
const MOST_CELLS = 1 << 22

/** Counts rows with a weight above 0, each once. */
export function jointCells(a: ClassSample, b: ClassSample): JointCells {
  const classes = a.classes.length
  const counts = classes ** 3 <= MOST_CELLS ? inArray(a, b, classes) : inMap(a, b, classes)
  return {
    truth: counts.map(([key]) => Math.floor(key / (classes * classes))),
    a: counts.map(([key]) => Math.floor(key / classes) % classes),
    b: counts.map(([key]) => key % classes),
    counts: Float64Array.from(counts, ([, count]) => count),
  }
}

type Counted = (readonly [key: number, count: number])[]

function inArray(a: ClassSample, b: ClassSample, classes: number): Counted {
  const counts = new Float64Array(classes ** 3)
  const { n, truth, label, weights } = a
  const other = b.label
  for (let i = 0; i < n; i++) {
    if (weights !== null && weights[i] === 0) continue
    const key = ((truth[i] as number) * classes + (label[i] as number)) * classes + (other[i] as number)
    counts[key] = (counts[key] as number) + 1
  }
  const found: [number, number][] = []
  for (let key = 0; key < counts.length; key++) if (counts[key] !== 0) found.push([key, counts[key] as number])
  return found
}

function inMap(a: ClassSample, b: ClassSample, classes: number): Counted {
  const counts = new Map<number, number>()
  for (let i = 0; i < a.n; i++) {
    if (a.weights !== null && a.weights[i] === 0) continue
    const key = ((a.truth[i] as number) * classes + (a.label[i] as number)) * classes + (b.label[i] as number)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  // Sorted, so that the order of rows does not change which cell gets which random number.
  return [...counts].sort(([x], [y]) => x - y)
}

/**
 * Which of two models comes first when cells meet random numbers: above 0 for the first, below for the second, 0 when
 * they are wrong alike. Swapped models then get the same numbers, and exactly the negated interval.
 */
export function leadOf({ truth, a, b, counts }: JointCells): number {
  const name = (i: number, one: readonly number[], other: readonly number[]) => `${truth[i]} ${one[i]} ${other[i]}`
  const countOf = new Map(truth.map((_, i) => [name(i, a, b), counts[i] as number]))
  const leads = truth
    .map((t, i) => {
      const [p, q] = [a[i] as number, b[i] as number]
      const excess = (counts[i] as number) - (countOf.get(name(i, b, a)) ?? 0)
      return { t, low: Math.min(p, q), high: Math.max(p, q), sign: p < q ? excess : -excess }
    })
    .filter(({ sign }) => sign !== 0)
    .sort((x, y) => x.t - y.t || x.low - y.low || x.high - y.high)
  return leads[0]?.sign ?? 0
}

/** A row that only a gets right, and one that only b does, in the part that one class has of them. */
export interface PseudoRow {
  readonly truth: number
  readonly other: number
  /** Share of the class among the rows. */
  readonly share: number
}

/**
 * One more row that only a gets right and one that only b does, spread over the classes like the truth. As in the
 * Bonett–Price interval, two models that agree on all of few rows then do not look proven equal.
 */
export function pseudoRows(truth: Float64Array, total: number): PseudoRow[] {
  const bySize = Array.from(truth.keys()).sort((x, y) => (truth[y] as number) - (truth[x] as number) || x - y)
  return Array.from(truth.keys()).flatMap((t) => {
    const other = bySize.find((k) => k !== t)
    const rows = truth[t] as number
    return rows === 0 || other === undefined ? [] : [{ truth: t, other, share: rows / total }]
  })
}
