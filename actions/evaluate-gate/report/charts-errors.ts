import type { ChartBlock } from '../../../shared/report/blocks.js'
import { histogramPair } from '../../../shared/report/charts/distribution.js'
import { scatter } from '../../../shared/report/charts/scatter.js'
import type { RegressionSample } from '../../../shared/stats/sample.js'
import { countInto } from './counting.js'
import { cellText } from './labels.js'
import type { Named } from './named.js'
import { chooseByHash, hashOf } from './sampling.js'

const MOST_POINTS = 2000
const BINS = 30
/** Beside the middle 90 % of the errors, as a share of its width. */
const ROOM = 0.4
const CHART = { importance: 64 } as const
const ERROR = 'error (prediction − truth)'

interface NamedRegression {
  readonly name: string
  readonly sample: RegressionSample
  /** Rows that are drawn: the same ones of each model. */
  readonly drawn: readonly number[]
}

export interface ErrorCharts {
  /** The candidate's errors, whose medians by tenth of its predictions Mermaid can draw. */
  readonly comment: readonly ChartBlock[]
  readonly page: readonly ChartBlock[]
}

/** Predictions against the truth, errors against predictions, and how the errors are distributed. */
export function errorCharts(models: readonly Named[]): ErrorCharts {
  const [first] = models
  if (first === undefined || first.sample.task !== 'regression') return { comment: [], page: [] }
  const drawn = chosenRows(first.sample)
  const some = models.flatMap(({ name, sample }): NamedRegression[] =>
    sample.task === 'regression' ? [{ name: cellText(name, 40), sample, drawn }] : [],
  )
  const words = { x: 'true value', y: 'prediction', reference: 'diagonal' } as const
  return {
    comment: scatters(some.slice(0, 1), ERRORS, errorWords),
    page: [
      ...scatters(some, AGAINST_TRUTH, (name) => ({ title: `Predictions of ${name}`, ...words })),
      ...scatters(some, ERRORS, errorWords),
      ...errorHistogram(some),
    ],
  }
}

/** By what is true of them and by their names: the same ones whatever the order of rows. */
function chosenRows({ n, truth, blocks }: RegressionSample): number[] {
  return chooseByHash(n, MOST_POINTS, (i) => hashOf(truth[i] as number, 0, blocks[i] as number))
}

type Pair = readonly [x: number, y: number]
type At = (sample: RegressionSample, row: number) => Pair

const AGAINST_TRUTH: At = ({ truth, value }, row) => [truth[row] as number, value[row] as number]
const ERRORS: At = (sample, row) => [sample.value[row] as number, errorOf(sample, row)]

const errorWords = (name: string) =>
  ({ title: `Errors of ${name}`, x: 'prediction', y: ERROR, reference: 'zero' }) as const

type Words = Pick<Parameters<typeof scatter>[0], 'title' | 'x' | 'y' | 'reference'>

/** A picture for each model, of the same rows on the same axes. */
function scatters(some: readonly NamedRegression[], at: At, words: (name: string) => Words): ChartBlock[] {
  const points = some.map((one) => pointsOf(one, at))
  const [x, y] = [extent(points, ({ x }) => [x]), extent(points, ({ y }) => [y])]
  const all = extent(points, ({ x, y }) => [x, y])
  return some.map(({ name, sample }, i) => {
    const own = words(name)
    const domain = own.reference === 'diagonal' ? { x: all, y: all } : { x, y }
    return scatter({
      ...own,
      points: points[i] ?? [],
      rows: sample.n,
      tone: i === 0 ? 'main' : 'other',
      domain,
      ...CHART,
    })
  })
}

type Points = readonly { readonly x: number; readonly y: number }[]

/** From the least to the largest number of all points; 0 … 1 without any. */
function extent(points: readonly Points[], of: (point: Points[number]) => readonly number[]): Pair {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of points.flat().flatMap(of)) {
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return low <= high ? [low, high] : [0, 1]
}

function pointsOf({ sample, drawn }: NamedRegression, at: At): { x: number; y: number }[] {
  return drawn
    .map((row) => {
      const [x, y] = at(sample, row)
      return { x, y }
    })
    .sort((a, b) => a.x - b.x || a.y - b.y)
}

function errorHistogram(some: readonly NamedRegression[]): ChartBlock[] {
  const [own, other] = some
  if (own === undefined) return []
  const edges = edgesOf(some)
  if (edges === null) return []
  const counted = (one: NamedRegression) => ({
    name: one.name,
    counts: countInto(edges, one.sample.n, (i) => errorOf(one.sample, i)),
  })
  return [
    histogramPair({
      title: 'Errors',
      variable: ERROR,
      edges,
      current: counted(own),
      ...(other === undefined ? {} : { baseline: counted(other) }),
      note: 'Errors beyond the ends are in the first and the last bin.',
      ...CHART,
    }),
  ]
}

const errorOf = ({ value, truth }: RegressionSample, row: number): number =>
  (value[row] as number) - (truth[row] as number)

/** Bins over most errors of all models and some room around: a few far ones would press all others into one bar. */
function edgesOf(some: readonly NamedRegression[]): number[] | null {
  const errors = some.flatMap((one) => pointsOf(one, ERRORS).map(({ y }) => y))
  const sorted = errors.filter(Number.isFinite).sort((a, b) => a - b)
  if (sorted.length === 0) return null
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number
  const room = (at(0.95) - at(0.05)) * ROOM
  const [low, high] = [Math.max(at(0), at(0.05) - room), Math.min(at(1), at(0.95) + room)]
  const span = high > low ? { low, high } : { low: low - 0.5, high: high + 0.5 }
  return Array.from({ length: BINS + 1 }, (_, i) => span.low * (1 - i / BINS) + span.high * (i / BINS))
}
