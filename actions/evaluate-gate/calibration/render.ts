import type { Measured } from '../../../shared/contracts/common.js'
import type { CalibrationOfModel, CalibrationResult } from '../../../shared/contracts/evaluate-calibration.js'
import {
  type Block,
  type ChartBlock,
  column,
  details,
  heading,
  type Inline,
  paragraph,
  table,
} from '../../../shared/report/blocks.js'
import { lineChart, reliabilityCurve } from '../../../shared/report/charts/curves.js'
import { formatFixed, formatInteger, missing } from '../../../shared/report/format.js'
import { differenceText, intervalText, valueText } from '../figures.js'

/** The curve, and its numbers folded. */
export function calibrationComment(result: CalibrationResult | null, baselineName: string, level: number): Block[] {
  if (result === null) return []
  return [
    reliability(result, baselineName, level),
    details(`Calibration: ${eventText(result)}`, [figureTable(result, baselineName), partTable(result, baselineName)], {
      importance: 2,
    }),
  ]
}

/** Both curves, every number, and how each is defined. */
export function calibrationPage(result: CalibrationResult | null, baselineName: string, level: number): Block[] {
  if (result === null) return []
  return [
    heading(2, 'Calibration'),
    paragraph(`How far a score can be taken for a chance: ${eventText(result)}.`),
    reliability(result, baselineName, level),
    isotonic(result, baselineName),
    figureTable(result, baselineName),
    partTable(result, baselineName),
    paragraph(definitionText(result)),
  ]
}

interface Named {
  readonly name: string
  readonly model: CalibrationOfModel
}

function modelsOf({ candidate, baseline }: CalibrationResult, baselineName: string): Named[] {
  const models: Named[] = [{ name: 'candidate', model: candidate }]
  if (baseline !== null) models.push({ name: baselineName, model: baseline })
  return models
}

function eventText({ of }: CalibrationResult): string {
  return of === 'positive'
    ? 'the score of the positive class against how often a row is of it'
    : 'the highest probability of a row against how often its class is right'
}

function reliability(result: CalibrationResult, baselineName: string, level: number): ChartBlock {
  const series = modelsOf(result, baselineName).map(({ name, model }) => ({
    name,
    bins: model.bins.map(({ n, score, rate, interval }) => ({
      predicted: score,
      observed: rate,
      n,
      ...(interval && { low: interval.low, high: interval.high }),
    })),
  }))
  const hasIntervals = result.candidate.bins.some(({ interval }) => interval !== null)
  const note = hasIntervals
    ? 'Bins are of equal mass; their intervals are Wilson’s.'
    : 'Bins are of equal mass; rows are weighted or belong to clusters, and a bin has no interval of its own.'
  return reliabilityCurve({ title: 'Calibration', series, level, note })
}

function isotonic(result: CalibrationResult, baselineName: string): ChartBlock {
  const unit = [0, 1] as const
  return lineChart({
    title: 'Calibration by isotonic regression',
    x: { title: 'predicted probability', domain: unit },
    y: { title: 'share where it happened', domain: unit },
    series: modelsOf(result, baselineName).map(({ name, model }) => ({
      name,
      points: model.steps.flatMap(({ from, to, rate }) => [
        { x: from, y: rate },
        { x: to, y: rate },
      ]),
    })),
    reference: {
      name: 'perfect calibration',
      points: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
    },
  })
}

function figureTable({ figures, baseline }: CalibrationResult, baselineName: string): Block {
  const compared = baseline !== null
  const columns = [
    'measure',
    column('candidate', 'right'),
    column('interval', 'right'),
    ...(compared ? [column(baselineName, 'right'), column('difference', 'right'), column('interval', 'right')] : []),
  ]
  const rows = figures.map(({ title, candidate, baseline: other, difference }): Inline[] => [
    title,
    valueCell(candidate),
    intervalCell(candidate, false),
    ...(compared
      ? [
          other === null ? missing : valueCell(other),
          difference === null ? missing : differenceText(figureOf(difference)),
          difference === null ? missing : intervalCell(difference, true),
        ]
      : []),
  ])
  return table(columns, rows)
}

function partTable(result: CalibrationResult, baselineName: string): Block {
  const columns = [
    'model',
    ...['Brier score', 'miscalibration', 'discrimination', 'uncertainty', 'rows'].map((title) =>
      column(title, 'right'),
    ),
  ]
  const rows = modelsOf(result, baselineName).map(({ name, model }) => [
    name,
    ...[model.brier, model.miscalibration, model.discrimination, model.uncertainty].map((part) => formatFixed(part, 4)),
    formatInteger(model.bins.reduce((sum, { n }) => sum + n, 0)),
  ])
  return table(columns, rows, { caption: 'Brier score = miscalibration − discrimination + uncertainty' })
}

function definitionText({ figures, groups }: CalibrationResult): string {
  const steps =
    groups === null
      ? 'Isotonic regression is of every row, equal scores pooled.'
      : `Isotonic regression is of ${formatInteger(groups)} groups of scores of equal mass; what needs every row in order is measured when a rule names it.`
  const parts =
    'Miscalibration: what recalibrated scores would gain. Discrimination: what they gain over the event rate for every row. Uncertainty: the Brier score of that rate.'
  return [...figures.map(({ title, definition }) => `${capital(title)}: ${definition}`), steps, parts].join(' ')
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

function figureOf({ value, interval }: Measured) {
  return { value: value ?? Number.NaN, interval }
}

function valueCell(of: Measured): string {
  return of.value === null ? missing : valueText(figureOf(of))
}

/** An interval, or why there is none. */
function intervalCell({ interval, reason }: Measured, signed: boolean): string {
  return interval === null ? (reason ?? missing) : intervalText(interval, signed)
}
