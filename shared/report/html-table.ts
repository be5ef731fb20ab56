import type { Align, Column, TableBlock } from './blocks.js'
import { escapeHtml, oneLine } from './escape.js'
import { htmlInline } from './html-inline.js'
import { inlineText } from './inline.js'

const alignment: Readonly<Record<Align, string>> = { left: '', right: ' class="right"', center: ' class="center"' }

/** A table that scrolls by itself. The first cell of a row names it. */
export function renderTable({ columns, rows, caption, tools }: Omit<TableBlock, 'kind'>): string {
  const head = columns.map((column) => {
    const title = htmlInline(column.title)
    const order = column.order === undefined ? '' : ` data-order="${escapeHtml(JSON.stringify(column.order))}"`
    return title === '' ? '<td></td>' : `<th scope="col"${alignment[column.align]}${order}>${title}</th>`
  })
  const body = rows.map((row, at) => {
    const cells = columns.map((column, index) => {
      const text = htmlInline(row[index] ?? '')
      const tag = index === 0 && text !== '' ? ['th scope="row"', 'th'] : ['td', 'td']
      return `<${tag[0]}${column.order === undefined ? alignment[column.align] : ' class="word"'}${barOf(column, at, text)}</${tag[1]}>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  const title = caption === undefined ? '' : `<caption>${htmlInline(caption)}</caption>`
  const name = caption === undefined ? 'table' : escapeHtml(oneLine(inlineText(caption)))
  const used =
    tools === undefined ? '' : ` data-tools="${escapeHtml(JSON.stringify({ choose: tools.choose, find: tools.find }))}"`
  return `<div class="wide" tabindex="0" role="group" aria-label="${name}"><table${used}>${title}<thead><tr>${head.join('')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`
}

/** The rest of a cell: its text, and before it the bar, which says the same and is hidden from screen readers. */
function barOf({ bar }: Column, row: number, text: string): string {
  const value = bar?.values[row]
  if (bar === undefined || value === null || value === undefined || !Number.isFinite(value)) return `>${text}`
  const width = Math.max(0, Math.min(100, bar.most > 0 ? (value / bar.most) * 100 : 0))
  return ` data-value="${value}"><span class="meter" aria-hidden="true"><span class="bar ${bar.tone}" style="width:${Number(width.toFixed(1))}%"></span></span>${text}`
}
