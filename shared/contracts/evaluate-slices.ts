import * as z from 'zod'
import { Interval, Measured } from './common.js'

const Value = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const MinRows = z.int().min(1).optional().describe('Smaller slices are listed, not judged. Default 30.')

/** Slices by the values of one column, or by ranges of its numbers. */
const ColumnParts = {
  column: z.string().min(1).describe('Every value of the column is a slice, a missing one too.'),
  values: z.array(Value).min(1).optional().describe('Only these values. `(missing)` is the missing one.'),
  bins: z
    .array(z.number())
    .min(1)
    .max(50)
    .optional()
    .describe(
      'Edges, ascending, that cut the numbers of the column into ranges. A range holds its lower edge: `[10, 20)`.',
    ),
  quantiles: z
    .int()
    .min(2)
    .max(20)
    .optional()
    .describe('So many ranges of about as many rows each, by the quantiles of the column.'),
} as const

/** A factor of a cross: a column, whole or in ranges. */
export const CrossFactor = z.union([z.string().min(1), z.strictObject(ColumnParts)])
export type CrossFactor = z.output<typeof CrossFactor>

/** One entry of `evaluate.slices` in plumbline.yml. */
export const SliceEntry = z.strictObject({
  name: z.string().min(1).optional().describe('What rules and the report call it. Default: made from its columns.'),
  ...ColumnParts,
  column: ColumnParts.column.optional(),
  where: z
    .string()
    .min(1)
    .optional()
    .describe('Condition in SQL on the columns of the test data; its rows are a slice.'),
  cross: z.array(CrossFactor).max(3).optional().describe('Two or three columns: every combination of their values.'),
  'min-rows': MinRows,
})
export type SliceEntry = z.output<typeof SliceEntry>

export const SliceConfig = z.union([z.string().min(1), SliceEntry])
export type SliceConfig = z.output<typeof SliceConfig>

/** What a rule is judged on: each value of a slice by its name, or the one with these values. */
export const SliceChoice = z.union([
  z.string().min(1),
  z
    .record(z.string().min(1), z.union([Value, z.null()]))
    .refine((choice) => Object.keys(choice).length > 0, { error: 'a column with its value' }),
])
export type SliceChoice = z.output<typeof SliceChoice>

const DiscoveryOptions = z.strictObject({
  columns: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Columns that are searched. Default: all but id, target, weight and group.'),
  predicates: z.int().min(1).max(3).default(2).describe('Most conditions that a slice is made of.'),
  'min-rows': z
    .int()
    .min(2)
    .optional()
    .describe('Fewest rows of a slice; half of them in each half of the rows. Default: 1 % of the rows, at least 60.'),
  top: z.int().min(1).max(15).default(10).describe('Most slices of a kind that are told.'),
  bins: z.int().min(2).max(8).default(8).describe('Most ranges of a column of numbers.'),
  alpha: z.number().gt(0).max(1).default(0.95).describe('Weight of the loss against the size in the SliceLine score.'),
  'false-discovery-rate': z
    .number()
    .gt(0)
    .lt(0.5)
    .default(0.05)
    .describe('Expected share of false ones among the confirmed slices (Benjamini–Hochberg).'),
  'min-lift': z
    .number()
    .min(1)
    .default(1.1)
    .describe('How many times the mean loss of all rows, or of the baseline, a slice has at least to be told.'),
  level: z
    .enum(['off', 'warn', 'fail'])
    .default('off')
    .describe('What a confirmed slice does to the verdict. `off`: it is told, and decides nothing.'),
})
export type DiscoveryOptions = z.output<typeof DiscoveryOptions>

/** `evaluate.discover-slices` in plumbline.yml: null when nothing is searched. */
export const DiscoverSlices = z
  .union([z.boolean(), DiscoveryOptions])
  .default(false)
  .transform((given): DiscoveryOptions | null =>
    typeof given === 'boolean' ? (given ? DiscoveryOptions.parse({}) : null) : given,
  )

/** A slice that was declared, with its rows, or with too few of them. */
const DeclaredSlice = z.strictObject({ value: z.string(), rows: z.int().min(0) })

/** One declared entry, as it was cut. */
export const SlicePartition = z.strictObject({
  name: z.string(),
  kind: z.enum(['values', 'bins', 'condition', 'cross']),
  columns: z.array(z.string()),
  minRows: z.int(),
  slices: z.array(DeclaredSlice),
  /** Slices with fewer rows than `minRows`; the first of them by size. */
  small: z.strictObject({ slices: z.int(), rows: z.int(), first: z.array(DeclaredSlice) }),
})
export type SlicePartition = z.output<typeof SlicePartition>

/** A slice that the search found on one half of the rows, and what the other half says of it. */
export const DiscoveredSlice = z.strictObject({
  /** `weak`: a larger loss than the other rows. `regression`: a larger loss than the baseline's on the same rows. */
  kind: z.enum(['weak', 'regression']),
  predicates: z.array(z.strictObject({ column: z.string(), value: z.string() })),
  /** Rows of the testing half. */
  rows: z.int(),
  /** Mean loss of the candidate on the testing half. */
  loss: z.number(),
  /** What it is compared with: mean loss of the other rows, or of the baseline on the same rows. */
  against: z.number(),
  /** Loss minus `against` on the testing half, with its interval. */
  difference: Measured,
  /** Difference in standard deviations of the loss (of the paired difference for a regression). */
  effect: z.number().nullable(),
  /** Loss as a multiple of the mean loss of all rows, or of the baseline's on the same rows; null where that is 0. */
  lift: z.strictObject({
    value: z.number().nullable(),
    interval: Interval.nullable(),
    /** On the half where it was found. */
    found: z.number().nullable(),
  }),
  /** SliceLine score on the half where it was found; null for a regression. */
  score: z.number().nullable(),
  /** One-sided p-value on the testing half, and adjusted by Benjamini and Hochberg over all that were tested. */
  p: z.number().nullable(),
  adjusted: z.number().nullable(),
  outcome: z.enum(['confirmed', 'unconfirmed', 'untested']),
  /** Why it is not confirmed or not tested; null when it is confirmed. */
  reason: z.string().nullable(),
})
export type DiscoveredSlice = z.output<typeof DiscoveredSlice>

/** What the search for slices did and found. */
export const SliceDiscovery = z.strictObject({
  /** The loss of a row, in words. */
  loss: z.string(),
  columns: z.array(z.strictObject({ column: z.string(), values: z.array(z.string()) })),
  predicates: z.int(),
  minRows: z.int(),
  /** Rows of the half that was searched, and of the half that tested. */
  searched: z.int(),
  tested: z.int(),
  /** Slices with enough rows that were looked at. */
  slices: z.int(),
  slicesFound: z.array(DiscoveredSlice),
  notes: z.array(z.string()),
})
export type SliceDiscovery = z.output<typeof SliceDiscovery>
