import type { Check } from '../../../shared/contracts/common.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { checkOf } from '../../../shared/core/check.js'
import type { Untold } from '../../../shared/data/drift/slices/tests.js'
import { formatPercent, plural, shortList } from '../../../shared/report/format.js'

/** Slicing columns of `data.slices` by which the data cannot be cut, each with its reason: a name that is not there passes nothing. */
export function checkSliceColumns({ name, slices = [], rows }: DatasetProfile): Check[] {
  return slices.flatMap(({ column, reason }) =>
    reason === null
      ? []
      : [
          checkOf('inconclusive', {
            rule: 'slice-drift',
            subject: `${name}: ${column}`,
            message: `the ${name} data are not sliced by ${JSON.stringify(column)}: ${reason}`,
            expected: 'a column with few values, which may be shown',
            n: rows,
            cure: 'correct the name under `data.slices`, or take it out',
          }),
        ],
  )
}

/** What of the slices of `rows` rows was not compared, as the end of a sentence; empty when all was. */
export function untoldWords(untold: readonly Untold[], rows: number): string {
  return untold
    .map(({ slice, values, rows: left, reason }) =>
      reason === null
        ? `; ${plural(values, 'rarer value')} of ${JSON.stringify(slice)} with ${formatPercent(left / Math.max(1, rows))} of the rows not compared: the 20 commonest of each side are`
        : `; nothing of ${JSON.stringify(slice)} compared: ${reason}`,
    )
    .join('')
}

/** That there is nothing to compare slices with yet: the baseline knows none of the slicing columns. Null when it knows one. */
export function withoutBaseline(untold: readonly Untold[]): string | null {
  if (untold.length === 0 || untold.some(({ reason }) => reason === null)) return null
  const names = shortList(untold.map(({ slice }) => JSON.stringify(slice)))
  return `slices by ${names} were not compared: ${untold[0]?.reason}`
}
