import { findMetric, type Metric } from '../../../shared/stats/metrics/index.js'
import type {
  MultilabelSample,
  QuantileSample,
  RankingSample,
  Sample,
  Task,
  TextSample,
} from '../../../shared/stats/sample.js'
import { blocksOf } from './fixtures.js'
import { DEFAULT_SETTINGS } from './settings.js'

export const SETTINGS = { ...DEFAULT_SETTINGS, replicates: 300 }

const judged = (n: number, weights: readonly number[] | null) => ({
  n,
  blocks: blocksOf(n),
  weights: weights && Float64Array.from(weights),
  clustered: false,
})

export function multilabel(
  truth: readonly number[],
  scores: readonly number[],
  classes: readonly string[],
  weights: readonly number[] | null = null,
): MultilabelSample {
  return {
    task: 'multilabel',
    ...judged(truth.length / classes.length, weights),
    classes,
    truth: Uint8Array.from(truth),
    label: Uint8Array.from(scores, (p) => Number(p > 0.5)),
    scores: Float64Array.from(scores),
  }
}

export function quantile(
  truth: readonly number[],
  levels: readonly number[],
  values: readonly number[],
  weights: readonly number[] | null = null,
): QuantileSample {
  return {
    task: 'quantile',
    ...judged(truth.length, weights),
    truth: Float64Array.from(truth),
    levels,
    values: Float64Array.from(values),
  }
}

/** Ranked items of each query, the best first, as item, score and relevance; and relevances of items that are not ranked. */
export function ranking(
  queries: readonly {
    ranked: readonly (readonly [item: number, score: number, relevance: number])[]
    more?: number[]
  }[],
  catalogue: number,
  {
    weights = null,
    popularity = null,
  }: { weights?: readonly number[] | null; popularity?: readonly number[] | null } = {},
): RankingSample {
  const ideals = queries.map(({ ranked, more = [] }) =>
    [...ranked.map(([, , relevance]) => relevance), ...more].filter((r) => r > 0).sort((a, b) => b - a),
  )
  const offsets = (lengths: readonly number[]) =>
    Uint32Array.from([0, ...lengths].map((_, i) => lengths.slice(0, i).reduce((sum, length) => sum + length, 0)))
  const all = queries.flatMap(({ ranked }) => ranked)
  return {
    task: 'ranking',
    ...judged(queries.length, weights),
    offsets: offsets(queries.map(({ ranked }) => ranked.length)),
    item: Uint32Array.from(all, ([item]) => item),
    score: Float64Array.from(all, ([, score]) => score),
    relevance: Float64Array.from(all, ([, , relevance]) => relevance),
    idealOffsets: offsets(ideals.map(({ length }) => length)),
    ideal: Float64Array.from(ideals.flat()),
    catalogue,
    popularity: popularity && Float64Array.from(popularity),
  }
}

export function text(
  references: readonly (readonly string[])[],
  output: readonly string[],
  weights: readonly number[] | null = null,
): TextSample {
  return { task: 'text', ...judged(output.length, weights), references, output }
}

export function named(name: string, task: Task): Metric {
  const metric = findMetric(name, task)
  if (metric === undefined) throw new Error(`there is no ${name} of ${task}`)
  return metric
}

export function valueBy(name: string, sample: Sample): number {
  return named(name, sample.task).value(sample).value
}
