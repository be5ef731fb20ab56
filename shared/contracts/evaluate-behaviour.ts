import * as z from 'zod'
import { Interval, Scalar } from './common.js'

const share = z.number().min(0).max(1)
const level = z.enum(['fail', 'warn']).default('fail')
const columns = (which: string) => z.array(z.string()).min(1).optional().describe(`Default: ${which}.`)
const value = z.union([z.string(), z.number(), z.boolean()])

/** Largest move that is no failure, how many rows may fail, how many are tested, and what a failure does. */
const bounds = (tolerance: number, maxFailures: number, rows: number) => ({
  tolerance: share
    .default(tolerance)
    .describe('Largest move of the score (or relative move of the value) that is no failure.'),
  'max-failures': share.default(maxFailures).describe('Share of rows that may fail.'),
  rows: z.int().min(1).max(100_000).default(rows).describe('Rows that are tested, chosen by the hash of their names.'),
  level,
})
const perturbed = bounds(0.1, 0.05, 500)

/** One way to change the input a little. */
export const PerturbationConfig = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('noise').optional().describe('Normal noise on every number. This is the default.'),
    columns: columns('numeric features'),
    scale: z.number().gt(0).default(0.05).describe('Noise in standard deviations of the feature.'),
    ...perturbed,
  }),
  z.strictObject({
    kind: z.literal('rounding').describe('Every number with fewer digits.'),
    columns: columns('numeric features'),
    digits: z.int().min(1).max(15).default(3).describe('Significant digits that are kept.'),
    ...perturbed,
  }),
  z.strictObject({
    kind: z.literal('missing').describe('One value of the row is taken away.'),
    columns: columns('all features'),
    ...perturbed,
  }),
  z.strictObject({
    kind: z.literal('unseen-category').describe('One category of the row becomes one that no row has.'),
    columns: columns('features of text whose values repeat'),
    ...perturbed,
  }),
  z.strictObject({
    kind: z.literal('swapped-category').describe('One category of the row becomes another one that rows have.'),
    columns: columns('features of text or true and false whose values repeat'),
    ...perturbed,
  }),
  z.strictObject({
    kind: z.literal('case').describe('Text in capital letters, small letters, or each word with a capital.'),
    columns: columns('features of text whose values do not repeat'),
    to: z.enum(['upper', 'lower', 'title']).default('upper'),
    ...perturbed,
  }),
  z.strictObject({
    kind: z.literal('typos').describe('Letters of text that are added, left out, replaced or swapped.'),
    columns: columns('features of text whose values do not repeat'),
    rate: share.default(0.05).describe('Typing errors per character; how many a text gets is Poisson.'),
    mix: z
      .strictObject({
        insert: z.number().min(0).default(0.2),
        delete: z.number().min(0).default(0.2),
        replace: z.number().min(0).default(0.5),
        swap: z.number().min(0).default(0.1),
      })
      .refine((mix) => Object.values(mix).some((part) => part > 0), 'at least one number above 0')
      .default({ insert: 0.2, delete: 0.2, replace: 0.5, swap: 0.1 })
      .describe('How often each error is made, against the others.'),
    'min-length': z.int().min(1).default(10).describe('Shorter texts stay as they are.'),
    ...perturbed,
  }),
  z.strictObject({
    kind: z.literal('punctuation').describe('Text without punctuation.'),
    columns: columns('features of text whose values do not repeat'),
    ...perturbed,
  }),
  z.strictObject({
    kind: z.literal('accents').describe('Text without accents: é becomes e.'),
    columns: columns('features of text whose values do not repeat'),
    ...perturbed,
  }),
])
export type PerturbationConfig = z.output<typeof PerturbationConfig>

/** A feature that should not matter. */
export const InvarianceConfig = z
  .strictObject({
    column: z.string().describe('Feature whose value is swapped.'),
    values: z.array(value).min(2).optional().describe('Default: all values seen.'),
    words: z
      .array(z.array(z.string().min(1)).min(2))
      .min(1)
      .optional()
      .describe(
        'Groups of words that stand for each other in the text of the column, such as `[[he, she], [Anna, Omar]]`: each is swapped for another of its group.',
      ),
    ...bounds(0.05, 0.05, 500),
  })
  .refine(({ values, words }) => values === undefined || words === undefined, {
    path: ['words'],
    message: 'either `values` or `words`, not both',
  })
export type InvarianceConfig = z.output<typeof InvarianceConfig>

/** A feature whose direction is known. */
export const DirectionConfig = z
  .strictObject({
    column: z.string().describe('Numeric feature that is changed.'),
    by: z.number().optional().describe('Amount that is added to it; below 0 it goes down.'),
    'by-share': z.number().optional().describe('Share of its size that is added to it.'),
    expect: z.enum(['increases', 'decreases']).describe('What the score, or the value, may do then: never the other.'),
    class: value
      .transform(String)
      .optional()
      .describe('Class whose score is meant. Default: the positive one; needed with several classes.'),
    ...bounds(1e-6, 0.05, 500),
  })
  .refine((part) => (part.by === undefined) !== (part['by-share'] === undefined), {
    path: ['by'],
    message: 'one of `by` and `by-share`',
  })
  .refine((part) => part.by !== 0 && part['by-share'] !== 0, { path: ['by'], message: 'a change that is not 0' })
export type DirectionConfig = z.output<typeof DirectionConfig>

/** A file of rows with the answers that they must get. */
export const CasesConfig = z.strictObject({
  file: z.string().min(1).describe('JSON Lines, JSON, YAML, or a table with columns `expected_label`, …'),
  tolerance: z.number().min(0).default(1e-6).describe('For numbers that are expected exactly; relative above 1.'),
  'max-failures': share.default(0).describe('Share of cases that may fail.'),
  level,
})
export type CasesConfig = z.output<typeof CasesConfig>

const repeated = z.strictObject({
  tolerance: z.number().min(0).default(1e-6).describe('Largest move of an answer that is no difference.'),
  'max-failures': share.default(0).describe('Share of rows that may differ.'),
  rows: z.int().min(1).max(10_000).default(100),
  level,
})
export type RepeatedConfig = z.output<typeof repeated>
const onOrOff = z.union([z.boolean(), repeated]).transform((given): RepeatedConfig | null => {
  if (typeof given === 'object') return given
  return given ? repeated.parse({}) : null
})

export const ChurnConfig = z.strictObject({
  max: share.describe('Largest share of rows whose answer may differ from that of the baseline.'),
  tolerance: z
    .number()
    .min(0)
    .optional()
    .describe(
      'Count rows whose answer moves by more. Default: rows that get another label; of numbers, 0.1 of their size.',
    ),
  rows: z.int().min(1).max(100_000).default(2000),
  level,
})
export type ChurnConfig = z.output<typeof ChurnConfig>

const single = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([schema.transform((one) => [one]), z.array(schema)]).default([])

/** Keys of `evaluate` in plumbline.yml that declare tests of behaviour. */
export const BEHAVIOUR_KEYS = {
  perturbation: single(PerturbationConfig).describe('Small changes that must not turn the answer.'),
  invariance: z.array(InvarianceConfig).default([]).describe('Features that must not matter.'),
  directional: z.array(DirectionConfig).default([]).describe('Features that may move the answer one way only.'),
  cases: z
    .union([
      z
        .string()
        .min(1)
        .transform((file) => [CasesConfig.parse({ file })]),
      CasesConfig.transform((one) => [one]),
      z.array(CasesConfig),
    ])
    .default([])
    .describe('Rows with the answers that they must get.'),
  determinism: onOrOff
    .optional()
    .describe('The same rows asked twice, and in a new process, get the same answers: `true`, or its bounds.'),
  batching: onOrOff.optional().describe('Rows asked one by one get the answers of a batch: `true`, or its bounds.'),
  churn: ChurnConfig.optional().describe('How many answers may differ from those of the baseline.'),
}
export const BehaviourConfig = z.strictObject(BEHAVIOUR_KEYS)
export type BehaviourConfig = z.output<typeof BehaviourConfig>

const Range = z
  .strictObject({ min: z.number().optional(), max: z.number().optional() })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'at least one of `min` and `max`')
const Expected = z.union([z.number(), Range])
const text = value.transform(String)

/** One row with what is expected of its answer. */
export const BehaviourCase = z.strictObject({
  name: z
    .union([z.string(), z.number()])
    .transform(String)
    .optional()
    .describe('What it is called in reports. Default: its number.'),
  row: z.record(z.string(), Scalar).describe('Features; one that is left out is missing.'),
  expect: z
    .strictObject({
      label: z
        .union([text, z.array(text).min(1)])
        .optional()
        .describe('The label, or those that are right.'),
      labels: z.array(text).optional().describe('All labels of a multilabel model, in any order.'),
      score: Expected.optional().describe('Score of the positive class, or of a ranked row.'),
      probabilities: z.record(z.string(), Expected).optional(),
      value: Expected.optional().describe('Value of a regression, or the median of a forecast.'),
      text: z
        .union([z.string(), z.array(z.string()).min(1)])
        .optional()
        .describe('The text, or those that are right.'),
    })
    .refine((expected) => Object.keys(expected).length > 0, 'at least one expectation'),
})
export type BehaviourCase = z.output<typeof BehaviourCase>

/** What came of one test of behaviour. */
export const BehaviourResult = z.strictObject({
  kind: z.enum(['perturbation', 'invariance', 'directional', 'cases', 'determinism', 'batching', 'churn']),
  name: z.string(),
  /** What counts as a failure, in words. */
  definition: z.string(),
  /** Rows that were chosen; of a file of cases, the cases. */
  rows: z.int(),
  /** Only rows whose input really changed, and whose answers can be compared, are counted. */
  changed: z.int(),
  failed: z.int(),
  rate: z.number().nullable(),
  interval: Interval.nullable(),
  tolerance: z.number().nullable(),
  maxFailures: z.number(),
  /** `share`: the interval of the share decides. `every`: the rows themselves do, for nothing is said of others. */
  basis: z.enum(['share', 'every']),
  /** Why nothing could be counted. */
  reason: z.string().nullable(),
  /** The worst failures. Texts are cut. */
  examples: z.array(
    z.strictObject({
      id: z.string(),
      changes: z.array(z.strictObject({ column: z.string(), before: Scalar, after: Scalar })),
      /** Answers that are compared: before and after the change, expected and given, the baseline’s and the candidate’s. */
      from: z.string(),
      to: z.string(),
      /** How far the answer moved; null where that is no number. */
      move: z.number().nullable(),
    }),
  ),
})
export type BehaviourResult = z.output<typeof BehaviourResult>
