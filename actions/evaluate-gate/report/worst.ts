import type { Sample } from '../../../shared/stats/sample.js'
import type { LossKind } from '../../../shared/stats/slices/loss.js'
import type { JudgedRows, Row } from '../judged-rows.js'
import { LargestRows } from './largest.js'
import type { Losses } from './losses.js'

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

/** Rows that are looked at together. */
const CHUNK = 8192

/**
 * The rows of the largest loss, and those whose loss has changed most. Rows without weight count for nothing and are left
 * out. Whatever the order of rows the same ones are chosen: among equal losses by block, then by name.
 */
export async function findExamples(
  candidate: Sample,
  losses: Losses,
  rows: JudgedRows,
  columns: readonly string[],
): Promise<Examples | null> {
  // Of a ranking a row is a query, and rows have to be those of queries.
  if (rows.n !== candidate.n || rows.n === 0) return null
  const shown = [...new Set(columns)].filter((name) => rows.columns.some((column) => column.name === name))
  const { worst, regressed, improved } = largestOf(candidate, losses)
  const told = (chosen: LargestRows) => examplesOf(chosen, losses, rows, shown.slice(0, MOST_COLUMNS))
  return {
    kind: losses.kind,
    columns: shown.slice(0, MOST_COLUMNS),
    worst: await told(worst),
    regressed: await told(regressed),
    improved: await told(improved),
  }
}

/** One look at all rows for all three lists. */
function largestOf({ n, weights, blocks }: Sample, { candidate, baseline }: Losses) {
  const [worst, regressed, improved] = [new LargestRows(MOST, 0), new LargestRows(MOST, 0), new LargestRows(MOST, 0)]
  for (let from = 0; from < n; from += CHUNK) {
    const chunk = Uint32Array.from({ length: Math.min(CHUNK, n - from) }, (_, i) => from + i)
    const [now, before] = [candidate.of(chunk), baseline?.of(chunk) ?? null]
    for (let i = 0; i < chunk.length; i++) {
      const row = from + i
      if (weights !== null && weights[row] === 0) continue
      const [loss, block] = [now[i] as number, blocks[row] as number]
      worst.add(row, loss, block)
      if (before === null) continue
      const change = loss - (before[i] as number)
      regressed.add(row, change, block)
      improved.add(row, -change, block)
    }
  }
  return { worst, regressed, improved }
}

async function examplesOf(
  chosen: LargestRows,
  { candidate, baseline }: Losses,
  rows: JudgedRows,
  columns: readonly string[],
): Promise<Example[]> {
  const found = chosen.rows()
  if (found.length === 0) return []
  const names = await rows.namesOf(Uint32Array.from(found, ({ row }) => row))
  const sorted = found
    .map(({ row, key }, i) => ({ row, name: names[i] as string, key }))
    .sort((a, b) => b.key - a.key || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .slice(0, MOST)
  const places = Uint32Array.from(sorted, ({ row }) => row)
  const [now, before] = [candidate.of(places), baseline?.of(places) ?? null]
  const cells = await rows.pick(places, columns)
  return sorted.map(({ row, name }, i) => ({
    name,
    row,
    loss: now[i] as number,
    before: before && (before[i] as number),
    cells: cells[i] ?? {},
  }))
}
