import * as z from 'zod'
import { Source } from './source.js'

const Duration = z.string().regex(/^[1-9][0-9]*[mhdw]$/, 'use a number and m, h, d or w, such as 7d')

/** `monitor.slos[]`: a share of good rows that production has to reach. */
export const SloConfig = z.strictObject({
  name: z.string().min(1),
  good: z.string().describe('SQL condition on a row of the log that makes it good, such as `clicked = 1`.'),
  valid: z.string().optional().describe('SQL condition that makes a row count. Default: every row.'),
  objective: z.number().gt(0).lt(1).describe('Share of good rows to reach.'),
  window: Duration.default('28d').describe('Rows that count, back from now.'),
  'min-events': z.int().min(1).default(100).describe('Fewer rows are insufficient data, never a pass.'),
})
export type SloConfig = z.output<typeof SloConfig>

/** A workflow that trains and releases, started by `workflow_dispatch`. */
export const RetrainConfig = z.strictObject({
  workflow: z
    .string()
    .regex(/^[\w.-]+\.ya?ml$/, 'use the name of a file in .github/workflows, such as train-and-release.yml')
    .describe('File in .github/workflows, with `workflow_dispatch` among its triggers.'),
  ref: z.string().min(1).optional().describe('Branch or tag to run it on. Default: that of this run.'),
  inputs: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .refine((inputs) => Object.keys(inputs).length <= 25, 'at most 25 inputs')
    .default({})
    .describe('Inputs of the workflow.'),
  cooldown: Duration.default('1d').describe('Time after a start in which no other one follows.'),
})
export type RetrainConfig = z.output<typeof RetrainConfig>

/** `monitor`: the log, its objectives, and what is done about them. */
export const MonitorConfig = z.strictObject({
  log: Source.optional().describe('Interaction log: one row per request or interaction.'),
  time: z.string().optional().describe('Column with the time of an interaction. Default: data.time.'),
  version: z
    .string()
    .optional()
    .describe('Column with the model version that answered: a release tag, a version, or a manifest digest.'),
  'max-age': Duration.default('2d').describe('An older newest row makes the data stale.'),
  now: z.enum(['clock', 'log']).default('clock').describe('`log` takes the newest row as now, for replays.'),
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe('Level of the intervals of attainment.'),
  slos: z.array(SloConfig).default([]),
  retrain: RetrainConfig.optional().describe('What is started when the decision is to retrain. Default: nothing.'),
  drift: z
    .strictObject({
      warn: z.number().min(0).default(0.1).describe('PSI of a feature that is worth a note.'),
      fail: z.number().min(0).default(0.25).describe('PSI of a feature that counts as drift.'),
      'max-missing-increase': z
        .number()
        .min(0)
        .max(1)
        .default(0.1)
        .describe('Rise of the share of missing values that counts as a broken feed.'),
      columns: z.array(z.string()).optional().describe('Default: the features of the deployed model.'),
    })
    .prefault({}),
})
export type MonitorConfig = z.output<typeof MonitorConfig>
