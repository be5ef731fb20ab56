import type { ChartBlock } from '../../../shared/report/blocks.js'
import { lineChart } from '../../../shared/report/charts/curves.js'
import { histogramPair } from '../../../shared/report/charts/distribution.js'
import { plural } from '../../../shared/report/format.js'
import type { QuantileSample } from '../../../shared/stats/sample.js'
import { lossKindOf, lossOf } from '../../../shared/stats/slices/loss.js'
import type { Subjects } from '../compare.js'
import { countInto } from './counting.js'
import { cellText } from './labels.js'
import type { Named } from './named.js'

const CHART = { importance: 64 } as const

/** Of forecasts of quantiles: the share of rows below each, against its level. */
export function coverageCharts(models: readonly Named[]): ChartBlock[] {
  const series = models.flatMap(({ name, sample }) =>
    sample.task === 'quantile' && sample.n > 0 && sample.levels.length > 1
      ? [{ name: cellText(name, 40), points: coverageOf(sample) }]
      : [],
  )
  if (series.length === 0) return []
  const unit = [0, 1] as const
  return [
    lineChart({
      title: 'Coverage of the forecasts',
      x: { title: 'level of the forecast', domain: unit },
      y: { title: 'share of true values at or below it', domain: unit },
      series,
      reference: {
        name: 'each forecast holds as often as it says',
        points: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
      },
      ...CHART,
    }),
  ]
}

function coverageOf({ n, truth, levels, values, weights }: QuantileSample): { x: number; y: number }[] {
  const below = new Float64Array(levels.length)
  let total = 0
  for (let i = 0; i < n; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    total += weight
    for (let k = 0; k < levels.length; k++) {
      if ((truth[i] as number) <= (values[i * levels.length + k] as number)) below[k] = (below[k] as number) + weight
    }
  }
  return levels.map((x, k) => ({ x, y: (below[k] as number) / total }))
}

/** How a measure of single rows, from 0 to 1, is distributed: of queries, texts, sets of labels. */
const MEASURES = {
  'one-minus-ndcg': { title: 'NDCG by query', variable: 'NDCG of a query', good: true },
  'one-minus-token-f1': { title: 'Token F1 by text', variable: 'token F1 of a text', good: true },
  hamming: { title: 'Hamming loss by row', variable: 'Hamming loss of a row', good: false },
} as const

/** Of queries, texts and sets of labels: how good the answer to a single one is. */
export function lossCharts(subjects: Pick<Subjects, 'candidate' | 'baseline'>, models: readonly Named[]): ChartBlock[] {
  const kind = lossKindOf([subjects.candidate])
  const measure = kind in MEASURES ? MEASURES[kind as keyof typeof MEASURES] : undefined
  if (measure === undefined || subjects.candidate.n === 0) return []
  const candidate = lossOf(subjects.candidate, kind)
  const baseline = subjects.baseline && lossOf(subjects.baseline, kind)
  const edges = Array.from({ length: 21 }, (_, i) => i / 20)
  const counted = (loss: Float64Array, at: number) => ({
    name: cellText(models[at]?.name ?? '', 40),
    counts: countInto(edges, loss.length, (i) => (measure.good ? 1 - (loss[i] as number) : (loss[i] as number))),
  })
  const known = candidate.reduce((count, loss) => count + Number(!Number.isNaN(loss)), 0)
  return [
    histogramPair({
      title: measure.title,
      variable: measure.variable,
      edges,
      current: counted(candidate, 0),
      ...(baseline === null ? {} : { baseline: counted(baseline, 1) }),
      ...(known === candidate.length
        ? {}
        : { note: `${plural(candidate.length - known, 'row')} without one left out.` }),
      ...CHART,
    }),
  ]
}
