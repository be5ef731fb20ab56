import type { ChartBlock } from '../blocks.js'
import { formatPercent } from '../format.js'
import { color, palette } from '../svg-config.js'

/** What every chart is told besides its data. */
export interface ChartText {
  title: string
  /** One more sentence for the description, for example how the data were sampled. */
  note?: string
  importance?: number
}

/** One curve, for example the candidate's. Points in the order of x. */
export interface Series {
  name: string
  points: readonly { x: number; y: number }[]
}

type ChartParts = Pick<ChartBlock, 'description' | 'legend' | 'spec' | 'data'> & { xy?: ChartBlock['xy'] | undefined }

/** A chart of its parts, with what its caller says of it. */
export function chartBlock(text: ChartText, parts: ChartParts): ChartBlock {
  const { xy, description, ...rest } = parts
  return {
    kind: 'chart',
    title: text.title,
    description: sentence(text.note === undefined ? description : `${description} ${text.note}`),
    ...rest,
    ...(xy === undefined ? {} : { xy }),
    ...(text.importance === undefined ? {} : { importance: text.importance }),
  }
}

/** With a capital first letter. */
export const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

export const size = { width: 680, height: 260 } as const

/** Height of a chart with one row per item. */
export const rowsHeight = (rows: number): number => Math.max(rows, 2) * 24

export const quantitative = (field: string, title: string, more: Record<string, unknown> = {}): object => ({
  field,
  type: 'quantitative',
  title,
  ...more,
  axis: { tickCount: 8, ...(more.axis as object | undefined) },
})

/** Colour by series, the same order everywhere: first the model at hand, then what it is compared with. */
export const byName = (names: readonly string[]): object => ({
  field: 'series',
  type: 'nominal',
  title: null,
  scale: { domain: names, range: names.map((_, index) => palette[index % palette.length]) },
  ...(names.length < 2 ? { legend: null } : {}),
})

/** Dashes tell series apart where colours cannot. */
export const dashByName = (names: readonly string[]): object => ({
  field: 'series',
  type: 'nominal',
  title: null,
  scale: {
    domain: names,
    range: [
      [1, 0],
      [6, 3],
      [2, 2],
      [8, 3, 2, 3],
      [4, 4],
    ].slice(0, Math.max(names.length, 1)),
  },
  ...(names.length < 2 ? { legend: null } : {}),
})

/** A straight line that is no data: `{ y: 0 }`, `{ x: 0.2 }`. */
export const referenceLine = (at: { x: number } | { y: number }, bad = false): object => ({
  data: { values: [at] },
  mark: { type: 'rule', strokeDash: [5, 4], strokeWidth: 1.5, color: bad ? color.bad : color.rule },
  encoding: 'x' in at ? { x: { field: 'x', type: 'quantitative' } } : { y: { field: 'y', type: 'quantitative' } },
})

/** At most `most` items, evenly spread, the first and the last among them. */
export function thin<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items
  const step = (items.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, index) => items[Math.round(index * step)] as Item)
}

/** `95 % interval` */
export const levelName = (level = 0.95): string => `${formatPercent(level)} interval`

/** The parts that are there, as one text. */
export const words = (parts: readonly (string | false)[], separator = ' '): string =>
  parts.filter((part) => part !== false && part !== '').join(separator)

export const finite = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value)

/** Sum of counts; 0 of a row that is not there. */
export const totalOf = (counts: readonly number[] | undefined): number =>
  counts?.reduce((sum, count) => sum + count, 0) ?? 0

/** Opacity of a cell by its share: stays pale enough for the number on it, in both themes. */
export const SHADE = {
  field: 'share',
  type: 'quantitative',
  scale: { domain: [0, 1], range: [0, 0.5] },
  legend: null,
}
