import type { ColumnProfile, DatasetProfile } from '../../contracts/data-profile.js'
import { asNumber, asText, isNumeric } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import type { Label } from '../power/power.js'

/** SQL for the chance that two rows agree in a column, of `c`, the rows of each of its values. */
export const AGREE = 'sum(c * (c - 1.0)) / greatest(1, sum(c) * (sum(c) - 1.0))'

/** One dataset of a split, with what is known of it. */
export interface Side {
  readonly dataset: Dataset
  readonly profile: DatasetProfile
}

/** What the columns of a split are for. */
export interface SplitRoles {
  /** Null when no target is configured. */
  readonly label: Label | null
  readonly id?: string | undefined
  readonly time?: string | undefined
  /** Columns that together name the entity of a row; none when there are no entities. */
  readonly group: readonly string[]
  readonly features: readonly string[]
}

/** Rows shown of one finding. */
export const EXAMPLES = 5

export const columnNamed = ({ columns }: Dataset, name: string | undefined): DatasetColumn | undefined =>
  columns.find((column) => column.name === name)

export const factsOf = ({ profile }: Side, name: string | undefined): ColumnProfile | undefined =>
  profile.columns.find((column) => column.name === name)

/** A column that both datasets have. */
export interface ColumnPair {
  readonly name: string
  readonly train: DatasetColumn
  readonly test: DatasetColumn
  /** SQL for its value in train and in test: equal values hash the same, whatever type each side has found. */
  readonly sql: readonly [train: string, test: string]
}

/** The named columns that both datasets have, in the order of the names. */
export function pairsOf(train: Dataset, test: Dataset, names: readonly string[]): ColumnPair[] {
  return names.flatMap((name) => {
    const [a, b] = [columnNamed(train, name), columnNamed(test, name)]
    if (a === undefined || b === undefined) return []
    return [{ name, train: a, test: b, sql: [comparable(a, a, b), comparable(b, a, b)] as const }]
  })
}

/** SQL for the 64-bit hash of the paired columns; a missing value equals a missing one. */
export const hashOf = (pairs: readonly ColumnPair[], side: 0 | 1): string =>
  `hash(${pairs.map(({ sql }) => sql[side]).join(', ')})`

/** SQL for a row that has a value in one of the paired columns at least. */
export const anyValue = (pairs: readonly ColumnPair[], side: 0 | 1): string =>
  `(${pairs.map(({ sql }) => `${sql[side]} IS NOT NULL`).join(' OR ')})`

function comparable(column: DatasetColumn, a: DatasetColumn, b: DatasetColumn): string {
  if (a.type === b.type) return column.sql
  return isNumeric(a.type) && isNumeric(b.type) ? asNumber(column.type, column.sql) : asText(column.type, column.sql)
}
