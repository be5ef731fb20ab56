/** Pictures of few shapes, written by hand: a chart engine takes a hundred times as long, and six times the bytes. */
import type { BarPanels, HeatMap, Picture } from './blocks.js'
import { clip, escapeHtml, oneLine } from './escape.js'
import { formatPercent } from './format.js'

/** SVG elements that take their colours from the page. `id` makes the names inside them unique. */
export function drawPicture(picture: Picture, id: string, title: string, description: string): string {
  return picture.kind === 'panels' ? drawPanels(picture, id) : drawHeat(picture, id, title, description)
}

const round = (value: number): number => Number(value.toFixed(1))
const text = (words: string): string => escapeHtml(oneLine(words))

const PANEL = { width: 330, height: 150, left: 4, right: 4, top: 40, bottom: 20 } as const

/** Each panel is a picture of its own, so that they stand below each other on a narrow screen. */
function drawPanels({ panels, low, high, pairs }: BarPanels, id: string): string {
  const most = Math.max(1e-12, ...panels.flatMap(({ shares }) => shares))
  const { width, height, left, right, top, bottom } = PANEL
  const base = height - bottom
  const drawn = panels.map(({ name, description, shares, tone }, index) => {
    const step = (width - left - right) / Math.max(1, shares.length)
    const bars = shares.map((share, i) => {
      if (share <= 0) return ''
      // What is there can be seen, however little it is.
      const tall = Math.max(1, (share / most) * (base - top))
      return `M${round(left + i * step)} ${base}v${-round(tall)}h${round(Math.max(1, step - 1))}v${round(tall)}z`
    })
    const own = `${id}-${index + 1}`
    return `<svg role="img" class="plain" aria-labelledby="${own}-title ${own}-desc" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><title id="${own}-title">${text(name)}</title><desc id="${own}-desc">${text(description)}</desc><text x="${left}" y="14" class="name">${text(clip(name, 48))}</text><text x="${left}" y="30">${text(index === 0 ? `highest bar here and beside: ${formatPercent(most)}` : '')}</text><path d="M${left} ${round(base + 0.5)}H${width - right}" class="axis"/><path d="${bars.join('')}" class="fill-${tone}"/><text x="${left}" y="${height - 5}">${text(clip(low, 22))}</text><text x="${width - right}" y="${height - 5}" class="end">${text(clip(high, 22))}</text></svg>`
  })
  return `<div class="panels${pairs === true ? ' pairs' : ''}">${drawn.join('\n')}</div>`
}

const HEAT = { width: 720, name: 190, total: 64, row: 18, bottom: 20 } as const
const SHADES = 12

/** Cells of one shade are one path, and neighbours in a row one rectangle: 60 × 50 cells are some 20 kB at worst. */
function drawHeat({ rows, low, high }: HeatMap, id: string, title: string, description: string): string {
  const columns = Math.max(1, ...rows.map(({ shares }) => shares.length))
  const { width, name, total, row: tall, bottom } = HEAT
  const step = (width - name - total) / columns
  const height = rows.length * tall + bottom
  const paths = Array.from({ length: SHADES }, () => '')
  rows.forEach(({ shares }, at) => {
    const shades = shares.map((share) => (share <= 0 ? -1 : Math.min(SHADES - 1, Math.ceil(share * SHADES) - 1)))
    for (let from = 0; from < shades.length; ) {
      let to = from + 1
      while (to < shades.length && shades[to] === shades[from]) to += 1
      const shade = shades[from] ?? -1
      if (shade >= 0) {
        paths[shade] +=
          `M${round(name + from * step)} ${at * tall + 1}h${round((to - from) * step)}v${tall - 2}h${-round((to - from) * step)}z`
      }
      from = to
    }
  })
  const cells = paths.map((d, shade) =>
    d === ''
      ? ''
      : `<path d="${d}" class="fill-other" fill-opacity="${Number((0.16 + (0.84 * shade) / (SHADES - 1)).toFixed(2))}"/>`,
  )
  const words = rows.map(
    (one, at) =>
      `<text x="${name - 8}" y="${at * tall + 13}" class="end">${text(clip(one.name, 28))}</text><text x="${width - total + 6}" y="${at * tall + 13}">${text(one.total)}</text>`,
  )
  const ground = `<path d="M${name} 0H${width - total}V${rows.length * tall}H${name}z" class="ground"/>`
  return `<svg role="img" class="plain map" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><title id="${id}-title">${text(title)}</title><desc id="${id}-desc">${text(description)}</desc>${ground}${cells.join('')}${words.join('')}<text x="${name}" y="${height - 5}">${text(low)}</text><text x="${width - total}" y="${height - 5}" class="end">${text(high)}</text></svg>`
}
