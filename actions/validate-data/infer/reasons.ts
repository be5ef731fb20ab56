import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { formatInteger, formatPercent, partOf, plural } from '../../../shared/report/format.js'
import { duplicateShare } from './bounds.js'

/** Why a contract asks for so many rows. */
export const rowsReason = ({ rows }: DatasetProfile): string => `half of the ${plural(rows, 'row')} seen`

/** Why it lets so many rows be copies of others. */
export function copiesReason(profile: DatasetProfile): string {
  const { rows, duplicates } = profile
  const seen = `extra copies seen: ${partOf(duplicates.extra, rows, 'row')}`
  return duplicates.extra > 0 || duplicateShare(profile) === 0 ? seen : `${seen}; no column tells the rows apart`
}

/** Why it asks for such a share of the rarest class, which has `count` of `labels`. */
export function classReason(count: number, labels: number, share: number): string {
  const seen = count / labels
  if (share >= Math.floor((seen / 2) * 10_000) / 10_000) return 'half of the share of the rarest class'
  return `the rarest class has ${formatPercent(seen)}; slack for ${formatInteger(labels)} labels`
}
