/** The report model: what a stage wants to say, free of any output format. Rendered by markdown.ts and html.ts. */

import type { Verdict } from '../contracts/common.js'

export type { Verdict }

/** A run of text. A bare string is always untrusted data and is escaped; structure comes only from the objects. */
export type Inline = string | { strong: Inline } | { code: string } | { link: string; text: Inline } | readonly Inline[]

export type Align = 'left' | 'right' | 'center'
export interface Column {
  title: Inline
  align: Align
  /** A bar beside the text of each cell, on the page alone: the numbers by row, and the one whose bar is full. */
  bar?: { values: readonly (number | null)[]; most: number; tone: 'main' | 'other' }
  /** Texts of the cells in the order that the page sorts them by. Default: as numbers where they are numbers, else as texts. */
  order?: readonly string[]
}

/** When a report must be shortened, blocks of low importance go first, and among equals the last one. */
interface Ranked {
  importance?: number
}

export interface HeadingBlock extends Ranked {
  kind: 'heading'
  /** 1 is the title of the report; sections start at 2. */
  level: 2 | 3 | 4
  text: Inline
}
export interface ParagraphBlock extends Ranked {
  kind: 'paragraph'
  text: Inline
}
export interface TableBlock extends Ranked {
  kind: 'table'
  columns: readonly Column[]
  rows: readonly (readonly Inline[])[]
  caption?: Inline
  /** What a reader of the page can do with it, where scripts run: sort by each column, and what is named here. */
  tools?: TableTools
}
export interface TableTools {
  /** Columns, from 0, of whose texts one can be chosen. */
  choose: readonly number[]
  /** Columns in which a text can be looked for. */
  find: readonly number[]
}
export interface ListBlock extends Ranked {
  kind: 'list'
  ordered: boolean
  items: readonly Inline[]
}
export interface DetailsBlock extends Ranked {
  kind: 'details'
  summary: Inline
  blocks: readonly Block[]
}
export interface CodeBlock extends Ranked {
  kind: 'code'
  text: string
  /** Name for syntax colouring. Names that GitHub turns into pictures (mermaid, math, geojson …) are ignored. */
  language?: string
}
/** The part of a chart that Mermaid can draw: one category axis, at most one bar and one line series. */
export interface XyChart {
  x: { title: string; categories: readonly string[] }
  y: { title: string; min?: number; max?: number }
  /** Bars from left to right, for long category names. */
  horizontal?: boolean
  bar?: XySeries
  line?: XySeries
}
export interface XySeries {
  name: string
  values: readonly number[]
}
export interface ChartBlock extends Ranked {
  kind: 'chart'
  title: string
  /** What is shown, in words, for who cannot see it; names each series. */
  description: string
  /** How the picture shows it: what is dashed, what is a bar. Of no use where there is no picture. */
  legend?: string
  /** Vega-Lite specification with inline data only. */
  spec: Readonly<Record<string, unknown>>
  /** What the page draws instead of `spec`, in a hundredth of the time: for pictures of which there are many. */
  picture?: Picture
  /** Absent where Mermaid would mislead; then Markdown shows the data table alone. */
  xy?: XyChart
  data: { columns: readonly Column[]; rows: readonly (readonly Inline[])[] }
}
/** Drawn by svg-plain.ts. */
export type Picture = BarPanels | HeatMap
/** The same bars of several samples side by side, on the same axes. */
export interface BarPanels {
  kind: 'panels'
  /** In words: the smallest and the largest value of the axis. */
  low: string
  high: string
  /** Two side by side and no more, where panels belong together in pairs. */
  pairs?: boolean
  panels: readonly { name: string; description: string; shares: readonly number[]; tone: 'main' | 'other' }[]
}
/** Shares from 0 to 1 by row and column: the larger, the stronger the colour. */
export interface HeatMap {
  kind: 'heat'
  rows: readonly { name: string; shares: readonly number[]; total: string }[]
  /** Below the first and the last column. */
  low: string
  high: string
}
export interface Banner {
  verdict: Verdict
  /** The decision in a few words: what it is about and what to do. */
  headline: Inline
  /** Why, in plain words with its number. */
  reason?: Inline
}
export type Block = HeadingBlock | ParagraphBlock | TableBlock | ListBlock | DetailsBlock | CodeBlock | ChartBlock

export interface Report {
  /** Who speaks: the stage, or the name of the document. */
  title: string
  verdict?: Banner
  blocks: readonly Block[]
  /** Whether the page begins with links to its sections. */
  contents?: boolean
}

const marks: Readonly<Record<Verdict, string>> = { pass: '✓', warn: '!', fail: '✗', inconclusive: '?', error: '⊗' }

/** The sign of a verdict. Never show it alone: see {@link verdictLabel}. */
export const verdictMark = (verdict: Verdict): string => marks[verdict]

/** Sign and word, for a table cell or a line: `✗ fail`. */
export const verdictLabel = (verdict: Verdict): string => `${marks[verdict]} ${verdict}`

type Options = Ranked

export const strong = (text: Inline): Inline => ({ strong: text })
export const code = (text: string): Inline => ({ code: text })
/** A link to http(s) or to a relative path; any other target is shown as its text only. */
export const link = (target: string, text: Inline): Inline => ({ link: target, text })
/** Pieces with a separator between them: `join(['a', code('b')], ', ')`. */
export const join = (items: readonly Inline[], separator: Inline = ', '): Inline =>
  items.flatMap((item, index) => (index === 0 ? [item] : [separator, item]))

export const heading = (level: 2 | 3 | 4, text: Inline, options: Options = {}): HeadingBlock => ({
  kind: 'heading',
  level,
  text,
  ...options,
})
export const paragraph = (text: Inline, options: Options = {}): ParagraphBlock => ({
  kind: 'paragraph',
  text,
  ...options,
})
export const column = (title: Inline, align: Align = 'left'): Column => ({ title, align })
/** A column is a title (left-aligned) or `column(title, align)`. Short rows are filled with empty cells. */
export const table = (
  columns: readonly (string | Column)[],
  rows: readonly (readonly Inline[])[],
  options: Options & { caption?: Inline; tools?: TableTools } = {},
): TableBlock => ({
  kind: 'table',
  columns: columns.map((c) => (typeof c === 'string' ? column(c) : c)),
  rows,
  ...options,
})
export const list = (items: readonly Inline[], options: Options & { ordered?: boolean } = {}): ListBlock => ({
  kind: 'list',
  items,
  ...options,
  ordered: options.ordered ?? false,
})
export const details = (summary: Inline, blocks: readonly Block[], options: Options = {}): DetailsBlock => ({
  kind: 'details',
  summary,
  blocks,
  ...options,
})
export const codeBlock = (text: string, options: Options & { language?: string } = {}): CodeBlock => ({
  kind: 'code',
  text,
  ...options,
})
export const banner = (verdict: Verdict, headline: Inline, reason?: Inline): Banner => ({
  verdict,
  headline,
  ...(reason === undefined ? {} : { reason }),
})
