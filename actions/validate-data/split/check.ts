import type { Check } from '../../../shared/contracts/common.js'
import type { SplitEvidence } from '../../../shared/data/leakage/measure-split.js'
import type { FeaturePower } from '../../../shared/data/power/power.js'
import type { LoadedContract } from '../contract.js'
import { checkOrder, checkTrainRows } from './order.js'
import { checkSharedRows } from './rows.js'
import { checkShift } from './shift.js'
import { checkTimes } from './times.js'

/**
 * Whether the test score can be believed: what train and test share, what gives the label away by its place, and whether
 * the test data speak for the training data. `powers` are those that the label-leak check has judged: a copy of the
 * label that it has named is not named twice.
 */
export function checkSplit(
  { roles, train, between }: SplitEvidence,
  powers: readonly FeaturePower[],
  loaded: LoadedContract,
): Check[] {
  return [
    ...checkTrainRows(train, roles, powers, loaded),
    ...checkOrder(train.order, roles, between?.times ?? null, loaded),
    ...(between === null
      ? []
      : [
          ...checkSharedRows(between, train, roles, loaded),
          ...(between.times === null ? [] : checkTimes(between.times, loaded)),
          ...checkShift(between, loaded),
        ]),
  ]
}
