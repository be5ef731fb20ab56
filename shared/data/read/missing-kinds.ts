import type { ColumnProfile } from '../../contracts/data-profile.js'
import type { DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import type { GoneKind } from './relation.js'

/** How many values are missing, by kind. */
export type MissingBy = NonNullable<ColumnProfile['missingBy']>

/** Values that are missing though something stands in their place. */
export type GoneCounts = Readonly<Record<GoneKind, number>>

const KINDS: readonly GoneKind[] = ['empty', 'token', 'unknown']
const COLUMNS_AT_ONCE = 50

/** What the list column `gone` of a table holds, by column; columns without such values are not listed. */
export async function countGone(
  engine: DataEngine,
  table: string,
  columns: readonly DatasetColumn[],
): Promise<Map<DatasetColumn, GoneCounts>> {
  const counted = new Map<DatasetColumn, GoneCounts>()
  const told = columns.flatMap((column) =>
    column.gone?.index == null ? [] : [{ column, cell: `gone[${column.gone.index}]` }],
  )
  if (told.length === 0) return counted
  const from = `${table} WHERE gone IS NOT NULL`
  const [any] = await engine.all(`SELECT 1 FROM ${from} LIMIT 1`)
  if (any === undefined) return counted
  for (let at = 0; at < told.length; at += COLUMNS_AT_ONCE) {
    const batch = told.slice(at, at + COLUMNS_AT_ONCE)
    const counts = batch.flatMap(({ cell }, i) =>
      KINDS.map((kind) => `count(*) FILTER (WHERE ${cell} = '${kind}') AS ${kind}_${i}`),
    )
    const [row = {}] = await engine.all(`SELECT ${counts.join(', ')} FROM ${from}`)
    for (const [i, { column }] of batch.entries()) {
      const of = (kind: GoneKind) => Number(row[`${kind}_${i}`])
      const found = { empty: of('empty'), token: of('token'), unknown: of('unknown') }
      if (KINDS.some((kind) => found[kind] > 0)) counted.set(column, found)
    }
  }
  return counted
}

/** The kinds of `missing` values of a column, given those of them that stand there: of all others the column knows the kind. */
export function missingByKind(
  { gone: told }: Pick<DatasetColumn, 'gone'>,
  missing: number,
  gone: GoneCounts = { empty: 0, token: 0, unknown: 0 },
): MissingBy {
  const by = { empty: gone.empty, token: gone.token, null: 0, unknown: gone.unknown }
  by[told?.nothing ?? 'unknown'] += missing - gone.empty - gone.token - gone.unknown
  return by
}

/** The kinds of a whole out of those of its parts. */
export function sumByKind(parts: readonly MissingBy[]): MissingBy {
  const sum = { empty: 0, token: 0, null: 0, unknown: 0 }
  for (const part of parts) for (const kind of Object.keys(sum) as (keyof MissingBy)[]) sum[kind] += part[kind]
  return sum
}
