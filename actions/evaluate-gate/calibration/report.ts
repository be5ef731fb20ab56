import type { CalibrationOfModel, CalibrationResult } from '../../../shared/contracts/evaluate-calibration.js'
import { type Confidence, calibrationBins, DEFAULT_BINNING } from '../../../shared/stats/calibration.js'
import { brierParts, type IsotonicStep, isotonicSteps } from '../../../shared/stats/calibration-isotonic.js'
import { wilson } from '../../../shared/stats/intervals.js'
import { confidenceOf, usualKind } from '../../../shared/stats/metrics/calibration/confidence.js'
import { METRICS } from '../../../shared/stats/metrics/calibration/index.js'
import { hasScores, type Metric } from '../../../shared/stats/metrics/metric.js'
import { clamp } from '../../../shared/stats/numeric.js'
import type { ClassSample, Sample } from '../../../shared/stats/sample.js'
import type { IntervalSettings } from '../../../shared/stats/types.js'
import type { Comparison, Subjects } from '../compare.js'
import { measured } from '../measure.js'
import { rounded } from '../rounding.js'

/** Above so many rows the steps are made of groups of scores, and figures that need every row in order are left out. */
const MANY_ROWS = 1_000_000
const GROUPS = 1000
/** A curve of more steps says no more. */
const MOST_STEPS = 1000

const FIGURES = ['ece', 'calibration_bias']
const FIGURES_OF_ALL_ROWS = [
  'brier_miscalibration',
  'brier_discrimination',
  'calibration_slope',
  'calibration_intercept',
]

/** Names of the metrics that the report shows; none without scores of classes. */
export function calibrationFigures(candidate: Sample): readonly string[] {
  if (!isScored(candidate)) return []
  return candidate.n > MANY_ROWS ? FIGURES : [...FIGURES, ...FIGURES_OF_ALL_ROWS]
}

/** What the scores of both models say about how often they are right. */
export interface Curves {
  readonly candidate: CalibrationOfModel
  /** Null without a baseline that has scores. */
  readonly baseline: CalibrationOfModel | null
}

/** Null for a task or a candidate without scores of classes, and without rows that count. */
export function calibrationCurves(
  { candidate, baseline }: Pick<Subjects, 'candidate' | 'baseline'>,
  settings: IntervalSettings,
): Curves | null {
  const ofCandidate = isScored(candidate) ? ofModel(candidate, settings) : null
  if (ofCandidate === null) return null
  return {
    candidate: ofCandidate,
    baseline: baseline !== null && isScored(baseline) ? ofModel(baseline, settings) : null,
  }
}

/** Calibration of both models: their curves, and the figures, which are what metrics say of all rows. */
export function calibrationReport(
  candidate: Sample,
  curves: Curves | null,
  figures: (metric: Metric) => Comparison,
): CalibrationResult | null {
  if (curves === null || !isScored(candidate)) return null
  return {
    of: usualKind(candidate.task),
    binning: { ...DEFAULT_BINNING },
    groups: candidate.n > MANY_ROWS ? GROUPS : null,
    ...curves,
    figures: calibrationFigures(candidate).map((name) => {
      const metric = METRICS.find((one) => one.name === name) as Metric
      const said = figures(metric)
      return {
        metric: name,
        title: metric.title,
        definition: metric.definition,
        candidate: measured(said.candidate),
        baseline: curves.baseline && said.baseline && measured(said.baseline),
        difference: curves.baseline && said.difference && measured(said.difference),
      }
    }),
  }
}

function isScored(sample: Sample): sample is ClassSample {
  return (sample.task === 'binary' || sample.task === 'multiclass') && hasScores(sample)
}

function ofModel(sample: ClassSample, { level }: IntervalSettings): CalibrationOfModel | null {
  const confidence = confidenceOf(sample)
  const steps = stepsOf(confidence)
  const parts = brierParts(confidence, steps)
  if (parts === null) return null
  const plain = sample.weights === null && !sample.clustered
  return {
    bins: calibrationBins(confidence)
      .filter(({ n }) => n > 0)
      .map(({ low, high, n, score, rate }) => {
        const interval = plain ? wilson(Math.round(rate * n), n, level) : null
        return {
          low: roundedShare(low),
          high: roundedShare(high),
          n,
          score: roundedShare(score),
          rate: roundedShare(rate),
          interval: interval && { ...interval, low: roundedShare(interval.low), high: roundedShare(interval.high) },
        }
      }),
    steps: thinned(steps).map(({ from, to, n, rate }) => ({
      from: roundedShare(from),
      to: roundedShare(to),
      n,
      rate: roundedShare(rate),
    })),
    brier: roundedShare(parts.brier),
    miscalibration: roundedShare(parts.miscalibration),
    discrimination: roundedShare(parts.discrimination),
    uncertainty: roundedShare(parts.uncertainty),
  }
}

/** Isotonic regression of all rows, or of groups of scores of equal mass where there are very many. */
function stepsOf(confidence: Confidence): IsotonicStep[] {
  if (confidence.score.length <= MANY_ROWS) return isotonicSteps(confidence)
  const groups = calibrationBins(confidence, { binning: 'equal-mass', bins: GROUPS, edges: 'right-closed' })
  const steps: IsotonicStep[] = []
  for (const { low, high, n, weight, rate } of groups) {
    if (n === 0) continue
    let step: IsotonicStep = { from: low, to: high, n, weight, rate }
    for (let before = steps.at(-1); before !== undefined && before.rate >= step.rate; before = steps.at(-1)) {
      steps.pop()
      const both = before.weight + step.weight
      const pooled = (before.weight * before.rate + step.weight * step.rate) / both
      step = { from: before.from, to: step.to, n: before.n + step.n, weight: both, rate: pooled }
    }
    steps.push(step)
  }
  return steps
}

/** Evenly spaced steps, the first and the last among them. */
function thinned(steps: readonly IsotonicStep[]): readonly IsotonicStep[] {
  if (steps.length <= MOST_STEPS) return steps
  return Array.from({ length: MOST_STEPS }, (_, i) => {
    return steps[Math.round((i * (steps.length - 1)) / (MOST_STEPS - 1))] as IsotonicStep
  })
}

/** What rounding has put outside [0, 1] is put back. */
function roundedShare(value: number): number {
  return clamp(rounded(value), 0, 1)
}
