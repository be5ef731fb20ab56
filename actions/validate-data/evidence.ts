import type { Check, Example } from '../../shared/contracts/common.js'
import type { DatasetProfile } from '../../shared/contracts/data-profile.js'
import { type Dataset, placeOfRow } from '../../shared/data/dataset.js'
import type { DataDrift } from '../../shared/data/drift/measure.js'
import type { ColumnDrift } from '../../shared/data/drift/types.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import type { MissingMap } from '../../shared/data/missing-map.js'
import type { Overlap } from '../../shared/data/overlap.js'
import type { FeaturePower } from '../../shared/data/power/power.js'
import { firstDuplicates } from '../../shared/data/repeats.js'
import type { BadRows } from './rules/asking.js'

/** Rows shown of one finding. */
const EXAMPLES = 5

/** Everything that is known about one dataset; checks are made of it alone. */
export interface Evidence {
  readonly dataset: Dataset
  readonly profile: DatasetProfile
  /** Answers to the rules of the contract. */
  readonly answers: readonly Check[]
  /** Where the rows that break them are found again. */
  readonly badRows: readonly BadRows[]
  readonly duplicates: readonly Example[]
  /** Where values are missing. */
  readonly missing: MissingMap
  /** Whether its files are those that the baseline was made of, byte for byte: nothing can have drifted. */
  readonly sameAsBaseline: boolean
  /** Null when there is no baseline for this dataset. */
  readonly drift: readonly ColumnDrift[] | null
  /** What else the comparison with the baseline tells; null without one. */
  readonly more: DataDrift | null
}

/** What concerns the label and both datasets. */
export interface LeakEvidence {
  readonly powers: readonly FeaturePower[]
  readonly overlap: Overlap | null
}

/** Rows that repeat an earlier one. */
export async function duplicateRows(engine: DataEngine, dataset: Dataset, id: string | undefined): Promise<Example[]> {
  const rows = await firstDuplicates(engine, dataset, id, EXAMPLES)
  return rows.map(({ first, last }) => ({
    where: placeOfRow(dataset, last),
    value: `equals ${placeOfRow(dataset, first)}`,
  }))
}
