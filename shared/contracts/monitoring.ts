import * as z from 'zod'
import { Check, document, Measured, ModelRef } from './common.js'

export const SloResult = z.strictObject({
  name: z.string(),
  objective: z.number(),
  window: z.string(),
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
  good: z.int().min(0),
  total: z.int().min(0),
  attainment: Measured,
  state: z.enum(['ok', 'breach', 'inconclusive', 'insufficient-data', 'stale', 'error']),
  /** Share of the error budget used: bad / ((1 − objective) × total); above 1 when exhausted. */
  budgetUsed: z.number().nullable(),
  /** Attainment over time, oldest first. */
  series: z.array(z.strictObject({ from: z.iso.datetime(), good: z.int(), total: z.int() })),
})
export type SloResult = z.output<typeof SloResult>

export const Monitoring = document('monitoring', {
  environment: z.string(),
  deployed: ModelRef.nullable(),
  rows: z.int().min(0),
  newest: z.iso.datetime().nullable(),
  slos: z.array(SloResult),
  drift: z.array(Check),
  decision: z.strictObject({
    action: z.enum(['none', 'observe', 'retrain', 'rollback', 'fix-data']),
    reasons: z.array(z.string()),
    /** Version to return to when the action is rollback. */
    to: z.string().nullable(),
  }),
})
export type Monitoring = z.output<typeof Monitoring>
