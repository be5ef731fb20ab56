import type { Evaluation } from '../../shared/contracts/evaluation.js'
import type { ChartBlock } from '../../shared/report/blocks.js'
import { confusionMatrix, forest, scatter } from '../../shared/report/charts/comparison.js'
import { rateCurve, reliabilityCurve } from '../../shared/report/charts/curves.js'
import { precisionRecallCurve, rocCurve } from '../../shared/stats/curves.js'
import { wilson } from '../../shared/stats/intervals.js'
import { confusionOfSample } from '../../shared/stats/metrics/cells.js'
import type { Sample } from '../../shared/stats/sample.js'
import { countOnes } from '../../shared/stats/scores.js'
import type { Measurement, Subjects } from './measure.js'

/** Matrices of more classes are not readable as a picture. */
const MOST_CLASSES = 20
const MOST_SLICES = 40

interface Named {
  readonly name: string
  readonly sample: Sample
}

export interface Charts {
  /** Calibration and confusion: what a comment has room for. */
  readonly few: readonly ChartBlock[]
  /** Curves, calibration, confusion, and the slices side by side. */
  readonly all: readonly ChartBlock[]
}

/** Pictures of both models on the judged rows. */
export function chartsOf(
  subjects: Subjects,
  baselineName: string,
  reliability: Evaluation['reliability'],
  measurements: readonly Measurement[],
  confidence: number,
): Charts {
  const models: Named[] = [{ name: 'candidate', sample: subjects.candidate }]
  if (subjects.baseline !== null) models.push({ name: baselineName, sample: subjects.baseline })
  const few = [...reliabilityCharts(reliability, baselineName, confidence), ...confusionCharts(models)]
  return {
    few,
    all: [...rateCharts(models), ...few, ...forestCharts(measurements, confidence), ...scatterCharts(models)],
  }
}

function rateCharts(models: readonly Named[]): ChartBlock[] {
  const series = (curve: typeof rocCurve) =>
    models.flatMap(({ name, sample }) =>
      sample.task === 'binary' && sample.score !== null ? [{ name, points: curve(sample.truth, sample.score) }] : [],
    )
  const roc = series(rocCurve)
  if (roc.length === 0 || roc.every(({ points }) => points.length === 0)) return []
  const { sample } = models[0] as Named
  return [
    rateCurve({ title: 'ROC curve', curve: 'roc', series: roc }),
    rateCurve({
      title: 'Precision and recall',
      curve: 'pr',
      series: series(precisionRecallCurve),
      prevalence: countOnes(sample.truth) / sample.n,
    }),
  ]
}

function reliabilityCharts(
  reliability: Evaluation['reliability'],
  baselineName: string,
  confidence: number,
): ChartBlock[] {
  if (reliability === null) return []
  const bins = (of: NonNullable<Evaluation['reliability']>['candidate']) =>
    of.map(({ n, score, rate }) => {
      const interval = wilson(Math.round(rate * n), n, confidence)
      return { predicted: score, observed: rate, n, ...(interval && { low: interval.low, high: interval.high }) }
    })
  const series = [{ name: 'candidate', bins: bins(reliability.candidate) }]
  if (reliability.baseline !== null) series.push({ name: baselineName, bins: bins(reliability.baseline) })
  const note = 'Bins are of equal mass; their intervals are Wilson’s.'
  return [reliabilityCurve({ title: 'Calibration', series, level: confidence, note })]
}

function confusionCharts(models: readonly Named[]): ChartBlock[] {
  return models.flatMap(({ name, sample }) => {
    if (sample.task === 'regression' || sample.classes.length > MOST_CLASSES) return []
    const width = sample.classes.length
    const cells = [...confusionOfSample(sample).counts]
    const counts = sample.classes.map((_, row) => cells.slice(row * width, (row + 1) * width))
    return [confusionMatrix({ title: `Confusion, ${name}`, labels: sample.classes, counts })]
  })
}

/** One picture per metric: the difference on each slice, or the candidate's value without a baseline. */
function forestCharts(measurements: readonly Measurement[], level: number): ChartBlock[] {
  const metrics = [...new Set(measurements.filter(({ slice }) => slice !== null).map(({ metric }) => metric))]
  return metrics.map((metric) => {
    const own = measurements.filter((measurement) => measurement.metric === metric)
    const compared = own.some(({ difference }) => difference !== null)
    const rows = own.slice(0, MOST_SLICES).map(({ slice, candidate, difference }) => {
      const { value, interval, n } = difference ?? candidate
      return {
        name: slice === null ? 'all rows' : `${slice.column} = ${slice.value}`,
        estimate: Number.isNaN(value) ? null : value,
        low: interval?.low ?? null,
        high: interval?.high ?? null,
        n,
      }
    })
    const more = own.length > MOST_SLICES ? { note: `The first ${MOST_SLICES} of ${own.length}.` } : {}
    return forest({
      title: `${metric.title} by slice`,
      measure: compared ? `difference of ${metric.title} (candidate − baseline)` : metric.title,
      rows,
      reference: compared ? 0 : null,
      signed: compared,
      level,
      ...more,
    })
  })
}

function scatterCharts(models: readonly Named[]): ChartBlock[] {
  return models.flatMap(({ name, sample }) => {
    if (sample.task !== 'regression') return []
    const points = Array.from(sample.truth, (x, i) => ({ x, y: sample.value[i] as number }))
    return [scatter({ title: `Predictions, ${name}`, x: 'true value', y: 'prediction', points, reference: 'diagonal' })]
  })
}
