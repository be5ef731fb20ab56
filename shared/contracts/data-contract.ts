import * as z from 'zod'
import { ColumnType, DataCheck, FormatName, Level, StatisticName } from './data-checks.js'

const share = z.number().min(0).max(1)
const level = Level

export { ColumnType }

/** Bounds of one statistic of a column. */
const StatisticBounds = z.strictObject({
  min: z.union([z.number(), z.string()]).optional(),
  max: z.union([z.number(), z.string()]).optional(),
})

export const ColumnRule = z.strictObject({
  name: z.string().min(1),
  type: ColumnType.optional(),
  required: z.boolean().default(true).describe('The column must be there.'),
  description: z.string().optional(),
  missing: z
    .strictObject({ 'max-share': share.optional(), 'max-count': z.int().min(0).optional() })
    .optional()
    .describe('Empty cells, and NaN or infinities of numbers.'),
  unique: z.boolean().optional(),
  values: z
    .array(z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .optional()
    .describe('Allowed values.'),
  forbidden: z
    .array(z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .optional()
    .describe('Values that must not stand there.'),
  format: FormatName.optional().describe('Named format of a text.'),
  pattern: z.string().optional().describe('Regular expression (RE2) that the whole text has to match.'),
  'date-format': z.string().optional().describe('strftime format of dates that are written otherwise than in ISO.'),
  'max-unknown': share
    .default(0)
    .describe(
      'Share of the values that may be outside `values`, `range`, `length`, `format` or `pattern`; missing ones do not count.',
    ),
  range: z
    .strictObject({
      min: z.union([z.number(), z.string()]).optional(),
      max: z.union([z.number(), z.string()]).optional(),
      'strict-min': z.boolean().optional().describe('Whether `min` itself is outside.'),
      'strict-max': z.boolean().optional().describe('Whether `max` itself is outside.'),
    })
    .optional()
    .describe('Inclusive bounds; ISO text for dates and timestamps.'),
  length: z.strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional() }).optional(),
  outliers: z
    .strictObject({ z: z.number().gt(0).default(6), 'max-share': share.default(0.01) })
    .optional()
    .describe('Values further than z standard deviations from the mean.'),
  order: z
    .enum(['increasing', 'decreasing', 'strictly-increasing', 'strictly-decreasing'])
    .optional()
    .describe('Each value against the one before it, in the order of the files.'),
  statistics: z
    .partialRecord(StatisticName.exclude(['quantile']), StatisticBounds)
    .optional()
    .describe('Bounds of statistics over all values.'),
  sensitive: z
    .union([z.boolean(), z.enum(['hash', 'omit'])])
    .optional()
    .describe(
      'Whether values of the column stay out of profiles, reports and comments. `true` is `omit`; default: by its name and values.',
    ),
  level: level.default('fail'),
})
export type ColumnRule = z.output<typeof ColumnRule>

/** How drift of a column is measured; `auto` chooses. */
export const DriftMethodName = z.enum([
  'auto',
  'psi',
  'ks',
  'chi-square',
  'z-test',
  'wasserstein',
  'jensen-shannon',
  'hellinger',
  'total-variation',
  'l-infinity',
  'kl',
])

/** `data-contract.yml`: what fit data look like. Inferred by `plumbline infer`, committed, edited. */
export const DataContract = z.strictObject({
  schema: z.literal('plumbline.data-contract/1'),
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, 'use three numbers, such as 1.2.0')
    .optional()
    .describe('Version of the contract. A breaking change needs a new first number.'),
  'breaking-changes': z
    .enum(['allow', 'warn', 'fail'])
    .default('warn')
    .describe('When the contract breaks who relies on its earlier version, under the same first number of `version`.'),
  rows: z.strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional() }).prefault({}),
  duplicates: z
    .strictObject({ 'max-share': share, level: level.default('fail') })
    .optional()
    .describe('Extra copies of whole rows without their id (rows minus distinct rows), as share of rows.'),
  'extra-columns': z.enum(['allow', 'warn', 'fail']).default('warn'),
  'column-order': z
    .enum(['allow', 'warn', 'fail'])
    .default('allow')
    .describe('When the columns stand in another order than here.'),
  key: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Columns that name a row: never missing, no two rows alike.'),
  freshness: z
    .strictObject({
      column: z.string().min(1).optional().describe('Default: `data.time`.'),
      'max-age': z.string().regex(/^[1-9][0-9]*(m|h|d|w)$/, 'use a number and m, h, d or w, such as 36h'),
      level: level.default('fail'),
    })
    .optional()
    .describe('Age of the newest row.'),
  volume: z
    .strictObject({
      'max-decrease': share.optional(),
      'max-increase': z.number().min(0).optional(),
      level: level.default('fail'),
    })
    .optional()
    .describe('Rows against those of the baseline, as a share of them.'),
  columns: z.array(ColumnRule).default([]),
  checks: z.array(DataCheck).default([]).describe('What no key above says: see the list of checks.'),
  label: z
    .strictObject({ 'min-share': share, level: level.default('fail') })
    .optional()
    .describe('Smallest share of any class of the target.'),
  leakage: z
    .strictObject({
      'max-overlap': share.default(0).describe('Share of test rows that also stand in train.'),
      'max-power': share
        .default(0.95)
        .describe('Highest power of one feature alone to tell the label (0 none, 1 all).'),
      'max-rare-power': share
        .default(0.5)
        .describe('The same, for the few rows in which a mostly constant or empty feature has a value.'),
      'max-id-overlap': share.default(0).describe('Share of test rows whose `data.id` also stands in train.'),
      'max-group-overlap': share.default(0).describe('Share of test rows whose `data.group` also stands in train.'),
      'max-date-overlap': share
        .default(0)
        .describe('Share of test rows that are older than the latest training row, when the split is by time.'),
      'max-near-duplicates': share
        .default(0.01)
        .describe('Share of test rows that differ from a training row in spelling, rounding or one feature only.'),
      'max-similar-texts': share
        .default(0.01)
        .describe('Share of test rows with a long text that is nearly one of train.'),
      'max-conflicts': share
        .default(0.05)
        .describe('Share of rows with the same features and another label as other rows; never more than a warning.'),
      level: level.default('fail'),
    })
    .prefault({}),
  split: z
    .strictObject({
      by: z
        .enum(['time', 'random'])
        .optional()
        .describe('How train and test were parted. Default: by `data.time`, if test is later than train.'),
      'min-size': z.number().min(0).default(0.01).describe('Rows of test per row of train.'),
      'max-label-drift': share
        .optional()
        .describe(
          'Distance of the labels of train and test. Default: 0.15 for classes (Cramér’s V), 0.2 for numbers (Kolmogorov–Smirnov).',
        ),
      'max-new-labels': share
        .optional()
        .describe(
          'Share of test rows with a label that train lacks. Default: 0, and only a warning where a label is so rare that chance may leave it out of train.',
        ),
      'max-new-categories': share
        .default(0.01)
        .describe('Share of test rows with a value of a feature that train lacks.'),
      'max-power-change': share
        .default(0.2)
        .describe('Change, from train to test, of the power of one feature alone to tell the label.'),
      'max-order': share
        .default(0.3)
        .describe(
          'How far the rows of train, or their ids, may be in the order of the label or the time (0 none, 1 sorted).',
        ),
      level: level.default('warn').describe('Of label drift, size, new categories and power; order is only a warning.'),
    })
    .prefault({})
    .describe('Whether the test data can speak for the training data.'),
  drift: z
    .strictObject({
      warn: z.number().min(0).default(0.1),
      fail: z.number().min(0).default(0.25),
      method: DriftMethodName.default('psi').describe(
        'psi: by `warn` and `fail`. auto: by rows, type and different values of the column. Every method but psi calls drift what is at least `limit` and not by chance.',
      ),
      methods: z.record(z.string(), DriftMethodName).default({}).describe('Methods of single columns.'),
      limit: z
        .number()
        .gt(0)
        .optional()
        .describe('Effect from which on it is drift, for every method but psi. Default: 0.1; means within slices 0.2.'),
      alpha: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.05)
        .describe('Chance that even one of all columns is called drifted when none has, for every method but psi.'),
      'max-share': share
        .optional()
        .describe('Share of columns that may drift before the dataset has. Default: 0.5; not judged with psi alone.'),
      'max-auc': z
        .number()
        .min(0.5)
        .max(1)
        .default(0.55)
        .describe('How well a model may tell rows from those of a baseline dataset (0.5 not at all).'),
      columns: z.array(z.string()).optional().describe('Default: every feature of the baseline profile.'),
      level: level.default('fail'),
    })
    .prefault({})
    .describe('Each column against the baseline: how far it may have moved.'),
})
export type DataContract = z.output<typeof DataContract>
