import type { DataConfig } from '../contracts/config.js'

type Roles = Pick<DataConfig, 'features' | 'target' | 'id' | 'time' | 'exclude'> & Partial<Pick<DataConfig, 'group'>>

/** Columns given to the model: as configured, else all but target, id, time, group and excluded ones, in the order of the data. */
export function featureNames(
  { features, target, id, time, group = [], exclude }: Roles,
  columns: readonly string[],
): string[] {
  if (features !== undefined) return [...features]
  const others = new Set([target, id, time, ...group, ...exclude])
  return columns.filter((name) => !others.has(name))
}
