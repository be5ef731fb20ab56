import type { Check } from '../../../shared/contracts/common.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { checkOf } from '../../../shared/core/check.js'
import type { ColumnJudgement } from '../../../shared/data/drift/judge.js'
import type { DataDrift } from '../../../shared/data/drift/measure.js'
import { METHOD_FACTS } from '../../../shared/data/drift/methods.js'
import type { SliceDrift } from '../../../shared/data/drift/slices/tests.js'
import {
  formatFixed,
  formatInteger,
  formatNumber,
  formatPercent,
  plural,
  shortList,
} from '../../../shared/report/format.js'
import type { LoadedContract } from '../contract.js'
import { untoldWords, withoutBaseline } from './check-slices.js'
import { rangeOf, sinceWords } from './words.js'

/** Share of drifted columns from which on a dataset has drifted, as with Evidently. */
const DEFAULT_SHARE = 0.5
const SHOWN = 5

/** The share of columns that have drifted; those that could not be measured are not counted, those that cannot be told both ways. */
export function checkDriftShare(
  columns: readonly ColumnJudgement[],
  profile: DatasetProfile,
  loaded: LoadedContract,
  since: DataDrift['since'] = new Map(),
): Check[] {
  const { drift } = loaded.contract
  const most = drift['max-share'] ?? DEFAULT_SHARE
  const judged = columns.filter(({ state }) => state !== 'unmeasured')
  const drifted = judged.filter(({ state }) => state === 'drifted' || state === 'slight')
  const open = judged.filter(({ state }) => state === 'unproven').length
  const share = drifted.length / judged.length
  const names = shortList(drifted.map((one) => JSON.stringify(one.drift.column)))
  const facts = {
    rule: 'dataset-drift',
    subject: profile.name,
    expected: `less than ${formatPercent(most)} of the columns drifted`,
    n: profile.rows,
    details: {
      columns: judged.length,
      drifted: drifted.length,
      unproven: open,
      unmeasured: columns.length - judged.length,
    },
    where: loaded.place(['drift']),
  }
  if (judged.length === 0) {
    if (columns.length === 0) return []
    const message = `no column of the ${profile.name} data could be compared with the baseline`
    return [checkOf('inconclusive', { ...facts, message, cure: 'see what the single columns say' })]
  }
  const counted = `${drifted.length} of ${plural(judged.length, 'column')} of the ${profile.name} data`
  const measured = { ...facts, measured: share }
  if (drifted.length > 0 && share >= most) {
    const [first] = drifted.flatMap((one) => since.get(one.drift.column)?.since ?? []).sort()
    const when = first === undefined ? '' : `; the first of them since ${first}`
    return [
      checkOf(drift.level, {
        ...measured,
        message: `the dataset has drifted: ${counted} have (${names})${when}`,
        cure: 'find out what changed at the source; if the change is real, train on data that hold it',
      }),
    ]
  }
  if (open > 0 && (drifted.length + open) / judged.length >= most) {
    return [
      checkOf('inconclusive', {
        ...measured,
        message: `whether the dataset has drifted cannot be told: ${counted} have, ${open} have too few rows to tell`,
        cure: 'judge more rows',
      }),
    ]
  }
  return [checkOf('pass', { ...measured, message: `${counted} have drifted` })]
}

const METHODS =
  'numbers by Kolmogorov–Smirnov up to 1,000 values and by the Wasserstein distance in standard deviations of the slice above, other values by chi-square, z-test or Jensen–Shannon, texts by their length; missing values: difference of shares, z-test; p after Holm over all'
const OF_ROWS = `every row of both sides: ${METHODS}`
const OF_PROFILES = `every row of these data in the cells of the slice that the baseline profile keeps: ${METHODS}`
const OF_MEANS =
  '; where it keeps none: |difference of means| / standard deviation of the whole baseline column, z-test with a limit of 0.2'

/** Distributions within slices, or means where a profile keeps no more of them; nothing without slices. */
export function checkSlices(
  { slices, sinceReason }: DataDrift,
  profile: DatasetProfile,
  loaded: LoadedContract,
): Check[] {
  if (slices === null) return []
  const { drifted, compared, tooSmall, means, untold } = slices
  const [first] = drifted
  const byMean = means === 0 ? '' : `; ${means} of them by their means alone, as the baseline keeps no more of them`
  const left = untoldWords(untold, profile.rows)
  const facts = {
    rule: 'slice-drift',
    subject: profile.name,
    measured: first?.effect ?? null,
    expected: 'no slice that has moved and not by chance',
    n: profile.rows,
    details: {
      compared,
      drifted: drifted.length,
      tooSmall,
      means,
      valuesNotCompared: untold.reduce((sum, { values }) => sum + values, 0),
      ...(first?.since === undefined ? {} : { since: first.since.since, period: first.since.unit }),
      formula: `${slices.withRows ? OF_ROWS : OF_PROFILES}${means === 0 ? '' : OF_MEANS}`,
    },
    where: loaded.place(['drift']),
  }
  if (compared === 0) {
    const none = withoutBaseline(untold)
    if (none !== null) return [checkOf('pass', { ...facts, message: none })]
    const message = `no slice of the ${profile.name} data has rows enough on both sides${left}`
    return [
      checkOf('inconclusive', { ...facts, message, cure: 'judge more rows, or slice by a column with fewer values' }),
    ]
  }
  if (first === undefined) {
    const message = `${plural(compared, 'comparison')} within slices: none has drifted${byMean}${left}`
    return [checkOf('pass', { ...facts, message })]
  }
  const words = drifted.slice(0, SHOWN).map((one) => {
    const slice = `${one.slice} = ${one.value === null ? 'missing' : JSON.stringify(one.value.slice(0, 60))}`
    const when = one.since === undefined ? '' : `; ${sinceWords(one.since)}`
    return { where: slice.slice(0, 100), value: `${one.column.slice(0, 60)}: ${sizeOfSlice(one)}${when}` }
  })
  const unknown = first.since === undefined ? `; since when is not known: ${whyUndated(first, sinceReason)}` : ''
  return [
    checkOf(loaded.contract.drift.level, {
      ...facts,
      message: `${plural(drifted.length, 'column of a slice has', 'columns of slices have')} drifted, most of all where ${words[0]?.where}: ${words[0]?.value} (${plural(first.rowsBefore, 'row')} of the baseline, ${formatInteger(first.rowsNow)} of these)${unknown}${byMean}${left}`,
      examples: words,
      cure: 'look at the rows of the slice; a part that moved hides in the whole',
    }),
  ]
}

const whyUndated = ({ of }: SliceDrift, reason: string): string =>
  of === 'mean' ? 'the baseline keeps nothing but the mean' : reason

/** What moved within a slice, with its number. */
function sizeOfSlice({ of, measure, effect, before, now }: SliceDrift): string {
  if (measure !== undefined) {
    const what = of === 'length' ? 'length of the text, ' : ''
    return `${what}${METHOD_FACTS[measure.method].effect} ${formatFixed(effect, 3)}${rangeOf(measure)}`
  }
  return of === 'mean'
    ? `mean from ${formatNumber(before)} to ${formatNumber(now)}`
    : `missing from ${formatPercent(before)} to ${formatPercent(now)}`
}

/** Whether a model tells the rows from those of the baseline; nothing without the rows of the baseline. */
export function checkJoint(
  { joint, sinceReason }: DataDrift,
  profile: DatasetProfile,
  loaded: LoadedContract,
): Check[] {
  if (joint === null) return []
  const { drift } = loaded.contract
  const limit = drift['max-auc']
  const tellers = joint.tellers.filter(({ share }) => share >= 0.05).slice(0, SHOWN)
  const facts = {
    rule: 'joint-drift',
    subject: profile.name,
    measured: joint.auc,
    expected: `an AUC below ${limit}, or an interval that reaches 0.5`,
    n: joint.now,
    interval: joint.interval,
    details: {
      formula:
        'ROC AUC of boosted bins and pairs of bins that tell current rows from those of the baseline, out of fold (3), DeLong interval',
      baselineRows: joint.before,
      columns: joint.columns,
      columnsLeftOut: joint.columnsLeftOut,
      ...(joint.since === null ? {} : { since: joint.since.since, period: joint.since.unit }),
      ...Object.fromEntries(tellers.map(({ name, share }) => [`tells: ${name}`, Number(share.toFixed(3))])),
    },
    where: loaded.place(['drift']),
  }
  if (joint.auc === null || joint.interval === null) {
    const message = `whether the columns have drifted jointly could not be measured: ${joint.reason}`
    return [checkOf('inconclusive', { ...facts, message, cure: 'judge more rows' })]
  }
  const auc = formatFixed(joint.auc, 3)
  const range = `${formatFixed(joint.interval.low, 3)} to ${formatFixed(joint.interval.high, 3)}`
  if (joint.auc < limit || joint.interval.low <= 0.5) {
    const wide = joint.interval.high >= 0.75
    const message = `rows are told from those of the baseline with an AUC of ${auc} (${range}); 0.5 is not at all`
    return [checkOf(wide ? 'inconclusive' : 'pass', { ...facts, message, cure: 'judge more rows' })]
  }
  const when = joint.since === null ? `since when is not known: ${sinceReason}` : sinceWords(joint.since)
  const names = tellers.map(({ name, share }) => `${JSON.stringify(name)} (${formatPercent(share, 2)})`).join(', ')
  return [
    checkOf(drift.level, {
      ...facts,
      message: `rows are told from those of the baseline with an AUC of ${auc} (${range}), by ${names}; ${when}`,
      cure: 'look at these columns together: each alone may look as before',
    }),
  ]
}
