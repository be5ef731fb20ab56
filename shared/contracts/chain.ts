import * as z from 'zod'
import { document, Verdict } from './common.js'

/** What a whole chain did, stage by stage; the only trace of a stage that could not write its own document. */
export const Chain = document('chain', {
  stages: z.array(
    z.strictObject({
      stage: z.string(),
      /** Null: not run, because an earlier stage failed. */
      verdict: Verdict.nullable(),
      summary: z.string(),
      startedAt: z.iso.datetime().nullable(),
    }),
  ),
})
export type Chain = z.output<typeof Chain>
