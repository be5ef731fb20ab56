import { type Loader, type LoggerInterface, parse, resetSVGDefIds, type Spec, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { ChartBlock } from './blocks.js'
import { escapeHtml, oneLine } from './escape.js'
import { chartConfig } from './svg-config.js'

/**
 * Draws a Vega-Lite specification as an SVG element that takes its colours from the page. `id` makes the names inside it
 * unique. Throws an Error when the specification refers to anything outside itself.
 */
export async function drawSvg(chart: ChartBlock, id: string): Promise<string> {
  refuseOutsideReferences(chart.spec)
  const given = { ...(apartFromMembers(chart.spec) as object), config: chartConfig } as unknown as TopLevelSpec
  const spec = compile(given, { logger: silent }).spec
  resetSVGDefIds()
  const view = new View(parse(spec as Spec), { renderer: 'none', loader: closedLoader, logger: silent })
  try {
    return dress(await view.toSVG(), chart, id)
  } finally {
    view.finalize()
  }
}

/**
 * Vega keeps texts as keys of plain objects and mistakes `constructor` or `toString`, as a column may be called, for
 * something it has already met: such a text gets an invisible end.
 */
function apartFromMembers(part: unknown): unknown {
  if (typeof part === 'string') return part in Object.prototype ? `${part}\u2060` : part
  if (Array.isArray(part)) return part.map(apartFromMembers)
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, apartFromMembers(value)]))
}

const outside = new Set(['url', 'href', 'src', 'signal', 'expr'])

/** Values of inline data may be anything; the specification around them may not link, load or compute. */
function refuseOutsideReferences(part: unknown, path = 'spec'): void {
  if (typeof part !== 'object' || part === null) return
  for (const [key, value] of Object.entries(part)) {
    if (key === 'values' && path.endsWith('data')) continue
    if (outside.has(key))
      throw new Error(`${path}.${key}: a chart of a report carries its data inside and no expression`)
    const isMark = key === 'mark' || (key === 'type' && path.endsWith('.mark'))
    if (isMark && value === 'image') throw new Error(`${path}.${key}: an image is not allowed in a chart`)
    refuseOutsideReferences(value, `${path}.${key}`)
  }
}

const refuse = (): Promise<never> => Promise.reject(new Error('a report loads nothing'))
const closedLoader = { load: refuse, sanitize: refuse, http: refuse, file: refuse, options: {} } as unknown as Loader

const silent: LoggerInterface = {
  level: (() => silent) as unknown as LoggerInterface['level'],
  error: () => silent,
  warn: () => silent,
  info: () => silent,
  debug: () => silent,
}

/** Gives the picture a name and a description, and every id inside it the prefix of the chart. */
function dress(svg: string, chart: ChartBlock, id: string): string {
  const start = `<svg role="img" aria-labelledby="${id}-title ${id}-description"`
  const words = `<title id="${id}-title">${escapeHtml(oneLine(chart.title))}</title><desc id="${id}-description">${escapeHtml(oneLine(chart.description))}</desc>`
  return svg
    .replace(/ xmlns(?::xlink)?="[^"]*"/g, '')
    .replace(/<[^>]*>/g, (tag) =>
      tag.replace(/ id="([^"]+)"/, ` id="${id}-$1"`).replace(/url\(#([^)]+)\)/g, `url(#${id}-$1)`),
    )
    .replace(/<svg([^>]*)>/, (_, attributes: string) => `${start}${attributes}>${words}`)
}
