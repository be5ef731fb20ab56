import * as z from 'zod'
import { document, Measured, ModelRef } from './common.js'
import { Override } from './model-manifest.js'

/**
 * `ok` and `breach`: the whole interval lies on one side of the objective. `inconclusive`: it holds the objective.
 * `insufficient-data`: fewer rows than `min-events`. `stale`: the newest row is too old. `error`: the condition could
 * not be evaluated.
 */
export const SloState = z.enum(['ok', 'breach', 'inconclusive', 'insufficient-data', 'stale', 'error'])
export type SloState = z.output<typeof SloState>

export const SloResult = z.strictObject({
  name: z.string(),
  /** SQL conditions as configured; `valid` is null when every row counts. */
  condition: z.strictObject({ good: z.string(), valid: z.string().nullable() }),
  objective: z.number(),
  window: z.string(),
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
  good: z.int().min(0),
  total: z.int().min(0),
  /** Valid rows for which it is not known yet whether they are good; not part of `total`. */
  undecided: z.int().min(0),
  attainment: Measured,
  state: SloState,
  /** What the state means, with its numbers. */
  message: z.string(),
  /** Share of the error budget used: bad / ((1 − objective) × total); above 1 when exhausted, null without rows. */
  budgetUsed: z.number().nullable(),
  /** Attainment over time, oldest first; every slice is `sliceSeconds` long and starts at `from`. */
  sliceSeconds: z.int().min(1),
  series: z.array(z.strictObject({ from: z.iso.datetime(), good: z.int(), total: z.int() })),
})
export type SloResult = z.output<typeof SloResult>

/** One model version in the log. */
export const VersionResult = z.strictObject({
  /** The value of the version column. */
  value: z.string(),
  /** The release it belongs to, null when no published version matches. */
  tag: z.string().nullable(),
  rows: z.int().min(0),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  slos: z.array(z.strictObject({ name: z.string(), good: z.int(), total: z.int(), state: SloState })),
})
export type VersionResult = z.output<typeof VersionResult>

/** One feature of the deployed model in the window, against the profile of its training data. */
export const FeatureResult = z.strictObject({
  name: z.string(),
  /** Population stability index, missing values a cell of their own; null when it could not be measured. */
  psi: z.number().nullable(),
  /** Index that rows of the same distribution stay below in 99 of 100 cases; an index below it is no drift. */
  chance: z.number().nullable(),
  level: z.enum(['none', 'shifted', 'drifted', 'not-measured']),
  /** Shares of missing values, in the window and in training. */
  missing: z.number().nullable(),
  trainingMissing: z.number().nullable(),
  /** The share of missing values rose by more than is allowed: a broken feed. */
  broken: z.boolean(),
  /** Start of the first slice in which it was broken. */
  since: z.iso.datetime().nullable(),
  /**
   * When the fault began: with the first rows of the deployed version, `earlier` while another version served, or
   * `later` after the deployed version had served without it; null when the log does not tell.
   */
  began: z.enum(['with-version', 'earlier', 'later']).nullable(),
})
export type FeatureResult = z.output<typeof FeatureResult>

export const MonitorAction = z.enum(['none', 'observe', 'retrain', 'rollback', 'fix-data'])
export type MonitorAction = z.output<typeof MonitorAction>

/**
 * What became of a decision to retrain. `pending`: to be asked of GitHub after this document was written. `started`,
 * `in-flight` (a run of the workflow went on already) and `cooling-down` (one was started a short time before): `run` is
 * the one meant, where GitHub showed it. `not-asked`: not on GitHub, or in a pull request. `refused`: `reason` says why.
 */
export const Retraining = z.strictObject({
  workflow: z.string(),
  ref: z.string(),
  state: z.enum(['pending', 'started', 'in-flight', 'cooling-down', 'not-asked', 'refused']),
  run: z.strictObject({ id: z.int(), url: z.string(), at: z.iso.datetime() }).nullable(),
  reason: z.string().nullable(),
})
export type Retraining = z.output<typeof Retraining>

export const Monitoring = document('monitoring', {
  environment: z.string(),
  deployed: ModelRef.nullable(),
  /** Time of the deployment of that version. */
  deployedAt: z.iso.datetime().nullable(),
  /** Rows of the log, all of it. */
  rows: z.int().min(0),
  newest: z.iso.datetime().nullable(),
  slos: z.array(SloResult),
  versions: z.array(VersionResult),
  features: z.array(FeatureResult),
  decision: z.strictObject({
    action: MonitorAction,
    /** Evidence, one fact a line, the deciding one first. */
    reasons: z.array(z.string()),
    /** Release to return to when the action is rollback. */
    to: z.string().nullable(),
  }),
  /** Null when the decision is another one, or no workflow is configured. */
  retraining: Retraining.nullable(),
  /** Refusals that people set aside on the way to the deployed version; absent when its manifest could not be read. */
  overrides: z.array(Override).optional(),
})
export type Monitoring = z.output<typeof Monitoring>
