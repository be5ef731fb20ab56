import type { Config } from '../../shared/contracts/config.js'
import type { ColumnProfile } from '../../shared/contracts/data-profile.js'
import { featureNames } from '../../shared/data/features.js'
import type { Label } from '../../shared/data/power/power.js'
import { taskOfColumn } from '../../shared/data/task.js'

interface Told {
  readonly columns: readonly ColumnProfile[]
}

/** The label of the data, null when no target is configured. */
export function labelOf({ data, task }: Pick<Config, 'data' | 'task'>, profile: Told): Label | null {
  if (data.target === undefined) return null
  const column = profile.columns.find(({ name }) => name === data.target)
  const known = task ?? (column && taskOfColumn(column))
  return { name: data.target, kind: known === 'regression' ? 'value' : 'class' }
}

/** Columns given to the model. */
export function featuresOf(
  { data }: Pick<Config, 'data'>,
  of: { readonly columns: readonly { readonly name: string }[] },
): string[] {
  return featureNames(
    data,
    of.columns.map(({ name }) => name),
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
