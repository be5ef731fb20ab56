import type { ColumnType } from '../../contracts/data-contract.js'
import { isNumeric, isTemporal } from '../column-types.js'
import type { NumberCells } from './numbers.js'
import type { TextByProfile } from './text/against-profile.js'

/** The reason for columns that have nothing which could drift. */
export const FREE_TEXT = 'its values are identifiers or free text'

/** Numbers with or without a fraction are compared with one another, and so are dates and timestamps. */
export const kindOf = (type: ColumnType): string => (isNumeric(type) ? 'number' : isTemporal(type) ? 'time' : type)

export interface DriftCell {
  /** `12 … 15`, a value, `other values`, `values not listed in the baseline`, or `missing`. */
  readonly label: string
  readonly baseline: number
  readonly current: number
}

/** Rows of a column, and those of them that hold no value to compare. */
export interface Presence {
  readonly rows: number
  /** Missing, or not of the declared type. */
  readonly missing: number
  /** NaN and infinities. */
  readonly nonFinite: number
}

export interface ColumnDrift {
  readonly column: string
  /** Counts of rows, the missing ones (with NaN, infinities and invalid values) as the last cell. */
  readonly cells: readonly DriftCell[]
  /** Population stability index; null when `reason` says why there is none. */
  readonly psi: number | null
  /** Index that equal data of these sizes stay below in 99 of 100 cases; null without an index. */
  readonly chance: number | null
  readonly reason: string | null
  /** What the other methods are measured by; absent where nothing could be compared. */
  readonly compared?: Compared
}

export interface Compared {
  readonly kind: 'number' | 'time' | 'category' | 'text'
  /** Different values of both sides; exact up to those that a baseline lists all of, and at least as many beyond. */
  readonly distinct: number
  readonly numbers: NumberCells | null
  readonly before: Presence
  readonly now: Presence
  /** What `text.ts` found; only for text with the rows of both sides. */
  readonly text?: TextDrift
  /** What the profile of the baseline tells of its texts; only without its rows. */
  readonly textByProfile?: TextByProfile
  /** Values of this column must not be shown. */
  readonly sensitive: boolean
}

/** Drift of free text: rows of both sides that were looked at, and what was counted in them. */
export interface TextDrift {
  readonly before: number
  readonly now: number
  /** Rows that hold a token, of the tokens in the most rows; and rows with a token that no other row of the baseline has. */
  readonly tokens: readonly { readonly token: string; readonly before: number; readonly now: number }[]
  readonly unknown: { readonly before: number; readonly now: number }
  /** Characters of a text: different lengths ascending, with their rows. */
  readonly lengths: {
    readonly values: readonly number[]
    readonly before: readonly number[]
    readonly now: readonly number[]
  }
}
