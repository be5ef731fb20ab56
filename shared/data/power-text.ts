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
  const parts = [
    `regexp_extract(${sql}, '^[^0-9]{0,20}')`,
    `regexp_extract(${sql}, '[^0-9]{0,20}$')`,
    `CAST(length(${sql}) AS VARCHAR)`,
  ]
  const sums = kind === 'class' ? 'y AS class' : 'NULL AS class, sum(y) AS total, sum(y * y) AS squares'
  const by = kind === 'class' ? ', y' : ''
  const rows = await engine.all(
    parts
      .map(
        (part, i) =>
          `SELECT ${i} AS part, ${part} AS cell, fold, ${sums}, count(*) AS n FROM ${order} GROUP BY cell, fold${by}`,
      )
      .join(' UNION ALL '),
  )
  const powers = parts.map((_, i) => {
    const counts = rows.filter((row) => Number(row.part) === i).map(cellCount)
    return (kind === 'class' ? classPower : valuePower)(counts, folds).value
  })
  const known = powers.filter((power) => power !== null)
  return known.length === 0 ? null : Math.max(0, ...known)
}
