import type { Check } from '../../shared/contracts/common.js'
import { checkContract, checkDuplicates, checkLabel, checkRows } from './check-dataset.js'
import { checkNames } from './check-names.js'
import type { LoadedContract } from './contract.js'
import type { ContractBefore } from './diff/before.js'
import { checkContractChanges } from './diff/check.js'
import type { Baseline } from './drift/baseline.js'
import { checkBaseline, checkDrift } from './drift/check.js'
import { checkSliceColumns } from './drift/check-slices.js'
import type { Gathered } from './gather.js'
import { checkSplit } from './split/check.js'
import { checkLeakage } from './split/leakage.js'

/** Every check of the stage, in the order of a report: the data as they are, what would fool the test, what has changed. */
export function checksOf(
  gathered: Gathered,
  loaded: LoadedContract,
  baseline: Baseline,
  before: ContractBefore | null,
): Check[] {
  const { evidence, leaks, split, label, features } = gathered
  const [first] = evidence
  return [
    ...checkContract(loaded),
    ...checkContractChanges(before, loaded),
    ...(first.profile.name === 'train' ? checkRows(first.profile, loaded) : []),
    ...evidence.flatMap((one) => [
      ...checkNames(one.profile, loaded),
      ...one.answers,
      ...checkDuplicates(one, loaded),
      ...checkLabel(one.profile, label, loaded),
    ]),
    ...checkLeakage(leaks, label, features, loaded),
    ...checkSplit(split, leaks.powers, loaded),
    ...evidence.flatMap(({ profile }) => checkSliceColumns(profile)),
    ...checkBaseline(baseline),
    ...evidence.flatMap((one) => checkDrift(one, loaded)),
  ]
}
