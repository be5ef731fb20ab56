import { formatInteger, plural } from '../../report/format.js'
import { type BinnedFeature, domainAuc } from '../../stats/drift-classifier.js'
import { quantileSorted } from '../../stats/numeric.js'
import { hash32 } from '../../stats/sampling/rng.js'
import type { Interval } from '../../stats/types.js'
import { isNumeric, isTemporal } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import type { Cell, DataEngine } from '../engine/engine.js'
import { cellOf } from '../profile/cuts.js'
import { MOST_ROWS, sampleColumns } from './sample.js'
import { measureJointSince } from './since/joint.js'
import type { Since } from './since/periods.js'

const FEWEST_ROWS = 200
const MOST_COLUMNS = 40
const FOLDS = 3
const BINS = 16
const LEVEL = 0.95

/** The joint distribution of all columns: how well rows of both sides can be told apart. */
export interface JointDrift {
  readonly auc: number | null
  readonly interval: Interval | null
  readonly tellers: readonly { readonly name: string; readonly share: number }[]
  /** Rows of each side that were looked at, and columns; `columnsLeftOut` beyond forty. */
  readonly before: number
  readonly now: number
  readonly columns: number
  readonly columnsLeftOut: number
  /** Since when they can, in dated data that can be told apart; null else. */
  readonly since: Since | null
  readonly reason: string | null
}

/** When rows are told apart: the AUC from which on they are (default 0.55), and the column with the time of a row. */
export interface JointOptions {
  readonly limit?: number | undefined
  readonly clock?: DatasetColumn | undefined
}

const AUC_LIMIT = 0.55

/**
 * A model learns to tell rows of the data from rows of the baseline. Columns of free text are left to the caller to leave out.
 * Where it can, `since` says from when on: see {@link measureJointSince}.
 */
export async function measureJoint(
  engine: DataEngine,
  before: Dataset,
  now: Dataset,
  names: readonly string[],
  { limit = AUC_LIMIT, clock }: JointOptions = {},
): Promise<JointDrift> {
  const used = names.slice(0, MOST_COLUMNS)
  if (used.length === 0) {
    const none = { before: 0, now: 0, columns: 0, columnsLeftOut: 0, tellers: [], since: null }
    return { ...none, auc: null, interval: null, reason: 'no column is in both' }
  }
  const [left, right] = [
    await sampleColumns(engine, before, used, MOST_ROWS),
    await sampleColumns(engine, now, used, MOST_ROWS),
  ]
  const [n, m] = [left[0]?.length ?? 0, right[0]?.length ?? 0]
  const facts = { before: n, now: m, columns: used.length, columnsLeftOut: names.length - used.length }
  const nothing = { ...facts, auc: null, interval: null, tellers: [], since: null }
  if (Math.min(n, m) < FEWEST_ROWS) {
    return {
      ...nothing,
      reason: `the baseline has ${plural(n, 'row')} and these data ${formatInteger(m)}, at least ${FEWEST_ROWS} each are needed`,
    }
  }
  const cells = used.map((_, i) => [...(left[i] as Cell[]), ...(right[i] as Cell[])])
  const features = used.map((name, i): BinnedFeature => {
    const type = now.columns.find((column) => column.name === name)?.type
    const ordered = type !== undefined && (isNumeric(type) || isTemporal(type))
    return { name, ...(ordered ? numberCodes(cells[i] as Cell[]) : valueCodes(cells[i] as Cell[])), ordered }
  })
  const current = Uint8Array.from({ length: n + m }, (_, row) => (row < n ? 0 : 1))
  const folds = Uint8Array.from({ length: n + m }, (_, row) => hash32(`row ${row}`) % FOLDS)
  const found = domainAuc(features, current, folds, FOLDS, LEVEL)
  if (found === null) return { ...nothing, reason: 'there are too few different rows' }
  const { auc, interval, tellers, scores } = found
  const isOff = auc >= limit && interval.low > 0.5
  const since =
    isOff && clock !== undefined ? await measureJointSince(engine, now, clock, { scores, before: n, limit }) : null
  return { ...facts, auc, interval, tellers, since, reason: null }
}

/** Bins of equal mass over both sides, and one for missing values. */
function numberCodes(cells: readonly Cell[]): { codes: Uint8Array; bins: number } {
  const sorted = Float64Array.from(cells.filter((cell) => cell !== null).map(Number)).sort()
  const cuts = [...new Set(Array.from({ length: BINS - 1 }, (_, i) => quantileSorted(sorted, (i + 1) / BINS)))].filter(
    (cut) => cut > (sorted[0] ?? 0),
  )
  const bins = cuts.length + 2
  return { codes: Uint8Array.from(cells, (cell) => (cell === null ? bins - 1 : cellOf(cuts, Number(cell)))), bins }
}

/** The commonest values of both sides, one code for the others, one for missing values. */
function valueCodes(cells: readonly Cell[]): { codes: Uint8Array; bins: number } {
  const counts = new Map<string, number>()
  for (const cell of cells) if (cell !== null) counts.set(String(cell), (counts.get(String(cell)) ?? 0) + 1)
  const common = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, BINS - 1)
  const codeOf = new Map(common.map(([value], i) => [value, i]))
  const bins = common.length + 2
  return {
    codes: Uint8Array.from(cells, (cell) => (cell === null ? bins - 1 : (codeOf.get(String(cell)) ?? bins - 2))),
    bins,
  }
}
