import { type Block, code, column, details, type Inline, table } from '../../../shared/report/blocks.js'
import { formatGiven, formatInteger, missing, plural } from '../../../shared/report/format.js'
import type { Parity } from '../../../shared/stats/bias/parity.js'
import { RATES } from '../../../shared/stats/bias/rates.js'
import type { Estimate } from '../../../shared/stats/types.js'
import { differenceText, intervalText, valueText } from '../figures.js'
import { groupText, sameValues } from './groups.js'
import type { ClassMeasured, Comparison, Measured, OfModels } from './measure.js'
import { openText } from './result.js'
import type { BiasReport } from './run.js'
import { RATE_TITLES, ratioText, referenceText } from './words.js'

const MOST_COMPARISONS = 500

/** A ratio, or a difference without sign, with its interval. */
export function ratioCell({ value, interval }: Estimate): string {
  if (Number.isNaN(value)) return missing
  return interval === null ? ratioText(value, null) : `${ratioText(value, interval)} (${intervalText(interval, false)})`
}

/** Rates of each group and of all rows, those of the baseline in brackets; at most `most` rows. */
export function rateTable({ grouping, classes }: Measured, { tellsClasses }: BiasReport, most: number): Block {
  const { columns } = grouping.config
  const cell = (of: OfModels) => {
    const own = valueText(of.candidate)
    return of.baseline === null ? own : `${own} (${valueText({ ...of.baseline, interval: of.candidate.interval })})`
  }
  const all = classes.flatMap((one): Inline[][] => {
    const name: Inline[] = tellsClasses ? [one.class] : []
    const line = (group: string, rows: number, rates: ClassMeasured['overall']): Inline[] => [
      ...name,
      group,
      formatInteger(rows),
      ...RATES.map((rate) => cell(rates[rate])),
    ]
    return [
      ...one.groups.map(({ group, rates }) => line(groupText(columns, group.values), group.rows.length, rates)),
      line('all rows', one.overall.selection_rate.candidate.n, one.overall),
    ]
  })
  const compared = classes[0]?.overall.selection_rate.baseline !== null && classes.length > 0
  const hidden = all.length - most
  const caption = [
    most === Number.POSITIVE_INFINITY ? `Rates by ${columns.join(' × ')}.` : '',
    compared ? 'In brackets: the baseline.' : '',
    hidden > 0 ? `${plural(hidden, 'more row')} on the page.` : '',
  ]
    .filter((text) => text !== '')
    .join(' ')
  return table(
    [
      ...(tellsClasses ? ['class'] : []),
      columns.join(' × '),
      column('rows', 'right'),
      ...RATES.map((rate) => column(RATE_TITLES[rate], 'right')),
    ],
    all.slice(0, most),
    caption === '' ? {} : { caption },
  )
}

/** Every comparison of every rate, judged or not. */
export function comparisonTable(measured: Measured, { judged, tellsClasses }: BiasReport): Block {
  const { columns } = measured.grouping.config
  const all = measured.classes.flatMap(({ comparisons }) => comparisons)
  const decided = judged.filter((one) => one.measured === measured).flatMap(({ comparisons }) => comparisons)
  const outcome = (one: Comparison) => {
    const found = decided.find(
      (other) => other.rate === one.rate && other.class === one.class && sameValues(other.group, one.group),
    )
    if (found === undefined) return 'not judged'
    return found.open === null ? found.outcome : `open: ${openText(found.open)}`
  }
  const rows = all
    .slice(0, MOST_COMPARISONS)
    .map((one): Inline[] => [
      ...(tellsClasses ? [one.class] : []),
      RATE_TITLES[one.rate],
      groupText(columns, one.group),
      referenceText(measured.grouping, one.reference),
      differenceCell(one.difference.candidate),
      ratioCell(one.ratio.candidate),
      one.ratio.baseline === null ? missing : ratioText(one.ratio.baseline.value, one.ratio.baseline.interval),
      outcome(one),
    ])
  const hidden = all.length - rows.length
  const titles = [
    ...(tellsClasses ? ['class'] : []),
    'rate',
    'group',
    'reference',
    column('difference', 'right'),
    column('ratio', 'right'),
    column('ratio of the baseline', 'right'),
    'ratio within bounds',
  ]
  const more = hidden > 0 ? `; ${plural(hidden, 'more comparison')} in evaluation.json` : ''
  const caption = `Each group by ${columns.join(' × ')} against its reference${more}`
  return details(plural(all.length, 'comparison'), [table(titles, rows, { caption })])
}

function differenceCell(estimate: Estimate): string {
  if (Number.isNaN(estimate.value)) return missing
  const { interval } = estimate
  return interval === null ? differenceText(estimate) : `${differenceText(estimate)} (${intervalText(interval, true)})`
}

const SPREADS = {
  demographic_parity: 'demographic parity (selection rate)',
  equal_opportunity: 'equal opportunity (true positive rate)',
  equalized_odds: 'equalized odds (the worse of true and false positive rate)',
  equalized_odds_mean: 'equalized odds (their mean)',
} as const

/** Demographic parity, equal opportunity and equalized odds as differences and ratios. */
export function spreadTable({ classes, grouping }: Measured, { tellsClasses }: BiasReport): Block {
  return table(
    [
      ...(tellsClasses ? ['class'] : []),
      'how far groups lie apart',
      'compared',
      column('difference', 'right'),
      column('of the baseline', 'right'),
      column('ratio', 'right'),
      column('of the baseline', 'right'),
    ],
    classes.flatMap((one) =>
      one.spreads.map(({ name, against, candidate, baseline }): Inline[] => [
        ...(tellsClasses ? [one.class] : []),
        SPREADS[name],
        against === 'between_groups' ? 'between groups' : 'to all rows',
        ratioCell(candidate.difference),
        baseline === null ? missing : ratioText(baseline.difference.value, baseline.difference.interval),
        ratioCell(candidate.ratio),
        baseline === null ? missing : ratioText(baseline.ratio.value, baseline.ratio.interval),
      ]),
    ),
    { caption: `How far the groups by ${grouping.config.columns.join(' × ')} lie apart` },
  )
}

/** Parity by value, and of several rates together. */
export function parityTable({ classes, grouping }: Measured, { tellsClasses }: BiasReport): Block {
  return table(
    [...(tellsClasses ? ['class'] : []), 'parity by value', 'candidate', 'baseline'],
    classes.flatMap((one) =>
      Object.entries(one.parity).map(([name, { candidate, baseline }]): Inline[] => [
        ...(tellsClasses ? [one.class] : []),
        code(name),
        parityText(candidate),
        one.overall.selection_rate.baseline === null ? missing : parityText(baseline),
      ]),
    ),
    { caption: `Parity by ${grouping.config.columns.join(' × ')}, tau = ${formatGiven(grouping.config.tau)}` },
  )
}

function parityText(parity: Parity): string {
  return parity === null ? 'NA' : parity ? 'true' : 'false'
}
