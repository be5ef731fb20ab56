import type { ColumnProfile } from '../../../shared/contracts/data-profile.js'
import { isTemporal } from '../../../shared/data/column-types.js'
import {
  type Block,
  type ChartBlock,
  column,
  type Inline,
  paragraph,
  type TableBlock,
} from '../../../shared/report/blocks.js'
import { clip, exactLine } from '../../../shared/report/escape.js'
import { formatNumber, formatPercent, missing, plural } from '../../../shared/report/format.js'
import { dayText } from '../dates.js'

const BINS = 24
const MOST_VALUES = 12
/** Beyond it a few far values would press all others into one bar. */
const FAR = 1.5

const label = (text: string): string => clip(exactLine(text), 40)

/** A column of these data beside itself in the baseline; null when there is nothing to draw. */
export function columnPicture(dataset: string, now: ColumnProfile, before: ColumnProfile | null): Block | null {
  const title = `${label(now.name)}, ${dataset} data`
  if (now.sensitive != null || before?.sensitive != null) return null
  const comparable = before !== null && (before.numeric === null) === (now.numeric === null) ? before : null
  if (now.numeric !== null && now.distinct > MOST_VALUES) return histograms(title, now, comparable)
  return now.top.length > 0 || (comparable?.top.length ?? 0) > 0 ? categories(title, now, comparable) : null
}

interface Range {
  readonly low: number
  readonly high: number
}

/** Both samples in the same bins of equal width, side by side. */
function histograms(title: string, now: ColumnProfile, before: ColumnProfile | null): ChartBlock {
  const samples = [...(before === null ? [] : [{ name: 'baseline', of: before }]), { name: 'these data', of: now }]
  const range = rangeOf(samples.map(({ of }) => of))
  const shares = samples.map(({ of }) => recut(of, range))
  const edges = Array.from({ length: BINS + 1 }, (_, i) => range.low * (1 - i / BINS) + range.high * (i / BINS))
  const write = (value: number) => (isTemporal(now.type) ? dayText(Math.floor(value)) : formatNumber(value))
  const beyond = samples.some(
    ({ of }) => (of.numeric?.min ?? range.low) < range.low || (of.numeric?.max ?? range.high) > range.high,
  )
  const counted = samples.map(({ name, of }) => `${name} (${plural(finiteOf(of), 'value')})`)
  const description = `Share of values in ${BINS} bins of the same width: ${counted.join(', ')}.${beyond ? ' Values beyond the ends are in the first and the last bar.' : ''}`
  return {
    kind: 'chart',
    title,
    description,
    spec: {},
    picture: {
      kind: 'panels',
      low: `${beyond ? '≤ ' : ''}${write(range.low)}`,
      high: `${beyond ? '≥ ' : ''}${write(range.high)}`,
      panels: samples.map(({ name, of }, i) => ({
        name: `${name}, ${plural(finiteOf(of), 'value')}`,
        description: highest(shares[i] ?? [], edges, write),
        shares: shares[i] ?? [],
        tone: name === 'baseline' ? ('other' as const) : ('main' as const),
      })),
    },
    data: {
      columns: [column(label(now.name)), ...samples.map(({ name }) => column(name, 'right'))],
      rows: edges
        .slice(1)
        .map((high, i) => [
          `${write(edges[i] as number)} … ${write(high)}`,
          ...shares.map((share) => formatPercent(share[i])),
        ]),
    },
  }
}

const finiteOf = ({ rows, missing: none, invalid, nonFinite }: ColumnProfile): number =>
  rows - none - invalid - nonFinite

function highest(shares: readonly number[], edges: readonly number[], write: (value: number) => string): string {
  const at = shares.indexOf(Math.max(...shares))
  return `From ${write(edges[0] ?? 0)} to ${write(edges.at(-1) ?? 0)}; most values, ${formatPercent(shares[at])}, from ${write(edges[at] ?? 0)} to ${write(edges[at + 1] ?? 0)}.`
}

/** From the smallest to the largest value, or, where a few lie far out, the middle 98 % of both with half as much around. */
function rangeOf(columns: readonly ColumnProfile[]): Range {
  const numeric = columns.flatMap(({ numeric: one }) => (one === null ? [] : [one]))
  const low = Math.min(...numeric.map(({ min }) => min))
  const high = Math.max(...numeric.map(({ max }) => max))
  const inner = {
    low: Math.min(...numeric.map(({ quantiles }) => quantiles.p01)),
    high: Math.max(...numeric.map(({ quantiles }) => quantiles.p99)),
  }
  const width = inner.high - inner.low
  if (width <= 0 || !Number.isFinite(high - low) || high - low <= width * (1 + FAR)) {
    return high > low ? { low, high } : { low: low - 0.5, high: high + 0.5 }
  }
  return { low: Math.max(low, inner.low - width / 4), high: Math.min(high, inner.high + width / 4) }
}

/**
 * The histogram of a profile in bins of equal width, as shares: within each of its bins the values are taken for evenly
 * spread, and a bin without width is one value.
 */
export function recut({ numeric }: Pick<ColumnProfile, 'numeric'>, range: Range, bins = BINS): number[] {
  const counts = new Array<number>(bins).fill(0)
  if (numeric === null) return counts
  const { edges, counts: given } = numeric.histogram
  const scale = scaleOf(range)
  const low = range.low * scale
  const width = (range.high * scale - low) / bins
  const at = (value: number) => Math.max(0, Math.min(bins - 1, Math.floor((value - low) / width)))
  given.forEach((count, i) => {
    const [from, to] = [(edges[i] as number) * scale, (edges[i + 1] as number) * scale]
    for (let bin = at(from); bin <= at(to); bin++) {
      const start = bin === 0 ? Number.NEGATIVE_INFINITY : low + bin * width
      const end = bin === bins - 1 ? Number.POSITIVE_INFINITY : low + (bin + 1) * width
      const part = to > from ? (Math.min(to, end) - Math.max(from, start)) / (to - from) : 1
      counts[bin] = (counts[bin] ?? 0) + count * Math.max(0, part)
    }
  })
  const all = given.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => (all === 0 ? 0 : count / all))
}

/** A power of two that keeps the differences of huge and of tiny numbers exact enough to count with. */
const scaleOf = ({ low, high }: Range): number =>
  2 ** -Math.max(-1000, Math.min(1000, Math.floor(Math.log2(Math.max(Math.abs(low), Math.abs(high))))))

/** The commonest values with a bar for each sample: the table is the picture. */
function categories(title: string, now: ColumnProfile, before: ColumnProfile | null): TableBlock {
  const samples = [...(before === null ? [] : [{ name: 'baseline', of: before }]), { name: 'these data', of: now }]
  const counts = samples.map(({ of }) => new Map(of.top.map(({ value, count }) => [value, count])))
  const order = new Map<string, number>()
  samples.forEach(({ of }, i) => {
    for (const [value, count] of counts[i] ?? []) {
      order.set(value, Math.max(order.get(value) ?? 0, of.rows === 0 ? 0 : count / of.rows))
    }
  })
  const values = [...order].sort(([, a], [, b]) => b - a).map(([value]) => value)
  const shown = values.slice(0, MOST_VALUES)
  const sharesOf = ({ of }: { of: ColumnProfile }, of_: ReadonlyMap<string, number>) => {
    const listed = shown.map((value) => of_.get(value) ?? 0)
    const rest = finiteOf(of) - listed.reduce((sum, count) => sum + count, 0)
    return [...listed, rest, of.missing + of.invalid + of.nonFinite].map((count) =>
      of.rows === 0 ? 0 : count / of.rows,
    )
  }
  const shares = samples.map((sample, i) => sharesOf(sample, counts[i] ?? new Map()))
  const names = [...shown.map(label), 'other values', 'missing or not of the type']
  const kept = names.map((_, i) => i).filter((i) => i < shown.length || shares.some((share) => (share[i] ?? 0) > 0))
  const most = Math.max(...shares.flat())
  return {
    kind: 'table',
    caption: title,
    columns: [
      column('value'),
      ...samples.map(({ name, of }, i) => ({
        ...column(`${name}, ${plural(of.rows, 'row')}`),
        bar: {
          values: kept.map((at) => shares[i]?.[at] ?? null),
          most,
          tone: name === 'baseline' ? ('other' as const) : ('main' as const),
        },
      })),
    ],
    rows: kept.map((at): Inline[] => [names[at] ?? missing, ...shares.map((share) => formatPercent(share[at]))]),
    importance: 30,
  }
}

/** Words for columns that have no picture. */
export const undrawn = (count: number, why: string): Block[] =>
  count === 0 ? [] : [paragraph(`${plural(count, 'more column')} ${count === 1 ? 'is' : 'are'} not drawn: ${why}.`)]
