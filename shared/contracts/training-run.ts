import * as z from 'zod'
import { Digest, document, RunRef, Scalar } from './common.js'

export const FileDigest = z.strictObject({ path: z.string(), bytes: z.int().min(0), digest: Digest })
export type FileDigest = z.output<typeof FileDigest>

export const TrainingRun = document('training-run', {
  command: z.array(z.string()),
  seed: z.int().min(0),
  params: z.record(z.string(), z.union([Scalar, z.array(Scalar)])),
  status: z.enum(['succeeded', 'failed', 'timed-out', 'killed', 'not-started']),
  /** Null when a signal ended the command, or when it never started. */
  exitCode: z.int().nullable(),
  /** What the exit code means, such as "killed for memory" for 137. */
  exitMeaning: z.string(),
  durationSeconds: z.number().min(0),
  outputs: z.array(FileDigest),
  /** Numbers of the metrics file, nested keys joined by dots, in the order of the file. */
  metrics: z.record(z.string(), z.number()),
  /** Keys of the metrics file that are no finite number, with the reason. */
  metricsIgnored: z.array(z.strictObject({ key: z.string(), reason: z.string() })),
  /** Files of train.code, files that the command names and lock files: what makes the model besides data and params. */
  code: z.array(FileDigest),
  environment: z.strictObject({
    os: z.string(),
    arch: z.string(),
    node: z.string(),
    /** First line of the program's own version output, null when it gives none. */
    program: z.string().nullable(),
    runnerImage: z.string().nullable(),
  }),
  /** Only with `train.cache`: the entry, and the run that trained when its outputs were restored; null when this one did. */
  cache: z.strictObject({ key: z.string(), trainedBy: RunRef.nullable() }).optional(),
  /** The first line that looks like an error, and the end of the output; secrets masked. */
  firstError: z.string().nullable(),
  tail: z.array(z.string()),
})
export type TrainingRun = z.output<typeof TrainingRun>
