import type { Example } from '../../contracts/common.js'
import { asNumber, isNumeric, isTemporal } from '../column-types.js'
import { placeOfRow } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { double } from '../engine/sql.js'
import { measureSharedKeys, type SharedKeys } from './shared-keys.js'
import { columnNamed, EXAMPLES, factsOf, type Side } from './sides.js'

/** Where the times of test lie among those of train. */
export interface TimeSplit {
  readonly column: string
  /** Why nothing could be measured; null when it was. */
  readonly reason: string | null
  /** Rows of test with a time, and those older than the latest row of train. */
  readonly rows: number
  readonly before: number
  /** Rows of train that are later than the earliest row of test. */
  readonly trainAfter: number
  /** Whether the typical row of test (its median) is later than 95 % of train. */
  readonly looksByTime: boolean
  /** Exactly the same moments on both sides. */
  readonly same: SharedKeys | null
  readonly examples: readonly Example[]
}

/** Compares the times of both sides; a date is its midnight. Null when neither side has the column. */
export async function measureTimes(
  engine: DataEngine,
  train: Side,
  test: Side,
  name: string,
): Promise<TimeSplit | null> {
  const columns = [train, test].map(({ dataset }) => columnNamed(dataset, name))
  const [a, b] = columns
  if (a === undefined && b === undefined) return null
  const [ofTrain, ofTest] = [factsOf(train, name)?.numeric ?? null, factsOf(test, name)?.numeric ?? null]
  const nothing = { rows: 0, before: 0, trainAfter: 0, looksByTime: false, same: null, examples: [] }
  const unmeasured = (reason: string): TimeSplit => ({ column: name, reason, ...nothing })
  if (a === undefined || b === undefined)
    return unmeasured(`the ${a === undefined ? 'train' : 'test'} data have no such column`)
  const other = [a, b].find(({ type }) => !isTemporal(type) && !isNumeric(type))
  if (other !== undefined) return unmeasured(`it is read as ${other.type}, neither a time nor a number`)
  if (isNumeric(a.type) !== isNumeric(b.type)) return unmeasured(`it is ${a.type} in train and ${b.type} in test`)
  if (ofTrain === null || ofTest === null)
    return unmeasured(`the ${ofTrain === null ? 'train' : 'test'} data have no times`)
  const [x, y] = [asNumber(a.type, a.sql), asNumber(b.type, b.sql)]
  const [{ rows, before } = {}] = await engine.all(
    `SELECT count(x) AS rows, count(*) FILTER (WHERE x < (SELECT max(${x}) FROM ${train.dataset.table})) AS before FROM (SELECT ${y} AS x FROM ${test.dataset.table})`,
  )
  const [{ after } = {}] = await engine.all(
    `SELECT count(*) AS after FROM (SELECT ${x} AS x FROM ${train.dataset.table}) WHERE x > (SELECT min(${y}) FROM ${test.dataset.table})`,
  )
  return {
    column: name,
    reason: null,
    rows: Number(rows),
    before: Number(before),
    trainAfter: Number(after),
    looksByTime: ofTest.quantiles.p50 > ofTrain.quantiles.p95,
    same: await measureSharedKeys(engine, train.dataset, test.dataset, [name]),
    examples: Number(before) === 0 ? [] : await latestAndFirst(engine, train, test, x, y),
  }
}

/** The latest row of train, which the others are older than, and the first of those. */
async function latestAndFirst(engine: DataEngine, train: Side, test: Side, x: string, y: string): Promise<Example[]> {
  const [latest = {}] = await engine.all(
    `SELECT arg_max(rowid, x) AS row, max(x) AS at FROM (SELECT rowid, ${x} AS x FROM ${train.dataset.table})`,
  )
  const rows = await engine.all(
    `SELECT rowid AS row FROM ${test.dataset.table} WHERE ${y} < ${double(Number(latest.at))} ORDER BY rowid LIMIT ${EXAMPLES}`,
  )
  const place = placeOfRow(train.dataset, Number(latest.row))
  return rows.map(({ row }) => ({ where: placeOfRow(test.dataset, Number(row)), value: `older than ${place}` }))
}
