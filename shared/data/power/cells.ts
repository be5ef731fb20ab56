import type { ColumnProfile } from '../../contracts/data-profile.js'
import { asText } from '../column-types.js'
import type { DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { literalList } from '../engine/sql.js'
import type { CellCount } from './measures.js'
import type { Labels } from './numbers.js'

/** Texts with more values than this are told apart by their commonest only. */
const CATEGORIES = 10_000

/** SQL for the cell of a value where values are the cells; NULL for a missing one. */
export function cellOf({ type, sql }: DatasetColumn, { distinct, top }: ColumnProfile): string {
  if (type !== 'string') return asText(type, sql)
  if (distinct <= CATEGORIES) return sql
  const common = literalList(top.map(({ value }) => value))
  return `CASE WHEN ${sql} IS NULL THEN NULL WHEN list_contains(${common}, ${sql}) THEN ${sql} ELSE 'other' END`
}

/**
 * Rows in cell, fold and class, for each of some ways to put the rows of `from` into cells: SQL for a text, NULL for the cell
 * of the missing ones. Counts come as numbers, for a text of thousands of values has tens of thousands of them.
 */
export async function countCells(
  engine: DataEngine,
  from: string,
  { kind, sql, classes }: Labels,
  cells: readonly string[],
): Promise<CellCount[][]> {
  const by = kind === 'class' ? ', y' : ''
  const label = kind === 'class' ? sql : '0.0'
  const sums = kind === 'class' ? '' : ', CAST(sum(y) AS DOUBLE) AS total, CAST(sum(y * y) AS DOUBLE) AS squares'
  const counted = cells.map(
    (cell, way) =>
      `SELECT ${way} AS way, ${cell} AS cell, fold${by}, CAST(count(*) AS DOUBLE) AS n${sums} FROM ${from} GROUP BY cell, fold${by}`,
  )
  const counts: CellCount[][] = cells.map(() => [])
  await engine.numbers(
    `SELECT CAST(way AS DOUBLE) AS way, CAST(dense_rank() OVER (ORDER BY cell) AS DOUBLE) AS cell, CAST(fold AS DOUBLE) AS fold,
       CAST(${label} AS DOUBLE) AS label, n${kind === 'class' ? '' : ', total, squares'} FROM (${counted.join(' UNION ALL ')})`,
    ([way, cell, fold, index, n, total, squares], rows) => {
      const at = (column: ArrayLike<number> | undefined, row: number) => column?.[row] ?? 0
      for (let row = 0; row < rows; row++) {
        counts[at(way, row)]?.push({
          cell: at(cell, row),
          fold: at(fold, row),
          class: classes[at(index, row)] ?? '',
          n: at(n, row),
          total: at(total, row),
          squares: at(squares, row),
        })
      }
    },
  )
  return counts
}
