import type { ChartBlock } from '../blocks.js'
import { column } from '../blocks.js'
import { formatInteger, formatPercent, plural } from '../format.js'
import { color } from '../svg-config.js'
import { type ChartText, chartBlock, SHADE, totalOf } from './common.js'

export interface Matrix {
  readonly name: string
  /** Rows of the matrix are the actual class, columns the predicted one. */
  readonly counts: readonly (readonly number[])[]
}

export interface ConfusionPair extends ChartText {
  labels: readonly string[]
  /** One or more, of the same rows and classes. */
  matrices: readonly Matrix[]
}

/** Confusion matrices side by side; shading is the share of the actual class, so that rare classes are seen. */
export function confusionPair(input: ConfusionPair): ChartBlock {
  const { labels, matrices } = input
  return chartBlock(input, {
    description: matrices.map((one) => wordsOf(one)).join(' '),
    legend: 'Shading: share of the actual class.',
    spec: { hconcat: matrices.map((one) => specOf(one, labels)), spacing: 36 },
    data: {
      columns: [
        column('actual ↓ predicted →'),
        ...matrices.flatMap(({ name }) => [
          ...labels.map((label) => column(`${name}: ${label}`, 'right')),
          column(`${name}: recall`, 'right'),
        ]),
      ],
      rows: labels.map((actual, row) => [
        actual,
        ...matrices.flatMap(({ counts }) => [
          ...labels.map((_, index) => formatInteger(cellAt(counts, row, index))),
          formatPercent(recallOf(counts, row)),
        ]),
      ]),
    },
  })
}

function specOf({ name, counts }: Matrix, labels: readonly string[]): object {
  const values = labels.flatMap((actual, row) => {
    const all = totalOf(counts[row])
    return labels.map((predicted, index) => {
      const count = cellAt(counts, row, index)
      return { actual, predicted, share: all === 0 ? 0 : count / all, text: formatInteger(count) }
    })
  })
  const x = {
    field: 'predicted',
    type: 'nominal',
    sort: null,
    title: 'predicted',
    axis: { labelAngle: labels.length > 3 ? -40 : 0, labelLimit: 110 },
  }
  const y = { field: 'actual', type: 'nominal', sort: null, title: 'actual', axis: { labelLimit: 110 } }
  return {
    title: { text: name, color: color.ink, fontSize: 13, anchor: 'start' },
    width: Math.max(labels.length * 50, 170),
    height: Math.max(labels.length * 34, 68),
    data: { values },
    encoding: { x, y },
    layer: [
      {
        mark: { type: 'rect', color: color.main, stroke: color.grid },
        encoding: {
          fillOpacity: SHADE,
        },
      },
      { mark: { type: 'text', fontSize: 12 }, encoding: { text: { field: 'text', type: 'nominal' } } },
    ],
  }
}

function wordsOf({ name, counts }: Matrix): string {
  const all = totalOf(counts.flat())
  const right = counts.reduce((sum, row, index) => sum + (row[index] ?? 0), 0)
  return `${name}: ${plural(all, 'row')} by actual and predicted class, ${formatPercent(all === 0 ? null : right / all)} on the diagonal.`
}

const cellAt = (counts: Matrix['counts'], row: number, index: number): number => counts[row]?.[index] ?? 0

const recallOf = (counts: Matrix['counts'], row: number): number | null =>
  totalOf(counts[row]) === 0 ? null : cellAt(counts, row, row) / totalOf(counts[row])
