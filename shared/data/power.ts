import type { ColumnProfile, DatasetProfile } from '../contracts/data-profile.js'
import { plural } from '../report/format.js'
import { asNumber, asText, isNumeric, isTemporal } from './column-types.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import type { Cell, DataEngine } from './engine.js'
import {
  type CellCount,
  cellCount,
  classPower,
  type OneClassPower,
  type RarePower,
  rareValuePower,
  valuePower,
} from './power-measures.js'
import { countBinned, isBinned, type Labels, labelsOf } from './power-numbers.js'
import { orderPowers, rowsForOrder } from './power-order.js'
import { keepSample, type PowerTables } from './power-sample.js'
import { partPower } from './power-text.js'
import { rowHash } from './repeats.js'
import { literal, literalList, round12 } from './sql.js'
import { wideStoreOf } from './wide-store.js'

/** Rows looked at; of more, every k-th by the hash of its content, so that the same rows are taken every time. */
const ROWS = 500_000
const FOLDS = 5
/** Texts with more values than this are told apart by their commonest only. */
const CATEGORIES = 10_000
const MOST_CLASSES = 100
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
 * their rows; numbers: R² of the smoothed mean; both at least 0. A number tells by its order too (`orderPower`), a text
 * that hardly repeats by its parts (`partPower`); the largest power counts.
 */
export async function measurePower(
  engine: DataEngine,
  dataset: Dataset,
  profile: DatasetProfile,
  label: Label,
  features: readonly string[],
): Promise<FeaturePower[]> {
  const target = dataset.columns.find(({ name }) => name === label.name)
  const classes = profile.columns.find(({ name }) => name === label.name)?.distinct ?? 0
  const columns = dataset.columns.filter(({ name }) => features.includes(name) && name !== label.name)
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
  if (target === undefined || reason !== null) {
    return columns.map(({ name }) => ({ feature: name, power: null, rare: null, n: 0, reason }))
  }
  const store = wideStoreOf(dataset.table)
  const rows = await sample(engine, dataset, target, label, columns, store)
  const [found] = await engine.all(`SELECT count(*) AS n FROM ${rows}`)
  const size = Number(found?.n)
  const tables = { rows, size, order: rowsForOrder(rows, size) }
  const labels = await labelsOf(engine, rows, label.kind)
  const told = columns.map((column) => ({
    column,
    facts: profile.columns.find(({ name }) => name === column.name) as ColumnProfile,
  }))
  const binned = told.filter(({ column, facts }) => isBinned(column, facts))
  const counted = await countBinned(engine, tables, labels, binned)
  const finishOrders = await orderPowers(engine, columns, labels, tables)
  const cells = async () => {
    const powers: FeaturePower[] = []
    for (const { column, facts } of told) {
      const counts = counted.get(column) ?? (await countCells(engine, column, facts, label, tables))
      powers.push(await powerOf(engine, column, facts, counts, labels, tables))
    }
    return powers
  }
  const [orders, powers] = await Promise.all([finishOrders(), cells()])
  await engine.run(`DROP TABLE ${rows}`)
  return columns.map((column, i) => {
    const one = powers[i] as FeaturePower
    return one.power === null ? one : { ...one, power: round12(Math.max(one.power, orders.get(column) ?? 0)) }
  })
}

async function sample(
  engine: DataEngine,
  dataset: Dataset,
  target: DatasetColumn,
  label: Label,
  columns: readonly DatasetColumn[],
  store: string | null,
): Promise<string> {
  const step = Math.max(1, Math.ceil(dataset.rows / ROWS))
  const y = label.kind === 'class' ? asText(target.type, target.sql) : asNumber(target.type, target.sql)
  const from = `(SELECT *, ${rowHash(dataset, undefined)} AS h FROM ${dataset.table})`
  const selected = ['y', ...columns.map(({ sql }) => sql)].join(', ')
  return keepSample(
    engine,
    'power_rows',
    `SELECT ${selected}, h // ${step} AS h, ((h // ${step}) % ${FOLDS})::TINYINT AS fold
     FROM (SELECT *, ${y} AS y FROM ${from}) WHERE y IS NOT NULL AND h % ${step} = 0`,
    store,
  )
}

/** Of cells and parts; not of the order. */
async function powerOf(
  engine: DataEngine,
  column: DatasetColumn,
  facts: ColumnProfile,
  counts: readonly CellCount[],
  { kind }: Labels,
  tables: PowerTables,
): Promise<FeaturePower> {
  const measured = kind === 'class' ? classPower(counts, FOLDS) : { ...valuePower(counts, FOLDS), best: null }
  const n = counts.reduce((sum, count) => sum + count.n, 0)
  const rare = kind === 'class' ? await rarePowerOf(engine, column, facts, counts, tables) : null
  const isNaming = column.type === 'string' && 2 * facts.distinct > facts.rows - facts.missing
  const part = measured.value === null || !isNaming ? null : await partPower(engine, column, kind, FOLDS, tables)
  const power = measured.value === null ? null : round12(Math.max(measured.value, part ?? 0))
  return { feature: column.name, power, rare, best: measured.best, n, reason: measured.reason }
}

/** Rows in cell, fold and class of a column whose cells are its values. */
async function countCells(
  engine: DataEngine,
  { type, sql }: DatasetColumn,
  facts: ColumnProfile,
  { kind }: Label,
  { rows }: PowerTables,
): Promise<CellCount[]> {
  const cell = type === 'string' ? cellOfText(sql, facts) : asText(type, sql)
  const sums = kind === 'class' ? 'y AS class' : 'NULL AS class, sum(y) AS total, sum(y * y) AS squares'
  const found = await engine.all(
    `SELECT ${cell} AS cell, fold, ${sums}, count(*) AS n FROM ${rows} GROUP BY cell, fold${kind === 'class' ? ', y' : ''}`,
  )
  return found.map(cellCount)
}

/** SQL for the cell that a text falls into; NULL for a missing one. */
function cellOfText(sql: string, { distinct, top }: ColumnProfile): string {
  if (distinct <= CATEGORIES) return sql
  const common = literalList(top.map(({ value }) => value))
  return `CASE WHEN ${sql} IS NULL THEN NULL WHEN list_contains(${common}, ${sql}) THEN ${sql} ELSE 'other' END`
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
