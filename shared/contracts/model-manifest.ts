import * as z from 'zod'
import { Digest, document, InputRef, Interval, ModelRef, Scalar, Verdict } from './common.js'
import { ColumnType } from './data-contract.js'
import { TaskName } from './evaluate-config.js'
import { PredictSpec } from './predict.js'

export const PackagedFile = z.strictObject({
  /** Path inside the package, forward slashes, never leaving it. */
  path: z.string(),
  role: z.enum(['model', 'code', 'document', 'card', 'golden', 'report']),
  bytes: z.int().min(0),
  digest: Digest,
})
export type PackagedFile = z.output<typeof PackagedFile>

/** A refusal that a person set aside: what was refused, why the model was let through all the same, who answers for it. */
export const Override = z.strictObject({
  rule: z.string(),
  message: z.string(),
  reason: z.string(),
  /** On GitHub who started the run; absent in versions of before it was asked for. */
  actor: z.string().optional(),
})
export type Override = z.output<typeof Override>

export const SignatureField = z.strictObject({ name: z.string(), type: ColumnType, nullable: z.boolean() })

/**
 * `manifest.json`: what a model version is. It has no clock and no run in it, so that the same inputs give the same
 * bytes; its digest is the identity of the version.
 */
export const ModelManifest = z.strictObject({
  schema: z.literal('plumbline.model-manifest/1'),
  plumblineVersion: z.string(),
  model: z.string(),
  version: z.string(),
  tag: z.string(),
  task: TaskName,
  description: z.string().nullable(),
  license: z.string().nullable(),
  previous: ModelRef.nullable(),
  /** Why this version number: the rule that applied, and the evidence, one fact a line. */
  bump: z.strictObject({
    level: z.enum(['first', 'major', 'minor', 'patch', 'given']),
    rule: z.string(),
    evidence: z.array(z.string()),
  }),
  /**
   * The same for the same model: covers model and code files, predict contract, task, signature, params, seed and data.
   * Documents, which carry clocks, are left out.
   */
  contentDigest: Digest,
  files: z.array(PackagedFile),
  predict: PredictSpec.nullable(),
  /** What clients send and get. `inputs` is empty when no data profile was there to tell. */
  signature: z.strictObject({
    inputs: z.array(SignatureField),
    /**
     * Fields of an answer as the model answered: `label`, `labels`, `score`, `value`, `text`, and one for each class or
     * quantile: `probabilities.<class>`, `quantiles.<level>`.
     */
    outputs: z.array(z.string()),
  }),
  golden: z.strictObject({ path: z.string(), rows: z.int().min(1), digest: Digest }).nullable(),
  metrics: z.array(
    z.strictObject({
      metric: z.string(),
      definition: z.string(),
      value: z.number().nullable(),
      n: z.int().nullable(),
      interval: Interval.nullable(),
    }),
  ),
  verdicts: z.array(z.strictObject({ document: z.string(), verdict: Verdict, summary: z.string() })),
  /** Refusals that people set aside; every later document that speaks of the version prints them. */
  overrides: z.array(Override),
  lineage: z.strictObject({
    commit: z.string().nullable(),
    data: z.array(InputRef),
    seed: z.int().nullable(),
    params: z.record(z.string(), z.union([Scalar, z.array(Scalar)])),
    command: z.array(z.string()).nullable(),
    code: z.array(InputRef),
  }),
})
export type ModelManifest = z.output<typeof ModelManifest>

/** What package-model did: the header that the manifest, being timeless, cannot carry. */
export const ModelPackage = document('model-package', {
  model: ModelRef,
  /** `published`: a new version. `unchanged`: the same model was already published, nothing was written. */
  outcome: z.enum(['published', 'unchanged', 'refused']),
  registry: z.string(),
  bump: ModelManifest.shape.bump.nullable(),
  files: z.array(PackagedFile),
  /** Those of the version that is published. */
  overrides: z.array(Override).optional(),
})
export type ModelPackage = z.output<typeof ModelPackage>
