import type { ChartBlock } from '../blocks.js'
import { column } from '../blocks.js'
import { formatGiven, formatInteger, formatNumber, formatPercent, plural } from '../format.js'
import { mermaidCategories } from '../mermaid.js'
import { color } from '../svg-config.js'
import { byName, type ChartText, chartBlock, quantitative, referenceLine, rowsHeight, size } from './common.js'

export interface Sample {
  name: string
  /** Rows per bin or category. */
  counts: readonly number[]
}

export interface HistogramPair extends ChartText {
  /** Name of the measured column. */
  variable: string
  /** Ascending, one more than there are counts. */
  edges: readonly number[]
  current: Sample
  baseline?: Sample
}

/** Distribution of a number now (bars) and before (step line), as shares of rows so that sample sizes do not matter. */
export function histogramPair(input: HistogramPair): ChartBlock {
  const { edges } = input
  const bins = edges.slice(1).map((high, index) => ({ low: edges[index] as number, high }))
  const now = shares(input.current.counts)
  const before = input.baseline === undefined ? undefined : shares(input.baseline.counts)
  const label = (bin: { low: number; high: number }) => `${formatNumber(bin.low)} … ${formatNumber(bin.high)}`
  const names = [input.current.name, ...(input.baseline === undefined ? [] : [input.baseline.name])]
  const bars = bins.map((bin, index) => ({ ...bin, share: now[index], series: input.current.name }))
  // The closing point draws the last step to its right edge.
  const steps = [...bins, { low: edges.at(-1) ?? 0 }].map((bin, index) => ({
    low: bin.low,
    share: before?.[Math.min(index, bins.length - 1)],
    series: input.baseline?.name,
  }))
  const x = quantitative('low', input.variable, { scale: { zero: false, nice: false } })
  const y = quantitative('share', 'share of rows', { axis: { format: '%', tickCount: 5 } })
  return chartBlock(input, {
    description: sampleWords(`Share of rows in ${plural(bins.length, 'bin')} of ${input.variable}`, input),
    ...legendOf(input),
    spec: {
      ...size,
      layer: [
        {
          data: { values: bars },
          mark: { type: 'bar', fillOpacity: 0.75, binSpacing: 1 },
          // Without y2 a bar between two x is drawn as a line.
          encoding: { x, x2: { field: 'high' }, y, y2: { datum: 0 }, color: byName(names) },
        },
        ...(before === undefined
          ? []
          : [
              {
                data: { values: steps },
                mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2 },
                encoding: { x, y, color: byName(names) },
              },
            ]),
      ],
    },
    xy: xyOf(input, joinBins(bins, now, before), `${input.variable} (bins from)`),
    data: sampleTable(input.variable, bins.map(label), input),
  })
}

export interface Ranking extends ChartText {
  /** What the bars measure, with its unit or name: `PSI`. */
  measure: string
  /** Any order; the largest come first, at most thirty are drawn. */
  items: readonly { name: string; value: number }[]
  /** A bar beyond it is a finding. */
  threshold?: number
}

/** Bars from the largest to the smallest, for example drift by feature or importance. */
export function ranking(input: Ranking): ChartBlock {
  const sorted = [...input.items].sort((a, b) => b.value - a.value)
  const shown = sorted.slice(0, 30)
  const top = shown.slice(0, mermaidCategories)
  const { threshold, measure } = input
  const above = threshold === undefined ? 0 : sorted.filter((item) => item.value > threshold).length
  const counted = `${shown.length < sorted.length ? `the largest ${formatInteger(shown.length)} of ` : ''}${plural(sorted.length, 'item')}`
  const limits =
    threshold === undefined ? '' : ` ${formatInteger(above)} above the threshold of ${formatGiven(threshold)}.`
  const values = shown.map(({ name, value }) => ({
    name,
    value,
    state: threshold !== undefined && value > threshold ? 'above the threshold' : 'within the threshold',
  }))
  return chartBlock(input, {
    description: `${measure}, ${counted}, largest first.${limits}`,
    ...(threshold === undefined ? {} : { legend: 'Dashed: the threshold.' }),
    spec: {
      width: size.width,
      height: rowsHeight(shown.length),
      layer: [
        {
          data: { values },
          mark: { type: 'bar', fillOpacity: 0.8 },
          encoding: {
            y: { field: 'name', type: 'nominal', sort: null, title: null },
            x: quantitative('value', measure),
            color: {
              field: 'state',
              type: 'nominal',
              title: null,
              scale: { domain: ['within the threshold', 'above the threshold'], range: [color.main, color.other] },
              ...(threshold === undefined ? { legend: null } : {}),
            },
          },
        },
        ...(threshold === undefined ? [] : [referenceLine({ x: threshold }, true)]),
      ],
    },
    xy: {
      horizontal: true,
      x: {
        title: top.length < sorted.length ? `largest ${top.length} of ${sorted.length}` : ' ',
        categories: top.map((item) => item.name),
      },
      y: { title: measure },
      bar: { name: measure, values: top.map((item) => item.value) },
      ...(threshold === undefined
        ? {}
        : { line: { name: `threshold ${formatGiven(threshold)}`, values: top.map(() => threshold) } }),
    },
    data: {
      columns: [column(''), column(measure, 'right')],
      rows: shown.map((item) => [item.name, formatNumber(item.value)]),
    },
  })
}

type Pair = { current: Sample; baseline?: Sample; variable: string }

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)

function shares(counts: readonly number[]): number[] {
  const all = total(counts)
  return counts.map((count) => (all === 0 ? 0 : count / all))
}

function sampleWords(what: string, { current, baseline }: Pair): string {
  const samples = [current, ...(baseline === undefined ? [] : [baseline])]
  return `${what}: ${samples.map((sample) => `${sample.name} (${plural(total(sample.counts), 'row')})`).join(', ')}.`
}

const legendOf = ({ current, baseline }: Pair): { legend?: string } =>
  baseline === undefined ? {} : { legend: `Bars: ${current.name}; line: ${baseline.name}.` }

function sampleTable(title: string, labels: readonly string[], { current, baseline }: Pair): ChartBlock['data'] {
  const both = [current, ...(baseline === undefined ? [] : [baseline])]
  const shared = both.map((sample) => shares(sample.counts))
  return {
    columns: [
      column(title),
      ...both.flatMap(({ name }) => [column(`${name}, rows`, 'right'), column(`${name}, share`, 'right')]),
    ],
    rows: labels.map((label, index) => [
      label,
      ...both.flatMap((sample, which) => [formatInteger(sample.counts[index]), formatPercent(shared[which]?.[index])]),
    ]),
  }
}

interface Labelled {
  labels: readonly string[]
  now: readonly number[]
  before: readonly number[] | undefined
}

/** Neighbouring bins together until Mermaid can label them. */
function joinBins(
  bins: readonly { low: number }[],
  now: readonly number[],
  before: readonly number[] | undefined,
): Labelled {
  const step = Math.max(1, Math.ceil(bins.length / mermaidCategories))
  const starts = bins.map((_, index) => index).filter((index) => index % step === 0)
  const sum = (values: readonly number[]) => starts.map((start) => total(values.slice(start, start + step)))
  return {
    labels: starts.map((start) => formatNumber((bins[start] as { low: number }).low)),
    now: sum(now),
    before: before === undefined ? undefined : sum(before),
  }
}

function xyOf(input: Pair, { labels, now, before }: Labelled, axis: string): ChartBlock['xy'] {
  const percent = (values: readonly number[]) => values.map((share) => Number((share * 100).toFixed(2)))
  const { current, baseline } = input
  return {
    x: { title: axis, categories: labels },
    y: { title: 'share of rows, %' },
    bar: { name: current.name, values: percent(now) },
    ...(before === undefined || baseline === undefined
      ? {}
      : { line: { name: baseline.name, values: percent(before) } }),
  }
}
