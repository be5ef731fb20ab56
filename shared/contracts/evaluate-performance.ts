import * as z from 'zod'
import { Measured } from './common.js'

/** What is measured: latencies in ms by batch size, rows per second, MB, ms from opening to the first answer, MB of files. */
export const PerformanceMeasure = z.enum([
  'latency_p50',
  'latency_p90',
  'latency_p95',
  'latency_p99',
  'throughput',
  'memory',
  'cold_start',
  'size',
])
export type PerformanceMeasure = z.output<typeof PerformanceMeasure>

const positive = z.number().gt(0)

export const PerformanceRule = z
  .strictObject({
    measure: PerformanceMeasure.describe(
      'Latencies and cold start in ms, throughput in rows per second, memory and size in MB.',
    ),
    batch: z.int().min(1).optional().describe('Batch size that is meant. Default: each.'),
    max: positive.optional().describe('Highest value that passes.'),
    min: positive.optional().describe('Lowest throughput that passes.'),
    'max-ratio': positive.optional().describe('Most that it may be, as a multiple of the baseline’s.'),
    'min-ratio': positive.optional().describe('Least that the throughput may be, as a multiple of the baseline’s.'),
    level: z.enum(['fail', 'warn']).default('fail'),
  })
  .refine(
    ({ measure, ...rule }) => {
      const wanted = measure === 'throughput' ? [rule.min, rule['min-ratio']] : [rule.max, rule['max-ratio']]
      const other = measure === 'throughput' ? [rule.max, rule['max-ratio']] : [rule.min, rule['min-ratio']]
      return wanted.some((bound) => bound !== undefined) && other.every((bound) => bound === undefined)
    },
    { message: '`max` or `max-ratio`; for throughput `min` or `min-ratio`' },
  )
export type PerformanceRule = z.output<typeof PerformanceRule>

const Settings = z.strictObject({
  'batch-sizes': z
    .array(z.int().min(1).max(10_000))
    .min(1)
    .max(8)
    .default([1, 100])
    .describe('Rows that are asked in one request.'),
  requests: z
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .describe('Requests of each model and batch size, over all starts.'),
  seconds: positive.max(3600).default(10).describe('Time of each model for all its requests; then it is enough.'),
  'warm-up': z
    .int()
    .min(0)
    .max(10_000)
    .default(10)
    .describe('Requests of each start and batch size before them, which are not counted.'),
  starts: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe(
      'How often each model is started, with its share of the requests: processes of one model differ. Default: 5, with a rule on the cold start 7.',
    ),
  rows: z.int().min(1).max(100_000).default(1000).describe('Judged rows that requests are made of, in turn.'),
  rules: z.array(PerformanceRule).default([]),
})
export type PerformanceConfig = z.output<typeof Settings>

/** Key of `evaluate` in plumbline.yml: `true`, or how and with which rules. */
export const PERFORMANCE_KEYS = {
  performance: z
    .union([z.boolean(), Settings])
    .transform((given): PerformanceConfig | null => {
      if (typeof given === 'object') return given
      return given ? Settings.parse({}) : null
    })
    .optional()
    .describe('Measures latency, throughput, memory and start of candidate and baseline: `true`, or how.'),
}

/** Bytes, or why nobody knows them. */
const Bytes = z.strictObject({ bytes: z.number().nullable(), reason: z.string().nullable() })

const ModelPerformance = z.strictObject({
  name: z.string(),
  /** Median of the starts, ms. */
  coldStart: Measured,
  /** Peak of what its processes had resident. */
  memory: Bytes,
  /** Of its files. */
  size: Bytes,
  batches: z.array(
    z.strictObject({
      batch: z.int(),
      /** Counted ones; `n` of each number. */
      requests: z.int(),
      /** Milliseconds. */
      latency: z.strictObject({ p50: Measured, p90: Measured, p95: Measured, p99: Measured, max: z.number() }),
      /** Rows per second, one request after the other. */
      throughput: Measured,
    }),
  ),
})
export type ModelPerformance = z.output<typeof ModelPerformance>

/**
 * Measurements of the machine and the moment of the run. All else in the document is the same whenever it is made of the
 * same inputs; this part, and the checks `performance-…` that are made of it, are not.
 */
export const PerformanceResult = z.strictObject({
  reproducible: z.literal(false),
  definition: z.string(),
  /** How the models took turns. */
  order: z.enum(['ABBA', 'alone']),
  batchSizes: z.array(z.int()),
  warmUp: z.int(),
  starts: z.int(),
  /** Different rows that requests were made of. */
  rows: z.int(),
  candidate: ModelPerformance,
  baseline: ModelPerformance.nullable(),
  /** Candidate by baseline. */
  ratios: z.array(z.strictObject({ measure: PerformanceMeasure, batch: z.int().nullable(), ratio: Measured })),
})
export type PerformanceResult = z.output<typeof PerformanceResult>
