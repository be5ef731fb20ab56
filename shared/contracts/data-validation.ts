import * as z from 'zod'
import { Digest, document } from './common.js'
import { FileDigest } from './training-run.js'

export const DataValidation = document('data-validation', {
  contract: z.strictObject({ path: z.string(), digest: Digest }).nullable(),
  /** What drift was measured against, null when there was no baseline (and `baselineReason` says why). */
  baseline: z.strictObject({ source: z.string(), digest: Digest }).nullable(),
  baselineReason: z.string().nullable(),
  prepare: z
    .strictObject({ ran: z.boolean(), key: Digest, reason: z.string(), outputs: z.array(FileDigest) })
    .nullable(),
  counts: z.strictObject({
    datasets: z.int(),
    rows: z.int(),
    columns: z.int(),
    checks: z.int(),
    failed: z.int(),
    warned: z.int(),
  }),
})
export type DataValidation = z.output<typeof DataValidation>
