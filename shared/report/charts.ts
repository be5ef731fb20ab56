/** Charts as report blocks: a Vega-Lite picture, a Mermaid form where that is truthful, words, and the numbers. */
export * from './charts/bars.js'
export type { ChartText, Series } from './charts/common.js'
export * from './charts/comparison.js'
export * from './charts/confusion.js'
export * from './charts/curves.js'
export * from './charts/distribution.js'
export * from './charts/scatter.js'
export * from './charts/series.js'
