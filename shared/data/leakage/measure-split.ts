import type { DataEngine } from '../engine/engine.js'
import { measureCategories, type NewCategories } from './categories.js'
import { type Conflicts, type CrossConflicts, measureConflicts, measureCrossConflicts } from './conflicts.js'
import { type LabelCopy, measureCopies } from './copies.js'
import { type LabelShift, measureLabels } from './labels.js'
import { measureNearRows, type NearRows } from './near-rows.js'
import { measureNearTexts, type NearTexts } from './near-texts.js'
import { measureOrder, type OrderEvidence } from './order.js'
import { measurePowerChange, type PowerChange } from './power-change.js'
import { measureSharedKeys, type SharedKeys } from './shared-keys.js'
import type { Side, SplitRoles } from './sides.js'
import { measureTimes, type TimeSplit } from './times.js'

/** What is known of train alone. */
export interface TrainEvidence {
  /** Null where there are no classes. */
  readonly conflicts: Conflicts | null
  readonly copies: readonly LabelCopy[]
  readonly order: OrderEvidence
}

/** What is known of train and test together. */
export interface BetweenEvidence {
  readonly trainRows: number
  readonly testRows: number
  readonly ids: SharedKeys | null
  /** Whether ids are whole numbers that fill the same range on both sides, as when each file counts its rows. */
  readonly idsCountRows: boolean
  readonly groups: SharedKeys | null
  readonly conflicts: CrossConflicts | null
  readonly times: TimeSplit | null
  readonly nearRows: NearRows
  readonly nearTexts: readonly NearTexts[]
  readonly labels: LabelShift | null
  readonly categories: readonly NewCategories[]
  readonly powers: readonly PowerChange[]
}

export interface SplitEvidence {
  readonly roles: SplitRoles
  readonly train: TrainEvidence
  /** Null when there are no test data. */
  readonly between: BetweenEvidence | null
}

/**
 * Everything that could make the test score a lie, or training on the data as they stand: measured, not judged. Each
 * question is asked only where its columns are there. Costs one or two passes over each dataset a question; what leaves
 * the engine is bounded (see the modules).
 */
export async function measureSplit(
  engine: DataEngine,
  train: Side,
  test: Side | null,
  roles: SplitRoles,
): Promise<SplitEvidence> {
  const { label, features } = roles
  const classes = label?.kind === 'class' ? label : null
  return {
    roles,
    train: {
      conflicts: classes === null ? null : await measureConflicts(engine, train.dataset, features, classes.name),
      copies: label === null ? [] : await measureCopies(engine, train, label.name, features),
      order: await measureOrder(engine, train, roles),
    },
    between: test === null ? null : await between(engine, train, test, roles),
  }
}

async function between(engine: DataEngine, train: Side, test: Side, roles: SplitRoles): Promise<BetweenEvidence> {
  const { label, id, time, group } = roles
  const features = roles.features.filter((name) => name !== label?.name)
  const [a, b] = [train.dataset, test.dataset]
  const classes = label?.kind === 'class' ? label : null
  return {
    trainRows: a.rows,
    testRows: b.rows,
    ids: id === undefined ? null : await measureSharedKeys(engine, a, b, [id]),
    idsCountRows: countRows(train, id) && countRows(test, id),
    groups: group.length === 0 ? null : await measureSharedKeys(engine, a, b, group),
    conflicts: classes === null ? null : await measureCrossConflicts(engine, a, b, features, classes.name),
    times: time === undefined ? null : await measureTimes(engine, train, test, time),
    nearRows: await measureNearRows(engine, train, test, features),
    nearTexts: await measureNearTexts(engine, train, test, features),
    labels: label === null ? null : await measureLabels(engine, train, test, label),
    categories: await measureCategories(engine, train, test, features),
    powers: label === null ? [] : await measurePowerChange(engine, train, test, label, features),
  }
}

/** Whether a column holds the numbers from 0 or 1 to the number of rows. */
function countRows({ profile }: Side, name: string | undefined): boolean {
  const facts = profile.columns.find((column) => column.name === name)
  if (facts?.type !== 'integer' || facts.numeric === null) return false
  const { min, max } = facts.numeric
  return (min === 0 || min === 1) && max - min + 1 === facts.distinct && facts.distinct === profile.rows
}
