import { quantileSorted, sumOf } from '../../../shared/stats/numeric.js'
import { ascendingOrder } from '../../../shared/stats/order.js'
import type { MultilabelSample, QuantileSample, RankingSample, TextSample } from '../../../shared/stats/sample.js'
import { above } from './multilabel.js'
import { inRankOrder, lotOf, taken } from './rank-order.js'
import { relevanceOf, sampleOfEntries } from './ranking.js'
import type { RankingTruth } from './ranking-truth.js'
import type { TaskSample } from './usual.js'

/**
 * The model that looks at no feature, on the same rows: it answers with the share of the rows that have each class, with
 * the quantiles of the true values, with the most popular items, or with the commonest reference. Null when it has no
 * answer: no reference stands twice.
 * @param lists the truth of a ranking whose models rank items of their own choice; without it they rank the judged rows
 */
export function trivialOfTask(
  sample: TaskSample,
  threshold: number | null,
  lists: RankingTruth | null = null,
): TaskSample | null {
  switch (sample.task) {
    case 'multilabel':
      return classShares(sample, threshold ?? 0.5)
    case 'quantile':
      return quantilesOfTruth(sample)
    case 'ranking':
      return lists === null ? popularRows(sample) : popularLists(sample, lists)
    case 'text':
      return commonestReference(sample)
  }
}

/** What the trivial model of a task answers with. */
export function trivialNameOfTask(sample: TaskSample): string {
  switch (sample.task) {
    case 'multilabel':
      return 'the shares of the classes'
    case 'quantile':
      return 'the quantiles of the true values'
    case 'ranking':
      return sample.popularity === null
        ? 'the items of most relevance in the judged rows'
        : 'the most popular items of the training data'
    case 'text':
      return 'the commonest reference'
  }
}

function classShares(sample: MultilabelSample, threshold: number): MultilabelSample {
  const { n, truth, classes, weights } = sample
  const width = classes.length
  const weightOf = (row: number) => (weights === null ? 1 : (weights[row] as number))
  const total = sumOf(n, weightOf)
  const shares = classes.map((_, k) => sumOf(n, (row) => weightOf(row) * (truth[row * width + k] as number)) / total)
  const scores = new Float64Array(n * width)
  for (let row = 0; row < n; row++) scores.set(shares, row * width)
  return { ...sample, scores, label: above(scores, threshold) }
}

function quantilesOfTruth(sample: QuantileSample): QuantileSample {
  const { n, truth, levels, weights } = sample
  const order = ascendingOrder(truth)
  const sorted = taken(truth, order, new Float64Array(n))
  const own = levels.map((level) =>
    weights === null ? quantileSorted(sorted, level) : weightedQuantile(sorted, order, weights, level),
  )
  const values = new Float64Array(n * levels.length)
  for (let row = 0; row < n; row++) values.set(own, row * levels.length)
  return { ...sample, values }
}

/** The lowest value at or below which lies the share of weight (inverted distribution function). */
function weightedQuantile(sorted: Float64Array, order: Uint32Array, weights: Float64Array, level: number): number {
  const total = sumOf(weights.length, (row) => weights[row] as number)
  let below = 0
  for (let i = 0; i < sorted.length; i++) {
    below += weights[order[i] as number] as number
    if (below >= level * total * (1 - 1e-12)) return sorted[i] as number
  }
  return sorted[sorted.length - 1] as number
}

/** The same items of each query, the most popular first. */
function popularRows(sample: RankingSample): RankingSample {
  const { n, offsets, item, relevance } = sample
  const query = new Uint32Array(item.length)
  for (let q = 0; q < n; q++) query.fill(q, offsets[q], offsets[q + 1])
  const popularity = popularityOf(sample.popularity, sample.catalogue, item, relevance)
  const score = taken(popularity, item, new Float64Array(item.length))
  const lot = new Uint32Array(item.length)
  for (let i = 0; i < lot.length; i++) lot[i] = lotOf(query[i] as number, item[i] as number)
  return { ...sample, ...inRankOrder(n, { query, item, score, relevance, lot }) }
}

/** Items that the trivial model ranks for a query, at most. */
const LONGEST = 100

/** The most popular items of the catalogue for every query, as many as the longest list of the model has. */
function popularLists(sample: RankingSample, truth: RankingTruth): RankingSample {
  const { n, offsets } = sample
  let length = 0
  for (let q = 0; q < n; q++) length = Math.max(length, (offsets[q + 1] as number) - (offsets[q] as number))
  const popularity = popularityOf(sample.popularity, truth.catalogue.size, truth.itemOf, truth.relevance)
  const names = truth.catalogue.names
  const best = Array.from(popularity.keys())
    .sort(
      (a, b) =>
        (popularity[b] as number) - (popularity[a] as number) || ((names[a] as string) < (names[b] as string) ? -1 : 1),
    )
    .slice(0, Math.min(length, LONGEST))
  const query = new Uint32Array(n * best.length)
  const item = new Uint32Array(n * best.length)
  for (let q = 0; q < n; q++) {
    query.fill(q, q * best.length, (q + 1) * best.length)
    item.set(best, q * best.length)
  }
  const score = taken(popularity, item, new Float64Array(item.length))
  return sampleOfEntries(truth, query, item, score, relevanceOf(truth, query, item))
}

/** Interactions of training, else relevance in the judged rows, by item. */
function popularityOf(
  known: Float64Array | null,
  items: number,
  item: Uint32Array,
  relevance: Float64Array,
): Float64Array {
  if (known !== null) return known
  const sums = new Float64Array(items)
  for (let i = 0; i < item.length; i++) {
    const own = item[i] as number
    sums[own] = (sums[own] as number) + (relevance[i] as number)
  }
  return sums
}

function commonestReference(sample: TextSample): TextSample | null {
  const weights = new Map<string, number>()
  const several = new Set<string>()
  for (const [row, references] of sample.references.entries()) {
    const weight = sample.weights === null ? 1 : (sample.weights[row] as number)
    for (const text of new Set(references)) {
      const known = weights.get(text)
      if (known !== undefined) several.add(text)
      weights.set(text, (known ?? 0) + weight)
    }
  }
  let commonest: string | null = null
  let most = 0
  for (const text of [...several].sort()) {
    const weight = weights.get(text) as number
    if (weight > most) [commonest, most] = [text, weight]
  }
  if (commonest === null) return null
  return { ...sample, output: new Array<string>(sample.n).fill(commonest) }
}
