import type { Interval, Measured } from '../../shared/contracts/common.js'
import type { SloConfig } from '../../shared/contracts/monitor-config.js'
import type { SloResult, SloState } from '../../shared/contracts/monitoring.js'
import { formatInteger, formatInterval, formatPercent, formatTime } from '../../shared/report/format.js'
import { wilson } from '../../shared/stats/intervals.js'
import { decimal } from '../../shared/stats/numeric.js'

export interface Counts {
  readonly good: number
  readonly total: number
}

export interface Objective {
  readonly objective: number
  readonly minEvents: number
  /** Level of the interval. */
  readonly confidence: number
}

/** Sum of slices. */
export function sum(slices: readonly Counts[]): Counts {
  return { good: slices.reduce((n, { good }) => n + good, 0), total: slices.reduce((n, { total }) => n + total, 0) }
}

/** The goal that an objective of plumbline.yml sets. */
export function goalOf(config: SloConfig, confidence: number): Objective {
  return { objective: config.objective, minEvents: config['min-events'], confidence }
}

/** Share of good rows with its Wilson interval. */
export function attainmentOf({ good, total }: Counts, confidence: number): Measured {
  if (total === 0) return { value: null, n: 0, interval: null, reason: 'no row counts' }
  return { value: good / total, n: total, interval: wilson(good, total, confidence), reason: null }
}

/** Where the interval lies: `ok` and `breach` only when all of it is on one side; never `ok` without data. */
export function stateOf(counts: Counts, { objective, minEvents, confidence }: Objective): SloState {
  const { interval } = attainmentOf(counts, confidence)
  if (counts.total < minEvents || interval === null) return 'insufficient-data'
  if (interval.low >= objective) return 'ok'
  return interval.high < objective ? 'breach' : 'inconclusive'
}

/** Share of the error budget used: bad / ((1 − objective) × total) (SRE workbook, chapter 2); null without rows. */
export function budgetUsed({ good, total }: Counts, objective: number): number | null {
  return total === 0 ? null : decimal((total - good) / ((1 - objective) * total))
}

/** Whole rows of so many that may be bad: (1 − objective) × total. */
export function allowedBad(total: number, objective: number): number {
  return Math.floor(decimal((1 - objective) * total))
}

/** The highest burn rate that can be: every row bad, 1 / (1 − objective) (SRE workbook, chapter 5). */
export function highestBurnRate(objective: number): number {
  return 1 / (1 - objective)
}

/** Rows after which an interval of this share would no longer hold the objective, or null when they are the same. */
export function eventsToDecide(share: number, { objective, confidence }: Objective): number | null {
  if (share === objective) return null
  const decides = (n: number) => {
    const interval = wilson(share * n, n, confidence) as Interval
    return interval.low >= objective || interval.high < objective
  }
  let high = 2
  while (!decides(high)) {
    if (high > 1e9) return null
    high *= 2
  }
  let low = high / 2
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (decides(middle)) high = middle
    else low = middle
  }
  return high
}

/** What a state means, in one sentence with its numbers. */
export function explainState(
  state: SloState,
  counts: Counts,
  goal: Objective,
  context: { newest: string | null; maxAge: string },
): string {
  const { good, total } = counts
  const { value, interval } = attainmentOf(counts, goal.confidence)
  const share = `${formatPercent(value)} (${formatInteger(good)} of ${formatInteger(total)}, ${formatPercent(goal.confidence)} interval ${percentInterval(interval)})`
  const wanted = formatPercent(goal.objective)
  switch (state) {
    case 'ok':
      return `${share} is at or above the objective of ${wanted}`
    case 'breach':
      return `${share} is below the objective of ${wanted}`
    case 'inconclusive': {
      const needed = eventsToDecide(value as number, goal)
      const more = needed === null ? '' : `; at this share about ${formatInteger(needed)} rows would decide`
      return `${share} may lie on either side of the objective of ${wanted}${more}`
    }
    case 'insufficient-data':
      return `${formatInteger(total)} rows count in the window, ${formatInteger(goal.minEvents)} are needed; no verdict on the objective of ${wanted}`
    case 'stale':
      return context.newest === null
        ? 'the log has no row with a time up to now'
        : `the newest row is from ${formatTime(context.newest)}, older than ${context.maxAge}: what happens now is not known`
    case 'error':
      return 'the condition could not be evaluated'
  }
}

function percentInterval(interval: Interval | null): string {
  if (interval === null) return '–'
  return `${formatInterval(interval.low * 100, interval.high * 100)} %`
}

/** Slices with fewer rows than this are not judged on their own. */
export const SLICE_ROWS = 30

/** Slices with enough rows to be judged on their own, and how many of them reach the objective. */
export function slicesMeeting(slo: Pick<SloResult, 'series' | 'objective'>): {
  met: number
  judged: number
  skipped: number
} {
  const judged = slo.series.filter(({ total }) => total >= SLICE_ROWS)
  return {
    met: judged.filter(({ good, total }) => good / total >= slo.objective).length,
    judged: judged.length,
    skipped: slo.series.length - judged.length,
  }
}
