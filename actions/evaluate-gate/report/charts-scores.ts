import type { ChartBlock } from '../../../shared/report/blocks.js'
import { type BarPanel, barPanels } from '../../../shared/report/charts/bars.js'
import { rateCurve } from '../../../shared/report/charts/curves.js'
import { formatFixed } from '../../../shared/report/format.js'
import type { ClassSample } from '../../../shared/stats/sample.js'
import { rateCurves } from './curves.js'
import { cellText } from './labels.js'
import type { Named } from './named.js'

const BINS = 20
const EDGES = Array.from({ length: BINS + 1 }, (_, i) => i / BINS)
const CHART = { importance: 66 } as const

/** ROC and precision–recall curves of both models. */
export function rateCharts(models: readonly Named[]): ChartBlock[] {
  const curves = models.flatMap(({ name, sample }) => {
    const own = sample.task === 'binary' ? rateCurves(sample) : null
    return own === null ? [] : [{ name, own }]
  })
  const [first] = curves
  if (first === undefined) return []
  return [
    rateCurve({
      title: 'ROC curve',
      curve: 'roc',
      series: curves.map(({ name, own }) => ({ name, points: own.roc })),
      ...CHART,
    }),
    rateCurve({
      title: 'Precision and recall',
      curve: 'pr',
      series: curves.map(({ name, own }) => ({ name, points: own.pr })),
      prevalence: first.own.prevalence,
      ...CHART,
    }),
  ]
}

/** Where the scores of each class lie: of a model that tells them apart, at different ends. */
export function scoreCharts(models: readonly Named[]): ChartBlock[] {
  const panels = models.flatMap(({ name, sample }, i) => {
    const tone = i === 0 ? ('main' as const) : ('other' as const)
    return sample.task === 'binary' || sample.task === 'multiclass' ? scorePanels(sample, name, tone) : []
  })
  const task = models[0]?.sample.task
  if (panels.length === 0) return []
  const binary = task === 'binary'
  return [
    barPanels({
      title: binary ? 'Scores by true class' : 'Highest probability, of right and of wrong labels',
      variable: binary ? 'score' : 'highest probability',
      edges: EDGES,
      write: (value) => formatFixed(value, 2),
      panels,
      pairs: true,
      ...CHART,
    }),
  ]
}

function scorePanels(sample: ClassSample, name: string, tone: BarPanel['tone']): BarPanel[] {
  const scoreOf = scorer(sample)
  if (scoreOf === null) return []
  const { n, truth, label, weights, classes } = sample
  const binary = sample.task === 'binary'
  const groups = [0, 1].map(() => ({ counts: new Float64Array(BINS), rows: 0 }))
  for (let i = 0; i < n; i++) {
    const group = groups[binary ? (truth[i] as number) : Number(truth[i] !== label[i])]
    if (group === undefined) continue
    const bin = Math.min(BINS - 1, Math.floor(scoreOf(i) * BINS))
    group.counts[bin] = (group.counts[bin] as number) + (weights === null ? 1 : (weights[i] as number))
    group.rows += 1
  }
  const names = binary ? classes.map((one) => `class ${cellText(one, 24)}`) : ['right labels', 'wrong labels']
  return groups.map(({ counts, rows }, i) => ({
    name: `${cellText(name, 24)}, ${names[i]}`,
    counts: [...counts],
    rows,
    tone,
  }))
}

function scorer(sample: ClassSample): ((row: number) => number) | null {
  if (sample.task === 'binary') {
    const { score } = sample
    return score && ((row) => score[row] as number)
  }
  const { probabilities, label, classes } = sample
  const width = classes.length
  return probabilities && ((row) => probabilities[row * width + (label[row] as number)] as number)
}
