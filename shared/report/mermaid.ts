import type { XyChart } from './blocks.js'
import { clip, escapeMermaid } from './escape.js'

/** GitHub refuses longer sources. */
const mermaidLimit = 50_000
/** Labels of more categories than this collide. */
export const mermaidCategories = 12
/** Characters of all labels that fit side by side below the axis. */
const labelRoom = 70

// Mermaid's own colours are too pale to see; these are visible on white and on black, and the line on the bars.
const barColors = '#90b8e0, #c9531a'
const lineColor = '#3f86c9'

/**
 * Mermaid source of a bar, line, or bar-and-line chart, the title naming the series when there are two, since Mermaid has
 * no legend. `undefined` when Mermaid would draw it wrongly: more than twelve categories, a value that is not a
 * number below 10¹⁵, a bar below zero, series of another length than the axis, or no series.
 */
export function mermaidXy(chart: XyChart): string | undefined {
  const { bar, line } = chart
  const { categories } = chart.x
  const series = [bar, line].filter((one) => one !== undefined).map((one) => one.values)
  const drawable = series.every(
    (values) => values.length === categories.length && values.every((value) => Math.abs(value) < 1e15),
  )
  if (series.length === 0 || categories.length === 0 || categories.length > mermaidCategories || !drawable)
    return undefined
  if (bar?.values.some((value) => value < 0) === true) return undefined
  const range = rangeOf(series.flat(), chart.y)
  if (range === undefined) return undefined
  const labels = categories.map((category) => clip(escapeMermaid(category), 18))
  const horizontal = chart.horizontal ?? labels.join('').length > labelRoom
  const lines = [
    `%%{init: {"xyChart": {"height": 340}, "themeVariables": {"xyChart": {"plotColorPalette": "${bar === undefined ? lineColor : barColors}"}}}}%%`,
    horizontal ? 'xychart-beta horizontal' : 'xychart-beta',
    ...(bar === undefined || line === undefined
      ? []
      : [`  title ${quoted(`bar: ${clip(bar.name, 32)} · line: ${clip(line.name, 32)}`, 90)}`]),
    `  x-axis ${quoted(chart.x.title, 60)} [${labels.map((label) => quoted(label, 18)).join(', ')}]`,
    `  y-axis ${quoted(chart.y.title, 34)} ${plain(range[0])} --> ${plain(range[1])}`,
    ...(bar === undefined ? [] : [`  bar [${bar.values.map(plain).join(', ')}]`]),
    ...(line === undefined ? [] : [`  line [${line.values.map(plain).join(', ')}]`]),
  ]
  const source = lines.join('\n')
  return source.length <= mermaidLimit ? source : undefined
}

/** Bars start at zero; an axis without extent is widened. */
function rangeOf(values: readonly number[], y: XyChart['y']): [number, number] | undefined {
  const low = y.min ?? Math.min(0, ...values)
  const high = y.max ?? Math.max(0, ...values.map((value) => value * 1.05))
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) return undefined
  return low === high ? [low, low + 1] : [low, high]
}

const quoted = (text: string, length: number): string => `"${clip(escapeMermaid(text), length) || ' '}"`

/** Mermaid's grammar has no exponents. */
function plain(value: number): string {
  const rounded = Number(value.toPrecision(6))
  const text = rounded.toString()
  return text.includes('e') ? rounded.toFixed(12).replace(/\.?0+$/, '') : text
}
