import * as z from 'zod'
import { Measured } from './common.js'

/** Rates of a group of rows, one class against the rest. */
const Rate = z.enum(['selection_rate', 'tpr', 'fpr', 'fnr', 'fdr', 'for'])

const groupValue = z.union([z.string(), z.number(), z.boolean()]).transform(String)

/** One part of `evaluate.bias` in plumbline.yml. */
export const BiasConfig = z.strictObject({
  columns: z
    .union([
      z
        .string()
        .min(1)
        .transform((name) => [name]),
      z.array(z.string().min(1)).min(1).max(4),
    ])
    .describe('Column whose values are the groups; of several columns, every combination of their values.'),
  reference: z
    .union([groupValue, z.array(z.union([groupValue, z.null()])).min(1)])
    .default('majority')
    .describe(
      'What each group is compared with: `majority` (the group of most rows), `min` (for each measure the group of its lowest rate), `overall` (all rows), or a value; a list gives the value of each column, `null` for a missing one.',
    ),
  tau: z.number().gt(0).lt(1).default(0.8).describe('A ratio to the reference is within bounds from tau to 1/tau.'),
  measures: z
    .array(Rate)
    .min(1)
    .default(['selection_rate', 'tpr', 'fpr'])
    .describe('Rates whose ratios are judged. All six are measured.'),
  'min-rows': z
    .int()
    .min(1)
    .default(30)
    .describe(
      'Smaller groups are listed, not judged; a rate of fewer rows below its line, such as positive rows, decides nothing.',
    ),
  level: z.enum(['fail', 'warn']).default('fail'),
})
export type BiasConfig = z.output<typeof BiasConfig>

/** A measure of both models; the candidate is the one that is judged. */
const OfModels = z.strictObject({ candidate: Measured, baseline: Measured.nullable() })
/** Values of the columns, null where the value is missing. */
const GroupValues = z.array(z.string().nullable())
/** Whether every part of it is within tau … 1/tau by value; null is undefined. */
const ParityOfModels = z.strictObject({ candidate: z.boolean().nullable(), baseline: z.boolean().nullable() })

/** Rates of one class against the rest, by group. */
export const BiasOfClass = z.strictObject({
  class: z.string(),
  groups: z.array(z.strictObject({ values: GroupValues, rows: z.int(), rates: z.record(Rate, OfModels) })),
  /** Over all judged rows, those of small groups among them. */
  overall: z.record(Rate, OfModels),
  comparisons: z.array(
    z.strictObject({
      measure: Rate,
      group: GroupValues,
      /** Null when it is all rows. */
      reference: GroupValues.nullable(),
      ratio: OfModels,
      /** Group minus reference. */
      difference: OfModels,
      /** `within` and `outside` are proven by the whole interval of the candidate's ratio; null when it is not judged. */
      decision: z.enum(['within', 'outside', 'open']).nullable(),
      /** Why it is open. */
      reason: z.string().nullable(),
    }),
  ),
  /** How far the groups lie apart. */
  spreads: z.array(
    z.strictObject({
      name: z.enum(['demographic_parity', 'equal_opportunity', 'equalized_odds', 'equalized_odds_mean']),
      against: z.enum(['between_groups', 'to_overall']),
      difference: OfModels,
      ratio: OfModels,
    }),
  ),
  /** By value, without regard to intervals; false wins over undefined, undefined over true. */
  parity: z.record(
    z.enum([
      'demographic_parity',
      'equal_opportunity',
      'equalized_odds',
      'type_i_parity',
      'type_ii_parity',
      'supervised_parity',
    ]),
    ParityOfModels,
  ),
})
export type BiasOfClass = z.output<typeof BiasOfClass>

/** What came of one part of `evaluate.bias`. */
export const BiasResult = z.strictObject({
  columns: z.array(z.string()),
  reference: z.union([z.enum(['majority', 'min', 'overall']), GroupValues]),
  tau: z.number(),
  measures: z.array(Rate),
  level: z.enum(['fail', 'warn']),
  minRows: z.int(),
  classes: z.array(BiasOfClass),
  /** Groups with fewer rows than `minRows`; the first of them by size. */
  excluded: z.strictObject({
    groups: z.int(),
    rows: z.int(),
    first: z.array(z.strictObject({ values: GroupValues, rows: z.int() })),
  }),
})
export type BiasResult = z.output<typeof BiasResult>
