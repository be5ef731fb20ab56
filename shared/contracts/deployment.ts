import * as z from 'zod'
import { Digest, document, ModelRef } from './common.js'
import { Override } from './model-manifest.js'

/** One line of an environment's history: which version was asked to serve, and what became of it. */
export const DeploymentRecord = z.strictObject({
  environment: z.string(),
  tag: z.string(),
  manifestDigest: Digest,
  action: z.enum(['deploy', 'rollback']),
  /**
   * `success`: the target itself reported the wanted digest. `rolled-back`: it failed after the switch, and the target
   * reported that the version before (or, after a first deployment, nothing) serves again. `failure`: it failed before
   * the switch, or what serves now could not be confirmed.
   */
  state: z.enum(['success', 'failure', 'rolled-back']),
  at: z.iso.datetime(),
  reason: z.string().nullable(),
  /** Id of the workflow run that did it; absent on a laptop. */
  run: z.string().optional(),
})
export type DeploymentRecord = z.output<typeof DeploymentRecord>

export const Deployment = document('deployment', {
  environment: z.string(),
  /** `address` is the path as configured, or the URL. */
  target: z.strictObject({ type: z.enum(['directory', 'server']), address: z.string() }),
  /** `none`: nothing was switched. */
  action: z.enum(['deploy', 'rollback', 'none']),
  /** Null when a rollback found no version to return to. */
  wanted: ModelRef.nullable(),
  /** What served before, by the target itself; null when nothing did or it could not tell. */
  before: ModelRef.nullable(),
  /** What the target itself said at the end; null when nothing serves or it could not tell (see `confirmed`). */
  serving: ModelRef.nullable(),
  /** The target itself said at the end that it serves what this run was to leave there: the new version, or the one before. */
  confirmed: z.boolean(),
  /** The new version failed after the switch, and the target confirmed that the one before (or nothing) serves again. */
  rolledBack: z.boolean(),
  /** `before` and `after` the switch: how many rows were answered as recorded; null: not asked. */
  golden: z
    .strictObject({
      rows: z.int().min(1),
      before: z.int().nullable(),
      after: z.int().nullable(),
      tolerance: z.number(),
    })
    .nullable(),
  /** Versions that were not taken for a rollback, with the reason. */
  refused: z.array(z.strictObject({ tag: z.string(), reason: z.string() })),
  /** Refusals that people set aside on the way to the wanted version; absent when its manifest could not be read. */
  overrides: z.array(Override).optional(),
})
export type Deployment = z.output<typeof Deployment>
