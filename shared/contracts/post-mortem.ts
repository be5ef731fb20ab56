import * as z from 'zod'
import { document, Scalar, Verdict } from './common.js'

export const PostMortem = document('post-mortem', {
  title: z.string(),
  /** The first thing that failed; null when nothing did. */
  failure: z
    .strictObject({
      stage: z.string(),
      verdict: Verdict,
      rule: z.string().nullable(),
      subject: z.string().nullable(),
      message: z.string(),
      at: z.iso.datetime(),
    })
    .nullable(),
  /** Failures that follow from the first one. */
  consequences: z.array(z.strictObject({ stage: z.string(), message: z.string() })),
  class: z.enum(['data', 'training', 'quality-gate', 'packaging', 'deployment', 'objective', 'configuration', 'none']),
  /** Same class, rule and subject give the same signature: 12 hex digits. */
  signature: z.string(),
  lastGood: z.strictObject({ tag: z.string(), at: z.iso.datetime() }).nullable(),
  changes: z.array(
    z.strictObject({ what: z.string(), good: Scalar, bad: Scalar, changed: z.boolean(), source: z.string() }),
  ),
  timeline: z.array(z.strictObject({ at: z.iso.datetime(), event: z.string(), source: z.string() })),
  rollback: z.strictObject({
    helps: z.boolean(),
    to: z.string().nullable(),
    reason: z.string(),
    command: z.string().nullable(),
    refused: z.array(z.strictObject({ tag: z.string(), reason: z.string() })),
  }),
  hypotheses: z.array(z.strictObject({ statement: z.string(), evidence: z.array(z.string()), points: z.int() })),
  actionItems: z.array(
    z.strictObject({
      type: z.enum(['prevent', 'detect', 'mitigate', 'process']),
      priority: z.enum(['P0', 'P1', 'P2']),
      text: z.string(),
      owner: z.string().nullable(),
    }),
  ),
  questions: z.array(z.string()),
  notCollected: z.array(z.strictObject({ what: z.string(), reason: z.string() })),
})
export type PostMortem = z.output<typeof PostMortem>
