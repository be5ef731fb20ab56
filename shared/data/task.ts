import type { ColumnProfile } from '../contracts/data-profile.js'

/** Tasks that a column of true values tells. */
export type InferredTask = 'binary' | 'multiclass' | 'regression'

/** Whole numbers with more values than this are a quantity. */
const MOST_CLASSES = 20

/** What the task is when nobody says it: up to two values, then a quantity, else classes. */
export function inferTask(values: { distinct: number; numeric: boolean; fraction: boolean }): InferredTask {
  if (values.distinct <= 2) return 'binary'
  const isQuantity = values.numeric && (values.fraction || values.distinct > MOST_CLASSES)
  return isQuantity ? 'regression' : 'multiclass'
}

/** {@link inferTask} of a profiled column. */
export function taskOfColumn({
  distinct,
  numeric,
  top,
}: Pick<ColumnProfile, 'distinct' | 'numeric' | 'top'>): InferredTask {
  const fraction = top.some(({ value }) => !Number.isInteger(Number(value)))
  return inferTask({ distinct, numeric: numeric !== null, fraction })
}
