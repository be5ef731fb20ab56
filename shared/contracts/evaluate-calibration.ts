import * as z from 'zod'
import { Interval, Measured } from './common.js'

const share = z.number().min(0).max(1)

/** A bin of the reliability curve that has rows. */
const CalibrationBin = z.strictObject({
  low: share,
  high: share,
  n: z.int(),
  /** Mean score. */
  score: share,
  /** Share of rows where the event happened. */
  rate: share,
  /** Of the rate, by Wilson; null where rows are weighted or belong to clusters. */
  interval: Interval.nullable(),
})

/** Calibration of one model. */
export const CalibrationOfModel = z.strictObject({
  bins: z.array(CalibrationBin),
  /** Isotonic regression of the event on the score: scores from `from` to `to` have one rate. */
  steps: z.array(z.strictObject({ from: share, to: share, n: z.int(), rate: share })),
  /** brier = miscalibration − discrimination + uncertainty, of the event that the curve is about. */
  brier: z.number(),
  miscalibration: z.number(),
  discrimination: z.number(),
  uncertainty: z.number(),
})
export type CalibrationOfModel = z.output<typeof CalibrationOfModel>

/** How far scores can be taken for chances. */
export const CalibrationResult = z.strictObject({
  /** `positive`: the score of the positive class. `toplabel`: the highest probability against whether its class is right. */
  of: z.enum(['positive', 'toplabel']),
  binning: z.strictObject({
    binning: z.enum(['equal-width', 'equal-mass']),
    bins: z.int(),
    edges: z.enum(['right-closed', 'left-closed', 'half-open']),
  }),
  /** Groups of scores that the steps were made of; null when every score was one. */
  groups: z.int().nullable(),
  candidate: CalibrationOfModel,
  baseline: CalibrationOfModel.nullable(),
  figures: z.array(
    z.strictObject({
      metric: z.string(),
      title: z.string(),
      definition: z.string(),
      candidate: Measured,
      baseline: Measured.nullable(),
      /** Candidate minus baseline. */
      difference: Measured.nullable(),
    }),
  ),
})
export type CalibrationResult = z.output<typeof CalibrationResult>
