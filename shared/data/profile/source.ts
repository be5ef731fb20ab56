import type { InputRef } from '../../contracts/common.js'
import type { ColumnProfile, DatasetProfile, ProfileSample } from '../../contracts/data-profile.js'
import type { DataEngine } from '../engine/engine.js'
import type { JointRows } from './associations.js'
import type { CellPlan } from './slice-cells.js'
import type { CellsBySlice } from './slice-counts.js'
import type { SliceCounts } from './slices.js'
import type { ColumnSource } from './values.js'

/**
 * What a profile is made of: multisets and whole numbers alone, so that it is the same to the last bit whether they come
 * from one table or from the states of its parts. See `tableSource` and `stateSource`.
 */
export interface ProfileSource {
  readonly name: string
  readonly files: readonly InputRef[]
  readonly rows: number
  readonly columns: readonly ColumnSource[]
  /** Whether a second line of the engine sees its tables, and there is room for what both do. */
  readonly isShared: boolean
  duplicates(engine: DataEngine): Promise<DatasetProfile['duplicates']>
  /** Chooses the rows of the sample before `joint` is asked for some of these columns. */
  choose?(engine: DataEngine, columns: readonly ColumnSource[]): Promise<void>
  /** Rows of the sample in some columns, in one order. */
  joint(engine: DataEngine, columns: readonly ColumnProfile[]): Promise<JointRows>
  slices(column: ColumnProfile, sliced: readonly string[]): Promise<SliceCounts[]>
  /** Distributions of columns, by name, in some of the slices of a column, or in all. */
  sliceCells(
    column: ColumnProfile,
    values: readonly (string | null)[] | null,
    plans: ReadonlyMap<string, CellPlan>,
  ): Promise<CellsBySlice>
}

/** Different contents of rows in the sample of the joint statistics. */
export const SAMPLE_CONTENTS = 5_000

export const jointSample = (rows: number, of: number): ProfileSample => ({
  rows,
  of,
  method:
    rows === of
      ? 'all rows'
      : `the rows of the ${SAMPLE_CONTENTS.toLocaleString('en')} different contents (first hundred columns by name, without the id) with the smallest 64-bit hash`,
})
