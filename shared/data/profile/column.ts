import type { ColumnType } from '../../contracts/data-contract.js'
import type { ColumnProfile, Sensitivity } from '../../contracts/data-profile.js'
import { asText, isTemporal, TRIED, typedValue } from '../column-types.js'
import type { DataEngine } from '../engine.js'
import { valuesTell } from '../measure.js'
import { type Detail, topOf } from './detail.js'
import { momentsOfValues } from './moments.js'
import { numericOf } from './numeric.js'
import { type Ordered, orderedFew, orderedMany } from './ordered.js'
import { type Declared, hashedValue, sensitivityOf } from './sensitive.js'
import { type LookedAt, lengthSummary, lengthsOf, lookAt, patternsOf } from './text.js'
import { coverageOf, daysOf } from './time.js'
import { type ColumnSource, measurable, readValues, type Values } from './values.js'

/** Texts longer than this are cut where they stand in the profile, so that one cannot fill it. */
const LONGEST_VALUE = 1000

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
  const ordered = await orderOf(engine, type, values)
  const finite = ordered.n
  // Only texts and whole numbers may be addresses or numbers of people.
  const seen: LookedAt =
    type === 'string' || type === 'integer'
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
  return {
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
    ...(await textPart(engine, type, values, seen, sensitive, detail)),
    sensitive,
    mostly: type === 'string' ? await mostlyOf(engine, column, values, finite) : null,
    top: listed.top,
    otherCount: finite - listed.top.reduce((sum, { count }) => sum + count, 0),
  }
}

async function orderOf(engine: DataEngine, type: ColumnType, values: Values): Promise<Ordered> {
  if (values.kind === 'few') {
    const numbers = measurable(type) ? values.numbers : Float64Array.from(values.counts, (_, i) => i)
    return orderedFew({ numbers, counts: values.counts })
  }
  if (measurable(type)) return orderedMany(engine, type, values)
  const [row] = await engine.all(`SELECT sum(n)::BIGINT AS n FROM ${values.table}`)
  return orderedFew({ numbers: Float64Array.of(0), counts: Float64Array.of(Number(row?.n ?? 0)) })
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
    values.kind === 'many' ||
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
  const rows = await engine.all(
    `SELECT ${asText(type, 'v')} AS t, n FROM ${values.table} ORDER BY n DESC, t LIMIT ${most}`,
  )
  return rows.map(({ t, n }) => ({ value: String(t), count: Number(n) }))
}

const clip = (value: string): string =>
  value.length > LONGEST_VALUE ? `${[...value].slice(0, LONGEST_VALUE).join('')}…` : value

async function textPart(
  engine: DataEngine,
  type: ColumnType,
  values: Values,
  seen: LookedAt,
  sensitive: Sensitivity | null,
  detail: Detail,
): Promise<Pick<ColumnProfile, 'length' | 'lengths' | 'patterns'>> {
  const lengths = type === 'string' ? await lengthsOf(engine, values) : null
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
  present: number,
): Promise<ColumnProfile['mostly']> {
  if (present === 0) return null
  const from = values.kind === 'many' ? values.table : `(${column.values})`
  if ((await numberLike(engine, from, values)) < present * 0.9) return null
  const types = TRIED.filter((type) => type !== 'boolean')
  const [row = {}] = await engine.all(
    `SELECT ${types.map((type) => `coalesce(sum(n) FILTER (WHERE ${typedValue(type, 'v')} IS NOT NULL), 0)::BIGINT AS ${type}`).join(', ')} FROM ${from}`,
  )
  const type = types.find((candidate) => Number(row[candidate]) >= present * 0.9)
  return type === undefined || Number(row[type]) === present ? null : { type, count: Number(row[type]) }
}

/** Texts that begin like a number or a date. */
async function numberLike(engine: DataEngine, from: string, values: Values): Promise<number> {
  if (values.kind === 'few') {
    return values.texts.reduce((sum, text, i) => sum + (text < ':' ? (values.counts[i] as number) : 0), 0)
  }
  const [row] = await engine.all(`SELECT coalesce(sum(n) FILTER (WHERE v < ':'), 0)::BIGINT AS n FROM ${from}`)
  return Number(row?.n)
}
