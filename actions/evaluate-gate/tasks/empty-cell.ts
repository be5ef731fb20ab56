import type { DatasetColumn } from '../../../shared/data/dataset.js'

/**
 * SQL that holds for a missing value where the file has an empty text, as CSV writes an empty list or an empty answer; not for a null
 * or for a word such as NA. To be asked of missing values alone.
 */
export function isEmptyCell({ gone }: Pick<DatasetColumn, 'gone'>): string {
  if (gone === undefined) return 'false'
  const otherwise = String(gone.nothing === 'empty')
  return gone.index === null ? otherwise : `coalesce(gone[${gone.index}] = 'empty', ${otherwise})`
}

/** SQL of a column of texts in which an empty cell is the empty text, and no missing value. */
export function withEmptyCells(column: Pick<DatasetColumn, 'sql' | 'gone'>): string {
  const { sql } = column
  return `CASE WHEN ${sql} IS NULL AND ${isEmptyCell(column)} THEN '' ELSE CAST(${sql} AS VARCHAR) END`
}
