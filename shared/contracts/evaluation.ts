import * as z from 'zod'
import { BiasResult } from './bias.js'
import { Digest, document, Interval, Measured, ModelRef, Scalar } from './common.js'

export const SliceRef = z.strictObject({ column: z.string(), value: z.string() })
export type SliceRef = z.output<typeof SliceRef>

export const MetricResult = z.strictObject({
  metric: z.string(),
  /** The convention in words: kind, edges, averaging, clipping. */
  definition: z.string(),
  direction: z.enum(['higher-is-better', 'lower-is-better']),
  slice: SliceRef.nullable(),
  candidate: Measured,
  baseline: Measured.nullable(),
  /** Candidate minus baseline on the same rows. */
  difference: Measured.nullable(),
  /** The trivial model's value: prior, majority class or mean. */
  trivial: z.number().nullable(),
})
export type MetricResult = z.output<typeof MetricResult>

export const ReliabilityBin = z.strictObject({
  low: z.number(),
  high: z.number(),
  n: z.int(),
  score: z.number(),
  rate: z.number(),
})

export const BehaviourResult = z.strictObject({
  kind: z.enum(['perturbation', 'invariance']),
  name: z.string(),
  rows: z.int(),
  /** Only rows whose input really changed are counted. */
  changed: z.int(),
  failed: z.int(),
  rate: z.number().nullable(),
  interval: Interval.nullable(),
  tolerance: z.number(),
  examples: z.array(
    z.strictObject({
      id: z.string(),
      column: z.string(),
      before: Scalar,
      after: Scalar,
      scoreBefore: z.number(),
      scoreAfter: z.number(),
    }),
  ),
})
export type BehaviourResult = z.output<typeof BehaviourResult>

export const Evaluation = document('evaluation', {
  task: z.enum(['binary', 'multiclass', 'regression']),
  target: z.string(),
  positive: z.string().nullable(),
  classes: z.array(z.string()).nullable(),
  threshold: z.number().nullable(),
  confidence: z.number(),
  rows: z.int().min(0),
  /** Digest over id, label and order-independent content of the rows judged. */
  rowsDigest: Digest,
  candidate: ModelRef,
  baseline: ModelRef.nullable(),
  baselineStatus: z.enum(['compared', 'first-version', 'none', 'same-as-candidate', 'unreadable']),
  metrics: z.array(MetricResult),
  /** Rows that the candidate gets right and the baseline wrong, and the reverse; null without a baseline. */
  changes: z.strictObject({ improved: z.int(), worsened: z.int() }).nullable(),
  reliability: z
    .strictObject({ candidate: z.array(ReliabilityBin), baseline: z.array(ReliabilityBin).nullable() })
    .nullable(),
  behaviour: z.array(BehaviourResult),
  /** Rates by group, one part for each that is declared. */
  bias: z.array(BiasResult).optional(),
  notMeasured: z.array(z.string()),
})
export type Evaluation = z.output<typeof Evaluation>
