import { type Block, type ChartBlock, heading } from '../../../shared/report/blocks.js'
import { reliabilityCurve } from '../../../shared/report/charts/curves.js'
import { wilson } from '../../../shared/stats/intervals.js'
import { calibrationComment, calibrationPage } from '../calibration/render.js'
import { confusionComment, confusionPage } from './charts-classes.js'
import { errorCharts } from './charts-errors.js'
import { coverageCharts, lossCharts } from './charts-rows.js'
import { rateCharts, scoreCharts } from './charts-scores.js'
import { sliceCharts, sliceCommentChart } from './charts-slices.js'
import type { Facts } from './facts.js'
import { cellText } from './labels.js'
import type { Named } from './named.js'

/** Pictures of both models on the judged rows, by the section that they stand in. */
export interface Charts {
  /** What the comment has room for: two or three that Mermaid draws truthfully, and the confusions as a table. */
  readonly comment: readonly Block[]
  /** How well the answers tell right from wrong, and by how much they are off. */
  readonly answers: readonly Block[]
  readonly calibration: readonly Block[]
  readonly slices: readonly ChartBlock[]
}

/** Draws what the task and its answers allow; a part without data is empty. */
export function chartsOf(facts: Facts): Charts {
  const { candidate, baseline } = facts.came.subjects
  const models: Named[] = [{ name: 'candidate', sample: candidate }]
  if (baseline !== null) models.push({ name: cellText(facts.baselineName, 60), sample: baseline })
  const { confidence } = facts
  const { calibration } = facts.came
  const name = cellText(facts.baselineName, 60)
  // A document without that part has the bins alone.
  const reliability = calibration === null ? reliabilityCharts(facts) : []
  const errors = errorCharts(models)
  const coverage = coverageCharts(models)
  return {
    comment: [
      ...sliceCommentChart(facts),
      ...reliability,
      ...calibrationComment(calibration, name, confidence),
      ...errors.comment,
      ...coverage,
      ...confusionComment(models),
    ],
    answers: [
      ...rateCharts(models),
      ...scoreCharts(models),
      ...confusionPage(models),
      ...errors.page,
      ...coverage,
      ...lossCharts(facts.came.subjects, models),
    ],
    calibration:
      reliability.length === 0
        ? calibrationPage(calibration, name, confidence)
        : [heading(2, 'Calibration'), ...reliability],
    slices: sliceCharts(facts),
  }
}

function reliabilityCharts({ reliability, baselineName, confidence }: Facts): ChartBlock[] {
  if (reliability === null) return []
  const bins = (of: NonNullable<Facts['reliability']>['candidate']) =>
    of.map(({ n, score, rate }) => {
      const interval = wilson(Math.round(rate * n), n, confidence)
      return { predicted: score, observed: rate, n, ...(interval && { low: interval.low, high: interval.high }) }
    })
  const series = [{ name: 'candidate', bins: bins(reliability.candidate) }]
  if (reliability.baseline !== null) {
    series.push({ name: cellText(baselineName, 60), bins: bins(reliability.baseline) })
  }
  const note = 'Bins are of equal mass; their intervals are Wilson’s.'
  return [reliabilityCurve({ title: 'Calibration', series, level: confidence, note })]
}
