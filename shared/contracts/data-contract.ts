import * as z from 'zod'

const share = z.number().min(0).max(1)
const level = z.enum(['fail', 'warn'])

/** Logical type of a column, decided by our own strict rules on the text of every value. */
export const ColumnType = z.enum(['integer', 'number', 'boolean', 'date', 'timestamp', 'string'])
export type ColumnType = z.output<typeof ColumnType>

export const ColumnRule = z.strictObject({
  name: z.string().min(1),
  type: ColumnType.optional(),
  required: z.boolean().default(true).describe('The column must be there.'),
  missing: z.strictObject({ 'max-share': share }).optional().describe('Empty cells, and NaN or infinities of numbers.'),
  unique: z.boolean().optional(),
  values: z.array(z.string()).optional().describe('Allowed values.'),
  'max-unknown': share
    .default(0)
    .describe('Share of the values that may be outside `values`, `range` or `length`; missing ones do not count.'),
  range: z
    .strictObject({
      min: z.union([z.number(), z.string()]).optional(),
      max: z.union([z.number(), z.string()]).optional(),
    })
    .optional()
    .describe('Inclusive bounds; ISO text for dates and timestamps.'),
  length: z.strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional() }).optional(),
  outliers: z
    .strictObject({ z: z.number().gt(0).default(6), 'max-share': share.default(0.01) })
    .optional()
    .describe('Values further than z standard deviations from the mean.'),
  level: level.default('fail'),
})
export type ColumnRule = z.output<typeof ColumnRule>

/** `data-contract.yml`: what fit data look like. Inferred by `plumbline infer`, committed, edited. */
export const DataContract = z.strictObject({
  schema: z.literal('plumbline.data-contract/1'),
  rows: z.strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional() }).prefault({}),
  duplicates: z
    .strictObject({ 'max-share': share, level: level.default('fail') })
    .optional()
    .describe('Extra copies of whole rows without their id (rows minus distinct rows), as share of rows.'),
  'extra-columns': z.enum(['allow', 'warn', 'fail']).default('warn'),
  columns: z.array(ColumnRule).default([]),
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
      level: level.default('fail'),
    })
    .prefault({}),
  drift: z
    .strictObject({
      warn: z.number().min(0).default(0.1),
      fail: z.number().min(0).default(0.25),
      columns: z.array(z.string()).optional().describe('Default: every feature of the baseline profile.'),
      level: level.default('fail'),
    })
    .prefault({})
    .describe('Population stability index of each column against the baseline profile.'),
})
export type DataContract = z.output<typeof DataContract>
