import * as z from 'zod'
import { BiasConfig } from './bias.js'
import { BEHAVIOUR_KEYS } from './evaluate-behaviour.js'
import { PERFORMANCE_KEYS } from './evaluate-performance.js'
import { SelfTestConfig } from './evaluate-self-test.js'
import { DiscoverSlices, SliceChoice, SliceConfig } from './evaluate-slices.js'
import { EVALUATE_TASK_KEYS } from './evaluate-tasks.js'
import { Command, Seconds } from './predict.js'

const share = z.number().min(0).max(1)
const level = z.enum(['fail', 'warn'])

export const TaskName = z.enum(['binary', 'multiclass', 'regression', 'multilabel', 'quantile', 'ranking', 'text'])
export type TaskName = z.output<typeof TaskName>

/** A difference to the baseline: a number, or a share of the baseline's value such as `2%`. */
const Margin = z.union([
  z.number().min(0),
  z.string().regex(/^[0-9]+(\.[0-9]+)?%$/, 'a number, or a share of the baseline’s value such as 2%'),
])

export const RuleConfig = z.strictObject({
  metric: z.string().describe('Name of a metric, such as roc_auc.'),
  min: z.number().optional().describe('Lowest value that passes.'),
  max: z.number().optional().describe('Highest value that passes.'),
  'max-loss': Margin.optional().describe(
    'Non-inferiority margin: how much worse than the baseline is still allowed, absolute or as a share of its value (`2%`).',
  ),
  'min-gain': Margin.optional().describe(
    'How much better than the baseline it has to be, absolute or as a share of its value.',
  ),
  slice: SliceChoice.optional().describe(
    'Judge each value of this slice instead of the whole, or the one with a value: `size`, `{size: Large}`.',
  ),
  class: z
    .union([z.string(), z.number(), z.boolean()])
    .transform(String)
    .optional()
    .describe('Judge precision, recall, f<β> and their like of this class against the rest, or of `each`.'),
  level: level.default('fail'),
  inconclusive: z
    .enum(['block', 'warn'])
    .optional()
    .describe(
      'What it does when the rows prove neither: `block` it, or pass with a warning. Default: `evaluate.inconclusive`.',
    ),
})
export type RuleConfig = z.output<typeof RuleConfig>

export const EvaluateConfig = z.strictObject({
  predictions: z
    .string()
    .optional()
    .describe('File of the candidate’s predictions, joined by id. Default: the predict contract is asked.'),
  baseline: z
    .union([
      z.string(),
      z.strictObject({ environment: z.string().min(1).describe('What is deployed in this environment.') }),
    ])
    .default('deployed')
    .describe(
      '`deployed` (in `deploy.environment`, or of another one as `{environment: staging}`), `latest`, `trivial`, `none`, a release tag, or a file of predictions.',
    ),
  'min-coverage': share
    .default(1)
    .describe(
      'Share of the test rows that a file of predictions has to have answers for; the others are left out and counted.',
    ),
  threshold: share.default(0.5).describe('A score above it is the positive class.'),
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe('Level of every interval.'),
  rules: z
    .array(RuleConfig)
    .optional()
    .describe(
      'Default: the main metric of the task is not worse than the baseline, better than a trivial model, and breaks down on no declared slice.',
    ),
  inconclusive: z
    .enum(['block', 'warn'])
    .default('block')
    .describe('What a rule does when the rows prove neither: `block` the model, or pass with a warning.'),
  override: z
    .strictObject({
      reason: z.string().trim().min(10).describe('Why the model may be released all the same.'),
      actor: z.string().trim().min(1).describe('Who answers for it.'),
      candidate: z
        .string()
        .regex(/^sha256:[0-9a-f]{8,64}$/, 'the digest of the candidate as the report shows it, sha256:…')
        .optional()
        .describe('Digest of the model that it is meant for, or its beginning. Default: whichever is judged.'),
    })
    .optional()
    .describe('Lets a model pass that the gate refuses: said here, and printed in every later document.'),
  metrics: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'small letters, digits and _, such as watch_time'),
        command: Command.describe('Reads `{input}`, JSON Lines of the judged rows with the answers, and prints JSON.'),
        direction: z.enum(['higher-is-better', 'lower-is-better']).default('higher-is-better'),
        timeout: Seconds.default(600),
      }),
    )
    .default([])
    .describe('Metrics of your own, each a command.'),
  slices: z
    .array(SliceConfig)
    .default([])
    .describe('Parts of the rows that are judged on their own: columns, ranges, conditions in SQL, combinations.'),
  'discover-slices': DiscoverSlices.describe(
    'Searches for parts of the rows on which the model is weak: `true`, or how.',
  ),
  bias: z.array(BiasConfig).default([]).describe('Rates of the model compared between groups of rows.'),
  ...BEHAVIOUR_KEYS,
  ...PERFORMANCE_KEYS,
  ...EVALUATE_TASK_KEYS,
  'self-test': SelfTestConfig,
})
export type EvaluateConfig = z.output<typeof EvaluateConfig>
