import type { DataContract } from '../../contracts/data-contract.js'
import type { DriftRules } from './judge.js'

/** The part of a contract that decides about drift. */
export function driftRules({ drift }: Pick<DataContract, 'drift'>): DriftRules {
  const { warn, fail, method, methods, limit, alpha } = drift
  return { warn, fail, method, methods, limit, alpha, maxAuc: drift['max-auc'] }
}

/** Whether a contract asks for more than the index of each column. */
export const asksMore = ({ drift }: Pick<DataContract, 'drift'>): boolean =>
  drift['max-share'] !== undefined || drift.method !== 'psi'
