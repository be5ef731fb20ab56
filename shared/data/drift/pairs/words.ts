import { formatNumber } from '../../../report/format.js'
import type { Coded } from '../../profile/pair-tables.js'

const DAY = 86_400_000

/** A cell of a column in words: `"3"`, `others`, `below 3`, `from 3 to below 7`, `from 7`; times as dates. */
export function cellLabel({ cells, isTime }: Coded & { readonly isTime: boolean }, cell: number): string {
  if (cells.of === 'value') {
    const value = cells.values[cell]
    return value === undefined ? 'others' : JSON.stringify(value.slice(0, 40))
  }
  const text = (cut: number | undefined) =>
    isTime && cut !== undefined ? new Date(cut * DAY).toISOString().slice(0, 10) : formatNumber(cut, 4)
  const [low, high] = [cells.cuts[cell - 1], cells.cuts[cell]]
  if (low === undefined && high === undefined) return 'of any size'
  if (low === undefined) return `below ${text(high)}`
  return high === undefined ? `from ${text(low)}` : `from ${text(low)} to below ${text(high)}`
}
