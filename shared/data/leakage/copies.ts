import { asText } from '../column-types.js'
import type { DataEngine } from '../engine/engine.js'
import { columnNamed, factsOf, type Side } from './sides.js'

/** A feature whose values and those of the label stand for each other, one for one. */
export interface LabelCopy {
  readonly feature: string
  readonly values: number
  /** Rows in which both have a value. */
  readonly n: number
}

const FEWEST_ROWS = 30

/**
 * Copies of the label under another name or in another code, whatever the classes are called and however rare they are.
 * Judged where labels repeat (two rows a value on average): otherwise any two identifiers stand for each other.
 */
export async function measureCopies(
  engine: DataEngine,
  side: Side,
  target: string,
  features: readonly string[],
): Promise<LabelCopy[]> {
  const { dataset } = side
  const [label, facts] = [columnNamed(dataset, target), factsOf(side, target)]
  if (label === undefined || facts === undefined || facts.distinct < 2 || 2 * facts.distinct > dataset.rows) return []
  const candidates = features.flatMap((name) => {
    const column = columnNamed(dataset, name)
    const own = factsOf(side, name)
    // A feature that misses a class, or has missing values of its own, can have a value more or less.
    const alike = own !== undefined && Math.abs(own.distinct - facts.distinct) <= 1 && own.distinct >= 2
    return column !== undefined && alike && name !== target ? [column] : []
  })
  if (candidates.length === 0) return []
  const y = asText(label.type, label.sql)
  const copies: LabelCopy[] = []
  // One after the other: the pairs of many features at once would fill the memory.
  for (const column of candidates) {
    const x = asText(column.type, column.sql)
    const [row = {}] = await engine.all(
      `SELECT coalesce(sum(n), 0) AS n, count(DISTINCT x) AS x, count(DISTINCT y) AS y, count(*) AS p FROM
         (SELECT hash(${x}) AS x, hash(${y}) AS y, count(*) AS n FROM ${dataset.table} WHERE ${x} IS NOT NULL AND ${y} IS NOT NULL GROUP BY ALL)`,
    )
    const [n, values, labels, pairs] = [row.n, row.x, row.y, row.p].map(Number) as [number, number, number, number]
    if (n >= FEWEST_ROWS && labels >= 2 && pairs === values && pairs === labels && 2 * pairs <= n) {
      copies.push({ feature: column.name, values: pairs, n })
    }
  }
  return copies
}
