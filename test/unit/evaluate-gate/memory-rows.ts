import type { Codes, JudgedRows, Row } from '../../../actions/evaluate-gate/judged-rows.js'
import type { Cell } from '../../../shared/data/engine/engine.js'

/** Judged rows of objects, for tests of what reads them. Conditions are those given by name. */
export function memoryRows(
  rows: readonly Row[],
  conditions: Readonly<Record<string, (row: Row) => boolean>> = {},
  id = 'id',
): JudgedRows {
  const names = Object.keys(rows[0] ?? {})
  const cell = (row: number, column: string) => rows[row]?.[column] ?? null
  const pick = async (wanted: Uint32Array, columns: readonly string[]) =>
    Array.from(wanted, (row) => Object.fromEntries(columns.map((column) => [column, cell(row, column)])))
  return {
    n: rows.length,
    columns: names.map((name) => ({
      name,
      type: rows.every((row) => row[name] === null || typeof row[name] === 'number') ? 'number' : 'string',
    })),
    numbers: async (column) =>
      Float64Array.from(rows, (_, row) => {
        const value = cell(row, column)
        return typeof value === 'number' ? value : Number.NaN
      }),
    codes: async (column) => codesOfCells(rows.map((_, row) => cell(row, column))),
    holds: async (condition) => Uint8Array.from(rows, (row) => Number(conditions[condition]?.(row) ?? false)),
    pick,
    async *batches(columns, size) {
      for (let from = 0; from < rows.length; from += size) {
        const places = Array.from({ length: Math.min(size, rows.length - from) }, (_, i) => from + i)
        yield await pick(Uint32Array.from(places), columns)
      }
    },
    namesOf: async (wanted) => Array.from(wanted, (row) => String(cell(row, id) ?? `row ${row + 1}`)),
  }
}

/** Cells as codes: their texts in order, a missing one last. */
export function codesOfCells(cells: readonly Cell[]): Codes {
  const texts = cells.map((cell) => (cell === null ? null : String(cell)))
  const known = [...new Set(texts)].filter((text): text is string => text !== null).sort()
  const names: (string | null)[] = texts.includes(null) ? [...known, null] : known
  const places = new Map(names.map((name, place) => [name, place]))
  return { codes: Uint32Array.from(texts, (text) => places.get(text) as number), names }
}
