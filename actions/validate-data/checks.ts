import type { Check } from '../../shared/contracts/common.js'
import type { Baseline } from './baseline.js'
import { checkColumns } from './check-columns.js'
import { checkContract, checkDuplicates, checkLabel, checkRows } from './check-dataset.js'
import { checkBaseline, checkDrift } from './check-drift.js'
import { checkLeakage } from './check-leakage.js'
import type { LoadedContract } from './contract.js'
import type { Gathered } from './gather.js'

/** Every check of the stage, in the order of a report: the data as they are, what would fool the test, what has changed. */
export function checksOf(gathered: Gathered, loaded: LoadedContract, baseline: Baseline): Check[] {
  const { evidence, leaks, label, features } = gathered
  const [first] = evidence
  return [
    ...checkContract(loaded),
    ...(first.profile.name === 'train' ? checkRows(first.profile, loaded) : []),
    ...evidence.flatMap((one) => [
      ...checkColumns(one, loaded),
      ...checkDuplicates(one, loaded),
      ...checkLabel(one.profile, label, loaded),
    ]),
    ...checkLeakage(leaks, label, features, loaded),
    ...checkBaseline(baseline),
    ...evidence.flatMap((one) => checkDrift(one, loaded)),
  ]
}
