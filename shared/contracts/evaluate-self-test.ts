import * as z from 'zod'
import { Interval } from './common.js'

const Options = z.strictObject({
  seeds: z.int().min(20).max(5000).default(200).describe('Comparisons of equal models that are made up and judged.'),
  level: z
    .enum(['fail', 'warn'])
    .default('warn')
    .describe('What it means when equal models are refused more often than the confidence allows.'),
})

/** `evaluate.self-test` in plumbline.yml; null when it is off. */
export const SelfTestConfig = z
  .union([z.boolean(), Options])
  .default(false)
  .transform((value) => (value === true ? Options.parse({}) : value === false ? null : value))
export type SelfTestConfig = z.output<typeof SelfTestConfig>

/** How often the gate itself refuses a model that is as good as the baseline. */
export const SelfTestResult = z.strictObject({
  seeds: z.int(),
  /** Rows that are judged for one seed, on average. */
  rows: z.int(),
  /** Demands that an equal model meets: allowed losses, on all rows or a slice. */
  demands: z.int(),
  /** Seeds in which a demand was broken. */
  failed: z.int(),
  /** Seeds in which none was broken and one stayed open. */
  inconclusive: z.int(),
  /** failed / seeds; null when there was nothing to test. */
  rate: z.number().nullable(),
  /** Of the rate, by Wilson. */
  interval: Interval.nullable(),
  /** The rate that the confidence of the gate allows. */
  alpha: z.number(),
  /** The candidate against its own answers, which has to be refused never. */
  identical: z.strictObject({ seeds: z.int(), failed: z.int() }),
  /** What equal models were made of, with the candidate: the baseline, or without one the trivial model, or nothing else. */
  against: z.enum(['baseline', 'trivial', 'itself']).optional(),
  /** Why nothing was tested. */
  reason: z.string().nullable(),
})
export type SelfTestResult = z.output<typeof SelfTestResult>
