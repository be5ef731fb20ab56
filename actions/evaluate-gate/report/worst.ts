import type { Sample } from '../../../shared/stats/sample.js'
import type { LossKind } from '../../../shared/stats/slices/loss.js'
import type { JudgedRows, Row } from '../judged-rows.js'
import type { Losses } from './losses.js'
import { largest } from './sampling.js'

/** One judged row, with what the models answered. */
export interface Example {
  /** Its id, or its place. */
  readonly name: string
  readonly row: number
  readonly loss: number
  /** Of the baseline; null without one. */
  readonly before: number | null
  /** Values of the columns that are shown. */
  readonly cells: Row
}

export interface Examples {
  readonly kind: LossKind
  readonly columns: readonly string[]
  /** Largest loss first. */
  readonly worst: readonly Example[]
  /** Largest rise of the loss against the baseline first, then largest fall. */
  readonly regressed: readonly Example[]
  readonly improved: readonly Example[]
}

/** Rows of each list, and columns beside them. */
const MOST = 20
const MOST_COLUMNS = 8

/**
 * The rows of the largest loss, and those whose loss has changed most. Rows without weight count for nothing and are left
 * out. Whatever the order of rows the same ones are chosen: among equal losses by block, then by name.
 */
export async function findExamples(
  candidate: Sample,
  { kind, candidate: loss, baseline: before }: Losses,
  rows: JudgedRows,
  columns: readonly string[],
): Promise<Examples | null> {
  // Of a ranking a row is a query, and rows have to be those of queries.
  if (rows.n !== candidate.n || rows.n === 0) return null
  const shown = [...new Set(columns)].filter((name) => rows.columns.some((column) => column.name === name))
  const named = (keys: Float64Array) =>
    examplesOf(keys, candidate, rows, shown.slice(0, MOST_COLUMNS), (row) => ({
      loss: loss[row] as number,
      before: before === null ? null : (before[row] as number),
    }))
  const worst = await named(withoutWeightless(candidate, (row) => loss[row] as number))
  const changeBy = (sign: 1 | -1) =>
    before === null
      ? Promise.resolve([])
      : named(withoutWeightless(candidate, (row) => sign * ((loss[row] as number) - (before[row] as number))))
  return {
    kind,
    columns: shown.slice(0, MOST_COLUMNS),
    worst,
    regressed: await changeBy(1),
    improved: await changeBy(-1),
  }
}

function withoutWeightless({ n, weights }: Sample, key: (row: number) => number): Float64Array {
  const keys = new Float64Array(n)
  for (let row = 0; row < n; row++) keys[row] = weights !== null && weights[row] === 0 ? Number.NaN : key(row)
  return keys
}

async function examplesOf(
  keys: Float64Array,
  { blocks }: Sample,
  rows: JudgedRows,
  columns: readonly string[],
  losses: (row: number) => Pick<Example, 'loss' | 'before'>,
): Promise<Example[]> {
  const chosen = largest(keys, blocks, MOST, 0)
  if (chosen.length === 0) return []
  const names = await rows.namesOf(chosen)
  const sorted = Array.from(chosen, (row, i) => ({ row, name: names[i] as string, key: keys[row] as number }))
    .sort((a, b) => b.key - a.key || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .slice(0, MOST)
  const cells = await rows.pick(
    Uint32Array.from(sorted, ({ row }) => row),
    columns,
  )
  return sorted.map(({ row, name }, i) => ({ name, row, ...losses(row), cells: cells[i] ?? {} }))
}
