import type { Example } from '../../contracts/common.js'
import { type Dataset, type DatasetColumn, placeOfRow } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { bands, jaccard, normalisedText, shingles, signature } from './minhash.js'
import { columnNamed, EXAMPLES, factsOf, type Side } from './sides.js'

/** Shorter texts are names and categories. */
const LONG = 30
const MOST_COLUMNS = 3
const TRAIN_ROWS = 20_000
const TEST_ROWS = 5_000
const PROBES = 2_000
/** Characters of a text that are looked at. */
const CHARACTERS = 1_000
const ROWS_AT_ONCE = 5_000
/** Texts of one band that are compared; more of them are boilerplate. */
const MOST_CANDIDATES = 50
export const SIMILAR = 0.8

/** Rows of test whose text in one column is nearly a text of train. */
export interface NearTexts {
  readonly column: string
  /** Rows of test that were looked at, and those with a similar or equal text in the rows of train that were taken. */
  readonly rows: number
  readonly of: number
  readonly similar: number
  readonly equal: number
  readonly trainRows: number
  readonly trainOf: number
  /** The same among rows of train, of so many looked at. */
  readonly inTrain: number
  readonly probes: number
  readonly examples: readonly Example[]
}

/**
 * Near-duplicate texts of the features whose values have thirty characters on average: pieces of five characters,
 * MinHash, sixteen bands, and then the true share of common pieces, 0.8 at least. At most 20,000 rows of train and 5,000
 * of test are taken, and 1,000 characters of each text: of more rows, on both sides those whose two smallest hashes of
 * words give a multiple of the same number, so that texts of mostly the same words are taken or left together.
 */
export async function measureNearTexts(
  engine: DataEngine,
  train: Side,
  test: Side,
  features: readonly string[],
): Promise<NearTexts[]> {
  const columns = features.filter((name) =>
    [train, test].every((side) => (factsOf(side, name)?.length?.mean ?? 0) >= LONG),
  )
  const found: NearTexts[] = []
  for (const name of columns) {
    if (found.length === MOST_COLUMNS) break
    if (await isProse(engine, train.dataset, name)) found.push(await textsOf(engine, train.dataset, test.dataset, name))
  }
  return found
}

/** Whether half of the first thousand values have a space or a letter beyond ASCII: digests, links and keys have neither. */
async function isProse(engine: DataEngine, dataset: Dataset, name: string): Promise<boolean> {
  const { sql } = columnNamed(dataset, name) as DatasetColumn
  const [row = {}] = await engine.all(
    `SELECT count(*) AS n, count(*) FILTER (WHERE regexp_matches(x, '[^!-~]')) AS prose FROM (SELECT ${sql} AS x FROM ${dataset.table} WHERE ${sql} IS NOT NULL LIMIT 1000)`,
  )
  return 2 * Number(row.prose) >= Number(row.n)
}

async function textsOf(engine: DataEngine, train: Dataset, test: Dataset, name: string): Promise<NearTexts> {
  const [inTrain, inTest] = [train, test].map((dataset) => columnNamed(dataset, name)) as [DatasetColumn, DatasetColumn]
  const step = Math.max(1, Math.ceil(train.rows / TRAIN_ROWS), Math.ceil(test.rows / TEST_ROWS))
  const known: Text[] = []
  await eachText(engine, train, inTrain, { step, most: TRAIN_ROWS }, (text) => void known.push(text))
  const index = indexOf(known)
  let [rows, similar, equal] = [0, 0, 0]
  const examples: Example[] = []
  await eachText(engine, test, inTest, { step, most: TEST_ROWS }, (text) => {
    rows += 1
    const best = index.nearest(text, null)
    if (best === null) return
    similar += 1
    if (best.share === 1) equal += 1
    if (examples.length < EXAMPLES) {
      examples.push({
        where: placeOfRow(test, text.row),
        value: `its text is ${best.share === 1 ? '' : `by ${Math.round(best.share * 100)} % `}that of ${placeOfRow(train, best.row)}`,
      })
    }
  })
  const stride = Math.max(1, Math.ceil(known.length / PROBES))
  const probes = known.filter((_, i) => i % stride === 0)
  return {
    column: name,
    rows,
    of: test.rows,
    similar,
    equal,
    trainRows: known.length,
    trainOf: train.rows,
    inTrain: probes.filter((text) => index.nearest(text, text.row) !== null).length,
    probes: probes.length,
    examples,
  }
}

interface Text {
  readonly row: number
  readonly pieces: Uint32Array
}

/** Texts that can be asked for their like. Pieces are kept as they are: the text itself is not needed any more. */
function indexOf(texts: readonly Text[]): {
  nearest(text: Text, but: number | null): { row: number; share: number } | null
} {
  const buckets = new Map<number, number[]>()
  texts.forEach(({ pieces }, at) => {
    for (const band of bands(signature(pieces))) {
      const bucket = buckets.get(band)
      if (bucket === undefined) buckets.set(band, [at])
      else if (bucket.length < MOST_CANDIDATES) bucket.push(at)
    }
  })
  return {
    nearest(text, but) {
      const candidates = new Set(bands(signature(text.pieces)).flatMap((band) => buckets.get(band) ?? []))
      let best: { row: number; share: number } | null = null
      for (const at of [...candidates].sort((a, b) => a - b)) {
        const other = texts[at] as Text
        if (other.row === but) continue
        const share = jaccard(text.pieces, other.pieces)
        if (share >= SIMILAR && (best === null || share > best.share)) best = { row: other.row, share }
      }
      return best
    },
  }
}

/** The rows that are taken, in the order of the files. */
async function eachText(
  engine: DataEngine,
  { table }: Dataset,
  { sql }: DatasetColumn,
  { step, most }: { step: number; most: number },
  visit: (text: Text) => void,
): Promise<void> {
  const text = `left(${sql}, ${CHARACTERS})`
  const words = `list_filter(string_split(lower(${text}), ' '), lambda word: length(word) > 3)`
  const rarest = `list_sort(list_distinct(list_transform(${words}, lambda word: hash(word))))[1:2]`
  const key = `CASE WHEN len(${words}) > 0 THEN hash(${rarest}) ELSE hash(lower(${text})) END`
  const taken = step === 1 ? `${sql} IS NOT NULL` : `${sql} IS NOT NULL AND (${key}) % ${step} = 0`
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE near_texts AS SELECT rowid AS row, ${text} AS text FROM ${table} WHERE ${taken} LIMIT ${2 * most}`,
  )
  for (let from = -1, more = true; more; ) {
    const found = await engine.columns(
      `SELECT row, text FROM near_texts WHERE row > ${from} ORDER BY row LIMIT ${ROWS_AT_ONCE}`,
    )
    const [numbers, texts] = [found.row ?? [], found.text ?? []]
    for (const [i, row] of numbers.entries()) {
      const normalised = normalisedText(String(texts[i]))
      if (normalised !== '') visit({ row: Number(row), pieces: shingles(normalised) })
    }
    more = numbers.length === ROWS_AT_ONCE
    from = Number(numbers.at(-1) ?? from)
  }
  await engine.run('DROP TABLE near_texts')
}
