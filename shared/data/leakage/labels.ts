import type { Example } from '../../contracts/common.js'
import { ksTest } from '../../stats/two-sample/kolmogorov-smirnov.js'
import { asNumber, asText, isNumeric } from '../column-types.js'
import { placeOfRow } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { literalList, round12 } from '../engine/sql.js'
import type { Label } from '../power/power.js'
import { correctedCramersV } from './association.js'
import { chanceOfNewValues } from './new-values.js'
import { columnNamed, EXAMPLES, factsOf, type Side } from './sides.js'

/** Labels of test against those of train. */
export interface LabelShift {
  readonly kind: Label['kind']
  /** Why nothing could be measured; null when it was. */
  readonly reason: string | null
  /** Labelled rows. */
  readonly trainRows: number
  readonly testRows: number
  /** Cramér's V with bias correction, or the Kolmogorov–Smirnov statistic. */
  readonly effect: number | null
  readonly pValue: number | null
  /** The class whose share has changed most, or where the gap of the distributions is largest. */
  readonly most: { readonly value: string; readonly train: number; readonly test: number } | null
  /** Classes of test that train lacks, most frequent first, and the rows that have them; none for numbers. */
  readonly newLabels: readonly { readonly value: string; readonly rows: number }[]
  readonly newRows: number
  /** Chance that a random division of all rows leaves as many rows with such a class in test; 1 without one. */
  readonly newChance: number
  readonly examples: readonly Example[]
}

const MOST_CLASSES = 1_000
const NAMED = 10

/** Compares the labels of both sides: counts of classes, or the exact two-sample Kolmogorov–Smirnov statistic. */
export async function measureLabels(engine: DataEngine, train: Side, test: Side, label: Label): Promise<LabelShift> {
  const nothing = {
    trainRows: 0,
    testRows: 0,
    effect: null,
    pValue: null,
    most: null,
    newLabels: [],
    newRows: 0,
    newChance: 1,
    examples: [],
  }
  const unmeasured = (reason: string): LabelShift => ({ kind: label.kind, reason, ...nothing })
  const [a, b] = [train, test].map(({ dataset }) => columnNamed(dataset, label.name))
  if (a === undefined || b === undefined)
    return unmeasured(`the ${a === undefined ? 'train' : 'test'} data have no target`)
  if (label.kind === 'class') return classes(engine, train, test, label, unmeasured)
  if (!isNumeric(a.type) || !isNumeric(b.type))
    return unmeasured(`the label is ${a.type} in train and ${b.type} in test`)
  const [x, y] = [asNumber(a.type, a.sql), asNumber(b.type, b.sql)]
  const [row = {}] = await engine.all(
    `WITH v AS (SELECT x, sum(r) AS r, sum(t) AS t FROM (SELECT ${x} AS x, 1 AS r, 0 AS t FROM ${train.dataset.table} UNION ALL SELECT ${y}, 0, 1 FROM ${test.dataset.table}) WHERE x IS NOT NULL GROUP BY x),
     n AS (SELECT sum(r) AS n, sum(t) AS m FROM v),
     f AS (SELECT x, sum(r) OVER w / n AS r, sum(t) OVER w / m AS t, n, m FROM v, n WINDOW w AS (ORDER BY x))
     SELECT coalesce(max(n), 0) AS n, coalesce(max(m), 0) AS m, max(abs(r - t)) AS d, arg_max(x, abs(r - t)) AS x, arg_max(r, abs(r - t)) AS r, arg_max(t, abs(r - t)) AS t FROM f`,
  )
  const [n, m] = [Number(row.n), Number(row.m)]
  if (n === 0 || m === 0) return unmeasured(`the ${n === 0 ? 'train' : 'test'} data have no labels`)
  const d = round12(Number(row.d))
  return {
    ...unmeasured(''),
    reason: null,
    trainRows: n,
    testRows: m,
    effect: d,
    pValue: ksTest(d, n, m).pValue,
    most: {
      value: `at most ${Number(Number(row.x).toPrecision(6))}`,
      train: round12(Number(row.r)),
      test: round12(Number(row.t)),
    },
  }
}

async function classes(
  engine: DataEngine,
  train: Side,
  test: Side,
  { name }: Label,
  unmeasured: (reason: string) => LabelShift,
): Promise<LabelShift> {
  const distinct = Math.max(...[train, test].map((side) => factsOf(side, name)?.distinct ?? 0))
  if (distinct > MOST_CLASSES) return unmeasured(`the label has ${distinct} classes, more than ${MOST_CLASSES}`)
  const [before, after] = [await countsOf(engine, train, name), await countsOf(engine, test, name)]
  const [n, m] = [before, after].map((counts) => [...counts.values()].reduce((sum, count) => sum + count, 0)) as [
    number,
    number,
  ]
  if (n === 0 || m === 0) return unmeasured(`the ${n === 0 ? 'train' : 'test'} data have no labels`)
  const cells = [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((value) => ({ value, train: before.get(value) ?? 0, test: after.get(value) ?? 0 }))
  const shares = cells.map((cell) => ({ value: cell.value, train: cell.train / n, test: cell.test / m }))
  const change = (cell: { train: number; test: number }) => Math.abs(cell.test - cell.train)
  const added = cells.filter((cell) => cell.train === 0).sort((p, q) => q.test - p.test || (p.value < q.value ? -1 : 1))
  const newRows = added.reduce((sum, cell) => sum + cell.test, 0)
  const sizes = cells.map((cell) => ({ rows: cell.train + cell.test, values: 1 }))
  const shift = correctedCramersV(
    cells.map((cell) => cell.train),
    cells.map((cell) => cell.test),
  )
  return {
    kind: 'class',
    reason: null,
    trainRows: n,
    testRows: m,
    effect: shift?.effect ?? null,
    pValue: shift?.pValue ?? null,
    most: shares.reduce((a, b) => (change(b) > change(a) ? b : a)),
    newLabels: added.slice(0, NAMED).map(({ value, test: rows }) => ({ value, rows })),
    newRows,
    newChance: chanceOfNewValues(sizes, { n, m, found: newRows }).chance,
    examples:
      added.length === 0
        ? []
        : await rowsWith(
            engine,
            test,
            name,
            added.slice(0, NAMED).map(({ value }) => value),
          ),
  }
}

/** Rows of each class: from the profile where it lists all of them. */
async function countsOf(engine: DataEngine, side: Side, name: string): Promise<Map<string, number>> {
  const facts = factsOf(side, name)
  if (facts !== undefined && facts.otherCount === 0 && facts.top.length > 0) {
    return new Map(facts.top.map(({ value, count }) => [value, count]))
  }
  const column = columnNamed(side.dataset, name)
  if (column === undefined) return new Map()
  const rows = await engine.all(
    `SELECT ${asText(column.type, 'c')} AS v, sum(n)::BIGINT AS n FROM (SELECT ${column.sql} AS c, count(*) AS n FROM ${side.dataset.table} GROUP BY 1) WHERE v IS NOT NULL GROUP BY v`,
  )
  return new Map(rows.map(({ v, n }) => [String(v), Number(n)]))
}

/** The first rows that have one of some values. */
export async function rowsWith(
  engine: DataEngine,
  { dataset }: Side,
  name: string,
  values: readonly string[],
): Promise<Example[]> {
  const column = columnNamed(dataset, name)
  if (column === undefined || values.length === 0) return []
  const text = asText(column.type, column.sql)
  const rows = await engine.all(
    `SELECT rowid AS row, left(${text}, 100) AS value FROM ${dataset.table} WHERE list_contains(${literalList(values)}, ${text}) ORDER BY rowid LIMIT ${EXAMPLES}`,
  )
  return rows.map(({ row, value }) => ({ where: placeOfRow(dataset, Number(row)), value: String(value) }))
}
