import type { ColumnJudgement } from '../../../shared/data/drift/judge.js'
import type { DataDrift } from '../../../shared/data/drift/measure.js'
import { METHOD_FACTS } from '../../../shared/data/drift/methods.js'
import type { DriftCell } from '../../../shared/data/drift.js'
import { formatFixed, formatNumber, formatPercent, plural } from '../../../shared/report/format.js'

const quoted = (text: string): string => JSON.stringify(text.slice(0, 80))

/** What decided about a column, with its number: `its index is 0.123`. */
export function sizeOf({ drift, measure }: ColumnJudgement): string {
  if (measure === null) return `its index is ${formatFixed(drift.psi, 3)}`
  const { effect } = METHOD_FACTS[measure.method]
  const of = measure.of === 'values' ? '' : ` of ${measure.of}`
  return `its ${effect}${of} is ${formatFixed(measure.effect, 3)}`
}

/** The chance of such a difference in equal data: `p 0.0012 (chi-square), 0.036 for all columns together`. */
export function chanceOf({ measure, adjusted }: ColumnJudgement): string {
  if (measure === null) return ''
  const p = (value: number | null) => (value !== null && value < 1e-6 ? 'below 0.000001' : formatNumber(value, 2))
  return `p ${p(measure.pValue)} (${measure.pMethod}), ${p(adjusted)} after Holm`
}

/** The cell that moved most, in shares of rows; a sensitive column names no value. */
export function largestMove({ cells, compared }: ColumnJudgement['drift']): string {
  const [before, now] = [cells.reduce((sum, c) => sum + c.baseline, 0), cells.reduce((sum, c) => sum + c.current, 0)]
  if (before === 0 || now === 0) return ''
  const share = ({ label, baseline, current }: DriftCell) => ({ label, from: baseline / before, to: current / now })
  const most = cells.map(share).sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from))[0]
  if (most === undefined) return ''
  const name = compared?.sensitive ? 'one of its values' : quoted(most.label)
  return `${name} went from ${formatPercent(most.from)} to ${formatPercent(most.to)} of the rows`
}

/** When it began and which values are new, each with its own semicolon; nothing where it is not known. */
export function sinceAndNews(column: string, more: DataDrift | null): string {
  const since = more?.since.get(column)
  const news = more?.news.get(column) ?? []
  const parts = [
    ...(since === undefined
      ? []
      : [
          since.since === null
            ? `the last ${since.unit} is not off any more`
            : since.fromStart
              ? `off since the data begin (${since.since})`
              : `off since the ${since.unit} of ${since.since}`,
        ]),
    ...(news.length === 0
      ? []
      : [`new: ${news.map(({ value, count }) => `${quoted(value)} (${plural(count, 'row')})`).join(', ')}`]),
  ]
  return parts.map((part) => `; ${part}`).join('')
}

/** Shares of NaN and infinities of both sides; nothing when there are none. */
export function nonFiniteDetails({ compared }: ColumnJudgement['drift']): Record<string, number> {
  if (compared === undefined || compared.before.nonFinite + compared.now.nonFinite === 0) return {}
  return {
    nonFiniteBefore: compared.before.nonFinite / Math.max(1, compared.before.rows),
    nonFiniteNow: compared.now.nonFinite / Math.max(1, compared.now.rows),
  }
}
