import type { JudgedRows } from '../judged-rows.js'
import type { RankingTruth } from './ranking-truth.js'

/**
 * The queries of a ranking as rows: what is asked of a query is answered by its first row. So slices of what a query is, such
 * as the country of a user, are slices of queries.
 */
export function queryRows(
  rows: JudgedRows,
  { firstRow, queries }: Pick<RankingTruth, 'firstRow' | 'queries'>,
): JudgedRows {
  const picked = (wanted: Uint32Array) => Uint32Array.from(wanted, (query) => firstRow[query] as number)
  return {
    n: queries.length,
    columns: rows.columns,
    async numbers(column) {
      const values = await rows.numbers(column)
      return Float64Array.from(firstRow, (row) => values[row] as number)
    },
    async codes(column) {
      const { codes, names } = await rows.codes(column)
      return { codes: Uint32Array.from(firstRow, (row) => codes[row] as number), names }
    },
    async holds(condition) {
      const holds = await rows.holds(condition)
      return Uint8Array.from(firstRow, (row) => holds[row] as number)
    },
    pick: (wanted, columns) => rows.pick(picked(wanted), columns),
    async *batches(columns, size) {
      for (let from = 0; from < queries.length; from += size) {
        yield await rows.pick(firstRow.subarray(from, from + size), columns)
      }
    },
    namesOf: async (wanted) => Array.from(wanted, (query) => queries[query] as string),
  }
}
