import type { ChartBlock } from '../blocks.js'
import { column } from '../blocks.js'
import { formatInteger, formatPercent, plural } from '../format.js'
import { type ChartText, chartBlock } from './common.js'

export interface BarPanel {
  readonly name: string
  /** Rows, or their weight, of each bin. */
  readonly counts: readonly number[]
  /** Rows behind them. */
  readonly rows: number
  readonly tone: 'main' | 'other'
}

export interface Panels extends ChartText {
  /** What is binned. */
  variable: string
  /** Ascending, one more than there are counts. */
  edges: readonly number[]
  /** Writes an edge. */
  write: (value: number) => string
  panels: readonly BarPanel[]
  /** Two side by side and no more. */
  pairs?: boolean
}

/** Histograms of several samples on the same axes, each in a panel of its own, as shares of its rows. */
export function barPanels(input: Panels): ChartBlock {
  const { variable, edges, write, panels } = input
  const bins = edges.length - 1
  const shares = panels.map(({ counts }) => sharesOf(counts))
  const bin = (at: number) => `${write(edges[at] ?? 0)} … ${write(edges[at + 1] ?? 0)}`
  const block = chartBlock(input, {
    description: `Share of rows in ${plural(bins, 'bin')} of ${variable}: ${panels.map(({ name, rows }) => `${name} (${plural(rows, 'row')})`).join(', ')}.`,
    spec: {},
    data: {
      columns: [column(variable), ...panels.map(({ name }) => column(name, 'right'))],
      rows: Array.from({ length: bins }, (_, at) => [bin(at), ...shares.map((one) => formatPercent(one[at]))]),
    },
  })
  return {
    ...block,
    picture: {
      kind: 'panels',
      low: write(edges[0] ?? 0),
      high: write(edges.at(-1) ?? 0),
      ...(input.pairs === true ? { pairs: true } : {}),
      panels: panels.map(({ name, rows, tone }, i) => {
        const own = shares[i] ?? []
        const at = own.indexOf(Math.max(...own))
        return {
          name: `${name}, ${plural(rows, 'row')}`,
          description:
            rows === 0 ? `${formatInteger(0)} rows.` : `Most rows, ${formatPercent(own[at])}, from ${bin(at)}.`,
          shares: own,
          tone,
        }
      }),
    },
  }
}

function sharesOf(counts: readonly number[]): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => (all === 0 ? 0 : count / all))
}
