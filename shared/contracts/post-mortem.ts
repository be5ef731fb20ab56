import * as z from 'zod'
import { document, Scalar, Verdict } from './common.js'

export const IncidentClass = z.enum([
  'data',
  'training',
  'quality-gate',
  'packaging',
  'deployment',
  'objective',
  'configuration',
  'none',
])
export type IncidentClass = z.output<typeof IncidentClass>

/** A stage that did not pass, as its document (or the record of the chain) says it. */
export const StageFailure = z.strictObject({
  stage: z.string(),
  verdict: Verdict,
  rule: z.string().nullable(),
  subject: z.string().nullable(),
  message: z.string(),
  at: z.iso.datetime(),
  /** Document that says so, relative to the workspace. */
  source: z.string(),
})
export type StageFailure = z.output<typeof StageFailure>

/** One fact about the last good version and the failed one. */
export const Change = z.strictObject({
  group: z.enum(['code', 'command', 'params', 'data', 'schema', 'features', 'metrics', 'environment', 'production']),
  what: z.string(),
  /** Null: not there on this side. */
  good: Scalar,
  bad: Scalar,
  changed: z.boolean(),
  source: z.string(),
})
export type Change = z.output<typeof Change>

export const TimelineEvent = z.strictObject({ at: z.iso.datetime(), event: z.string(), source: z.string() })
export type TimelineEvent = z.output<typeof TimelineEvent>

export const RollbackProposal = z.strictObject({
  helps: z.boolean(),
  to: z.string().nullable(),
  reason: z.string(),
  command: z.string().nullable(),
  refused: z.array(z.strictObject({ tag: z.string(), reason: z.string() })),
})
export type RollbackProposal = z.output<typeof RollbackProposal>

/** A statement that is not proven. `points` is the sum of the points behind the evidence. */
export const Hypothesis = z.strictObject({
  statement: z.string(),
  evidence: z.array(z.strictObject({ text: z.string(), points: z.int() })),
  points: z.int(),
})
export type Hypothesis = z.output<typeof Hypothesis>

export const ActionItem = z.strictObject({
  type: z.enum(['prevent', 'detect', 'mitigate', 'process']),
  priority: z.enum(['P0', 'P1', 'P2']),
  /** What to do, and by what one sees that it is done. */
  text: z.string(),
  done: z.string(),
  owner: z.string().nullable(),
})
export type ActionItem = z.output<typeof ActionItem>

export const PostMortem = document('post-mortem', {
  title: z.string(),
  /** The first thing that failed; null when nothing did. */
  failure: StageFailure.nullable(),
  /** What failed or did not run after it. */
  consequences: z.array(z.strictObject({ stage: z.string(), message: z.string() })),
  class: IncidentClass,
  /** Same class, stage, rule and subject give the same signature: 12 hex digits. Empty when nothing failed. */
  signature: z.string(),
  /** The version that is on trial: a release tag, or null for a run that did not get that far. */
  bad: z.string().nullable(),
  lastGood: z.strictObject({ tag: z.string(), at: z.iso.datetime() }).nullable(),
  /** Who was affected, with numbers; one fact a line. */
  impact: z.array(z.string()),
  /** What the comparison of good and bad says, one fact a line. */
  findings: z.array(z.string()),
  changes: z.array(Change),
  timeline: z.array(TimelineEvent),
  rollback: RollbackProposal,
  hypotheses: z.array(Hypothesis),
  actionItems: z.array(ActionItem),
  questions: z.array(z.string()),
  notCollected: z.array(z.strictObject({ what: z.string(), reason: z.string() })),
})
export type PostMortem = z.output<typeof PostMortem>
