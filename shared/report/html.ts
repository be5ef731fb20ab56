import type { Align, Banner, Block, ChartBlock, Column, Inline, Report } from './blocks.js'
import { verdictMark } from './blocks.js'
import { escapeHtml, oneLine } from './escape.js'
import { fitBlocks } from './fit.js'
import { formatInteger } from './format.js'
import { htmlInline } from './html-inline.js'
import { style } from './html-style.js'
import { inlineText } from './inline.js'

/** Larger pages open slowly and are not shown by GitHub's file view. */
export const htmlLimit = 2_000_000

// The page loads nothing; styles are inside it, and so are those of the charts.
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

type Pictures = ReadonlyMap<ChartBlock, string>

/**
 * One self-contained page under 2 MB, without script or request, light and dark, for screen and print. Charts are SVG.
 * What does not fit is left out from the least important end, and the page says so. Throws an Error when a chart
 * specification asks for anything outside itself, which is a fault of the caller.
 */
export async function renderHtml(report: Report): Promise<string> {
  const pictures = await drawCharts(report.blocks)
  const frame = page(report, '')
  const room = htmlLimit - Buffer.byteLength(frame) - 2000
  const size = (block: Block) => Buffer.byteLength(renderBlock(block, pictures)) + 1
  const fitted = fitBlocks(report.blocks, room, size)
  const body = fitted.blocks.map((block) => renderBlock(block, pictures))
  return page(report, [...body, cutNote(fitted.cut)].filter((part) => part !== '').join('\n'))
}

async function drawCharts(blocks: readonly Block[]): Promise<Pictures> {
  const charts = blocks.flatMap(function all(block): ChartBlock[] {
    if (block.kind === 'details') return block.blocks.flatMap(all)
    return block.kind === 'chart' ? [block] : []
  })
  const pictures = new Map<ChartBlock, string>()
  if (charts.length === 0) return pictures
  const { drawSvg } = await import('./svg.js')
  for (const [index, chart] of charts.entries()) pictures.set(chart, await drawSvg(chart, `chart${index + 1}`))
  return pictures
}

function page(report: Report, body: string): string {
  const verdict = report.verdict
  const label = verdict === undefined ? '' : `${verdict.verdict}: ${inlineText(verdict.headline)} – `
  const title = escapeHtml(oneLine(`${label}${report.title}`))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${htmlInline(report.title)}</h1>
${verdict === undefined ? '' : renderBanner(verdict)}
</header>
<main>
${body}
</main>
<footer><p>Written by Plumbline. This page is complete in itself: it loads nothing and runs no script.</p></footer>
</body>
</html>
`
}

function renderBanner(banner: Banner): string {
  const reason = banner.reason === undefined ? '' : `<p>${htmlInline(banner.reason)}</p>`
  return `<div class="verdict ${banner.verdict}"><p><span class="badge"><span aria-hidden="true">${verdictMark(banner.verdict)}</span> ${banner.verdict}</span> ${htmlInline(banner.headline)}</p>${reason}</div>`
}

function renderBlock(block: Block, pictures: Pictures): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${htmlInline(block.text)}</h${block.level}>`
    case 'paragraph':
      return `<p>${htmlInline(block.text)}</p>`
    case 'table':
      return renderTable(block.columns, block.rows, block.caption)
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul'
      return `<${tag}>${block.items.map((item) => `<li>${htmlInline(item)}</li>`).join('')}</${tag}>`
    }
    case 'details':
      return renderDetails(
        htmlInline(block.summary),
        block.blocks.map((inner) => renderBlock(inner, pictures)).join('\n'),
      )
    case 'code':
      return `<pre tabindex="0"><code>${escapeHtml(block.text)}</code></pre>`
    case 'chart':
      return renderChart(block, pictures)
    case 'verdict':
      return renderBanner(block)
    case 'rule':
      return '<hr>'
  }
}

const renderDetails = (summary: string, body: string): string =>
  `<details><summary>${summary}</summary>\n${body}\n</details>`

const alignment: Readonly<Record<Align, string>> = { left: '', right: ' class="right"', center: ' class="center"' }

/** The first cell of a row names it. */
function renderTable(columns: readonly Column[], rows: readonly (readonly Inline[])[], caption?: Inline): string {
  const head = columns.map((column) => {
    const title = htmlInline(column.title)
    return title === '' ? '<td></td>' : `<th scope="col"${alignment[column.align]}>${title}</th>`
  })
  const body = rows.map((row) => {
    const cells = columns.map((column, index) => {
      const text = htmlInline(row[index] ?? '')
      const tag = index === 0 && text !== '' ? ['th scope="row"', 'th'] : ['td', 'td']
      return `<${tag[0]}${alignment[column.align]}>${text}</${tag[1]}>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  const title = caption === undefined ? '' : `<caption>${htmlInline(caption)}</caption>`
  const name = caption === undefined ? 'table' : escapeHtml(oneLine(inlineText(caption)))
  return `<div class="wide" tabindex="0" role="group" aria-label="${name}"><table>${title}<thead><tr>${head.join('')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`
}

function renderChart(chart: ChartBlock, pictures: Pictures): string {
  const numbers = renderDetails(
    `Numbers of this chart (${formatInteger(chart.data.rows.length)} rows)`,
    renderTable(chart.data.columns, chart.data.rows, chart.title),
  )
  return `<figure><figcaption>${htmlInline(chart.title)}</figcaption>
<div class="wide">${pictures.get(chart) ?? ''}</div>
<p>${htmlInline(chart.legend === undefined ? chart.description : `${chart.description} ${chart.legend}`)}</p>
${numbers}</figure>`
}

function cutNote(cut: readonly string[]): string {
  if (cut.length === 0) return ''
  const shown = cut.slice(0, 8).map((name) => name.slice(0, 100))
  const more = cut.length > shown.length ? `, ${formatInteger(cut.length - shown.length)} more` : ''
  return `<p><strong>Shortened to fit 2 MB.</strong> Left out: ${htmlInline(shown.join(', '))}${more}.</p>`
}
