import { type RankingSample, type Sample, selectRows } from '../../../shared/stats/sample.js'
import { BLOCKS } from '../../../shared/stats/sampling/bootstrap.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'

/** Two models that are equal by construction, on the same rows. */
export interface EqualPair {
  readonly candidate: Sample
  readonly baseline: Sample
}

/**
 * Makes equal models of two that are not: for each row a coin decides which of them answers as the candidate and which as
 * the baseline; for rows of clusters, one coin for each block of them. Whatever the two are like, no measure can then be
 * better for one side but by chance, on no part of the rows, and they disagree as often as the real ones do.
 */
export function exchanger({ candidate, baseline }: EqualPair): (seed: string) => EqualPair {
  const { n, clustered, blocks } = candidate
  const both = joined(candidate, baseline)
  return (seed) => {
    const random = seededRandom(seed)
    const ofBlock = Uint8Array.from({ length: clustered ? BLOCKS : 0 }, () => random.below(2))
    const [one, other] = [new Uint32Array(n), new Uint32Array(n)]
    for (let row = 0; row < n; row++) {
      const coin = clustered ? ofBlock[blocks[row] as number] : random.below(2)
      one[row] = coin === 1 ? n + row : row
      other[row] = coin === 1 ? row : n + row
    }
    return { candidate: selectRows(both, one), baseline: selectRows(both, other) }
  }
}

/** About so many of n rows, each with the same chance, ascending; every row when there are no more. */
export function drawRows(n: number, most: number, seed: string): Uint32Array {
  if (n <= most) return Uint32Array.from({ length: n }, (_, row) => row)
  const random = seededRandom(seed)
  const rows: number[] = []
  const keep = Math.log1p(-most / n)
  // Gaps between rows that are drawn each with the chance most / n are geometric.
  for (let row = -1; ; ) {
    row += 1 + Math.floor(Math.log(1 - random.uniform()) / keep)
    if (row >= n) return Uint32Array.from(rows)
    rows.push(row)
  }
}

/** The rows of both samples, one after the other. Scores that only one has are left out. */
function joined(a: Sample, b: Sample): Sample {
  const own = {
    n: a.n + b.n,
    blocks: Uint16Array.from([...a.blocks, ...b.blocks]),
    weights: a.weights && b.weights && floats(a.weights, b.weights),
  }
  if (a.task === 'binary' && b.task === 'binary') {
    const score = a.score && b.score && floats(a.score, b.score)
    return { ...a, ...own, truth: shorts(a.truth, b.truth), label: shorts(a.label, b.label), score }
  }
  if (a.task === 'multiclass' && b.task === 'multiclass') {
    const probabilities = a.probabilities && b.probabilities && floats(a.probabilities, b.probabilities)
    return { ...a, ...own, truth: shorts(a.truth, b.truth), label: shorts(a.label, b.label), probabilities }
  }
  if (a.task === 'regression' && b.task === 'regression') {
    return { ...a, ...own, truth: floats(a.truth, b.truth), value: floats(a.value, b.value) }
  }
  if (a.task === 'multilabel' && b.task === 'multilabel') {
    const scores = a.scores && b.scores && floats(a.scores, b.scores)
    return { ...a, ...own, truth: bytes(a.truth, b.truth), label: bytes(a.label, b.label), scores }
  }
  if (a.task === 'quantile' && b.task === 'quantile') {
    return { ...a, ...own, truth: floats(a.truth, b.truth), values: floats(a.values, b.values) }
  }
  if (a.task === 'ranking' && b.task === 'ranking') return { ...a, ...own, ...joinedQueries(a, b) }
  if (a.task === 'text' && b.task === 'text') {
    return { ...a, ...own, references: [...a.references, ...b.references], output: [...a.output, ...b.output] }
  }
  throw new TypeError(`a ${a.task} sample and a ${b.task} sample are of different tasks`)
}

function joinedQueries(a: RankingSample, b: RankingSample) {
  return {
    offsets: joinedOffsets(a.offsets, b.offsets),
    item: Uint32Array.from([...a.item, ...b.item]),
    score: floats(a.score, b.score),
    relevance: floats(a.relevance, b.relevance),
    idealOffsets: joinedOffsets(a.idealOffsets, b.idealOffsets),
    ideal: floats(a.ideal, b.ideal),
  }
}

function joinedOffsets(a: Uint32Array, b: Uint32Array): Uint32Array {
  const end = a[a.length - 1] as number
  return Uint32Array.from([...a, ...Array.from(b.subarray(1), (offset) => end + offset)])
}

function floats(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function shorts(a: Uint16Array, b: Uint16Array): Uint16Array {
  return Uint16Array.from([...a, ...b])
}

function bytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Uint8Array.from([...a, ...b])
}
