import * as z from 'zod'
import { document, InputRef } from './common.js'
import { ColumnType } from './data-contract.js'

/** Counts per bin. `edges` has one more item than `counts`; bins are [a, b), the last one closed; it may have no width. */
export const Histogram = z.strictObject({
  kind: z.literal('equal-mass'),
  edges: z.array(z.number()),
  counts: z.array(z.int().min(0)),
})
export type Histogram = z.output<typeof Histogram>

export const ColumnProfile = z.strictObject({
  name: z.string(),
  type: ColumnType,
  rows: z.int().min(0),
  missing: z.int().min(0),
  /** Values that are not written as the declared type; none where the type was found by the values themselves. */
  invalid: z.int().min(0),
  /** NaN and infinities, counted apart from missing values. */
  nonFinite: z.int().min(0),
  /** Different finite values. */
  distinct: z.int().min(0),
  /** Numbers, null for other types. Dates and timestamps are in days since 1970-01-01. */
  numeric: z
    .strictObject({
      min: z.number(),
      max: z.number(),
      mean: z.number(),
      /** Sample standard deviation (n − 1); 0 for one value. */
      sd: z.number(),
      quantiles: z.strictObject({
        p01: z.number(),
        p05: z.number(),
        p25: z.number(),
        p50: z.number(),
        p75: z.number(),
        p95: z.number(),
        p99: z.number(),
      }),
      histogram: Histogram,
    })
    .nullable(),
  /** Length of the text in code points, null for other types. */
  length: z.strictObject({ min: z.int().min(0), max: z.int().min(0), mean: z.number() }).nullable(),
  /** For text: the type that at least nine of ten values have. */
  mostly: z.strictObject({ type: ColumnType, count: z.int().min(1) }).nullable(),
  /** Up to 100 most frequent values; none for columns of identifiers. Most frequent first; `otherCount` is the rest of the finite values. */
  top: z.array(z.strictObject({ value: z.string(), count: z.int().min(1) })),
  otherCount: z.int().min(0),
})
export type ColumnProfile = z.output<typeof ColumnProfile>

export const DatasetProfile = z.strictObject({
  /** Role of the dataset, such as `train` or `test`. */
  name: z.string(),
  files: z.array(InputRef),
  rows: z.int().min(0),
  /** Of whole rows without their id. One word, three meanings: rows minus groups, groups with more than one row, all members of such groups. */
  duplicates: z.strictObject({ extra: z.int().min(0), groups: z.int().min(0), members: z.int().min(0) }),
  columns: z.array(ColumnProfile),
})
export type DatasetProfile = z.output<typeof DatasetProfile>

export const DataProfile = document('data-profile', {
  target: z.string().nullable(),
  features: z.array(z.string()),
  datasets: z.array(DatasetProfile),
})
export type DataProfile = z.output<typeof DataProfile>
