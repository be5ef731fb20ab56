import { asNumber, asText, isNumeric, isTemporal } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { classSequence, type SequenceEffect, valueSequence } from './sequence.js'
import { columnNamed, factsOf, type Side, type SplitRoles } from './sides.js'

/** Rows that an order is looked for in: every k-th by a hash of its number, the same ones every time. */
const ROWS = 50_000
/** Share of ids that have to be different, and have a number, for their order to mean anything. */
const MOSTLY = 0.9
const MOST_INDICES = 5
/** Fewer rows decide nothing. */
export const FEWEST_ROWS = 30
/** Names that frameworks give to the number of a row. */
const INDEX_NAME = /^(index|idx|level_0|(unnamed|column)[:_ ]*\d+|row[_ -]?(id|nr|no|num|number|index)?|)$/i

/** What one order says of the rows. */
export interface Ordered {
  readonly of: 'label' | 'time'
  /** `rows`: as they stand in the files; else the column that they are put in order by. */
  readonly by: 'rows' | 'id' | 'index'
  readonly column: string
  readonly n: number
  /** Null when there are too few rows, or nothing varies. */
  readonly found: SequenceEffect | null
}

/** A feature that counts the rows. */
export interface IndexFeature {
  readonly column: string
  /** Whether it goes up by one from row to row; else it holds the same numbers in another order. */
  readonly counts: boolean
  /** Whether it is called as frameworks call the number of a row. */
  readonly named: boolean
}

export interface OrderEvidence {
  readonly orders: readonly Ordered[]
  readonly indices: readonly IndexFeature[]
  /** Rows that were looked at. */
  readonly sampled: number
}

/**
 * Whether the rows of a dataset, or their ids and counters, stand in the order of the label or of the time. One pass; at
 * most 50,000 rows leave the engine.
 */
export async function measureOrder(engine: DataEngine, side: Side, roles: SplitRoles): Promise<OrderEvidence> {
  const { dataset } = side
  const indices = await indexFeatures(engine, side, roles.features)
  const label = columnNamed(dataset, roles.label?.name)
  const time = columnNamed(dataset, roles.time)
  const selected: Record<string, string> = {}
  if (label !== undefined) selected.y = roles.label?.kind === 'class' ? codeOf(label) : numberIn(label)
  if (time !== undefined && (isTemporal(time.type) || isNumeric(time.type))) selected.t = numberIn(time)
  const id = columnNamed(dataset, roles.id)
  if (id !== undefined) selected.id = numberIn(id)
  for (const [i, { column }] of indices.entries()) {
    const found = columnNamed(dataset, column)
    if (found !== undefined && column !== roles.id) selected[`i${i}`] = numberIn(found)
  }
  if (selected.y === undefined && selected.t === undefined) return { orders: [], indices, sampled: 0 }
  const sample = await sampleRows(engine, dataset, selected)
  const orders: Ordered[] = []
  const look = (of: Ordered['of'], by: Ordered['by'], column: string, positions: Float64Array | null) => {
    const values = sample.get(of === 'label' ? 'y' : 't')
    if (values === undefined) return
    orders.push({ of, by, column, ...sequenceOf(values, positions, of === 'label' && roles.label?.kind === 'class') })
  }
  if (roles.label !== null) look('label', 'rows', roles.label.name, null)
  if (roles.time !== undefined) look('time', 'rows', roles.time, null)
  const ids = sample.get('id')
  if (ids !== undefined && namesRows(ids)) look('label', 'id', roles.id as string, ids)
  for (const [i, { column }] of indices.entries()) {
    const counter = sample.get(`i${i}`)
    if (counter !== undefined) look('label', 'index', column, counter)
  }
  return { orders, indices, sampled: [...sample.values()][0]?.length ?? 0 }
}

/** SQL for a class as a number. */
const codeOf = ({ type, sql }: DatasetColumn): string => {
  const text = asText(type, sql)
  return `CASE WHEN ${text} IS NOT NULL THEN (hash(${text}) % 4503599627370496)::DOUBLE END`
}

/** SQL for the number of a value; of a text its last digits, so that user-9 stands before user-10. */
const numberIn = ({ type, sql }: DatasetColumn): string =>
  isNumeric(type) || isTemporal(type)
    ? asNumber(type, sql)
    : `TRY_CAST(regexp_extract(${asText(type, sql)}, '([0-9]{1,15})[^0-9]*$', 1) AS DOUBLE)`

async function sampleRows(
  engine: DataEngine,
  { table, rows }: Dataset,
  selected: Readonly<Record<string, string>>,
): Promise<Map<string, Float64Array>> {
  const step = Math.max(1, Math.ceil(rows / ROWS))
  const names = Object.keys(selected)
  const columns = await engine.columns(
    `SELECT ${names.map((name) => `${selected[name]} AS ${name}`).join(', ')} FROM ${table}${step === 1 ? '' : ` WHERE hash(rowid) % ${step} = 0`} ORDER BY rowid`,
  )
  return new Map(
    names.map((name) => [
      name,
      Float64Array.from(columns[name] ?? [], (cell) => (cell === null ? Number.NaN : Number(cell))),
    ]),
  )
}

function namesRows(ids: Float64Array): boolean {
  const present = ids.filter((id) => !Number.isNaN(id))
  return present.length >= MOSTLY * ids.length && new Set(present).size >= MOSTLY * present.length
}

/** The values in the order of the positions, or as they stand. */
function sequenceOf(
  values: Float64Array,
  positions: Float64Array | null,
  classes: boolean,
): { n: number; found: SequenceEffect | null } {
  const rows = Array.from(values.keys()).filter(
    (i) => !Number.isNaN(values[i]) && (positions === null || !Number.isNaN(positions[i])),
  )
  if (positions !== null) rows.sort((a, b) => (positions[a] as number) - (positions[b] as number) || a - b)
  const sequence = Float64Array.from(rows, (i) => values[i] as number)
  if (sequence.length < FEWEST_ROWS) return { n: sequence.length, found: null }
  return { n: sequence.length, found: classes ? classSequence(sequence) : valueSequence(sequence) }
}

/** Whole-number features, different in every row, that fill their range: a counter, in order or shuffled. */
async function indexFeatures(engine: DataEngine, side: Side, features: readonly string[]): Promise<IndexFeature[]> {
  const { dataset } = side
  const candidates = features
    .flatMap((name) => {
      const [column, facts] = [columnNamed(dataset, name), factsOf(side, name)]
      if (column?.type !== 'integer' || facts === undefined || facts.numeric === null) return []
      const { min, max } = facts.numeric
      const dense = facts.distinct === dataset.rows && max - min + 1 <= 2 * dataset.rows
      return dense && dataset.rows >= FEWEST_ROWS ? [column] : []
    })
    .slice(0, MOST_INDICES)
  if (candidates.length === 0) return []
  const steps = candidates.map(({ sql }, i) => `count(DISTINCT ${sql}::HUGEINT - rowid) AS d${i}`)
  const [row = {}] = await engine.all(`SELECT ${steps.join(', ')} FROM ${dataset.table}`)
  return candidates.map(({ name }, i) => ({
    column: name,
    counts: Number(row[`d${i}`]) === 1,
    named: INDEX_NAME.test(name.trim()),
  }))
}
