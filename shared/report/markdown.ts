import type { Align, Block, ChartBlock, Column, Inline, Report } from './blocks.js'
import { banner, verdictLabel } from './blocks.js'
import { clip, guardLineStart, visible, withoutCommands } from './escape.js'
import { fitBlocks } from './fit.js'
import { formatInteger } from './format.js'
import { htmlInline } from './html-inline.js'
import { inlineText } from './inline.js'
import { markdownInline } from './markdown-inline.js'
import { mermaidXy } from './mermaid.js'

/** GitHub refuses comments and issue bodies beyond 65,536 characters; a margin is left for what others append. */
export const commentLimit = 65_000
/** GitHub drops step summaries beyond 1 MiB a step. */
export const summaryLimit = 1_000_000

export interface MarkdownOptions {
  /** Longest result, in characters (default {@link commentLimit}), or in bytes with `unit: 'bytes'`. */
  limit?: number
  unit?: 'characters' | 'bytes'
  /** Where the whole report is, should it have to be shortened. */
  whole?: Inline
  /** Level of the first line: 3 for comments and summaries (default), 1 for a file that stands alone. */
  level?: 1 | 2 | 3
}

/** The invisible line that marks a comment as ours: the same name always gives the same line. */
export function markerComment(name: string): string {
  const safe = name.replace(/[^\w.:/@ -]/g, '_').replace(/-{2,}/g, '-')
  return `<!-- plumbline:${clip(safe, 200).replace('…', '_').replace(/-$/, '_')} -->`
}

/**
 * GitHub Markdown, never longer than the limit. The verdict comes first. When the report is too long its least important
 * blocks are cut and a last paragraph says which, and where the whole is.
 */
export function renderMarkdown(report: Report, options: MarkdownOptions = {}): string {
  const limit = options.limit ?? commentLimit
  const measure = (text: string) => (options.unit === 'bytes' ? Buffer.byteLength(text) : text.length)
  const level = options.level ?? 3
  const head = renderHead(report, level)
  const blocks = report.blocks.map((block) => renderBlock(block, level))
  const whole = assemble([head, ...blocks])
  if (measure(whole) <= limit) return whole

  const shortened = shortHead(report, level, limit, measure)
  const room = limit - measure(assemble([shortened, cutNote([], options.whole)]))
  // Names of what was cut get a tenth of the room, up to 600 characters.
  const names = Math.min(600, Math.floor(room / 10))
  const size = (block: Block) => measure(`${renderBlock(block, level)}\n\n`)
  const fitted = fitBlocks(report.blocks, room - names, size)
  const note = longestNote(fitted.cut, options.whole, names, measure)
  const short = assemble([shortened, ...fitted.blocks.map((block) => renderBlock(block, level)), note])
  if (measure(short) <= limit) return short
  const least = assemble([report.verdict === undefined ? 'Report' : verdictLabel(report.verdict.verdict)])
  return measure(least) <= limit ? least : ''
}

const assemble = (parts: readonly string[]): string => {
  const text = parts.filter((part) => part !== '').join('\n\n')
  return text === '' ? '' : `${text}\n`
}

function renderHead({ title, verdict }: Pick<Report, 'title' | 'verdict'>, level: number): string {
  const hashes = '#'.repeat(level)
  if (verdict === undefined) return `${hashes} ${closed(markdownInline(title))}`
  const line = closed(markdownInline([verdictLabel(verdict.verdict), ' · ', title, ': ', verdict.headline]))
  const reason = verdict.reason === undefined ? '' : guardLineStart(markdownInline(verdict.reason))
  return `${hashes} ${line}${reason === '' ? '' : `\n\n${reason}`}`
}

/** The first line when room is short: the reason is kept before the length of the headline. */
function shortHead(report: Report, level: number, limit: number, measure: (text: string) => number): string {
  const fits = (text: string) => measure(text) <= limit / 2
  const full = renderHead(report, level)
  if (fits(full)) return full
  for (const length of [1000, 300, 100, 30]) {
    const cut = (inline: Inline) => clip(inlineText(inline), length)
    const { verdict } = report
    const text = renderHead(
      {
        title: cut(report.title),
        ...(verdict === undefined
          ? {}
          : { verdict: banner(verdict.verdict, cut(verdict.headline), verdict.reason && cut(verdict.reason)) }),
      },
      level,
    )
    if (fits(text)) return text
  }
  return report.verdict === undefined ? '' : verdictLabel(report.verdict.verdict)
}

function cutNote(cut: readonly string[], whole: Inline | undefined): string {
  const listed = cut.length === 0 ? [] : ['Left out: ', cut.join(', '), '. ']
  const place = whole === undefined ? 'The whole report is in the files of this run.' : ['The whole report: ', whole]
  return markdownInline([{ strong: 'Shortened to fit.' }, ' ', listed, place])
}

function longestNote(
  cut: string[],
  whole: Inline | undefined,
  room: number,
  measure: (text: string) => number,
): string {
  const short = cut.map((name) => clip(name, 80))
  const base = measure(cutNote([], whole))
  for (let shown = short.length; shown > 0; shown = shown > 8 ? 8 : shown - 1) {
    const rest = short.length - shown
    const names = rest === 0 ? short : [...short.slice(0, shown), `${formatInteger(rest)} more`]
    const note = cutNote(names, whole)
    if (measure(note) - base <= room) return note
  }
  return cutNote([], whole)
}

function renderBlock(block: Block, level: number): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(Math.min(level + block.level - 1, 6))} ${closed(markdownInline(block.text))}`
    case 'paragraph':
      return guardLineStart(markdownInline(block.text))
    case 'table':
      return renderTable(block.columns, block.rows, block.caption)
    case 'list':
      return block.items
        .map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${guardLineStart(markdownInline(item))}`)
        .join('\n')
    case 'details':
      return renderDetails(block.summary, assemble(block.blocks.map((inner) => renderBlock(inner, level))))
    case 'code':
      return fenced(withoutCommands(visible(block.text)), languageOf(block.language))
    case 'chart':
      return renderChart(block)
  }
}

/** Hashes at the end of a heading would be taken for its closing sequence. */
const closed = (line: string): string => line.trim().replace(/#+$/, (hashes) => `\\${hashes}`)

function renderDetails(summary: Inline, body: string): string {
  return `<details><summary>${htmlInline(summary, true)}</summary>\n\n${body}\n</details>`
}

const borders: Readonly<Record<Align, string>> = { left: '---', right: '--:', center: ':-:' }

function renderTable(columns: readonly Column[], rows: readonly (readonly Inline[])[], caption?: Inline): string {
  if (columns.length === 0) return ''
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const text = [
    line(columns.map((column) => markdownInline(column.title).trim())),
    line(columns.map((column) => borders[column.align])),
    ...rows.map((row) => line(columns.map((_, index) => markdownInline(row[index] ?? '').trim()))),
  ].join('\n')
  return caption === undefined ? text : `${guardLineStart(markdownInline({ strong: caption }))}\n\n${text}`
}

function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`
}

const drawn = new Set(['mermaid', 'math', 'geojson', 'topojson', 'stl'])

function languageOf(name: string | undefined): string {
  const language = name?.toLowerCase() ?? ''
  return /^[a-z0-9+#-]{1,20}$/.test(language) && !drawn.has(language) ? language : 'text'
}

/** The picture and, folded, its numbers; where Mermaid cannot draw it truthfully, the numbers alone. */
function renderChart(chart: ChartBlock): string {
  const title = guardLineStart(markdownInline({ strong: chart.title }))
  const description = guardLineStart(markdownInline(chart.description))
  const table = renderTable(chart.data.columns, chart.data.rows)
  const source = chart.xy === undefined ? undefined : mermaidXy(chart.xy)
  const picture = source === undefined ? '' : `\`\`\`mermaid\n${source}\n\`\`\``
  const fold = source !== undefined || chart.data.rows.length > 12
  const rows = `${formatInteger(chart.data.rows.length)} rows`
  const numbers = fold ? renderDetails(`Numbers of this chart (${rows})`, `${table}\n`) : table
  return [title, picture, description, numbers].filter((part) => part !== '').join('\n\n')
}
