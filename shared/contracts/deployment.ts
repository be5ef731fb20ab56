import * as z from 'zod'
import { Digest, document, ModelRef, Verdict } from './common.js'

export const DeployStep = z.strictObject({ name: z.string(), verdict: Verdict, message: z.string() })
export type DeployStep = z.output<typeof DeployStep>

/** One line of an environment's history: which version was asked to serve, and what became of it. */
export const DeploymentRecord = z.strictObject({
  environment: z.string(),
  tag: z.string(),
  manifestDigest: Digest,
  action: z.enum(['deploy', 'rollback']),
  /** `success` only when the target itself reported the wanted digest. */
  state: z.enum(['success', 'failure', 'rolled-back']),
  at: z.iso.datetime(),
  reason: z.string().nullable(),
})
export type DeploymentRecord = z.output<typeof DeploymentRecord>

export const Deployment = document('deployment', {
  environment: z.string(),
  target: z.strictObject({ type: z.string(), address: z.string() }),
  action: z.enum(['deploy', 'rollback', 'none']),
  wanted: ModelRef.nullable(),
  before: ModelRef.nullable(),
  /** What the target itself said at the end; null when it could not be asked. */
  serving: ModelRef.nullable(),
  confirmed: z.boolean(),
  rolledBack: z.boolean(),
  golden: z
    .strictObject({ rows: z.int(), before: z.int().nullable(), after: z.int().nullable(), tolerance: z.number() })
    .nullable(),
  steps: z.array(DeployStep),
  /** Versions that were not taken for a rollback, with the reason. */
  refused: z.array(z.strictObject({ tag: z.string(), reason: z.string() })),
})
export type Deployment = z.output<typeof Deployment>
