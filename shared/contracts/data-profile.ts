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

const count = z.int().min(0)

/** What was looked at where not all was: `rows` of `of`, chosen the same way every time. */
export const ProfileSample = z.strictObject({ rows: count, of: count, method: z.string() })
export type ProfileSample = z.output<typeof ProfileSample>

/** Different values, ascending for numbers, by code point for text, with how often each stands there. */
const ValueCounts = z.strictObject({ values: z.array(z.union([z.number(), z.string()])), counts: z.array(count) })

/** When the rows are, for dates and timestamps (UTC). */
export const TimeCoverage = z.strictObject({
  /** ISO text: `2024-02-03` or `2024-02-03T04:05:06Z`. */
  first: z.string(),
  last: z.string(),
  /** Length of a period: the shortest of the three that leaves at most 400 of them. */
  unit: z.enum(['day', 'month', 'year']),
  /** Periods with rows, ascending, such as `2024-02`; none when there are more than 400. */
  periods: z.array(z.strictObject({ period: z.string(), count })),
  /** Days from first to last, both included, and how many of them have a row. */
  days: z.strictObject({ spanned: count, present: count }),
  /** The longest runs of days without a row, five at most; `total` counts them all. */
  gaps: z.strictObject({
    total: count,
    longest: z.array(z.strictObject({ from: z.string(), to: z.string(), days: count })),
  }),
})
export type TimeCoverage = z.output<typeof TimeCoverage>

/**
 * Finite values that are far off. `z`: more than 3 sample standard deviations from the mean. `robust`: modified z-score above
 * 3.5, 0.6745·|x − median| / MAD (Iglewicz and Hoaglin 1993). `iqr`: outside p25 − 1.5·IQR … p75 + 1.5·IQR. Null where the
 * measure is 0, so that nothing can be told.
 */
export const Outliers = z.strictObject({ z: count.nullable(), robust: count.nullable(), iqr: count.nullable() })
export type Outliers = z.output<typeof Outliers>

/**
 * Why the values of a column stand nowhere in the profile: no numbers, counts, periods or patterns. `omit`: no top values either.
 * `hash`: top values are replaced by a keyed hash (HMAC-SHA256), so that equal ones can be told, and nobody without the key finds
 * them by trying. `by`: who said so; `reason`: in words, with the share of values that match where that decided.
 */
export const Sensitivity = z.strictObject({
  how: z.enum(['hash', 'omit']),
  by: z.enum(['declaration', 'name', 'values']),
  kind: z.enum(['declared', 'person-name', 'email', 'phone', 'card', 'national-id']),
  reason: z.string(),
})
export type Sensitivity = z.output<typeof Sensitivity>

/** Fields that say `optional` are absent in documents of earlier versions, and where `detail` says that they were dropped. */
export const ColumnProfile = z.strictObject({
  name: z.string(),
  type: ColumnType,
  rows: z.int().min(0),
  missing: z.int().min(0),
  /** Values that are not written as the declared type; none where the type was found by the values themselves. */
  invalid: z.int().min(0),
  /** NaN and infinities, counted apart from missing values. */
  nonFinite: z.int().min(0),
  /** What `missing` is made of. `null` is also a key that is not there; `unknown`: infinite dates and times, and what was read without telling kinds apart. */
  missingBy: z.strictObject({ empty: count, token: count, null: count, unknown: count }).optional(),
  /** What `nonFinite` is made of. */
  nonFiniteBy: z.strictObject({ nan: count, positive: count, negative: count }).optional(),
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
      /** Values equal to 0 and below 0. */
      zeros: count.optional(),
      negatives: count.optional(),
      /**
       * Third standardised moment, biased: `scipy.stats.skew(x, bias=True)`, m3 / m2^1.5. Null without spread.
       */
      skewness: z.number().nullable().optional(),
      /** Excess kurtosis, biased: `scipy.stats.kurtosis(x, fisher=True, bias=True)`, m4 / m2² − 3. Null without spread. */
      kurtosis: z.number().nullable().optional(),
      /**
       * Exact quantiles at i / (length − 1), from the smallest to the largest value; only where `counts` is absent, as the
       * counts tell more.
       */
      grid: z.array(z.number()).min(2).optional(),
      /** Median of |x − median|. */
      mad: z.number().min(0).optional(),
      outliers: Outliers.optional(),
    })
    .nullable(),
  /**
   * Every different value with its count, where there are at most 1,000 of them (fewer in wide tables). Numbers, dates and
   * timestamps (in days) as numbers, others as text.
   */
  counts: ValueCounts.optional(),
  time: TimeCoverage.optional(),
  /** Length of the text in code points, null for other types. */
  length: z.strictObject({ min: z.int().min(0), max: z.int().min(0), mean: z.number() }).nullable(),
  /** Exact quantiles of the length of the text. */
  lengths: z
    .strictObject({ p05: z.number(), p25: z.number(), p50: z.number(), p75: z.number(), p95: z.number() })
    .optional(),
  /**
   * Shapes of the text: `A` upper-case, `a` other letter, `9` digit, other signs as they are, a run of more than three as
   * `A+`: `AB-123` is `AA-999`. Up to ten, most frequent first; `other` counts the rest. `sample` when not all values were
   * looked at.
   */
  patterns: z
    .strictObject({
      top: z.array(z.strictObject({ pattern: z.string(), count: z.int().min(1) })),
      other: count,
      sample: ProfileSample.nullable(),
    })
    .optional(),
  /**
   * Words of free text: in how many of `texts` different texts each stands, those in the most texts, at least twenty and at most
   * `most` of them. `covered`: texts with at least one of them. Of no sensitive column. `sample` when not all texts were looked at.
   */
  words: z
    .strictObject({
      texts: count,
      top: z.array(z.strictObject({ word: z.string(), count: z.int().min(1) })),
      most: count,
      covered: count,
      sample: ProfileSample.nullable(),
    })
    .optional(),
  /** Null when nothing speaks for it. */
  sensitive: Sensitivity.nullable().optional(),
  /** For text: the type that at least nine of ten values have. */
  mostly: z.strictObject({ type: ColumnType, count: z.int().min(1) }).nullable(),
  /** Up to 100 most frequent values; none for columns of identifiers. Most frequent first; `otherCount` is the rest of the finite values. */
  top: z.array(z.strictObject({ value: z.string(), count: z.int().min(1) })),
  otherCount: z.int().min(0),
})
export type ColumnProfile = z.output<typeof ColumnProfile>

/** How two columns go together, on the rows that have both. Null where a measure is not for these types or is undefined. */
export const Association = z.strictObject({
  a: z.string(),
  b: z.string(),
  /** Rows with both values. */
  n: count,
  /** Numbers, dates, timestamps: `scipy.stats.pearsonr`, `scipy.stats.spearmanr`. */
  pearson: z.number().nullable(),
  spearman: z.number().nullable(),
  /** Categories: Cramér's V, bias-corrected (Bergsma 2013). */
  cramersV: z.number().nullable(),
  /**
   * In nats, `sklearn.metrics.mutual_info_score`; numbers with more than 20 values are cut into ten parts of equal mass. It is
   * biased upwards by about (cells − 1)² / 2n.
   */
  mutualInformation: z.number().nullable(),
})
export type Association = z.output<typeof Association>

/**
 * Rows of the sample by the parts of two columns, so that a later profile tells whether they still go together alike. Rows that
 * lack one of the values are left out.
 */
export const PairTables = z.strictObject({
  /** How many different rows the counts are worth: fewer than their sum where some of many equal ones were taken (Kish). */
  effective: z.number().min(0),
  /** The first twenty of `columns`, each in parts: from one cut to below the next, or by values, all others in one more. */
  parts: z.array(
    z.discriminatedUnion('of', [
      z.strictObject({ of: z.literal('number'), cuts: z.array(z.number()) }),
      z.strictObject({ of: z.literal('value'), values: z.array(z.string()) }),
    ]),
  ),
  /** `a` and `b` are indices of `parts`; counts stand row by row, the parts of `a` being the rows. */
  pairs: z.array(z.strictObject({ a: count, b: count, counts: z.array(count) })),
})
export type PairTables = z.output<typeof PairTables>

export const Associations = z.strictObject({
  sample: ProfileSample,
  /** Columns that were paired: at most 30, the target first, then those with the most values, then by name. */
  columns: z.array(z.string()),
  /** Columns that could have been paired too. */
  leftOut: count,
  /** At most 300, the strongest (largest mutual information) first. */
  pairs: z.array(Association),
  pairsLeftOut: count,
  tables: PairTables.optional(),
})
export type Associations = z.output<typeof Associations>

const numbersOfSlice = {
  min: z.number(),
  max: z.number(),
  /** Sample standard deviation, exact to 1/65,536 of that of the whole column for each value; 0 for one value. */
  sd: z.number(),
  /** Ascending; `counts` has one more item: values below the first cut, in [cut, next cut) and from the last on. All are exact. */
  cuts: z.array(z.number()),
  counts: z.array(count),
}

/**
 * The distribution of a column within one slice. `number`: finite numbers, dates and timestamps (in days); `length`: texts by their
 * length in code points; `value`: rows of the first so many of the column's `top` values, in its order, and of all `other` values.
 */
export const SliceCells = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('number'), ...numbersOfSlice }),
  z.strictObject({ of: z.literal('length'), ...numbersOfSlice }),
  z.strictObject({ of: z.literal('value'), counts: z.array(count), other: count }),
])
export type SliceCells = z.output<typeof SliceCells>

/** What each value of a column says of the others. */
export const SliceProfile = z.strictObject({
  column: z.string(),
  /** The most frequent, 20 at most; null is missing. `columns` is in the order of `sliced`. */
  values: z.array(
    z.strictObject({
      value: z.string().nullable(),
      rows: count,
      /**
       * Mean of the finite values of a number, date or timestamp (in days); null for other types and without values. `cells` not of
       * sensitive columns, of slices below 20 rows, or where the profile would grow too large.
       */
      columns: z.array(z.strictObject({ missing: count, mean: z.number().nullable(), cells: SliceCells.optional() })),
    }),
  ),
  sliced: z.array(z.string()),
  /** Columns beyond the 50 that are looked at. */
  columnsLeftOut: count,
  otherValues: count,
  otherRows: count,
  /** Values above, the rarest of 20 rows or more, that have no `cells`: a profile holds 5,000 cells of slices. */
  valuesWithoutCells: count.optional(),
  /** Why there are no values, such as a column that is not there; null else. */
  reason: z.string().nullable(),
})
export type SliceProfile = z.output<typeof SliceProfile>

export const DatasetProfile = z.strictObject({
  /** Role of the dataset, such as `train` or `test`. */
  name: z.string(),
  files: z.array(InputRef),
  rows: z.int().min(0),
  /** Of whole rows without their id. One word, three meanings: rows minus groups, groups with more than one row, all members of such groups. */
  duplicates: z.strictObject({ extra: z.int().min(0), groups: z.int().min(0), members: z.int().min(0) }),
  columns: z.array(ColumnProfile),
  /** How much is said of each column: wide tables say less, and `dropped` says what. */
  detail: z.strictObject({ level: z.enum(['full', 'reduced', 'wide']), dropped: z.array(z.string()) }).optional(),
  associations: Associations.optional(),
  slices: z.array(SliceProfile).optional(),
  /** How well each feature alone tells the label, 0 nothing … 1 all: see `measurePower`. */
  power: z
    .array(
      z.strictObject({ feature: z.string(), power: z.number().nullable(), n: count, reason: z.string().nullable() }),
    )
    .optional(),
})
export type DatasetProfile = z.output<typeof DatasetProfile>

export const DataProfile = document('data-profile', {
  target: z.string().nullable(),
  features: z.array(z.string()),
  datasets: z.array(DatasetProfile),
})
export type DataProfile = z.output<typeof DataProfile>
