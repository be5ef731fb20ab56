import { hash32 } from '../../../shared/stats/sampling/rng.js'
import type { JudgedRows } from '../judged-rows.js'

/** Rows whose names are fetched at once. */
const BATCH = 65_536
/** Rows that are chosen at the least: reading all names again takes far longer than keeping some more. */
const LEAST = 2000

/** What was chosen of the same rows before, by seed and column of names. */
const before = new WeakMap<JudgedRows, Map<string, Promise<readonly Candidate[]>>>()

export interface Chosen {
  readonly rows: Uint32Array
  readonly names: readonly string[]
}

interface Candidate {
  readonly hash: number
  readonly row: number
  readonly name: string
}

/**
 * The rows with the smallest hashes of seed and name, in the order of the hash: the choice does not depend on the order of
 * the rows, and a smaller one is the beginning of a larger one. No more than a batch of names and twice `most` are held.
 * `id` is the column of the names, null when rows are called by their numbers.
 */
export async function chooseRows(rows: JudgedRows, most: number, seed: string, id: string | null): Promise<Chosen> {
  const known = before.get(rows) ?? new Map<string, Promise<readonly Candidate[]>>()
  before.set(rows, known)
  const wanted = Math.max(most, LEAST)
  const key = JSON.stringify([seed, id])
  let chosen = await known.get(key)
  if (chosen === undefined || (chosen.length < most && chosen.length < rows.n)) {
    const choosing = smallestHashes(rows, wanted, seed, id)
    known.set(key, choosing)
    chosen = await choosing
  }
  const best = chosen.slice(0, most)
  return { rows: Uint32Array.from(best, ({ row }) => row), names: best.map(({ name }) => name) }
}

/**
 * At most `most` rows, those first that are the first of their cluster, so that no two of them depend on each other; and
 * how many these are. Both parts keep the order of the hash. `blocks` are those of clusters, by row.
 */
export async function chooseApart(
  rows: JudgedRows,
  most: number,
  seed: string,
  id: string | null,
  blocks: ArrayLike<number>,
): Promise<Chosen & { readonly apart: number }> {
  const all = await chooseRows(rows, Math.max(2 * most, LEAST), seed, id)
  const seen = new Set<number>()
  const [first, others]: [number[], number[]] = [[], []]
  for (const [place, row] of all.rows.entries()) {
    const block = blocks[row] as number
    if (seen.has(block)) others.push(place)
    else first.push(place)
    seen.add(block)
  }
  const places = [...first, ...others].slice(0, most)
  return {
    rows: Uint32Array.from(places, (place) => all.rows[place] as number),
    names: places.map((place) => all.names[place] as string),
    apart: Math.min(first.length, most),
  }
}

async function smallestHashes(
  rows: JudgedRows,
  most: number,
  seed: string,
  id: string | null,
): Promise<readonly Candidate[]> {
  let best: Candidate[] = []
  let limit = Number.POSITIVE_INFINITY
  const cut = () => {
    best = best.sort(byHash).slice(0, most)
    if (best.length === most) limit = best[most - 1]?.hash ?? limit
  }
  // The seed is a digest, and reading it for each of ten million names takes longer than the names.
  const short = hash32(seed).toString(36)
  let row = 0
  for await (const names of namesOf(rows, id)) {
    for (const name of names) {
      const hash = hash32(`${short} ${name}`)
      if (hash <= limit) best.push({ hash, row, name })
      if (best.length > 2 * most + 1024) cut()
      row += 1
    }
  }
  cut()
  return best
}

/** Names of all rows in their order: ids are read in one go, rows one by one would be searched for. */
async function* namesOf(rows: JudgedRows, id: string | null): AsyncIterable<string[]> {
  if (id !== null) {
    for await (const batch of rows.batches([id], BATCH)) yield batch.map((row) => String(row[id]))
    return
  }
  for (let from = 0; from < rows.n; from += BATCH) {
    yield await rows.namesOf(Uint32Array.from({ length: Math.min(BATCH, rows.n - from) }, (_, i) => from + i))
  }
}

function byHash(a: Candidate, b: Candidate): number {
  if (a.hash !== b.hash) return a.hash - b.hash
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.row - b.row
}
