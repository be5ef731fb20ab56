import type { ColumnType } from '../../contracts/data-contract.js'
import type { ColumnProfile, Sensitivity } from '../../contracts/data-profile.js'
import { asText, isTemporal, TRIED, typedValue } from '../column-types.js'
import type { DataEngine } from '../engine/engine.js'
import { valuesTell } from '../measure.js'
import { type Detail, topOf } from './detail.js'
import { momentsOfValues } from './moments.js'
import { mostFrequentNumbers } from './number-values.js'
import { numericOf } from './numeric.js'
import { type Ordered, orderedFew, orderedMany, orderedNumbers } from './ordered.js'
import { type Declared, hashedValue, sensitivityOf } from './sensitive.js'
import { type LookedAt, lengthSummary, lookAt, patternsOf, type TextFacts, textFacts } from './text.js'
import { coverageOf, daysOf } from './time.js'
import { type ColumnSource, measurable, readValues, type Values } from './values.js'
import { firstTexts, hasWords, sampleTexts, wordsOf } from './words.js'

/** Texts longer than this are cut where they stand in the profile, so that one cannot fill it. */
const LONGEST_VALUE = 1000

/** The least number of 13 digits: see `kindOfValue`. */
const SHORTEST_CARD = 1e12

export interface ColumnOptions extends Declared {
  readonly detail: Detail
}

/** Everything that is said of one column alone. */
export async function profileColumn(
  engine: DataEngine,
  column: ColumnSource,
  options: ColumnOptions,
): Promise<ColumnProfile> {
  const { type } = column
  const { detail } = options
  const values = await readValues(engine, column)
  const { nan, positive, negative } = values.nonFinite
  const nonFinite = nan + positive + negative
  const told = type === 'string' ? await textFacts(engine, values) : null
  const ordered = told === null ? await orderOf(engine, type, values) : (told.lengths ?? NOTHING)
  const finite = ordered.n
  // Only texts may be addresses of people, and long whole numbers those of cards.
  const largest = type === 'integer' && finite > 0 ? await ordered.at(finite - 1) : 0
  const seen: LookedAt =
    type === 'string' || largest >= SHORTEST_CARD
      ? await lookAt(engine, asText(type, 'v'), values, finite)
      : { texts: [], counts: [], sample: null }
  const sensitive = sensitivityOf(
    { name: column.name, text: type === 'string', distinct: values.distinct, present: finite },
    pairs(seen),
    options,
  )
  const listed = await listedValues(engine, column, values, finite, sensitive, options)
  const numeric =
    measurable(type) && finite > 0
      ? await numericOf(ordered, (known) => momentsOfValues(engine, type, values, known), detail, {
          grid: listed.counts === undefined,
        })
      : null
  const missing = column.rows - finite - nonFinite - column.invalid
  const time =
    isTemporal(type) && numeric !== null && detail.more
      ? coverageOf(type, numeric.min, numeric.max, await daysOf(engine, values))
      : null
  const profile: ColumnProfile = {
    name: column.name,
    type,
    rows: column.rows,
    missing,
    invalid: column.invalid,
    nonFinite,
    missingBy: column.missingBy?.(missing) ?? { empty: 0, token: 0, null: 0, unknown: missing },
    ...(type === 'number' ? { nonFiniteBy: values.nonFinite } : {}),
    distinct: values.distinct,
    // Extremes and quantiles are values.
    numeric: sensitive === null ? numeric : null,
    ...(listed.counts === undefined ? {} : { counts: listed.counts }),
    ...(time === null || sensitive !== null ? {} : { time }),
    ...(await textPart(told, seen, sensitive, detail)),
    sensitive,
    mostly: told === null ? null : await mostlyOf(engine, column, values, told, finite),
    top: listed.top,
    otherCount: finite - listed.top.reduce((sum, { count }) => sum + count, 0),
  }
  if (!hasWords(profile)) return profile
  const { distinct } = values
  const texts =
    seen.sample === null ? await sampleTexts(engine, column.raw, distinct) : firstTexts(seen.texts, distinct)
  return { ...profile, words: wordsOf(texts, detail.top) }
}

const NOTHING = orderedFew({ numbers: new Float64Array(0), counts: new Float64Array(0) })

/** The values of a column that holds no texts in order; truth values by their index. */
async function orderOf(engine: DataEngine, type: ColumnType, values: Values): Promise<Ordered> {
  if (values.kind === 'numbers') return orderedNumbers(values)
  if (values.kind === 'many') return orderedMany(engine, type, values)
  const numbers = measurable(type) ? values.numbers : Float64Array.from(values.counts, (_, i) => i)
  return orderedFew({ numbers, counts: values.counts })
}

function* pairs({ texts, counts }: LookedAt): Generator<readonly [string, number]> {
  for (let i = 0; i < texts.length; i++) yield [texts[i] as string, counts[i] as number]
}

/** Values with their counts: the most frequent, and all where they are few. */
async function listedValues(
  engine: DataEngine,
  { name, type }: ColumnSource,
  values: Values,
  present: number,
  sensitive: Sensitivity | null,
  { detail, hashKey }: ColumnOptions,
): Promise<Pick<ColumnProfile, 'top' | 'counts'>> {
  if (sensitive?.how === 'omit') return { top: [] }
  const tell = valuesTell(present, values.distinct)
  const found = tell ? await mostFrequent(engine, type, values, topOf(detail, measurable(type), values.distinct)) : []
  if (sensitive?.how === 'hash') {
    return { top: found.map(({ value, count }) => ({ value: hashedValue(hashKey as string, name, value), count })) }
  }
  const top = found.map(({ value, count }) => ({ value: clip(value), count }))
  if (
    values.kind !== 'few' ||
    values.distinct > detail.counts ||
    (!tell && !measurable(type)) ||
    values.distinct === 0
  ) {
    return { top }
  }
  const named = measurable(type) ? [...values.numbers] : values.texts.map(clip)
  return { top, counts: { values: named, counts: [...values.counts] } }
}

async function mostFrequent(
  engine: DataEngine,
  type: ColumnType,
  values: Values,
  most: number,
): Promise<ColumnProfile['top']> {
  if (values.kind === 'few') {
    // Numbers are in the order of their size; their ties are in the order of their text like those of all others.
    return values.texts
      .map((value, i) => ({ value, count: values.counts[i] as number, i }))
      .sort((a, b) => b.count - a.count || (measurable(type) ? (a.value < b.value ? -1 : 1) : a.i - b.i))
      .slice(0, most)
      .map(({ value, count }) => ({ value, count }))
  }
  if (values.kind === 'numbers') return mostFrequentNumbers(engine, type, values, most)
  const rows = await engine.all(
    `SELECT ${asText(type, 'v')} AS t, n FROM ${values.table} ORDER BY n DESC, t LIMIT ${most}`,
  )
  return rows.map(({ t, n }) => ({ value: String(t), count: Number(n) }))
}

const clip = (value: string): string =>
  value.length > LONGEST_VALUE ? `${[...value].slice(0, LONGEST_VALUE).join('')}…` : value

async function textPart(
  told: TextFacts | null,
  seen: LookedAt,
  sensitive: Sensitivity | null,
  detail: Detail,
): Promise<Pick<ColumnProfile, 'length' | 'lengths' | 'patterns'>> {
  const lengths = told?.lengths ?? null
  if (lengths === null) return { length: null }
  const length = await lengthSummary(lengths)
  if (!detail.more) return { length }
  const at = async (p: number) => {
    const position = (lengths.n - 1) * p
    const [low, high] = [await lengths.at(Math.floor(position + 1e-9)), await lengths.at(Math.ceil(position - 1e-9))]
    return Number((low + (high - low) * Math.max(0, position - Math.floor(position + 1e-9))).toPrecision(12))
  }
  return {
    length,
    lengths: { p05: await at(0.05), p25: await at(0.25), p50: await at(0.5), p75: await at(0.75), p95: await at(0.95) },
    ...(detail.patterns === 0 || sensitive !== null ? {} : { patterns: patternsOf(seen, detail.patterns) }),
  }
}

/** The type that at least nine of ten values of a text column have, with their count. */
async function mostlyOf(
  engine: DataEngine,
  column: ColumnSource,
  values: Values,
  { numberLike }: TextFacts,
  present: number,
): Promise<ColumnProfile['mostly']> {
  if (present === 0 || numberLike < present * 0.9) return null
  const from = values.kind === 'few' ? `(${column.values})` : values.table
  const types = TRIED.filter((type) => type !== 'boolean')
  const [row = {}] = await engine.all(
    `SELECT ${types.map((type) => `coalesce(sum(n) FILTER (WHERE ${typedValue(type, 'v')} IS NOT NULL), 0)::BIGINT AS ${type}`).join(', ')} FROM ${from}`,
  )
  const type = types.find((candidate) => Number(row[candidate]) >= present * 0.9)
  return type === undefined || Number(row[type]) === present ? null : { type, count: Number(row[type]) }
}
