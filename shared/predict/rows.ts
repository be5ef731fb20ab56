import type { Cell } from '../data/engine/engine.js'

/** A cell as JSON text: missing and non-finite numbers are null, 64-bit integers keep all their digits. */
export function cellJson(cell: Cell | undefined): string {
  if (cell === undefined || cell === null) return 'null'
  if (typeof cell === 'bigint') return cell.toString()
  if (typeof cell === 'number') return Number.isFinite(cell) ? JSON.stringify(cell) : 'null'
  return JSON.stringify(cell)
}

/** A row as one line of JSON without the line end, columns in the order of the row. */
export function rowJson(row: Readonly<Record<string, Cell>>): string {
  return `{${Object.entries(row)
    .map(([name, cell]) => `${JSON.stringify(name)}:${cellJson(cell)}`)
    .join(',')}}`
}
