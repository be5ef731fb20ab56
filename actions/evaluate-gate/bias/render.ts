import type { Check } from '../../../shared/contracts/common.js'
import {
  type Block,
  type ChartBlock,
  column,
  details,
  heading,
  type Inline,
  paragraph,
  table,
  verdictLabel,
} from '../../../shared/report/blocks.js'
import { forest } from '../../../shared/report/charts/comparison.js'
import { formatInteger, missing, plural } from '../../../shared/report/format.js'
import { valueText } from '../figures.js'
import { groupText } from './groups.js'
import type { JudgedRate } from './judge.js'
import type { Measured } from './measure.js'
import type { BiasReport } from './run.js'
import { comparisonTable, parityTable, rateTable, ratioCell, spreadTable } from './tables.js'
import { boundsText, RATE_TITLES, ratioText, referenceText, subjectOf } from './words.js'

const MOST_GROUPS = 40
const MOST_ROWS = 12
/** Of the page, for all parts together: a picture takes longer than its numbers. */
const MOST_CHARTS = 12

/** A short table, one row for each declared rate, and the rates of all groups folded. */
export function biasComment(report: BiasReport): Block[] {
  if (report.checks.length === 0) return []
  return [
    ratioTable(report, MOST_ROWS),
    details(
      'Rates by group',
      [...report.measured.map((measured) => rateTable(measured, report, MOST_GROUPS)), ...designNote(report)],
      { importance: 2 },
    ),
  ]
}

/** Everything that was measured, with pictures and how each number is defined. */
export function biasPage(report: BiasReport, level: number): Block[] {
  if (report.checks.length === 0) return []
  const charts = report.measured.map((measured) => ratioCharts(measured, report, level))
  const before = (part: number) => charts.slice(0, part).flat().length
  return [
    heading(2, 'Rates by group'),
    ratioTable(report, Number.POSITIVE_INFINITY),
    ...report.measured.flatMap((measured, part): Block[] => [
      heading(3, partTitle(measured)),
      rateTable(measured, report, Number.POSITIVE_INFINITY),
      ...(charts[part] ?? []).slice(0, Math.max(0, MOST_CHARTS - before(part))),
      comparisonTable(measured, report),
      spreadTable(measured, report),
      parityTable(measured, report),
    ]),
    ...designNote(report),
    paragraph(DEFINITIONS),
  ]
}

function designNote({ design }: BiasReport): Block[] {
  return design === null ? [] : [paragraph(design)]
}

const DEFINITIONS =
  'Selection rate: rows predicted positive of all rows. True positive rate and false negative rate: of the positive rows, those predicted positive and negative. False positive rate: of the negative rows, those predicted positive. False discovery rate: of the rows predicted positive, those that are not. False omission rate: of the rows predicted negative, those that are positive. Intervals: Wilson for a rate, Newcombe for a difference, Wilson’s limits with their squares added on the log scale for a ratio, Wilson by group with Bonferroni’s level for how far groups lie apart. A ratio to a rate of 0 is undefined. Parity is by value alone: tau ≤ ratio ≤ 1/tau for every group; a false part makes the whole false, else an undefined part makes it undefined. These are measurements on the judged rows; what they mean for people and under which rules is not for a number to say.'

function ratioTable(report: BiasReport, most: number): Block {
  const columns = [
    'rate',
    'group',
    column('of the group', 'right'),
    column('of the reference', 'right'),
    column('ratio', 'right'),
    column('ratio of the baseline', 'right'),
    'rule',
    'verdict',
  ]
  const rows = report.judged.map((one, i) => ratioRow(one, report.checks[i] as Check, report.tellsClasses))
  const hidden = rows.length - most
  const title = 'Ratios of rates between groups, the worst of each rule'
  const caption = most === Number.POSITIVE_INFINITY ? title : `${plural(hidden, 'more row')} on the page`
  return table(columns, rows.slice(0, most), hidden > 0 || most === Number.POSITIVE_INFINITY ? { caption } : {})
}

function ratioRow(one: JudgedRate, check: Check, tellsClasses: boolean): Inline[] {
  const worst = one.comparisons[0]
  const { config } = one.measured.grouping
  const rule = `within ${boundsText(config.tau)}`
  const verdict = verdictLabel(check.verdict)
  if (worst === undefined) return [subjectOf(one), missing, missing, missing, missing, missing, rule, verdict]
  const same = one.comparisons.filter(({ outcome }) => outcome === worst.outcome).length - 1
  const group = groupText(config.columns, worst.group)
  return [
    subjectOf(one),
    `${group} against ${referenceText(one.measured.grouping, worst.reference)}${tellsClasses ? `, class ${worst.class}` : ''}`,
    valueText(worst.rateOfGroup),
    valueText(worst.rateOfReference),
    ratioCell(worst.ratio.candidate),
    worst.ratio.baseline === null ? missing : ratioText(worst.ratio.baseline.value, worst.ratio.baseline.interval),
    rule,
    same === 0 || check.verdict === 'pass' ? verdict : `${verdict}, and ${formatInteger(same)} more`,
  ]
}

function ratioCharts({ grouping, classes }: Measured, { tellsClasses }: BiasReport, level: number): ChartBlock[] {
  const { config } = grouping
  return classes.flatMap((one) =>
    [...new Set(config.measures)].flatMap((rate): ChartBlock[] => {
      const own = one.comparisons.filter((comparison) => comparison.rate === rate)
      if (own.length === 0) return []
      // Cut names may be the same, and the picture has one line for each name.
      const names = own.map(({ group }) => groupText(config.columns, group))
      const of = tellsClasses ? `, class ${one.class}` : ''
      const reference = referenceText(grouping, own[0]?.reference ?? null)
      const cut = own.length > MOST_GROUPS ? ` The first ${MOST_GROUPS} of ${formatInteger(own.length)}.` : ''
      return [
        forest({
          title: `Ratio of the ${RATE_TITLES[rate]} to ${reference}${of}`,
          measure: `ratio of the ${RATE_TITLES[rate]} to that of ${reference}`,
          rows: own.slice(0, MOST_GROUPS).map(({ ratio }, i) => ({
            name: names.indexOf(names[i] as string) === i ? (names[i] as string) : `${names[i]} (${i + 1})`,
            estimate: Number.isNaN(ratio.candidate.value) ? null : ratio.candidate.value,
            low: ratio.candidate.interval?.low ?? null,
            high: ratio.candidate.interval?.high ?? null,
            n: ratio.candidate.n,
          })),
          reference: 1,
          level,
          note: `Within bounds: ${boundsText(config.tau)}.${cut}`,
        }),
      ]
    }),
  )
}

function partTitle({ grouping }: Measured): string {
  const { reference, config } = grouping
  const against = typeof reference === 'object' ? groupText(config.columns, reference.values) : REFERENCES[reference]
  return `By ${config.columns.join(' × ')}, against ${against}`
}

const REFERENCES = {
  majority: 'the group of most rows',
  min: 'the group of the lowest rate',
  overall: 'all rows',
} as const
