import type { Banner, Block, ChartBlock, HeadingBlock, Report } from './blocks.js'
import { verdictMark } from './blocks.js'
import { escapeHtml, oneLine } from './escape.js'
import { fitBlocks } from './fit.js'
import { formatInteger } from './format.js'
import { htmlInline } from './html-inline.js'
import { scriptElement, scriptPolicy } from './html-script.js'
import { style } from './html-style.js'
import { renderTable } from './html-table.js'
import { inlineText } from './inline.js'
import { drawPicture } from './svg-plain.js'

/** Larger pages open slowly and are not shown by GitHub's file view. */
const htmlLimit = 2_000_000

// The page loads nothing; styles are inside it, and so are those of the charts. The one script, where there is one, is ours.
const policy = (scripted: boolean): string =>
  `default-src 'none'; ${scripted ? `${scriptPolicy}; ` : ''}style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`

type Pictures = ReadonlyMap<ChartBlock, string>

/**
 * One self-contained page under 2 MB, without request, light and dark, for screen and print. Charts are SVG. It has no
 * script, unless a table asks for tools: then the one of html-script.ts, which the policy names by its digest.
 * What does not fit is left out from the least important end, and the page says so. Throws an Error when a chart
 * specification asks for anything outside itself, which is a fault of the caller.
 */
export async function renderHtml(report: Report): Promise<string> {
  const pictures = await drawCharts(report.blocks)
  const frame = page(report, '', withAnchors(report, report.blocks))
  const room = htmlLimit - Buffer.byteLength(frame) - 2000
  const size = (block: Block) => Buffer.byteLength(renderBlock(block, pictures)) + 1
  const fitted = fitBlocks(report.blocks, room, size)
  const blocks = withAnchors(report, fitted.blocks)
  const body = blocks.map((block) => renderBlock(block, pictures))
  return page(report, [...body, cutNote(fitted.cut)].filter((part) => part !== '').join('\n'), blocks)
}

async function drawCharts(blocks: readonly Block[]): Promise<Pictures> {
  const charts = blocks.flatMap(function all(block): ChartBlock[] {
    if (block.kind === 'details') return block.blocks.flatMap(all)
    return block.kind === 'chart' ? [block] : []
  })
  const pictures = new Map<ChartBlock, string>()
  if (charts.length === 0) return pictures
  // Loading what draws specifications takes a quarter of a second.
  const engine = charts.every(({ picture }) => picture !== undefined) ? null : await import('./svg.js')
  for (const [index, chart] of charts.entries()) {
    const id = `chart${index + 1}`
    const { picture, title, description } = chart
    const drawn =
      picture === undefined ? await engine?.drawSvg(chart, id) : drawPicture(picture, id, title, description)
    pictures.set(chart, drawn ?? '')
  }
  return pictures
}

type Anchored = Block | (HeadingBlock & { anchor: string })

/** Sections get a name that the list at the top leads to. */
function withAnchors(report: Report, blocks: readonly Block[]): Anchored[] {
  let count = 0
  return blocks.map((block) => {
    if (report.contents !== true || block.kind !== 'heading' || block.level !== 2) return block
    count += 1
    return { ...block, anchor: `section${count}` }
  })
}

function contentsOf(blocks: readonly Anchored[]): string {
  const links = blocks.flatMap((block) =>
    block.kind === 'heading' && 'anchor' in block
      ? [`<li><a href="#${block.anchor}">${htmlInline(block.text)}</a></li>`]
      : [],
  )
  return links.length < 2 ? '' : `<nav aria-label="Sections"><ul>${links.join('')}</ul></nav>`
}

const hasTools = (blocks: readonly Block[]): boolean =>
  blocks.some((block) =>
    block.kind === 'details' ? hasTools(block.blocks) : block.kind === 'table' && block.tools !== undefined,
  )

function page(report: Report, body: string, blocks: readonly Anchored[]): string {
  const verdict = report.verdict
  const scripted = hasTools(report.blocks)
  const label = verdict === undefined ? '' : `${verdict.verdict}: ${inlineText(verdict.headline)} – `
  const title = escapeHtml(oneLine(`${label}${report.title}`))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(scripted)}">
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
${contentsOf(blocks)}<main>
${body}
</main>
<footer><p>Written by Plumbline. This page is complete in itself: it loads nothing${scripted ? '; its one script sorts and filters tables' : ' and runs no script'}.</p></footer>
${scripted ? `${scriptElement}\n` : ''}</body>
</html>
`
}

function renderBanner(banner: Banner): string {
  const reason = banner.reason === undefined ? '' : `<p>${htmlInline(banner.reason)}</p>`
  return `<div class="verdict ${banner.verdict}"><p><span class="badge"><span aria-hidden="true">${verdictMark(banner.verdict)}</span> ${banner.verdict}</span> ${htmlInline(banner.headline)}</p>${reason}</div>`
}

function renderBlock(block: Anchored, pictures: Pictures): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}${'anchor' in block ? ` id="${block.anchor}"` : ''}>${htmlInline(block.text)}</h${block.level}>`
    case 'paragraph':
      return `<p>${htmlInline(block.text)}</p>`
    case 'table':
      return renderTable(block)
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
  }
}

const renderDetails = (summary: string, body: string): string =>
  `<details><summary>${summary}</summary>\n${body}\n</details>`

function renderChart(chart: ChartBlock, pictures: Pictures): string {
  const numbers = renderDetails(
    `Numbers of this chart (${formatInteger(chart.data.rows.length)} rows)`,
    renderTable({ ...chart.data, caption: chart.title }),
  )
  return `<figure><figcaption>${htmlInline(chart.title)}</figcaption>
<div class="wide" tabindex="0" role="group" aria-label="${escapeHtml(oneLine(chart.title))}">${pictures.get(chart) ?? ''}</div>
<p>${htmlInline(chart.legend === undefined ? chart.description : `${chart.description} ${chart.legend}`)}</p>
${numbers}</figure>`
}

function cutNote(cut: readonly string[]): string {
  if (cut.length === 0) return ''
  const shown = cut.slice(0, 8).map((name) => name.slice(0, 100))
  const more = cut.length > shown.length ? `, ${formatInteger(cut.length - shown.length)} more` : ''
  return `<p><strong>Shortened to fit 2 MB.</strong> Left out: ${htmlInline(shown.join(', '))}${more}.</p>`
}
