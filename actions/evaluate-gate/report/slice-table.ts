import {
  type Block,
  type Column,
  column,
  details,
  type Inline,
  paragraph,
  table,
} from '../../../shared/report/blocks.js'
import { formatInteger, formatPercent, missing, plural } from '../../../shared/report/format.js'
import { valueText } from '../figures.js'
import type { Measurement } from '../measure.js'
import { baselineTitle, type Facts } from './facts.js'
import { cellText, changeText, differenceHead, estimateText, subjectCell } from './labels.js'
import { type Moved, movedSlices } from './moved.js'

const MOST_IN_COMMENT = 12

/** For the comment: the slices that are proven to have moved, the worst first, folded; a sentence when none is. */
export function sliceComment(facts: Facts): Block[] {
  const { came, confidence } = facts
  const compared = movedSlices(came.measurements)
  if (compared.length === 0) return []
  const moved = compared.filter(({ verdict }) => verdict !== 'unmoved')
  const worse = moved.filter(({ verdict }) => verdict === 'worse').length
  const counted = `${formatInteger(moved.length)} of ${plural(compared.length, 'comparison')} moved`
  const split =
    moved.length === 0 ? '' : `, ${formatInteger(worse)} worse, ${formatInteger(moved.length - worse)} better`
  const shown = moved.length === 0 ? lowest(compared) : moved.slice(0, MOST_IN_COMMENT)
  return [
    details(
      `Slices: ${counted}${split}`,
      [
        table(headOf(facts), shown.map(movedRow), {
          caption:
            moved.length === 0 ? 'Lowest differences, none of them proven' : 'Slices that moved, the worst first',
        }),
        paragraph(
          `${moved.length > shown.length ? `The first ${formatInteger(shown.length)} of ${formatInteger(moved.length)}; the page has all. ` : ''}${ruleText(confidence)}`,
        ),
      ],
      { importance: 30 },
    ),
  ]
}

const lowest = (compared: readonly Moved[]): readonly Moved[] => compared.slice(0, 3)

/** When a slice counts as moved. */
const ruleText = (confidence: number): string =>
  `A slice has moved when its difference is proven at ${formatPercent(confidence)} by Holm’s correction over all slices.`

function headOf(facts: Facts): Column[] {
  return [
    column('slice'),
    column('candidate', 'right'),
    column(baselineTitle(facts), 'right'),
    column(differenceHead(facts.confidence), 'right'),
    column('rows', 'right'),
    column('moved'),
  ]
}

function movedRow({ measurement, difference, verdict }: Moved): Inline[] {
  const shown = (value: number) => valueText({ value, interval: difference.interval })
  return [
    subjectCell(measurement),
    shown(measurement.candidate.value),
    shown(measurement.baseline?.value ?? Number.NaN),
    changeText(difference),
    formatInteger(difference.n),
    { worse: '▼ worse', better: '▲ better', unmoved: missing }[verdict],
  ]
}

/** For the page: every slice that was measured, the worst first. Where scripts run it can be sorted and searched. */
export function sliceTable(facts: Facts): Block[] {
  const { measurements } = facts.came
  const compared = movedSlices(measurements)
  const tools = { choose: [], find: [0] }
  if (compared.length > 0) {
    return [
      table(headOf(facts), compared.map(movedRow), {
        caption: 'Every slice that was compared, the worst first',
        tools: { choose: [5], find: [0] },
        importance: SLICES,
      }),
      paragraph(ruleText(facts.confidence), { importance: SLICES }),
    ]
  }
  const alone = measurements.filter(({ slice }) => slice !== null)
  if (alone.length === 0) return []
  return [
    table(
      ['slice', column('candidate', 'right'), column('rows', 'right')],
      [...alone]
        .sort(byValue)
        .map((one): Inline[] => [subjectCell(one), estimateText(one.candidate), formatInteger(one.candidate.n)]),
      { caption: 'Every slice, the worst first', tools, importance: SLICES },
    ),
  ]
}

const SLICES = 45

/** The worst value first, those that are undefined last. */
function byValue(a: Measurement, b: Measurement): number {
  const [x, y] = [a, b].map(({ metric, candidate }) =>
    Number.isNaN(candidate.value)
      ? Number.POSITIVE_INFINITY
      : metric.direction === 'higher-is-better'
        ? candidate.value
        : -candidate.value,
  ) as [number, number]
  return x === y ? 0 : x - y
}

/** Declared slices that were too small to be judged. */
export function smallSlices({ slices = [] }: Facts): Block[] {
  const small = slices.filter((one) => one.small.slices > 0)
  if (small.length === 0) return []
  return [
    details(
      `Slices that were too small: ${formatInteger(small.reduce((sum, one) => sum + one.small.slices, 0))}`,
      [
        table(
          ['slices by', column('fewest rows', 'right'), column('too small', 'right'), 'the largest of them'],
          small.map(({ name, minRows, small: { slices: count, first } }): Inline[] => [
            cellText(name),
            formatInteger(minRows),
            formatInteger(count),
            first
              .slice(0, 10)
              .map(({ value, rows }) => `${cellText(value, 60)} (${formatInteger(rows)})`)
              .join(', '),
          ]),
        ),
      ],
      { importance: 22 },
    ),
  ]
}
