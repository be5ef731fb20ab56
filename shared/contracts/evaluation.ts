import * as z from 'zod'
import { BiasResult } from './bias.js'
import { Digest, document, Measured, ModelRef, Verdict } from './common.js'
import { BehaviourResult } from './evaluate-behaviour.js'
import { CalibrationResult } from './evaluate-calibration.js'
import { TaskName } from './evaluate-config.js'
import { PerformanceResult } from './evaluate-performance.js'
import { SelfTestResult } from './evaluate-self-test.js'
import { SliceDiscovery, SlicePartition } from './evaluate-slices.js'
import { FileDigest } from './training-run.js'

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
export { BehaviourResult }
export type MetricResult = z.output<typeof MetricResult>

export const ReliabilityBin = z.strictObject({
  low: z.number(),
  high: z.number(),
  n: z.int(),
  score: z.number(),
  rate: z.number(),
})

export const Evaluation = document('evaluation', {
  task: TaskName,
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
  baselineStatus: z.enum(['compared', 'trivial', 'first-version', 'none', 'same-as-candidate', 'unreadable']),
  metrics: z.array(MetricResult),
  /** Rows that the candidate gets right and the baseline wrong, and the reverse; null without a baseline. */
  changes: z
    .strictObject({
      improved: z.int(),
      worsened: z.int(),
      /** McNemar’s test of equal error rates; null for a task without classes. */
      mcnemar: z.strictObject({ p: z.number(), method: z.string() }).nullable(),
    })
    .nullable(),
  reliability: z
    .strictObject({ candidate: z.array(ReliabilityBin), baseline: z.array(ReliabilityBin).nullable() })
    .nullable(),
  /** Calibration of both models in figures, bins and the steps of the isotonic fit. */
  calibration: CalibrationResult.optional(),
  /** How often the gate refuses an equal model. */
  selfTest: SelfTestResult.optional(),
  behaviour: z.array(BehaviourResult),
  /** Time, memory and size of the models: measurements, which no other run repeats. */
  performance: PerformanceResult.optional(),
  /** Declared slices as they were cut. */
  slices: z.array(SlicePartition).optional(),
  /** What the search for weak slices found. */
  discovery: SliceDiscovery.optional(),
  /** A refusal that a person set aside. `verdict` is the one that the gate came to. */
  override: z.strictObject({ reason: z.string(), actor: z.string(), verdict: Verdict }).optional(),
  /** Rates by group, one part for each that is declared. */
  bias: z.array(BiasResult).optional(),
  /** What the candidate answered on each judged row, in the run directory; absent when it is not kept. */
  answers: FileDigest.optional(),
  notMeasured: z.array(z.string()),
})
export type Evaluation = z.output<typeof Evaluation>
