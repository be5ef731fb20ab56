import type { ChartBlock } from '../../../shared/report/blocks.js'
import { column, verdictLabel } from '../../../shared/report/blocks.js'
import { forest } from '../../../shared/report/charts/comparison.js'
import { formatInteger, plural } from '../../../shared/report/format.js'
import { mermaidCategories } from '../../../shared/report/mermaid.js'
import { valueText } from '../figures.js'
import type { Judged } from '../judge.js'
import type { Measurement } from '../measure.js'
import { baselineTitle, type Facts } from './facts.js'
import { changeText, pictureNames } from './labels.js'
import { movedSlices } from './moved.js'

const MOST_SLICES = 40
const MOST_METRICS = 6

/** One picture per metric that was measured on slices: the difference on each, or the candidate's value; the worst first. */
export function sliceCharts({ came, confidence }: Facts): ChartBlock[] {
  const byMetric = groupedByMetric(worstFirst(came.measurements))
  return byMetric.slice(0, MOST_METRICS).map((own) => {
    const { metric } = own[0] as Measurement
    const compared = own.some(({ difference }) => difference !== null)
    const shown = own.slice(0, MOST_SLICES)
    const whole = came.measurements.find((one) => one.metric.name === metric.name && one.slice === null)
    const all = whole === undefined ? shown : [whole, ...shown]
    const names = pictureNames(
      all.map(({ slice }) => (slice === null ? 'all rows' : `${slice.column} = ${slice.value}`)),
    )
    const more = own.length > MOST_SLICES ? ` The worst ${MOST_SLICES} of ${plural(own.length, 'slice')}.` : ''
    return forest({
      title: `${metric.title} by slice`,
      measure: compared ? `difference of ${metric.title} (candidate − baseline)` : metric.title,
      rows: all.map((one, i) => rowOf(one, names[i] as string, came.judged)),
      reference: compared ? 0 : null,
      signed: compared,
      level: confidence,
      note: `${metric.direction === 'higher-is-better' ? 'Higher' : 'Lower'} is better.${more}`,
      importance: 66,
    })
  })
}

function rowOf(measurement: Measurement, name: string, judged: readonly Judged[]) {
  const { candidate, difference } = measurement
  const { value, interval, n } = difference ?? candidate
  const wanted = difference === null ? ['metric-min', 'metric-max'] : ['metric-loss', 'metric-gain']
  const own = judged.find(({ demand }) => demand.measurement === measurement && wanted.includes(demand.code))
  return {
    name,
    estimate: Number.isNaN(value) ? null : value,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    n,
    ...(own === undefined ? {} : { limit: own.demand.demanded.bound, verdict: verdictLabel(own.check.verdict) }),
  }
}

function worstFirst(measurements: readonly Measurement[]): Measurement[] {
  const compared = movedSlices(measurements)
  return compared.length > 0
    ? compared.map(({ measurement }) => measurement)
    : measurements.filter(({ slice }) => slice !== null)
}

function groupedByMetric(measurements: readonly Measurement[]): Measurement[][] {
  const groups = new Map<string, Measurement[]>()
  for (const one of measurements) groups.set(one.metric.name, [...(groups.get(one.metric.name) ?? []), one])
  return [...groups.values()]
}

/**
 * For the comment: candidate and baseline on the slices that differ most for the worse, as bars and a line, since Mermaid
 * draws no bar below 0 and no interval. Nothing when it could not be drawn truthfully.
 */
export function sliceCommentChart(facts: Facts): ChartBlock[] {
  const compared = movedSlices(facts.came.measurements)
  // Of the metric that has lost most: what is read first is what may not be overlooked.
  const metric = compared[0]?.measurement.metric
  const own = compared.filter(
    ({ measurement: { metric: of, candidate, baseline } }) =>
      of.name === metric?.name && candidate.value >= 0 && (baseline?.value ?? -1) >= 0,
  )
  const shown = own.slice(0, mermaidCategories)
  if (metric === undefined || shown.length < 2) return []
  const other = baselineTitle(facts)
  const names = pictureNames(
    shown.map(({ measurement: { slice } }) => `${slice?.column} = ${slice?.value}`),
    40,
  )
  const values = (of: 'candidate' | 'baseline') => shown.map(({ measurement }) => measurement[of]?.value ?? Number.NaN)
  // The values alone: names of columns take the room of the bars, and stand in the numbers below.
  const columns = new Set(shown.map(({ measurement: { slice } }) => slice?.column))
  const short = pictureNames(
    shown.map(({ measurement: { slice } }) => `${slice?.value}`),
    18,
  )
  const part =
    own.length > shown.length
      ? `the worst ${formatInteger(shown.length)} of ${plural(own.length, 'slice')}`
      : 'slices, the worst first'
  return [
    {
      kind: 'chart',
      title: `${metric.title} by slice`,
      description: `${metric.title} of candidate (bars) and ${other} (line) on ${part}. ${metric.direction === 'higher-is-better' ? 'Higher' : 'Lower'} is better.`,
      spec: {},
      xy: {
        horizontal: true,
        x: { title: columns.size === 1 ? `${[...columns][0]}` : ' ', categories: short },
        y: { title: metric.title, ...(metric.range[0] === 0 && metric.range[1] === 1 ? { min: 0, max: 1 } : {}) },
        bar: { name: 'candidate', values: values('candidate') },
        line: { name: other, values: values('baseline') },
      },
      data: {
        columns: [column('slice'), column('candidate', 'right'), column(other, 'right'), column('difference', 'right')],
        rows: shown.map(({ measurement: { candidate, baseline, difference } }, i) => {
          const text = (value: number) => valueText({ value, interval: difference?.interval ?? null })
          return [
            names[i] as string,
            text(candidate.value),
            text(baseline?.value ?? Number.NaN),
            changeText(difference),
          ]
        }),
      },
    },
  ]
}
