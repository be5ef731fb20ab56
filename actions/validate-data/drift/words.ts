import type { Measure } from '../../../shared/data/drift/by-method.js'
import type { ColumnJudgement } from '../../../shared/data/drift/judge.js'
import type { DataDrift } from '../../../shared/data/drift/measure.js'
import { METHOD_FACTS } from '../../../shared/data/drift/methods.js'
import type { Since } from '../../../shared/data/drift/since/periods.js'
import type { DriftCell } from '../../../shared/data/drift/types.js'
import { formatFixed, formatNumber, formatPercent, plural } from '../../../shared/report/format.js'

const quoted = (text: string): string => JSON.stringify(text.slice(0, 80))

/**
 * What decided about a column, with its number: `its index is 0.123`; where only a part of the baseline's values is known, with the
 * range that the exact number lies in: `is 0.123 (0.123 to 0.128, from 201 quantiles of the baseline)`.
 */
export function sizeOf({ drift, measure }: ColumnJudgement): string {
  if (measure === null) return `its index is ${formatFixed(drift.psi, 3)}`
  const { effect } = METHOD_FACTS[measure.method]
  const of = measure.of === 'values' ? '' : ` of ${measure.of}`
  return `its ${effect}${of} is ${formatFixed(measure.effect, 3)}${rangeOf(measure)}`
}

/** The range that an effect lies in, with what it was measured from; nothing where it is exact to what is shown. */
export function rangeOf({ method, effect, bound, from }: Measure): string {
  if (from === undefined || bound < 0.0005) return ''
  // The Kolmogorov–Smirnov statistic at some places is at most the one at all of them.
  const low = method === 'ks' ? effect : Math.max(0, effect - bound)
  return ` (${formatFixed(low, 3)} to ${formatFixed(effect + bound, 3)}, from ${from})`
}

/** A p-value in two digits. */
export const pWords = (p: number | null): string => (p !== null && p < 1e-6 ? 'below 0.000001' : formatNumber(p, 2))

/** The chance of such a difference in equal data: `p 0.0012 (chi-square), 0.036 for all columns together`. */
export function chanceOf({ measure, adjusted }: ColumnJudgement): string {
  if (measure === null) return ''
  return `p ${pWords(measure.pValue)} (${measure.pMethod}), ${pWords(adjusted)} after Holm`
}

/** What moved, in shares: of texts the part that decided, else the cell that moved most. */
export function moveOf({ drift, measure }: ColumnJudgement): string {
  const { compared } = drift
  if (measure?.of === 'missing values' && compared !== undefined) {
    const share = ({ rows, missing, nonFinite }: typeof compared.before) =>
      formatPercent((missing + nonFinite) / Math.max(1, rows))
    return `missing values went from ${share(compared.before)} to ${share(compared.now)} of the rows`
  }
  if (compared?.kind !== 'text') return largestMove(drift)
  const { text, textByProfile } = compared
  const words = textByProfile?.words
  if (measure?.token !== undefined) {
    const [n, m] = [text?.before ?? words?.before ?? 1, text?.now ?? words?.now ?? 1]
    const one = [...(text?.tokens ?? []), ...(words?.tokens ?? [])].find(({ token }) => token === measure.token)
    const atMost = one !== undefined && 'atMost' in one && one.atMost ? 'at most ' : ''
    return `${atMost}${formatPercent((one?.before ?? 0) / n)} of the texts held it, and ${formatPercent((one?.now ?? 0) / m)} do`
  }
  if (measure?.of === 'length of the text') return lengthMove(compared)
  const [share, n, m] =
    text === undefined ? [words?.known, words?.before, words?.now] : [text.unknown, text.before, text.now]
  if (share === undefined || n === undefined || m === undefined) return ''
  const of = (hits: number, all: number) => formatPercent(text === undefined ? 1 - hits / all : hits / all)
  return `from ${of(share.before, n)} to ${of(share.now, m)} of the texts`
}

/** Which lengths came or went. */
function lengthMove({ text, textByProfile }: NonNullable<ColumnJudgement['drift']['compared']>): string {
  const median = (values: readonly number[], counts: readonly number[]): number => {
    const half = counts.reduce((sum, count) => sum + count, 0) / 2
    let seen = 0
    const at = counts.findIndex((count) => {
      seen += count
      return seen >= half
    })
    return values[at] ?? 0
  }
  if (text !== undefined) {
    const { values, before, now } = text.lengths
    return `the median went from ${median(values, before)} to ${median(values, now)} characters`
  }
  const lengths = textByProfile?.lengths
  if (lengths == null) return ''
  const { cuts, before, now } = lengths
  const cells = before.map((baseline, i) => ({
    label: `${i === 0 ? '0' : Math.ceil(cuts[i - 1] as number)} … ${i === cuts.length ? '∞' : Math.ceil(cuts[i] as number) - 1} characters`,
    baseline,
    current: now[i] ?? 0,
  }))
  return cellMove(cells, false)
}

/** The cell that moved most, in shares of rows; a sensitive column names no value. */
export const largestMove = ({ cells, compared }: ColumnJudgement['drift']): string =>
  cellMove(cells, compared?.sensitive === true)

function cellMove(cells: readonly DriftCell[], sensitive: boolean): string {
  const [before, now] = [cells.reduce((sum, c) => sum + c.baseline, 0), cells.reduce((sum, c) => sum + c.current, 0)]
  if (before === 0 || now === 0) return ''
  const share = ({ label, baseline, current }: DriftCell) => ({ label, from: baseline / before, to: current / now })
  const most = cells.map(share).sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from))[0]
  if (most === undefined) return ''
  const name = sensitive ? 'one of its values' : quoted(most.label)
  return `${name} went from ${formatPercent(most.from)} to ${formatPercent(most.to)} of the rows`
}

/** Since when something is off, as a part of a sentence. */
export function sinceWords({ since, unit, fromStart }: Since): string {
  if (since === null) return `the last ${unit} is not off any more`
  return fromStart ? `off since the data begin (${since})` : `off since the ${unit} of ${since}`
}

/** When it began and which values are new, each with its own semicolon; nothing where it is not known. */
export function sinceAndNews(column: string, more: DataDrift | null): string {
  const since = more?.since.get(column)
  const unknown = more === null ? [] : [`since when is not known: ${more.undated.get(column) ?? more.sinceReason}`]
  const news = more?.news.get(column) ?? []
  const parts = [
    ...(since === undefined ? unknown : [sinceWords(since)]),
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
