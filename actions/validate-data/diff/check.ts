import type { Check } from '../../../shared/contracts/common.js'
import type { LoadedContract } from '../contract.js'
import type { ContractBefore } from './before.js'
import { checkContractVersion } from './diff.js'

/** What changed in the contract, at the level that it asks for; nothing where there is no earlier one or nothing changed. */
export function checkContractChanges(before: ContractBefore | null, loaded: LoadedContract): Check[] {
  if (before === null) return []
  const level = loaded.contract['breaking-changes']
  return checkContractVersion(before.contract, loaded.contract, loaded.place(['version']))
    .filter(({ n }) => n !== 0)
    .map((check) => ({
      ...check,
      verdict: check.verdict === 'fail' && level === 'warn' ? 'warn' : check.verdict,
      message: `${check.message}, against ${before.source}`,
    }))
}
