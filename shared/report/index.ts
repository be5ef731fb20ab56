import type { Report } from './blocks.js'

export * from './blocks.js'
export * from './charts.js'
export * from './escape.js'
export * from './format.js'
export { inlineText } from './inline.js'
export * from './markdown.js'
export { maskSecrets } from './secrets.js'
export * from './text.js'

/** See html.ts; loaded on first use, because charts cost a quarter of a second. */
export async function renderHtml(report: Report): Promise<string> {
  return (await import('./html.js')).renderHtml(report)
}
