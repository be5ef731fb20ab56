import type { Config } from '../../shared/contracts/config.js'
import type { DatasetProfile } from '../../shared/contracts/data-profile.js'
import { featureNames } from '../../shared/data/features.js'
import type { Label } from '../../shared/data/power.js'

/** A numeric target with more values than this is a quantity unless the configuration says otherwise. */
const MOST_CLASSES = 20

/** The label of the data, null when no target is configured. */
export function labelOf({ data, task }: Pick<Config, 'data' | 'task'>, profile: DatasetProfile): Label | null {
  if (data.target === undefined) return null
  if (task !== undefined) return { name: data.target, kind: task === 'regression' ? 'value' : 'class' }
  const column = profile.columns.find(({ name }) => name === data.target)
  const isQuantity = column?.numeric != null && column.distinct > MOST_CLASSES
  return { name: data.target, kind: isQuantity ? 'value' : 'class' }
}

/** Columns given to the model. */
export function featuresOf({ data }: Pick<Config, 'data'>, profile: DatasetProfile): string[] {
  return featureNames(
    data,
    profile.columns.map(({ name }) => name),
  )
}

/** Columns that make two rows the same: what the model sees, the label and the time. */
export function comparedColumns({ data }: Pick<Config, 'data'>, features: readonly string[]): string[] {
  return [
    ...new Set([
      ...features,
      ...(data.target === undefined ? [] : [data.target]),
      ...(data.time === undefined ? [] : [data.time]),
    ]),
  ]
}
