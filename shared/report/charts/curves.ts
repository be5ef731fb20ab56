import type { ChartBlock, XyChart } from '../blocks.js'
import { column } from '../blocks.js'
import { formatFixed, formatInteger, formatInterval, formatNumber } from '../format.js'
import { mermaidCategories } from '../mermaid.js'
import { color } from '../svg-config.js'
import {
  byName,
  type ChartText,
  chartBlock,
  dashByName,
  finite,
  levelName,
  quantitative,
  type Series,
  size,
  thin,
} from './common.js'

export interface LineChart extends ChartText {
  x: { title: string; domain?: readonly [number, number] }
  y: { title: string; domain?: readonly [number, number] }
  /** At most five; the first is drawn as the line in Mermaid, the second as bars. */
  series: readonly Series[]
  /** Drawn dashed: the line of no skill, for example. */
  reference?: { name: string; points: readonly [{ x: number; y: number }, { x: number; y: number }] }
}

/** Curves over a number: learning curves, ROC, anything. Each series is thinned to 200 points. */
export const lineChart = (input: LineChart): ChartBlock => curves(input, linearAt)

export interface RateCurve extends ChartText {
  /** `roc`: x is the false positive rate, y the true positive rate. `pr`: x is recall, y precision. */
  curve: 'roc' | 'pr'
  series: readonly Series[]
  /** Share of positives: the precision of guessing, for `pr`. */
  prevalence?: number
}

/** ROC or precision-recall curves with the line that guessing reaches. */
export function rateCurve(input: RateCurve): ChartBlock {
  const unit = [0, 1] as const
  const roc = input.curve === 'roc'
  const guess = roc ? [0, 1] : [input.prevalence ?? Number.NaN, input.prevalence ?? Number.NaN]
  const points = [
    { x: 0, y: guess[0] as number },
    { x: 1, y: guess[1] as number },
  ] as const
  return curves(
    {
      ...input,
      x: { title: roc ? 'false positive rate' : 'recall', domain: unit },
      y: { title: roc ? 'true positive rate' : 'precision', domain: unit },
      ...(finite(guess[0]) ? { reference: { name: 'guessing', points } } : {}),
    },
    // Between two thresholds a classifier can be mixed (linear); precision between two recalls cannot.
    roc ? linearAt : stepAt,
  )
}

type Interpolation = (points: Series['points'], x: number) => number | undefined

function curves(input: LineChart, at: Interpolation): ChartBlock {
  const series = input.series.map((one) => ({ ...one, points: thin(one.points.filter(isDrawable), 200) }))
  const names = series.map((one) => one.name)
  const values = series.flatMap(({ name, points }) => points.map((point, order) => ({ ...point, order, series: name })))
  const axis = (title: string, domain: readonly [number, number] | undefined) => ({
    title,
    scale: domain === undefined ? { zero: false } : { domain },
    axis: { tickCount: 8 },
  })
  const encoding = {
    x: { field: 'x', type: 'quantitative', ...axis(input.x.title, input.x.domain) },
    y: { field: 'y', type: 'quantitative', ...axis(input.y.title, input.y.domain) },
  }
  const { reference } = input
  const grid = gridOf(input, series)
  const columns = series.map(({ points }) => grid.map((x) => at(points, x)))
  return chartBlock(input, {
    description: `${input.y.title} over ${input.x.title}: ${names.join(', ')}.`,
    ...(reference === undefined ? {} : { legend: `Dashed: ${reference.name}.` }),
    spec: {
      ...size,
      layer: [
        ...(reference === undefined
          ? []
          : [
              {
                data: { values: reference.points },
                mark: { type: 'line', strokeDash: [5, 4], strokeWidth: 1.5, color: color.rule },
                encoding,
              },
            ]),
        {
          data: { values },
          mark: { type: 'line', strokeWidth: 2 },
          encoding: {
            ...encoding,
            order: { field: 'order' },
            color: byName(names),
            strokeDash: dashByName(names),
          },
        },
      ],
    },
    xy: xyOf(input, grid, columns, names),
    data: {
      columns: [column(input.x.title, 'right'), ...names.map((name) => column(name, 'right'))],
      rows: grid.map((x, row) => [formatNumber(x), ...columns.map((values) => formatNumber(values[row]))]),
    },
  })
}

const isDrawable = (point: { x: number; y: number }): boolean => finite(point.x) && finite(point.y)

/** Where the numbers are read off: tenths of a declared domain, else up to twelve of the x that occur. */
function gridOf(input: LineChart, series: readonly Series[]): number[] {
  const { domain } = input.x
  if (domain !== undefined) {
    const [low, high] = domain
    return Array.from({ length: 11 }, (_, index) => Number((low + ((high - low) * index) / 10).toPrecision(12)))
  }
  const all = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))].sort((a, b) => a - b)
  return [...thin(all, mermaidCategories)]
}

/** Where several points share an x (a vertical step), the highest. */
function linearAt(points: Series['points'], x: number): number | undefined {
  const same = points.filter((point) => point.x === x).map((point) => point.y)
  if (same.length > 0) return Math.max(...same)
  const before = points.findLast((point) => point.x < x)
  const after = points.find((point) => point.x > x)
  if (before === undefined || after === undefined) return undefined
  return before.y + ((after.y - before.y) * (x - before.x)) / (after.x - before.x)
}

/** The best value at this x or beyond. */
function stepAt(points: Series['points'], x: number): number | undefined {
  const beyond = points.filter((point) => point.x >= x).map((point) => point.y)
  return beyond.length === 0 ? undefined : Math.max(...beyond)
}

function xyOf(
  input: LineChart,
  grid: readonly number[],
  columns: readonly (readonly (number | undefined)[])[],
  names: readonly string[],
): XyChart | undefined {
  const [line, bar] = columns
  if (line === undefined || columns.length > 2 || columns.flat().some((value) => !finite(value))) return undefined
  return {
    x: { title: input.x.title, categories: grid.map((x) => (Math.abs(x) <= 1 ? String(x) : formatNumber(x))) },
    y: {
      title: input.y.title,
      ...(input.y.domain === undefined ? {} : { min: input.y.domain[0], max: input.y.domain[1] }),
    },
    line: { name: names[0] ?? '', values: line as readonly number[] },
    ...(bar === undefined ? {} : { bar: { name: names[1] ?? '', values: bar as readonly number[] } }),
  }
}

export interface ReliabilityBin {
  /** Mean predicted probability, 0 to 1. */
  predicted: number
  /** Share of rows where it came true. */
  observed: number
  n: number
  /** Interval of the observed share. */
  low?: number
  high?: number
}

export interface Reliability extends ChartText {
  series: readonly { name: string; bins: readonly ReliabilityBin[] }[]
  /** Of the intervals. Default 0.95. */
  level?: number
}

/** Predicted against observed frequency. On the diagonal a probability of 0.3 comes true in 30 % of cases. */
export function reliabilityCurve(input: Reliability): ChartBlock {
  const names = input.series.map((one) => one.name)
  const values = input.series.flatMap(({ name, bins }) => bins.map((bin) => ({ ...bin, series: name })))
  const first = input.series[0]
  const unit = { scale: { domain: [0, 1] } }
  const x = quantitative('predicted', 'predicted probability', unit)
  const y = quantitative('observed', 'observed share', unit)
  const level = levelName(input.level)
  const hasIntervals = values.some((bin) => finite(bin.low) && finite(bin.high))
  return chartBlock(input, {
    description: `Observed share of positives by predicted probability of ${names.join(' and ')}; with perfect calibration the two are equal.`,
    legend: `Dashed: perfect calibration${hasIntervals ? `; vertical lines: ${level}s` : ''}.`,
    spec: {
      width: 420,
      height: 340,
      layer: [
        {
          data: {
            values: [
              { predicted: 0, observed: 0 },
              { predicted: 1, observed: 1 },
            ],
          },
          mark: { type: 'line', strokeDash: [5, 4], strokeWidth: 1.5, color: color.rule },
          encoding: { x, y },
        },
        ...(hasIntervals
          ? [
              {
                data: { values: values.filter((bin) => finite(bin.low) && finite(bin.high)) },
                mark: { type: 'rule', strokeWidth: 1.5 },
                encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: byName(names) },
              },
            ]
          : []),
        {
          data: { values },
          mark: { type: 'line', strokeWidth: 2, point: { size: 45 } },
          encoding: { x, y, color: byName(names), strokeDash: dashByName(names) },
        },
      ],
    },
    ...(first === undefined ? {} : { xy: reliabilityXy(first) }),
    data: {
      columns: [
        ...(names.length > 1 ? [column('')] : []),
        ...['predicted', 'observed', level, 'rows'].map((title) => column(title, 'right')),
      ],
      rows: values.map((bin) => [
        ...(names.length > 1 ? [bin.series] : []),
        formatFixed(bin.predicted, 3),
        formatFixed(bin.observed, 3),
        formatInterval(bin.low, bin.high, { decimals: 3 }),
        formatInteger(bin.n),
      ]),
    },
  })
}

function reliabilityXy({ name, bins: all }: Reliability['series'][number]): XyChart {
  const bins = joinedBins(all)
  return {
    x: {
      title: 'predicted probability (mean of the bin)',
      categories: bins.map((bin) => formatFixed(bin.predicted, 2)),
    },
    y: { title: 'share of positives', min: 0, max: 1 },
    line: { name: `observed, ${name}`, values: bins.map((bin) => bin.observed) },
    bar: { name: 'if perfectly calibrated', values: bins.map((bin) => bin.predicted) },
  }
}

/** Neighbouring bins together, by their rows, until Mermaid can label them. */
function joinedBins(bins: readonly ReliabilityBin[]): Pick<ReliabilityBin, 'predicted' | 'observed'>[] {
  const step = Math.ceil(bins.length / mermaidCategories)
  if (step <= 1) return [...bins]
  return Array.from({ length: Math.ceil(bins.length / step) }, (_, i) => {
    const part = bins.slice(i * step, (i + 1) * step)
    const rows = part.reduce((sum, { n }) => sum + n, 0)
    const mean = (of: 'predicted' | 'observed') => part.reduce((sum, bin) => sum + bin[of] * bin.n, 0) / rows
    return { predicted: mean('predicted'), observed: mean('observed') }
  })
}
