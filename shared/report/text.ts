import type { Align, Banner, Block, Inline, Report } from './blocks.js'
import { verdictLabel } from './blocks.js'
import { clip, oneLine, visible, withoutCommands } from './escape.js'
import { formatInteger } from './format.js'
import { inlineText } from './inline.js'

/** One line for a terminal or an annotation: `✗ fail · evaluate-gate: do not replace v1.0.0`. */
export function renderLine(report: Report): string {
  return withoutCommands(report.verdict === undefined ? plain(report.title) : bannerLine(report.verdict, report.title))
}

/**
 * Plain text for a terminal, `width` columns wide (default 100): verdict, reason, then the blocks; folded parts and charts
 * are named only.
 */
export function renderText(report: Report, options: { width?: number } = {}): string {
  const width = Math.max(options.width ?? 100, 20)
  const reason = report.verdict?.reason
  const parts = [
    renderLine(report),
    ...(reason === undefined ? [] : [wrap(plain(reason), width)]),
    ...report.blocks.map((block) => renderBlock(block, width)),
  ]
  return `${withoutCommands(parts.filter((part) => part !== '').join('\n\n'))}\n`
}

const plain = (inline: Inline): string => oneLine(inlineText(inline)).trim()

const bannerLine = (banner: Banner, title?: string): string =>
  `${verdictLabel(banner.verdict)} · ${title === undefined ? '' : `${plain(title)}: `}${plain(banner.headline)}`

function renderBlock(block: Block, width: number): string {
  switch (block.kind) {
    case 'heading':
      return plain(block.text)
    case 'paragraph':
      return wrap(plain(block.text), width)
    case 'table': {
      const aligns = block.columns.map((column) => column.align)
      const table = renderTable([block.columns.map((column) => column.title), ...block.rows], aligns, width)
      return block.caption === undefined ? table : `${plain(block.caption)}\n${table}`
    }
    case 'list':
      return block.items
        .map((item, index) => wrap(plain(item), width, block.ordered ? `${index + 1}. ` : '- '))
        .join('\n')
    case 'details':
      return `+ ${plain(block.summary)}`
    case 'code':
      return visible(block.text)
        .split('\n')
        .map((line) => `  ${line}`.trimEnd())
        .join('\n')
    case 'chart':
      return `+ chart: ${plain(block.title)} (${formatInteger(block.data.rows.length)} rows)`
    case 'verdict':
      return [bannerLine(block), ...(block.reason === undefined ? [] : [wrap(plain(block.reason), width, '  ')])].join(
        '\n',
      )
    case 'rule':
      return '-'.repeat(Math.min(width, 20))
  }
}

function renderTable(rows: readonly (readonly Inline[])[], aligns: readonly Align[], width: number): string {
  const texts = rows.map((row) => aligns.map((_, index) => plain(row[index] ?? '')))
  const widths = fitWidths(
    aligns.map((_, index) => Math.max(1, ...texts.map((row) => columnsOf(row[index] ?? '')))),
    width,
  )
  return texts
    .map((row) =>
      row
        .map((text, index) => pad(text, widths[index] ?? 1, aligns[index] ?? 'left'))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Takes from the widest columns until the table fits; none gets narrower than eight. */
function fitWidths(widths: readonly number[], total: number): number[] {
  const capped = (cap: number) => widths.map((width) => Math.min(width, Math.max(cap, 8)))
  const sum = (all: readonly number[]) => all.reduce((length, each) => length + each + 2, -2)
  let cap = Math.max(...widths)
  while (cap > 8 && sum(capped(cap)) > total) cap -= 1
  return capped(cap)
}

function pad(text: string, width: number, align: Align): string {
  let shown = text
  while (columnsOf(shown) > width)
    shown = clip(shown, Math.max(1, shown.length - Math.max(1, columnsOf(shown) - width)))
  const space = Math.max(0, width - columnsOf(shown))
  const before = align === 'left' ? 0 : align === 'right' ? space : Math.floor(space / 2)
  return `${' '.repeat(before)}${shown}${' '.repeat(space - before)}`
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u
const narrow = /\p{Mark}|\u200c|\u200d/u

/** How many terminal columns a text takes. */
function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += narrow.test(character) ? 0 : wide.test(character) ? 2 : 1
  return columns
}

function wrap(text: string, width: number, bullet = ''): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width - bullet.length) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.map((each, index) => `${index === 0 ? bullet : ' '.repeat(bullet.length)}${each}`).join('\n')
}
