import type { Check } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import {
  agree,
  decimalsOf,
  formatFixed,
  formatGiven,
  formatInteger,
  plural,
  shortList,
} from '../../../shared/report/format.js'
import { DENOMINATORS, type Rate } from '../../../shared/stats/bias/rates.js'
import type { ClassSample } from '../../../shared/stats/sample.js'
import type { Interval } from '../../../shared/stats/types.js'
import { certaintyText, valueText } from '../figures.js'
import { measured as figure } from '../measure.js'
import { roundedOrNull } from '../rounding.js'
import { type Grouping, groupText, type Values } from './groups.js'
import { type Few, type JudgedComparison, type JudgedRate, outcomeOf, verdictOfOutcome } from './judge.js'

export const RATE_TITLES: Readonly<Record<Rate, string>> = {
  selection_rate: 'selection rate',
  tpr: 'true positive rate',
  fpr: 'false positive rate',
  fnr: 'false negative rate',
  fdr: 'false discovery rate',
  for: 'false omission rate',
}

/** One check for each declared rate of a part. `placeOf` is the line of the i-th part; `classes` tells classes apart. */
export function biasChecks(
  judged: readonly JudgedRate[],
  tellsClasses: boolean,
  placeOf: (index: number) => Check['where'],
): Check[] {
  return judged.map((one) => {
    const { grouping } = one.measured
    const where = placeOf(grouping.index)
    const worst = one.comparisons[0]
    return worst === undefined ? untested(one, where) : compared(one, worst, tellsClasses, where)
  })
}

/** `0.8 … 1.25`. */
export function boundsText(tau: number): string {
  return `${formatGiven(tau)} … ${formatGiven(1 / tau)}`
}

/** What a group is compared with: `sex = f`, or all rows. */
export function referenceText({ config }: Grouping, reference: Values | null): string {
  return reference === null ? 'all rows' : groupText(config.columns, reference)
}

/** `selection rate by sex`; of several columns `selection rate by sex × age`; `…, against all rows` where that is declared. */
export function subjectOf({ rate, measured }: JudgedRate): string {
  const { reference, config } = measured.grouping
  const subject = `${RATE_TITLES[rate]} by ${config.columns.join(' × ')}`
  if (reference === 'majority') return subject
  if (reference === 'min') return `${subject}, against the lowest`
  return `${subject}, against ${referenceText(measured.grouping, reference === 'overall' ? null : reference.values)}`
}

/** A ratio with the decimals that its interval carries. */
export function ratioText(value: number, interval: Interval | null): string {
  const width = interval === null ? Number.NaN : interval.high - interval.low
  return formatFixed(value, Math.min(4, Math.max(2, decimalsOf(width))))
}

/** What is said of rows that are weighted or clustered; null when each counts once. */
export function designText({ weights, clustered }: Pick<ClassSample, 'weights' | 'clustered'>): string | null {
  if (weights === null && !clustered) return null
  const why = [
    ...(weights === null ? [] : ['rows are weighted']),
    ...(clustered ? ['rows of one cluster (data.group) depend on each other'] : []),
  ]
  return `Rates by group: ${why.join(' and ')}, so intervals take effective counts, p (1 − p) by the variance of the rate over ${clustered ? 'clusters' : 'blocks of rows'} (Rao–Scott), and min-rows holds for those.`
}

/** What is said of groups that are too small; null when there is none. */
export function smallText({ small, config }: Grouping): string | null {
  if (small.length === 0) return null
  const names = [...small]
    .sort((a, b) => b.rows.length - a.rows.length)
    .map(({ values, rows }) => `${groupText(config.columns, values)} (${formatInteger(rows.length)})`)
  return `${plural(small.length, 'group')} ${agree(small.length, 'has', 'have')} fewer than ${plural(config['min-rows'], 'row')} and ${agree(small.length, 'was', 'were')} not compared: ${shortList(names, 10)}`
}

function compared(one: JudgedRate, worst: JudgedComparison, tellsClasses: boolean, where: Check['where']): Check {
  const { grouping } = one.measured
  const { config } = grouping
  const { ratio, difference } = worst
  const outcome = outcomeOf(one.comparisons)
  const count = (wanted: string) => one.comparisons.filter((comparison) => comparison.outcome === wanted).length
  return checkOf(verdictOfOutcome(outcome, config.level), {
    rule: 'bias-ratio',
    subject: subjectOf(one),
    message: messageOf(one, worst, tellsClasses),
    measured: roundedOrNull(ratio.candidate.value),
    expected: `a ratio of ${boundsText(config.tau)}`,
    n: ratio.candidate.n,
    interval: figure(ratio.candidate).interval,
    details: {
      measure: one.rate,
      class: worst.class,
      group: groupText(config.columns, worst.group),
      reference: referenceText(grouping, worst.reference),
      rate: roundedOrNull(worst.rateOfGroup.value),
      referenceRate: roundedOrNull(worst.rateOfReference.value),
      difference: roundedOrNull(difference.candidate.value),
      baselineRatio: roundedOrNull(ratio.baseline?.value),
      tau: config.tau,
      within: count('within'),
      outside: count('outside'),
      open: count('open'),
      smallGroups: grouping.small.length,
      level: config.level,
      comparisons: one.family,
    },
    cure: cureOf(one, worst),
    where,
  })
}

function messageOf(one: JudgedRate, worst: JudgedComparison, tellsClasses: boolean): string {
  const { grouping } = one.measured
  const { config } = grouping
  const group = groupText(config.columns, worst.group)
  const title = `${RATE_TITLES[one.rate]}${tellsClasses ? ` (class ${worst.class})` : ''}`
  const reference = referenceText(grouping, worst.reference)
  const { value, interval } = worst.ratio.candidate
  const bounds = boundsText(config.tau)
  const rate = (estimate: JudgedComparison['rateOfGroup']) => valueText(estimate)
  const figures =
    interval === null
      ? ''
      : `the ${title} of ${group} is ${ratioText(value, interval)} ${value < 1 ? 'of' : 'times'} that of ${reference} (${certaintyText({ ...worst.ratio.candidate, interval }, false)}): ${rate(worst.rateOfGroup)} against ${rate(worst.rateOfReference)}`
  const others = one.comparisons.slice(1)
  const same = others.filter(({ outcome }) => outcome === worst.outcome).length
  const small = smallText(grouping)
  const tail = small === null ? '.' : `. ${small}.`
  switch (worst.outcome) {
    case 'outside':
      return `${figures}; it has to be within ${bounds}${same === 0 ? '' : `. ${plural(same, 'more comparison')} ${agree(same, 'is', 'are')} outside`}${tail}`
    case 'within': {
      const all = one.comparisons.length
      return `${all === 1 ? '' : `of ${plural(all, 'comparison')} the furthest from 1: `}${figures}; it has to be within ${bounds}${tail}`
    }
    case 'open':
      return `${whyOpen(one, worst, title, group, reference, figures)}${same === 0 ? '' : `. ${plural(same, 'more comparison')} ${agree(same, 'is', 'are')} open`}${tail}`
  }
}

function whyOpen(
  one: JudgedRate,
  worst: JudgedComparison,
  title: string,
  group: string,
  reference: string,
  figures: string,
): string {
  const { config } = one.measured.grouping
  const bounds = boundsText(config.tau)
  const open = worst.open ?? { kind: 'interval' as const }
  switch (open.kind) {
    case 'few': {
      const who =
        open.who === 'group'
          ? `${group} has`
          : reference === 'all rows'
            ? `the rows beside ${group} have`
            : `${reference} has`
      const least = formatInteger(open.least)
      return `the ${title} of ${group} is not compared with that of ${reference}: ${who} ${formatInteger(open.rows)} ${DENOMINATORS[one.rate]}${countsText(open)}, and fewer than ${least} decide nothing`
    }
    case 'small-reference':
      return `the ${title} of ${group} is not compared: the reference ${reference} has ${plural(open.rows, 'row')}, and fewer than ${formatInteger(config['min-rows'])} decide nothing`
    case 'undefined':
      return `the ${title} of ${group} cannot be divided by that of ${reference}: ${open.reason}`
    case 'chance':
      return `${figures}; alone this would count as outside ${bounds}, among ${plural(one.family, 'comparison')} it may be chance (Holm)`
    case 'interval':
      return `${figures}; whether it is within ${bounds} is not decided by these rows`
  }
}

/** What so many rows are of, or count like. */
function countsText({ what, have }: Few): string {
  if (what === 'clusters') return ` of ${plural(have, 'cluster')}`
  return what === 'rows' ? '' : ` that count like ${formatFixed(have, 1)} by their weights or clusters`
}

function cureOf(one: JudgedRate, worst: JudgedComparison): string {
  const { grouping } = one.measured
  const { config } = grouping
  const group = groupText(config.columns, worst.group)
  if (worst.outcome !== 'open') {
    return `look at the rows of ${group}, and at what the model makes of columns that go with ${config.columns.join(' and ')}; if such a ratio is meant, lower tau or take ${one.rate} out of measures`
  }
  switch (worst.open?.kind) {
    case 'few':
      if (worst.open.what === 'clusters') {
        return `give rows of at least ${worst.open.least} clusters (data.group) of each group, or take ${one.rate} out of measures`
      }
      return `give at least ${config['min-rows']} ${DENOMINATORS[one.rate]} of each group, raise min-rows so that the group is left out and listed, or take ${one.rate} out of measures`
    case 'small-reference':
      return 'give more test rows of the reference, or name another one'
    case 'undefined':
      return `name another reference, or take ${one.rate} out of measures`
    case 'chance':
      return 'give more test rows, or compare fewer groups and measures'
    default:
      return moreRows(worst, config.tau)
  }
}

/** Rows shrink an interval with their root: the room from the ratio to the bounds tells how many would do. */
function moreRows({ ratio }: JudgedComparison, tau: number): string {
  const { value, interval } = ratio.candidate
  const otherwise = 'give many more test rows, or lower tau'
  if (interval === null || !(value > 0) || !(interval.low > 0)) return otherwise
  const down = Math.log(value / interval.low)
  const up = Math.log(interval.high / value)
  const needed =
    value < tau
      ? up / Math.log(tau / value)
      : value * tau > 1
        ? down / Math.log(value * tau)
        : Math.max(down / Math.log(value / tau), up / -Math.log(value * tau))
  const factor = needed * needed
  if (!(factor < 100)) return otherwise
  return `give more test rows: if the ratio stays as it is, about ${formatFixed(Math.max(1.1, factor), 1)} times as many would decide; or lower tau`
}

function untested(one: JudgedRate, where: Check['where']): Check {
  const { grouping } = one.measured
  const { config } = grouping
  const small = smallText(grouping)
  const found = plural(grouping.groups.length, 'group')
  return checkOf(verdictOfOutcome('open', config.level), {
    rule: 'bias-untested',
    subject: subjectOf(one),
    message: `the ${RATE_TITLES[one.rate]} was compared between no groups: ${found} by ${config.columns.join(' × ')} ${agree(grouping.groups.length, 'has', 'have')} ${plural(config['min-rows'], 'row')} or more${small === null ? '.' : `. ${small}.`}`,
    expected: `at least two groups of ${plural(config['min-rows'], 'row')}`,
    details: { measure: one.rate, tau: config.tau, smallGroups: grouping.small.length, level: config.level },
    cure: 'give more test rows of each group, bring rare values together in data.prepare, or lower min-rows',
    where,
  })
}
