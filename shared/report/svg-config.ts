/** Vega-Lite configuration: colours are CSS variables of the page (html-style.ts), so that one SVG serves both themes. */

export const color = {
  /** Candidate, current, or the only series. */
  main: 'var(--chart-1)',
  /** Baseline, deployed, or the reference. */
  other: 'var(--chart-2)',
  /** Lines that are not data: the diagonal, the target. */
  rule: 'var(--chart-rule)',
  bad: 'var(--chart-bad)',
  ink: 'var(--chart-ink)',
  grid: 'var(--chart-grid)',
} as const

export const palette = [1, 2, 3, 4, 5].map((number) => `var(--chart-${number})`)

const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'

export const chartConfig = {
  background: null,
  font,
  // The figure has its own title and description; per-mark labels would only add weight.
  aria: false,
  view: { stroke: null },
  axis: {
    domainColor: color.rule,
    gridColor: color.grid,
    labelColor: color.ink,
    tickColor: color.rule,
    titleColor: color.ink,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 500,
    labelLimit: 220,
    titlePadding: 8,
  },
  axisY: { titleAnchor: 'middle' },
  legend: {
    labelColor: color.ink,
    titleColor: color.ink,
    labelFontSize: 12,
    titleFontSize: 12,
    labelLimit: 300,
    orient: 'top',
  },
  header: { labelColor: color.ink, titleColor: color.ink, labelFontSize: 12 },
  text: { color: color.ink, fontSize: 12 },
  rule: { color: color.rule },
  mark: { color: color.main },
  range: { category: palette },
}
