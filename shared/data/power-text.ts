import type { DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine.js'
import { cellCount, classPower, valuePower } from './power-measures.js'
import type { PowerTables } from './power-sample.js'

/**
 * How well a part of a text tells the label, where the text as a whole is different in nearly every row, as an identifier
 * such as A-0017 is: its beginning up to the first digit, its end from the last digit on, its length. The largest power of
 * them, out of fold as for every feature, on the rows that are put in order. Null where no part can be measured.
 */
export async function partPower(
  engine: DataEngine,
  { sql }: DatasetColumn,
  kind: 'class' | 'value',
  folds: number,
  { order }: PowerTables,
): Promise<number | null> {
  const parts = [`regexp_extract(${sql}, '^[^0-9]{0,20}')`, `regexp_extract(${sql}, '[^0-9]{0,20}$')`, `length(${sql})`]
  const sums = kind === 'class' ? 'y AS class' : 'NULL AS class, sum(y) AS total, sum(y * y) AS squares'
  let most: number | null = null
  for (const part of parts) {
    const rows = await engine.all(
      `SELECT ${part} AS cell, fold, ${sums}, count(*) AS n FROM ${order} GROUP BY cell, fold${kind === 'class' ? ', y' : ''}`,
    )
    const { value } = (kind === 'class' ? classPower : valuePower)(rows.map(cellCount), folds)
    if (value !== null) most = Math.max(most ?? 0, value)
  }
  return most
}
