import type { DataContract } from '../../shared/contracts/data-contract.js'
import type { ColumnProfile, DatasetProfile } from '../../shared/contracts/data-profile.js'
import type { FeaturePower } from '../../shared/data/power/power.js'
import { taskOfColumn } from '../../shared/data/task.js'
import { plural } from '../../shared/report/format.js'

export interface Guess {
  readonly target: string
  readonly task: 'binary' | 'multiclass' | 'regression'
  readonly positive: string | null
  /** Standard deviation of a number to predict; null for classes. */
  readonly spread: number | null
  readonly id: string | null
  readonly time: string | null
  readonly features: readonly string[]
  /** Columns that are left out, with the reason, for the comments of plumbline.yml. */
  readonly excluded: readonly { name: string; reason: string }[]
  /** Those of the excluded that alone tell the target. */
  readonly leaks: readonly string[]
  /** Why this target. */
  readonly reason: string
}

const TARGET_NAMES =
  /^(target|label|labels|class|outcome|y|churn(ed)?|clicked|converted|default(ed)?|damage[d]?|diagnosis|fraud|is_fraud|response|species|survived|won|price|quality|sale_?price|score)$/i
const POSITIVE = /^(1|true|yes|y|t|positive|malignant|spam|fraud)$/i
const MAX_CLASSES = 20
const MAX_CATEGORIES_SHARE = 0.5

/** Target, task, id, time and features out of the profile of a table. Null when no column can be the target. */
export function guess(table: DatasetProfile, wanted?: string): Guess | null {
  const { columns } = table
  const id = columns.find((column) => isId(column)) ?? null
  const target =
    wanted === undefined
      ? likelyTarget(columns.filter((column) => column !== id))
      : columns.find((column) => column.name === wanted)
  if (!target) return null
  const time =
    columns.find((column) => column !== target && (column.type === 'date' || column.type === 'timestamp')) ?? null
  const excluded = columns.flatMap((column) => {
    const reason = column === target || column === id || column === time ? null : unfit(column)
    return reason ? [{ name: column.name, reason }] : []
  })
  const left = new Set([target.name, id?.name, time?.name, ...excluded.map((column) => column.name)])
  const task = taskOfColumn(target)
  return {
    target: target.name,
    task,
    positive: task === 'binary' ? positiveOf(target) : null,
    spread: task === 'regression' ? (target.numeric?.sd ?? null) : null,
    id: id?.name ?? null,
    time: time?.name ?? null,
    features: columns.map((column) => column.name).filter((name) => !left.has(name)),
    excluded,
    leaks: [],
    reason: wanted !== undefined ? 'as you said' : reasonFor(target, task),
  }
}

/** Below the limit of the check by this much is near enough: the check asks again, of fewer rows. */
const NEAR = 0.01

/** What to think of a column that was left out as a leak. */
export const LEAK_ADVICE =
  'A column that alone tells the target is often known only after it. If yours is honest, list it under `features` and raise `leakage.max-power` in the contract.'

/**
 * Without the features that alone tell the target, for validate-data would stop at them. All stay when none would be left.
 */
export function withoutLeaks(choice: Guess, powers: readonly FeaturePower[], limits: DataContract['leakage']): Guess {
  const leaks = powers.flatMap(({ feature, power, rare }) => {
    if (power !== null && power > limits['max-power'] - NEAR) return [{ name: feature, power }]
    return rare !== null && rare.power > limits['max-rare-power'] - NEAR ? [{ name: feature, power: rare.power }] : []
  })
  if (leaks.length === choice.features.length) return choice
  return {
    ...choice,
    features: choice.features.filter((name) => !leaks.some((leak) => leak.name === name)),
    excluded: [...choice.excluded, ...leaks.map(({ name, power }) => ({ name, reason: leakReason(power) }))],
    leaks: leaks.map(({ name }) => name),
  }
}

const leakReason = (power: number) => `it alone tells the target, with a power of ${power.toFixed(2)} of 1`

function likelyTarget(columns: readonly ColumnProfile[]): ColumnProfile | undefined {
  const usable = columns.filter(
    (column) => column.distinct > 1 && column.type !== 'date' && column.type !== 'timestamp',
  )
  return (
    usable.find((column) => TARGET_NAMES.test(column.name)) ??
    usable.findLast((column) => column.distinct === 2) ??
    usable.findLast((column) => column.distinct <= MAX_CLASSES) ??
    usable.findLast((column) => column.numeric !== null)
  )
}

function reasonFor(target: ColumnProfile, task: Guess['task']): string {
  if (TARGET_NAMES.test(target.name)) return 'because of its name'
  return task === 'regression'
    ? 'because it is the last column with numbers'
    : 'because it is the last column with few different values'
}

function isId(column: ColumnProfile): boolean {
  const everyRow = column.missing === 0 && column.distinct === column.rows && column.rows > 1
  return everyRow && /(^|[_\- ])(id|key|uuid|guid|index)$/i.test(column.name) && column.type !== 'number'
}

function unfit(column: ColumnProfile): string | null {
  const present = column.rows - column.missing
  if (present === 0) return 'no value at all'
  if (column.distinct <= 1) return 'the same value everywhere'
  if (column.type === 'date' || column.type === 'timestamp') return 'a second time column'
  if (column.type === 'string' && column.distinct > MAX_CATEGORIES_SHARE * present)
    return `text with ${plural(column.distinct, 'different value')}`
  return null
}

/** The value that reads as a yes, else the rarer one. */
function positiveOf(target: ColumnProfile): string | null {
  return target.top.find(({ value }) => POSITIVE.test(value))?.value ?? target.top.at(-1)?.value ?? null
}
