import type { ChartBlock } from '../blocks.js'
import { column } from '../blocks.js'
import { formatInteger, formatNumber, plural } from '../format.js'
import { color } from '../svg-config.js'
import { type ChartText, chartBlock, finite, quantitative, size } from './common.js'

export interface Scatter extends ChartText {
  x: string
  y: string
  points: readonly { x: number; y: number }[]
  /** `zero`: a line at y = 0 (residuals). `diagonal`: y = x (predicted against actual). */
  reference?: 'zero' | 'diagonal'
  /** Rows that the points were chosen from. Default: the points are all. */
  rows?: number
  /** `other`: of what the model at hand is compared with. */
  tone?: 'main' | 'other'
  /** So that two pictures can be compared. Default: what the points need. */
  domain?: { x: readonly [number, number]; y: readonly [number, number] }
}

/** Points, thinned to 1,000; the numbers are medians by tenth of x, which Mermaid draws too. */
export function scatter(input: Scatter): ChartBlock {
  const all = input.points.filter((point) => finite(point.x) && finite(point.y))
  const rows = Math.max(input.rows ?? 0, all.length)
  const stride = Math.max(1, Math.ceil(all.length / 1000))
  const drawn = all.filter((_, index) => index % stride === 0)
  const tenths = byTenth(all)
  const xs = drawn.map((point) => point.x)
  const ends = xs.length === 0 ? [] : [xs.reduce((a, b) => Math.min(a, b)), xs.reduce((a, b) => Math.max(a, b))]
  const line = ends.map((x) => ({ x, y: input.reference === 'diagonal' ? x : 0 }))
  const encoding = {
    x: quantitative('x', input.x, { scale: scaleOf(input.domain?.x) }),
    y: quantitative('y', input.y, { scale: scaleOf(input.domain?.y) }),
  }
  return chartBlock(input, {
    description: `${input.y} against ${input.x}, ${drawn.length < rows ? `${formatInteger(drawn.length)} of ` : ''}${plural(rows, 'row')}. The numbers are medians by tenth of ${input.x}${all.length < rows ? ` of ${plural(all.length, 'row')}` : ''}.`,
    ...(input.reference === undefined
      ? {}
      : { legend: `Dashed: ${input.reference === 'zero' ? 'zero' : `${input.y} equals ${input.x}`}.` }),
    spec: {
      ...size,
      height: 320,
      layer: [
        {
          data: { values: drawn },
          mark: { type: 'point', filled: true, size: 18, opacity: 0.45, color: color[input.tone ?? 'main'] },
          encoding,
        },
        ...(input.reference === undefined
          ? []
          : [{ data: { values: line }, mark: { type: 'line', strokeDash: [5, 4], color: color.rule }, encoding }]),
      ],
    },
    ...(tenths.length < 2
      ? {}
      : {
          xy: {
            x: { title: `${input.x} (median of each tenth)`, categories: tenths.map((tenth) => formatNumber(tenth.x)) },
            y: { title: `${input.y}, median` },
            line: { name: 'median', values: tenths.map((tenth) => tenth.median) },
          },
        }),
    data: {
      columns: [
        column(`${input.x}, median`, 'right'),
        ...['lowest tenth', 'median', 'highest tenth'].map((q) => column(`${input.y}, ${q}`, 'right')),
        column('rows', 'right'),
      ],
      rows: tenths.map((tenth) => [
        formatNumber(tenth.x),
        formatNumber(tenth.low),
        formatNumber(tenth.median),
        formatNumber(tenth.high),
        formatInteger(tenth.n),
      ]),
    },
  })
}

const scaleOf = (domain: readonly [number, number] | undefined): object =>
  domain === undefined ? { zero: false } : { zero: false, domain, nice: true }

function byTenth(points: Scatter['points']): { x: number; low: number; median: number; high: number; n: number }[] {
  const sorted = [...points].sort((a, b) => a.x - b.x)
  const parts = Math.min(10, Math.floor(sorted.length / 5))
  return Array.from({ length: parts }, (_, part) => {
    const slice = sorted.slice(
      Math.floor((part * sorted.length) / parts),
      Math.floor(((part + 1) * sorted.length) / parts),
    )
    const ys = slice.map((point) => point.y).sort((a, b) => a - b)
    return {
      x: quantile(
        slice.map((point) => point.x),
        0.5,
      ),
      low: quantile(ys, 0.1),
      median: quantile(ys, 0.5),
      high: quantile(ys, 0.9),
      n: slice.length,
    }
  })
}

/** Linear between order statistics (R type 7, numpy's default). */
function quantile(sorted: readonly number[], p: number): number {
  const position = (sorted.length - 1) * p
  const low = sorted[Math.floor(position)] ?? Number.NaN
  const high = sorted[Math.ceil(position)] ?? Number.NaN
  return low + (high - low) * (position - Math.floor(position))
}
