import type { EvaluateConfig } from '../../shared/contracts/config.js'
import type { SliceRef } from '../../shared/contracts/evaluation.js'
import type { Problem } from '../../shared/core/errors.js'
import type { Cell } from '../../shared/data/engine.js'
import { shortList } from '../../shared/report/format.js'
import type { Row } from './question.js'

export interface Slice extends SliceRef {
  /** Indices of its rows. */
  readonly rows: Uint32Array
}

export interface Slices {
  readonly judged: readonly Slice[]
  /** Slices with fewer rows than asked for: listed, never dropped. */
  readonly small: readonly { readonly column: string; readonly value: string; readonly rows: number }[]
  readonly problems: readonly Problem[]
  readonly minRows: ReadonlyMap<string, number>
}

/** Shown for an empty cell, which is a slice like any other value. */
export const MISSING = '(missing)'

const DEFAULT_MIN_ROWS = 30

/** Cuts the rows by the declared columns, and by those that a rule names. */
export function cutSlices(rows: readonly Row[], columns: readonly string[], config: EvaluateConfig): Slices {
  const judged: Slice[] = []
  const small: { column: string; value: string; rows: number }[] = []
  const problems: Problem[] = []
  const minRows = new Map<string, number>()
  for (const { column, values, minimum, key } of declared(config)) {
    if (!columns.includes(column)) {
      problems.push({
        where: key,
        message: `the test data have no column "${column}"`,
        cure: `it has: ${shortList(columns, 20)}`,
      })
      continue
    }
    minRows.set(column, minimum)
    const groups = groupRows(rows, column)
    for (const value of values ?? [...groups.keys()].sort()) {
      const members = groups.get(value) ?? []
      if (members.length < minimum) small.push({ column, value, rows: members.length })
      else judged.push({ column, value, rows: Uint32Array.from(members) })
    }
  }
  return { judged, small, problems, minRows }
}

/** What is said of the slices that are too small, one sentence per column. */
export function smallSliceNotes({ small, minRows }: Slices): string[] {
  return [...minRows].flatMap(([column, minimum]) => {
    const some = small.filter((slice) => slice.column === column)
    if (some.length === 0) return []
    const values = some.map(({ value, rows }) => `${value} (${rows})`)
    return [`${column}: ${some.length} of its values have fewer than ${minimum} rows: ${shortList(values, 10)}`]
  })
}

export function sliceValue(cell: Cell | undefined): string {
  return cell === null || cell === undefined ? MISSING : String(cell)
}

function declared(config: EvaluateConfig) {
  const slices = config.slices.map((slice, i) =>
    typeof slice === 'string'
      ? { column: slice, values: undefined, minimum: DEFAULT_MIN_ROWS, key: `evaluate.slices[${i}]` }
      : {
          column: slice.column,
          values: slice.values,
          minimum: slice['min-rows'],
          key: `evaluate.slices[${i}]`,
        },
  )
  for (const [i, rule] of (config.rules ?? []).entries()) {
    if (rule.slice === undefined || slices.some(({ column }) => column === rule.slice)) continue
    const key = `evaluate.rules[${i}].slice`
    slices.push({ column: rule.slice, values: undefined, minimum: DEFAULT_MIN_ROWS, key })
  }
  return slices
}

function groupRows(rows: readonly Row[], column: string): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  rows.forEach((row, i) => {
    const value = sliceValue(row[column])
    const members = groups.get(value)
    if (members === undefined) groups.set(value, [i])
    else members.push(i)
  })
  return groups
}
