import type { ChartBlock } from '../blocks.js'
import { column } from '../blocks.js'
import {
  decimalsOf,
  formatFixed,
  formatGiven,
  formatInteger,
  formatInterval,
  formatPercent,
  formatSignedFixed,
  plural,
} from '../format.js'
import { color } from '../svg-config.js'
import {
  type ChartText,
  chartBlock,
  finite,
  levelName,
  quantitative,
  referenceLine,
  rowsHeight,
  SHADE,
  size,
  totalOf,
  words,
} from './common.js'

export interface Confusion extends ChartText {
  labels: readonly string[]
  /** Rows of the matrix are the actual class, columns the predicted one. */
  counts: readonly (readonly number[])[]
}

/** Confusion matrix; shading is the share of the actual class, so that rare classes are seen. */
export function confusionMatrix(input: Confusion): ChartBlock {
  const { labels, counts } = input
  const values = labels.flatMap((actual, row) => {
    const all = totalOf(counts[row])
    return labels.map((predicted, index) => {
      const count = counts[row]?.[index] ?? 0
      return { actual, predicted, count, share: all === 0 ? 0 : count / all, text: formatInteger(count) }
    })
  })
  const right = labels.reduce((sum, _, index) => sum + (counts[index]?.[index] ?? 0), 0)
  const all = totalOf(counts.flat())
  const x = {
    field: 'predicted',
    type: 'nominal',
    sort: null,
    title: 'predicted',
    axis: { labelAngle: labels.length > 4 ? -40 : 0 },
  }
  const y = { field: 'actual', type: 'nominal', sort: null, title: 'actual' }
  const cell = labels.length > 12 ? 34 : 64
  return chartBlock(input, {
    description: `${plural(all, 'row')} by actual and predicted class; ${formatPercent(all === 0 ? null : right / all)} on the diagonal.`,
    legend: 'Shading: share of the actual class.',
    spec: {
      width: Math.max(labels.length * cell, 160),
      height: Math.max(labels.length * Math.min(cell, 44), 60),
      data: { values },
      encoding: { x, y },
      layer: [
        {
          mark: { type: 'rect', color: color.main, stroke: color.grid },
          encoding: { fillOpacity: SHADE },
        },
        {
          mark: { type: 'text', fontSize: labels.length > 12 ? 10 : 13 },
          encoding: { text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
    data: {
      columns: [
        column('actual ↓ predicted →'),
        ...labels.map((label) => column(label, 'right')),
        column('recall', 'right'),
      ],
      rows: labels.map((actual, row) => [
        actual,
        ...labels.map((_, index) => formatInteger(counts[row]?.[index] ?? 0)),
        formatPercent(recall(counts, row)),
      ]),
    },
  })
}

const recall = (counts: readonly (readonly number[])[], row: number): number | null =>
  totalOf(counts[row]) === 0 ? null : (counts[row]?.[row] ?? 0) / totalOf(counts[row])

export interface ForestRow {
  name: string
  /** Absent when it is undefined; the row is listed, not drawn. */
  estimate: number | null
  low?: number | null
  high?: number | null
  n?: number
  /** Beyond which the rule is broken. */
  limit?: number
  /** In words, for the table: `✗ fail`. */
  verdict?: string
}

export interface Forest extends ChartText {
  /** What is measured, for example `difference of recall (candidate − deployed)`. */
  measure: string
  rows: readonly ForestRow[]
  /** The line of no effect. Default 0; null for none. */
  reference?: number | null
  /** Shows differences with their sign. */
  signed?: boolean
  /** Of the intervals. Default 0.95. */
  level?: number
}

/** Estimates with their intervals, one row each (a forest plot). Mermaid has no intervals, so Markdown shows the table. */
export function forest(input: Forest): ChartBlock {
  const reference = input.reference === undefined ? 0 : input.reference
  const values = input.rows
    .filter((row) => finite(row.estimate))
    .map(({ name, estimate, low, high, limit }) => ({ name, estimate, low, high, limit }))
  const hasLimits = values.some((row) => finite(row.limit))
  const names = input.rows.map((row) => row.name)
  const axis = { labelLimit: 340 }
  const y = { field: 'name', type: 'nominal', sort: names, title: null, scale: { domain: names }, axis }
  const x = (field: string) => quantitative(field, input.measure, { scale: { zero: false } })
  const undrawn = input.rows.length - values.length
  const level = levelName(input.level)
  const decimals = decimalsOfRows(values)
  const signed = input.signed === true
  const format = (value: number | null | undefined) => (signed ? formatSignedFixed : formatFixed)(value, decimals)
  return chartBlock(input, {
    description: words([
      `${input.measure} of ${plural(input.rows.length, 'row')} with ${level}s.`,
      undrawn > 0 && `${plural(undrawn, 'row')} without an estimate.`,
    ]),
    legend: `${words(['Dot: estimate', `line: ${level}`, hasLimits && 'tick: allowed limit', reference !== null && `dashed: ${formatGiven(reference)}`], '; ')}.`,
    spec: {
      width: size.width - 80,
      height: rowsHeight(names.length),
      layer: [
        ...(reference === null ? [] : [referenceLine({ x: reference })]),
        {
          data: { values: values.filter((row) => finite(row.low) && finite(row.high)) },
          mark: { type: 'rule', strokeWidth: 2, color: color.main },
          encoding: { y, x: x('low'), x2: { field: 'high' } },
        },
        {
          data: { values },
          mark: { type: 'point', filled: true, size: 70, color: color.main, opacity: 1 },
          encoding: { y, x: x('estimate') },
        },
        ...(hasLimits
          ? [
              {
                data: { values: values.filter((row) => finite(row.limit)) },
                mark: { type: 'tick', color: color.bad, thickness: 2.5, height: 16 },
                encoding: { y, x: x('limit') },
              },
            ]
          : []),
      ],
    },
    data: {
      columns: [
        column(''),
        column(input.measure, 'right'),
        column(level, 'right'),
        column('rows', 'right'),
        ...(hasLimits ? [column('limit', 'right')] : []),
        column('verdict'),
      ],
      rows: input.rows.map((row) => [
        row.name,
        format(row.estimate),
        finite(row.low) && finite(row.high) ? formatInterval(row.low, row.high, { signed, decimals }) : '–',
        row.n === undefined ? '–' : formatInteger(row.n),
        ...(hasLimits ? [format(row.limit)] : []),
        row.verdict ?? '',
      ]),
    },
  })
}

/** The same for all rows, so that the column lines up: what the narrowest interval needs. */
function decimalsOfRows(rows: readonly { low: number | null | undefined; high: number | null | undefined }[]): number {
  const widths = rows.map((row) => (row.high ?? Number.NaN) - (row.low ?? Number.NaN)).filter((width) => width > 0)
  return widths.length === 0 ? 3 : Math.min(decimalsOf(Math.min(...widths)), 4)
}
