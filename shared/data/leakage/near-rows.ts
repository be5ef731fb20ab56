import type { Example } from '../../contracts/common.js'
import { asNumber, asText, isNumeric } from '../column-types.js'
import { type Dataset, placeOfRow } from '../dataset.js'
import type { Cell, DataEngine } from '../engine/engine.js'
import { AGREE, anyValue, type ColumnPair, EXAMPLES, factsOf, hashOf, pairsOf, type Side } from './sides.js'

/** Rows of test that are looked for in train, and rows of train that tell how often rows are alike by nature. */
const TEST_ROWS = 10_000
const TRAIN_ROWS = 5_000
/** Features that may be the one that differs; the others, those with the fewest values, have to be equal. */
const LEFT_OUT = 40
const FEWEST_FEATURES = 3
/** Features of which each has an expression of its own, which runs faster than lists. */
const MOST_SINGLE = 100

/** Rows of test that are nearly a row of train. */
export interface NearRows {
  /** Why nothing could be measured; null when it was. */
  readonly reason: string | null
  readonly features: number
  /** Features that may be the one that differs. */
  readonly leftOut: number
  /** Rows of test that were looked at, of so many. */
  readonly rows: number
  readonly of: number
  /** Not equal to a row of train, but equal after normalisation; and those that are so in all features but one. */
  readonly normalised: number
  readonly allButOne: number
  /** The same share (both kinds) among the rows of train, of so many looked at. */
  readonly inTrain: number
  readonly trainRows: number
  /** Share of rows that would have such a row in train if the features were independent of each other. */
  readonly byChance: number
  readonly examples: readonly Example[]
}

/**
 * Near-duplicates across the split. A row is normalised (letters in lower case, no white space or punctuation, numbers
 * to three significant digits) and each feature hashed with a salt of its own; the exclusive or of all hashes is the row,
 * that of all but one the row without it, so that leaving each out in turn costs one pass. A row that differs in one
 * feature is equal in one of two halves of them, which is asked first. Memory is bounded by the rows looked at.
 */
export async function measureNearRows(
  engine: DataEngine,
  train: Side,
  test: Side,
  features: readonly string[],
): Promise<NearRows> {
  const pairs = pairsOf(train.dataset, test.dataset, features)
    .map((pair) => ({ pair, distinct: factsOf(train, pair.name)?.distinct ?? 0 }))
    .sort((a, b) => b.distinct - a.distinct || (a.pair.name < b.pair.name ? -1 : 1))
    .map(({ pair }) => pair)
  const leftOut = Math.min(LEFT_OUT, pairs.length)
  const nothing = { rows: 0, normalised: 0, allButOne: 0, inTrain: 0, trainRows: 0, byChance: 0, examples: [] }
  const about = { features: pairs.length, leftOut, of: test.dataset.rows }
  if (pairs.length < FEWEST_FEATURES) {
    return { reason: `fewer than ${FEWEST_FEATURES} features are in both datasets`, ...about, ...nothing }
  }
  const sql = rowsOf(train.dataset, test.dataset, pairs, leftOut, engine.remote === undefined)
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE near_sample AS ${sql.sample(1, TEST_ROWS)} UNION ALL ${sql.sample(0, TRAIN_ROWS)}`,
  )
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE near_keys AS SELECT k, count(*) AS n, min(row) AS first FROM
       (SELECT row, unnest(ks) AS k FROM (SELECT row, ${sql.keys} AS ks FROM (${sql.rows(0)})
         WHERE a IN (SELECT a FROM near_sample) OR b IN (SELECT b FROM near_sample)))
     WHERE k IN (SELECT unnest(${sql.keys}) FROM near_sample) GROUP BY k`,
  )
  // Rows beyond those that are equal to it: a row of train always finds itself.
  const found = await engine.all(
    `SELECT side, row, max(n) FILTER (WHERE i = 1) AS exact, coalesce(max(n) FILTER (WHERE i = 2), 0) AS normalised, coalesce(max(n) FILTER (WHERE i > 2), 0) AS one,
       min(first) FILTER (WHERE i = 2) AS first_normalised, min(first) FILTER (WHERE i > 2) AS first_one
     FROM (SELECT side, row, unnest(${sql.keys}) AS k, generate_subscripts(${sql.keys}, 1) AS i FROM near_sample) LEFT JOIN near_keys USING (k)
     GROUP BY side, row ORDER BY row`,
  )
  const chance = await chanceOf(engine, train.dataset.rows, leftOut)
  await engine.run('DROP TABLE near_sample')
  await engine.run('DROP TABLE near_keys')
  return { reason: null, ...about, ...counted(found, train.dataset, test.dataset), byChance: chance }
}

function counted(
  found: readonly Record<string, Cell>[],
  train: Dataset,
  test: Dataset,
): Pick<NearRows, 'rows' | 'normalised' | 'allButOne' | 'inTrain' | 'trainRows' | 'examples'> {
  const ofTest = found.filter(({ side }) => Number(side) === 1)
  const ofTrain = found.filter(({ side }) => Number(side) === 0)
  const isNormalised = (row: Record<string, Cell>) => Number(row.exact ?? 0) === 0 && Number(row.normalised) > 0
  const isOneOff = (row: Record<string, Cell>) =>
    Number(row.exact ?? 0) === 0 && Number(row.normalised) === 0 && Number(row.one) > 0
  const near = ofTest.filter((row) => isNormalised(row) || isOneOff(row))
  return {
    rows: ofTest.length,
    normalised: near.filter(isNormalised).length,
    allButOne: near.filter(isOneOff).length,
    inTrain: ofTrain.filter((row) => Number(row.exact) === 1 && (Number(row.normalised) > 1 || Number(row.one) > 1))
      .length,
    trainRows: ofTrain.length,
    examples: near.slice(0, EXAMPLES).map((row) => ({
      where: placeOfRow(test, Number(row.row)),
      value: isNormalised(row)
        ? `but for spelling and rounding ${placeOfRow(train, Number(row.first_normalised))}`
        : `in all features but one ${placeOfRow(train, Number(row.first_one))}`,
    })),
  }
}

/** SQL for the hashes of rows: `e` of the row as it is, `a` and `b` of its halves, `hs` of each feature that may differ. */
function rowsOf(train: Dataset, test: Dataset, pairs: readonly ColumnPair[], leftOut: number, isLocal: boolean) {
  const rows = (side: 0 | 1): string => {
    const { table } = side === 0 ? train : test
    const { named, place, half } =
      isLocal && pairs.length > MOST_SINGLE ? hashesInLists(pairs, side) : hashesOneByOne(pairs, side)
    const listed = Array.from({ length: leftOut }, (_, i) => place(i)).join(', ')
    return `SELECT row, e, ${half(0)} AS a, ${half(1)} AS b, [${listed}] AS hs FROM
      (SELECT rowid AS row, ${hashOf(pairs, side)} AS e, ${named} FROM ${table} WHERE ${anyValue(pairs, side)})`
  }
  const sample = (side: 0 | 1, most: number): string => {
    const step = Math.max(1, Math.ceil((side === 0 ? train : test).rows / most))
    return `SELECT ${side} AS side, * FROM (${rows(side)})${step === 1 ? '' : ` WHERE e % ${step} = 0`}`
  }
  // The row as it is, the row normalised, and that without each feature; each kind salted, so that they never meet.
  const keys = `[hash(e, -1), xor(a, b), ${Array.from({ length: leftOut }, (_, i) => `hash(xor(xor(a, b), hs[${i + 1}]), ${i})`).join(', ')}]`
  return { rows, sample, keys }
}

/** SQL that hashes each feature, for the hash of feature i, and for the exclusive or of those of even or odd place. */
interface Hashes {
  readonly named: string
  place(i: number): string
  half(odd: 0 | 1): string
}

/** SQL for the hash of a normalised value. Hashed twice: the engine joins two hashes by an exclusive or, in which salts would cancel out. */
const salted = (value: string, salt: number | string): string => `hash(hash(${value}, ${salt}))`

function hashesOneByOne(pairs: readonly ColumnPair[], side: 0 | 1): Hashes {
  return {
    named: pairs
      .map((pair, i) => `${salted(kindOf(pair, side).normalised(kindOf(pair, side).value), i)} AS h${i}`)
      .join(', '),
    place: (i) => `h${i}`,
    half: (odd) => allXor(pairs.map((_, i) => `h${i}`).filter((_, i) => i % 2 === odd)),
  }
}

/** The same with one expression for all features of a kind: thousands of them take the engine longer to plan than to run. */
function hashesInLists(pairs: readonly ColumnPair[], side: 0 | 1): Hashes {
  const lists = new Map<string, { name: string; odd: number; values: string[]; normalised: Kind['normalised'] }>()
  const places = pairs.map((pair, i) => {
    const { of, value, normalised } = kindOf(pair, side)
    const key = `${of} ${i % 2}`
    const list = lists.get(key) ?? { name: `l${lists.size}`, odd: i % 2, values: [], normalised }
    lists.set(key, list)
    return `${list.name}[${list.values.push(value)}]`
  })
  const all = [...lists.values()]
  return {
    named: all
      .map(
        ({ name, values, normalised }, i) =>
          `list_transform([${values.join(', ')}], lambda x, i: ${salted(normalised('x'), `i + ${i * pairs.length}`)}) AS ${name}`,
      )
      .join(', '),
    place: (i) => places[i] as string,
    half: (odd) =>
      allXor(all.filter((list) => list.odd === odd).map(({ name }) => `list_aggregate(${name}, 'bit_xor')`)),
  }
}

/** SQL for the exclusive or of at least one term, halved and halved again: the engine takes no more than 1,000 levels. */
function allXor(terms: readonly string[]): string {
  if (terms.length === 1) return terms[0] as string
  const middle = terms.length >> 1
  return `xor(${allXor(terms.slice(0, middle))}, ${allXor(terms.slice(middle))})`
}

/** How a feature is compared. */
interface Kind {
  readonly of: 'number' | 'word' | 'text'
  /** SQL for its value, of one type for all features of a kind. */
  readonly value: string
  /** SQL for what is compared of such a value. */
  normalised(value: string): string
}

function kindOf({ train, test, sql }: ColumnPair, side: 0 | 1): Kind {
  const { type } = side === 0 ? train : test
  const value = sql[side]
  if (isNumeric(train.type) && isNumeric(test.type)) {
    return {
      of: 'number',
      value: asNumber(train.type === test.type ? type : 'number', value),
      normalised: threeDigits,
    }
  }
  const text = train.type === test.type ? asText(type, value) : value
  // Dates and flags have one spelling each.
  if (train.type === test.type && type !== 'string') return { of: 'word', value: text, normalised: (word) => word }
  return { of: 'text', value: text, normalised: lettersAndDigits }
}

function threeDigits(x: string): string {
  const power = `pow(10.0, floor(log10(abs(${x}))))`
  return `CASE WHEN abs(${x}) > 0 THEN round(${x} / ${power} * 100.0) * ${power} / 100.0 ELSE ${x} END`
}

function lettersAndDigits(text: string): string {
  // Most texts need no more than this, which costs a third less.
  const plain = `regexp_full_match(${text}, '[a-zA-Z0-9 ]*') THEN replace(lower(${text}), ' ', '')`
  return `CASE WHEN ${plain} ELSE regexp_replace(lower(${text}), '[^\\pL\\pN]+', '', 'g') END`
}

/**
 * Share of rows that find a near one in n rows if features are independent: 1 − exp(−n (Π p + Σ (1 − p_j) Π p_{i≠j})),
 * p the chance that two rows agree in a feature, from the rows of train that were taken.
 */
async function chanceOf(engine: DataEngine, n: number, leftOut: number): Promise<number> {
  const rows = await engine.all(
    `SELECT i, ${AGREE} AS p FROM
       (SELECT i, h, count(*) AS c FROM (SELECT unnest(hs) AS h, generate_subscripts(hs, 1) AS i FROM near_sample WHERE side = 0) GROUP BY i, h) GROUP BY i ORDER BY i`,
  )
  return chanceOfNear(
    rows.slice(0, leftOut).map(({ p }) => Number(p)),
    n,
  )
}

/** See {@link NearRows.byChance}; `agree` is the chance of each feature that two rows agree in it. */
export function chanceOfNear(agree: readonly number[], n: number): number {
  const product = (left: number) => agree.reduce((all, p, i) => (i === left ? all : all * p), 1)
  const pairs = product(-1) + agree.reduce((sum, p, i) => sum + (1 - p) * product(i), 0)
  return 1 - Math.exp(-n * pairs)
}
