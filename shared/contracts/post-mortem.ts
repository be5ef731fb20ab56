import * as z from 'zod'
import { document, Scalar, Verdict } from './common.js'
import { Override } from './model-manifest.js'

export const IncidentClass = z.enum([
  'data',
  'training',
  'quality-gate',
  'packaging',
  'deployment',
  'objective',
  'configuration',
  /** A step of the workflow that is no stage. */
  'workflow',
  'none',
])
export type IncidentClass = z.output<typeof IncidentClass>

/** A stage that did not pass, as its document (or the record of the chain) says it. */
export const StageFailure = z.strictObject({
  stage: z.string(),
  verdict: Verdict,
  rule: z.string().nullable(),
  subject: z.string().nullable(),
  message: z.string(),
  at: z.iso.datetime(),
  /** Document that says so, relative to the workspace. */
  source: z.string(),
})
export type StageFailure = z.output<typeof StageFailure>

/** One fact about the last good version and the failed one. */
export const Change = z.strictObject({
  group: z.enum(['code', 'command', 'params', 'data', 'schema', 'features', 'metrics', 'environment', 'production']),
  what: z.string(),
  /** Null: not there on this side. */
  good: Scalar,
  bad: Scalar,
  changed: z.boolean(),
  source: z.string(),
})
export type Change = z.output<typeof Change>

export const TimelineEvent = z.strictObject({ at: z.iso.datetime(), event: z.string(), source: z.string() })
export type TimelineEvent = z.output<typeof TimelineEvent>

export const RollbackProposal = z.strictObject({
  helps: z.boolean(),
  to: z.string().nullable(),
  reason: z.string(),
  command: z.string().nullable(),
  refused: z.array(z.strictObject({ tag: z.string(), reason: z.string() })),
})
export type RollbackProposal = z.output<typeof RollbackProposal>

/** A statement that is not proven. `points` is the sum of the points behind the evidence. */
export const Hypothesis = z.strictObject({
  statement: z.string(),
  evidence: z.array(z.strictObject({ text: z.string(), points: z.int() })),
  points: z.int(),
})
export type Hypothesis = z.output<typeof Hypothesis>

export const ActionItem = z.strictObject({
  type: z.enum(['prevent', 'detect', 'mitigate', 'process']),
  priority: z.enum(['P0', 'P1', 'P2']),
  /** What to do, and by what one sees that it is done. */
  text: z.string(),
  done: z.string(),
  owner: z.string().nullable(),
})
export type ActionItem = z.output<typeof ActionItem>

const EarlierRun = z.strictObject({ id: z.int(), url: z.string(), commit: z.string(), at: z.iso.datetime() })

/** The run of the workflow that the report is about, as GitHub tells it. Names and logs are not trusted. */
export const WorkflowFacts = z.strictObject({
  run: z.strictObject({
    id: z.int(),
    attempt: z.int(),
    url: z.string(),
    workflow: z.string(),
    /** `.github/workflows/train.yml`; null when GitHub does not say. */
    file: z.string().nullable(),
    event: z.string(),
    branch: z.string().nullable(),
    commit: z.string(),
    /** Null while it goes on. */
    conclusion: z.string().nullable(),
    startedAt: z.iso.datetime(),
  }),
  /** The step that failed first; `step` is null when the job failed without one. */
  failed: z
    .strictObject({
      job: z.string(),
      url: z.string().nullable(),
      step: z.string().nullable(),
      startedAt: z.iso.datetime().nullable(),
      at: z.iso.datetime(),
      /** From its log, masked: what it ran, how that ended, the first error and the lines around it. */
      command: z.string().nullable(),
      exitCode: z.int().nullable(),
      error: z.string().nullable(),
      excerpt: z.string().nullable(),
      /** What GitHub itself noted at the job. */
      notes: z.array(z.string()),
    })
    .nullable(),
  /** Other jobs that failed, with the step where each did. */
  others: z.array(z.strictObject({ job: z.string(), step: z.string().nullable(), at: z.iso.datetime().nullable() })),
  /** The newest good run before it, and the first bad one since, of the same workflow and branch. */
  lastGood: EarlierRun.nullable(),
  firstBad: EarlierRun.nullable(),
  /** Failed runs since the last good one, this one among them; null when not known. */
  failures: z.int().nullable(),
  /** A run of the same commit that ended well. */
  passedSame: EarlierRun.nullable(),
  /** What lies between the commits of the last good and the first bad run. */
  range: z
    .strictObject({
      status: z.string(),
      total: z.int(),
      commits: z.array(z.strictObject({ sha: z.string(), title: z.string(), url: z.string() })),
      files: z.array(z.string()),
    })
    .nullable(),
})
export type WorkflowFacts = z.output<typeof WorkflowFacts>

/** A refusal that a person set aside on the way to a version; `tag` is null when it was not published (yet). */
export const OverrideOfVersion = Override.extend({ tag: z.string().nullable() })
export type OverrideOfVersion = z.output<typeof OverrideOfVersion>

export const PostMortem = document('post-mortem', {
  title: z.string(),
  /** The first thing that failed; null when nothing did. */
  failure: StageFailure.nullable(),
  /** What failed or did not run after it. */
  consequences: z.array(z.strictObject({ stage: z.string(), message: z.string() })),
  class: IncidentClass,
  /** Same class, stage, rule and subject give the same signature: 12 hex digits. Empty when nothing failed. */
  signature: z.string(),
  /** Null on a laptop, and where GitHub could not be asked. */
  workflow: WorkflowFacts.nullable(),
  /** The version that is on trial: a release tag, or null for a run that did not get that far. */
  bad: z.string().nullable(),
  lastGood: z.strictObject({ tag: z.string(), at: z.iso.datetime() }).nullable(),
  /** Who was affected, with numbers; one fact a line. */
  impact: z.array(z.string()),
  /** What the comparison of good and bad says, one fact a line. */
  findings: z.array(z.string()),
  changes: z.array(Change),
  timeline: z.array(TimelineEvent),
  rollback: RollbackProposal,
  hypotheses: z.array(Hypothesis),
  actionItems: z.array(ActionItem),
  questions: z.array(z.string()),
  notCollected: z.array(z.strictObject({ what: z.string(), reason: z.string() })),
  /** Of the versions that the report speaks of. */
  overrides: z.array(OverrideOfVersion).optional(),
})
export type PostMortem = z.output<typeof PostMortem>
