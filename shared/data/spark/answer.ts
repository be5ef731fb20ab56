import type { Cell } from '../engine/engine.js'

/** Columns as the driver hands them over. Whole numbers beyond 2⁵³ and what is not finite are text. */
export interface Columns {
  readonly names: readonly string[]
  readonly kinds: readonly ('integer' | 'float' | 'boolean' | 'text')[]
  readonly cells: readonly (readonly (string | number | boolean | null)[])[]
}

const ENDLESS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
}

/** Cells as `DataEngine` promises them, by the name of the column. */
export function cellsOf({ names, kinds, cells }: Columns): Record<string, Cell[]> {
  return Object.fromEntries(names.map((name, i) => [name, (cells[i] ?? []).map((cell) => cellOf(cell, kinds[i]))]))
}

function cellOf(cell: string | number | boolean | null, kind: Columns['kinds'][number] | undefined): Cell {
  if (typeof cell !== 'string') return cell
  if (kind === 'integer') return BigInt(cell)
  return kind === 'float' ? (ENDLESS[cell] ?? Number(cell)) : cell
}

/** Rows out of columns. */
export function rowsOf(columns: Readonly<Record<string, readonly Cell[]>>): Record<string, Cell>[] {
  const names = Object.keys(columns)
  const length = columns[names[0] ?? '']?.length ?? 0
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(names.map((name) => [name, columns[name]?.[row] ?? null])),
  )
}
