import type { ColumnProfile } from '../../contracts/data-profile.js'
import { together } from '../../core/together.js'
import { plural } from '../../report/format.js'
import { asNumber, asText, isNumeric, isTemporal } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import type { Cell, DataEngine } from '../engine/engine.js'
import { literal, round12 } from '../engine/sql.js'
import { cellOf, countCells } from './cells.js'
import {
  type CellCount,
  classPower,
  type OneClassPower,
  type RarePower,
  rareValuePower,
  valuePower,
} from './measures.js'
import { countNumbers, isBinned, type Labels, labelsOf, type Told } from './numbers.js'
import { addTexts, hasOrder, isPutInOrder, OrderPowers } from './order.js'
import { closeSample, FOLDS, openSample, type PowerTables } from './sample.js'
import { partPower } from './text.js'

const MOST_CLASSES = 100
/** Rows for which there is room, whether they are put in order or not. */
const FEW = 200_000
const COMMON = 0.9

export interface FeaturePower {
  readonly feature: string
  /** 0: says nothing about the label, 1: says all. Null when `reason` says why there is none. */
  readonly power: number | null
  /** The same for the few rows in which a mostly constant or empty column has a value; null for other columns. */
  readonly rare: RarePower | null
  /** The class that is told best from all others, of more than two. */
  readonly best?: OneClassPower | null
  readonly n: number
  readonly reason: string | null
}

export interface Label {
  readonly name: string
  readonly kind: 'class' | 'value'
}

/**
 * How well each feature alone tells the label, on rows that did not teach it (five folds by the hash of the row, so that
 * identical rows stay together and identifiers learn nothing). Features are cut into the values or the histogram bins of
 * their profile, missing is a value. Classes: 2·AUC − 1 of the smoothed class rate, of more than two the mean weighted by
 * their rows; numbers: R² of the smoothed mean; both at least 0. A number tells by its order too (`OrderPowers`), a text
 * that hardly repeats by its parts (`partPower`); the largest power counts. `free` is another line of the engine, from when
 * nobody else needs it; null for none.
 */
export async function measurePower(
  engine: DataEngine,
  dataset: Dataset,
  profile: { readonly columns: readonly ColumnProfile[] },
  label: Label,
  features: readonly string[],
  free: Promise<DataEngine | null> | null = null,
): Promise<FeaturePower[]> {
  const { columns, target, reason } = plan(dataset, profile.columns, label, features)
  if (target === undefined || reason !== null) {
    return columns.map(({ name }) => ({ feature: name, power: null, rare: null, n: 0, reason }))
  }
  const rows = await openSample(engine, dataset, { kind: label.kind, target, columns })
  const told = columns.map((column) => ({
    column,
    facts: profile.columns.find(({ name }) => name === column.name) as ColumnProfile,
  }))
  const { labels, size } = await labelsOf(engine, rows, label.kind)
  const { powers, orders } = await powersOf({ engine, free }, told, labels, await tablesOf(engine, rows, size))
  await closeSample(engine, rows)
  return columns.map((column) => {
    const one = powers.get(column) as FeaturePower
    return one.power === null ? one : { ...one, power: round12(Math.max(one.power, orders.get(column) ?? 0)) }
  })
}

/**
 * Makes the rows ready that `measurePower` looks at, if there is power to measure and rows to be made: `profile` needs only the
 * label.
 */
export async function preparePower(
  engine: DataEngine,
  dataset: Dataset,
  profile: { readonly columns: readonly ColumnProfile[] },
  label: Label,
  features: readonly string[],
): Promise<void> {
  const { columns, target, reason } = plan(dataset, profile.columns, label, features)
  if (target !== undefined && reason === null) await openSample(engine, dataset, { kind: label.kind, target, columns })
}

/** The features and the label as columns, or why there is no power. */
function plan(
  { columns }: Dataset,
  facts: readonly ColumnProfile[],
  label: Label,
  features: readonly string[],
): {
  readonly columns: readonly DatasetColumn[]
  readonly target: DatasetColumn | undefined
  readonly reason: string | null
} {
  const target = columns.find(({ name }) => name === label.name)
  const classes = facts.find(({ name }) => name === label.name)?.distinct ?? 0
  const reason =
    target === undefined
      ? `there is no column ${JSON.stringify(label.name)}`
      : label.kind === 'class' && classes > MOST_CLASSES
        ? `the label has ${plural(classes, 'class', 'classes')}, more than ${MOST_CLASSES}`
        : classes < 2
          ? 'the label has fewer than two values'
          : label.kind === 'value' && !isNumeric(target.type)
            ? `the label is ${target.type}, not a number`
            : null
  return { columns: columns.filter(({ name }) => features.includes(name) && name !== label.name), target, reason }
}

async function tablesOf(engine: DataEngine, rows: string, size: number): Promise<PowerTables> {
  const inOrder = isPutInOrder(size)
  const order = inOrder === 'true' ? rows : `(SELECT * FROM ${rows} WHERE ${inOrder})`
  if (size <= FEW) return { rows, size, inOrder, ordered: size, order }
  const [found] = await engine.all(`SELECT count(*) AS n FROM ${order}`)
  return { rows, size, inOrder, ordered: Number(found?.n), order }
}

/** Powers by cells and parts, and by order. */
interface Powers {
  readonly powers: ReadonlyMap<DatasetColumn, FeaturePower>
  readonly orders: ReadonlyMap<DatasetColumn, number | null>
}

async function powersOf(
  { engine, free }: { readonly engine: DataEngine; readonly free: Promise<DataEngine | null> | null },
  features: readonly Told[],
  labels: Labels,
  tables: PowerTables,
): Promise<Powers> {
  const powers = new Map<DatasetColumn, FeaturePower>()
  const tell = async (line: DataEngine, { column, facts }: Told, counts: readonly CellCount[]) => {
    powers.set(column, await powerOf(line, column, facts, counts, labels, tables))
  }
  // Those of which the engine counts the values, by the line that has time for the next.
  const left = features.filter(({ column, facts }) => !isBinned(column, facts))
  const countLeft = async (given: Promise<DataEngine | null> | DataEngine | null) => {
    const line = await given
    if (line === null) return
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [counts] = await countCells(line, tables.rows, labels, [cellOf(next.column, next.facts)])
      await tell(line, next, counts as CellCount[])
    }
  }
  const ranked = new OrderPowers(labels)
  const ownLine = async () => {
    // First what takes the engine alone: whoever measures ahead has the associations worked out meanwhile.
    await countLeft(engine)
    const isText = ({ column }: Told) => column.type === 'string'
    const numbers = features.filter((feature) => !isText(feature) && hasOrder(feature.column))
    const binned = await countNumbers(engine, tables, labels, numbers, ranked)
    const texts = features.filter(isText).map(({ column }) => column)
    await addTexts(engine, texts, labels, tables, ranked)
    const tellBinned = async () => {
      for (const feature of features) {
        const counts = binned.get(feature.column)
        if (counts !== undefined) await tell(engine, feature, counts)
      }
    }
    return together(tellBinned(), ranked.finish())
  }
  const [[, orders]] = await together(ownLine(), countLeft(free))
  return { powers, orders }
}

/** Of cells and parts; not of the order. */
async function powerOf(
  engine: DataEngine,
  column: DatasetColumn,
  facts: ColumnProfile,
  counts: readonly CellCount[],
  labels: Labels,
  tables: PowerTables,
): Promise<FeaturePower> {
  const { kind } = labels
  const measured = kind === 'class' ? classPower(counts, FOLDS) : { ...valuePower(counts, FOLDS), best: null }
  const n = counts.reduce((sum, count) => sum + count.n, 0)
  const rare = kind === 'class' ? await rarePowerOf(engine, column, facts, counts, tables) : null
  const isNaming = column.type === 'string' && 2 * facts.distinct > facts.rows - facts.missing
  const part = measured.value === null || !isNaming ? null : await partPower(engine, column, labels, tables)
  const power = measured.value === null ? null : round12(Math.max(measured.value, part ?? 0))
  return { feature: column.name, power, rare, best: measured.best, n, reason: measured.reason }
}

async function rarePowerOf(
  engine: DataEngine,
  { type, sql }: DatasetColumn,
  { rows, missing, invalid, nonFinite, top }: ColumnProfile,
  counts: readonly CellCount[],
  tables: PowerTables,
): Promise<RarePower | null> {
  const empty = missing + invalid + nonFinite
  const common =
    empty >= COMMON * rows ? null : (top[0]?.count ?? 0) >= COMMON * rows ? (top[0]?.value ?? null) : undefined
  if (common === undefined) return null
  const x = isNumeric(type) || isTemporal(type) ? asNumber(type, sql) : 'NULL'
  const where = common === null ? `${sql} IS NOT NULL` : `${asText(type, sql)} IS DISTINCT FROM ${literal(common)}`
  const found = await engine.all(
    `SELECT x, y, count(*) AS n FROM (SELECT ${x} AS x, y FROM ${tables.rows} WHERE ${where}) GROUP BY x, y ORDER BY x`,
  )
  const rest = found.map(({ x: value, y, n }) => ({ value: numberOf(value), class: String(y), n: Number(n) }))
  return rareValuePower(rest, counts, common)
}

const numberOf = (cell: Cell | undefined): number | null => (cell === null || cell === undefined ? null : Number(cell))
