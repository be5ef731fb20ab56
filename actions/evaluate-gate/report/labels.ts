import { clip, exactLine } from '../../../shared/report/escape.js'
import { formatPercent, missing } from '../../../shared/report/format.js'
import type { Estimate } from '../../../shared/stats/types.js'
import { differenceText, intervalText, subjectText, valueText } from '../figures.js'
import type { Measurement } from '../measure.js'

/** Characters of a name out of the data in a cell, and of one beside a picture. */
const CELL = 120
const PICTURE = 48

/** A text out of the data, on one line and cut. */
export const cellText = (text: string, most = CELL): string => clip(exactLine(text), most)

/** `recall, size = Large`, cut. */
export function subjectCell({ metric, slice }: Pick<Measurement, 'metric' | 'slice'>): string {
  return cellText(subjectText(metric.title, slice))
}

/** Names beside a picture: cut, and told apart where that made two the same. */
export function pictureNames(names: readonly string[], most = PICTURE): string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const short = cellText(name, most)
    const times = (seen.get(short) ?? 0) + 1
    seen.set(short, times)
    return times === 1 ? short : `${short} (${times})`
  })
}

/** `+0.013 (+0.004 … +0.022)`. */
export function changeText(change: Estimate | null): string {
  if (change === null || Number.isNaN(change.value)) return missing
  const interval = change.interval === null ? '' : ` (${intervalText(change.interval, true)})`
  return `${differenceText(change)}${interval}`
}

/** A value with its interval, or why it is undefined. */
export function estimateText(estimate: Estimate): string {
  if (Number.isNaN(estimate.value)) return `${missing} (${cellText(estimate.reason ?? 'undefined')})`
  return estimate.interval === null
    ? valueText(estimate)
    : `${valueText(estimate)} (${intervalText(estimate.interval, false)})`
}

/** Head of a column of differences: `difference (95 %)`. */
export const differenceHead = (confidence: number): string => `difference (${formatPercent(confidence)})`
