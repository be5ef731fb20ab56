import type { DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { countCells } from './cells.js'
import { classPower, valuePower } from './measures.js'
import type { Labels } from './numbers.js'
import { FOLDS, type PowerTables } from './sample.js'

/**
 * How well a part of a text tells the label, where the text as a whole is different in nearly every row, as an identifier
 * such as A-0017 is: its beginning up to the first digit, its end from the last digit on, its length. The largest power of
 * them, out of fold as for every feature, on the rows that are put in order. Null where no part can be measured.
 */
export async function partPower(
  engine: DataEngine,
  { sql }: DatasetColumn,
  labels: Labels,
  { order }: PowerTables,
): Promise<number | null> {
  const parts = await countCells(engine, order, labels, [
    `regexp_extract(${sql}, '^[^0-9]{0,20}')`,
    `regexp_extract(${sql}, '[^0-9]{0,20}$')`,
    `CAST(length(${sql}) AS VARCHAR)`,
  ])
  const powerOf = labels.kind === 'class' ? classPower : valuePower
  const known = parts.map((counts) => powerOf(counts, FOLDS).value).filter((power) => power !== null)
  return known.length === 0 ? null : Math.max(0, ...known)
}
