import * as z from 'zod'

/**
 * `fail`: a rule is broken. `inconclusive`: the evidence does not decide. `error`: the question could not be asked.
 * Ordered from best to worst.
 */
export const VERDICTS = ['pass', 'warn', 'inconclusive', 'fail', 'error'] as const
export const Verdict = z.enum(VERDICTS)
export type Verdict = z.output<typeof Verdict>

/** Content digest, `sha256:` and 64 lower-case hex digits. */
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hex digits')
export type Digest = z.output<typeof Digest>

export const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type Scalar = z.output<typeof Scalar>

/** Where a document was made. Nothing here identifies a machine. */
export const RunRef = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('github'),
    repository: z.string(),
    commit: z.string(),
    ref: z.string(),
    event: z.string(),
    workflow: z.string(),
    job: z.string(),
    runId: z.string(),
    attempt: z.int().min(1),
    url: z.string(),
  }),
  z.strictObject({
    kind: z.literal('local'),
    /** Commit of the working copy, null outside a git repository. */
    commit: z.string().nullable(),
    /** True when tracked files differ from the commit. */
    dirty: z.boolean(),
  }),
])
export type RunRef = z.output<typeof RunRef>

/** One file, document or release that a document was made from: a link of the lineage chain. */
export const InputRef = z.strictObject({
  kind: z.enum(['file', 'document', 'release', 'config']),
  name: z.string(),
  digest: Digest,
  digestOf: z
    .literal('name, size and time of change')
    .optional()
    .describe('What the digest is of, where it is not the content: files that only the engine reads.'),
  bytes: z.int().min(0).optional(),
  rows: z.int().min(0).optional(),
})
export type InputRef = z.output<typeof InputRef>

/** How sure a number is. `method` is the name of the procedure, such as `wilson` or `delong`. */
export const Interval = z.strictObject({
  low: z.number(),
  high: z.number(),
  level: z.number().gt(0).lt(1),
  method: z.string(),
})
export type Interval = z.output<typeof Interval>

/** A number with its sample size and interval; `value: null` is undefined and `reason` says why. */
export const Measured = z.strictObject({
  value: z.number().nullable(),
  n: z.int().min(0).nullable(),
  interval: Interval.nullable(),
  reason: z.string().nullable(),
})
export type Measured = z.output<typeof Measured>

/** One example row or value behind a finding: printed for people, never interpreted. */
export const Example = z.strictObject({ where: z.string(), value: Scalar })
export type Example = z.output<typeof Example>

/** The unit of every verdict: one rule applied to one subject. */
export const Check = z.strictObject({
  /** Stable code that `plumbline explain` knows, such as `missing-value` or `metric-loss`. */
  rule: z.string(),
  /** What was judged, such as `train: Cost Repair` or `recall, Phase of flight = Approach`. */
  subject: z.string(),
  verdict: Verdict,
  /** One sentence for a person: what was found, with its number. */
  message: z.string(),
  measured: Scalar,
  /** What would have passed, in words: `at most 0.05`. */
  expected: z.string(),
  n: z.int().min(0).nullable(),
  interval: Interval.nullable(),
  /** Named numbers behind the verdict: baseline value, margin, bins, clipping. */
  details: z.record(z.string(), Scalar),
  examples: z.array(Example),
  /** What to do about it, or null when the verdict is `pass`. */
  cure: z.string().nullable(),
  /** Line of a committed file that the finding belongs to. */
  where: z.strictObject({ file: z.string(), line: z.int().min(1) }).nullable(),
})
export type Check = z.output<typeof Check>

/** A model version by name, tag and identity (the digest of its manifest). */
export const ModelRef = z.strictObject({
  model: z.string(),
  version: z.string().nullable(),
  tag: z.string().nullable(),
  digest: Digest.nullable(),
})
export type ModelRef = z.output<typeof ModelRef>

/** Schema of one document: the common header, then the fields of its own. Keys keep this order in the file. */
export function document<Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) {
  return z.strictObject({
    schema: z.literal(`plumbline.${name}/1`),
    createdAt: z.iso.datetime(),
    plumblineVersion: z.string(),
    run: RunRef,
    verdict: Verdict,
    /** The reason of the verdict in one sentence. */
    summary: z.string(),
    inputs: z.array(InputRef),
    checks: z.array(Check),
    ...shape,
  })
}

/** The header fields that `writeDocument` fills in; the rest is the author's. */
export type HeaderField = 'schema' | 'createdAt' | 'plumblineVersion' | 'run'
