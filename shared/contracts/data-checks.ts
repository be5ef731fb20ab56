import * as z from 'zod'

const share = z.number().min(0).max(1)
const column = z.string().min(1)
const columns = z.array(column).min(1)
const count = z.int().min(0)
/** A value as it is written in the data: 3 and "3" are the same. */
const Value = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const values = z.array(Value)
/** Numbers; ISO text for dates and timestamps. */
const bound = z.union([z.number(), z.string().min(1)])

export const Level = z.enum(['fail', 'warn'])
export type Level = z.output<typeof Level>

/** Logical type of a column, decided by our own strict rules on the text of every value. */
export const ColumnType = z.enum(['integer', 'number', 'boolean', 'date', 'timestamp', 'string'])
export type ColumnType = z.output<typeof ColumnType>

/** Formats of text that have a name; each is defined in shared/data/formats.ts. */
export const FormatName = z.enum([
  'email',
  'uuid',
  'url',
  'uri',
  'hostname',
  'ip',
  'ipv4',
  'ipv6',
  'cidr',
  'mac',
  'date',
  'time',
  'datetime',
  'duration',
  'year',
  'year-month',
  'country',
  'country-3',
  'currency',
  'language',
  'phone',
  'iban',
  'bic',
  'card',
  'isbn',
  'ean',
  'semver',
  'json',
  'base64',
  'hex',
  'md5',
  'sha1',
  'sha256',
  'latitude',
  'longitude',
  'percentage',
  'ascii',
  'slug',
])
export type FormatName = z.output<typeof FormatName>

/** What every check may say besides its own keys. */
const common = {
  name: z.string().min(1).optional().describe('What reports call it. Default: made of its keys.'),
  on: z.enum(['train', 'test']).optional().describe('Dataset that it is for. Default: each.'),
  where: z.string().min(1).optional().describe('SQL condition on a row: only rows for which it is true are judged.'),
  'group-by': z
    .union([column.transform((name) => [name]), columns])
    .optional()
    .describe('Judged in each group of rows with equal values in these columns; the worst group decides.'),
  'on-empty': z
    .enum(['inconclusive', 'pass', 'fail'])
    .default('inconclusive')
    .describe('Verdict when there is no value to judge.'),
  'on-absent': z
    .enum(['fail', 'pass'])
    .optional()
    .describe('Whether a column that is not there breaks the check. Default: it does.'),
  level: Level.default('fail'),
}

/** How many of the judged rows may break a check. */
const tolerance = {
  mostly: share.optional().describe('Share of the judged rows that has to hold; compared as counts. Default 1.'),
  'max-bad': count.optional().describe('Rows that may be bad, instead of a share.'),
}

const bounds = {
  min: bound.optional(),
  max: bound.optional(),
  'strict-min': z.boolean().default(false).describe('Whether `min` itself is outside.'),
  'strict-max': z.boolean().default(false).describe('Whether `max` itself is outside.'),
}
const numberBounds = { ...bounds, min: z.number().optional(), max: z.number().optional() }

function rowCheck<Name extends string, Shape extends z.ZodRawShape>(check: Name, shape: Shape) {
  return z.strictObject({ check: z.literal(check), ...shape, ...tolerance, ...common })
}
function tableCheck<Name extends string, Shape extends z.ZodRawShape>(check: Name, shape: Shape) {
  return z.strictObject({ check: z.literal(check), ...shape, ...common })
}

/** Which rows a check of several columns passes over. */
const passedOver = z.enum(['any-missing', 'all-missing', 'never'])

/**
 * Statistics of a column; missing values and non-finite numbers are left out. `sd` is the sample one (n − 1), `median` and
 * `quantile` interpolate linearly, or with `nearest: true` take the smallest value with at least that share at or below
 * it; `mean` of booleans is the share of true; `distinct-share` is distinct over present values; `duplicated` is
 * present values less distinct ones; `min-length`, `max-length` and `mean-length` count code points.
 */
export const StatisticName = z.enum([
  'min',
  'max',
  'mean',
  'median',
  'sd',
  'sum',
  'quantile',
  'skewness',
  'kurtosis',
  'distinct',
  'distinct-share',
  'duplicated',
  'missing',
  'missing-share',
  'present-share',
  'zero-share',
  'negative-share',
  'min-length',
  'max-length',
  'mean-length',
])
export type StatisticName = z.output<typeof StatisticName>

/** One check of the list `checks`: rows of one column, rows of several, statistics, the table as a whole. */
export const DataCheck = z.discriminatedUnion('check', [
  // One column, row by row. Missing values are passed over, but where their absence is the question.
  rowCheck('missing', { column }).describe('Every row has a value.'),
  rowCheck('empty', { column }).describe('No row has a value.'),
  rowCheck('type', { column, types: z.array(ColumnType).min(1) }).describe('Values are written as one of the types.'),
  rowCheck('values', { column, values }).describe('Values are among these.'),
  rowCheck('forbidden', { column, values }).describe('No value is among these.'),
  rowCheck('range', {
    column,
    ...bounds,
    'date-format': z.string().min(1).optional().describe('strftime format of dates that are not written in ISO.'),
  }).describe('Values lie between the bounds.'),
  rowCheck('length', { column, min: count.optional(), max: count.optional() }).describe(
    'Texts have so many Unicode characters.',
  ),
  rowCheck('pattern', {
    column,
    patterns: z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1)]),
    syntax: z.enum(['regex', 'like']).default('regex').describe('`regex` is RE2; `like` is SQL’s % and _.'),
    match: z.enum(['whole', 'anywhere']).default('whole'),
    of: z.enum(['any', 'all']).default('any').describe('Whether one pattern has to match or all.'),
    not: z.boolean().default(false).describe('Turned round: no pattern (`any`) may match.'),
  }).describe('Texts match patterns.'),
  rowCheck('format', { column, format: FormatName }).describe('Texts have a named format.'),
  rowCheck('date-format', {
    column,
    format: z.string().min(1).optional().describe('strftime format. Default: any usual way to write a date.'),
  }).describe('Texts are dates written so.'),
  rowCheck('json', {
    column,
    schema: z.record(z.string(), z.unknown()).optional().describe('JSON Schema that the value has to fulfil.'),
  }).describe('Texts are JSON.'),
  rowCheck('unique', {
    column,
    count: z
      .enum(['copies', 'members'])
      .default('copies')
      .describe('What is bad: the extra copies, or every row whose value stands more than once.'),
  }).describe('Each value stands once.'),
  rowCheck('order', {
    column,
    direction: z.enum(['increasing', 'decreasing']).default('increasing'),
    strictly: z.boolean().default(false),
  }).describe('Each value is compared with the value before it, in the order of the files.'),
  rowCheck('outliers', {
    column,
    method: z
      .enum(['z', 'robust-z', 'iqr'])
      .default('z')
      .describe('Distance from the mean in sd, from the median in 1.4826·MAD, or beyond the quartiles in IQR.'),
    limit: z.number().gt(0).default(6),
    side: z.enum(['both', 'above', 'below']).default('both'),
    strict: z.boolean().default(false).describe('Whether a value at the limit is an outlier.'),
  }).describe('Values lie near the others.'),
  rowCheck('variants', { column }).describe(
    'No value differs from a more frequent one in case, white space, punctuation or accents alone.',
  ),
  // Several columns, row by row.
  rowCheck('key', {
    columns,
    'pass-over': passedOver.default('all-missing'),
    count: z.enum(['copies', 'members']).default('copies'),
  }).describe('No two rows are equal in these columns.'),
  rowCheck('foreign-key', {
    columns,
    to: z.strictObject({
      data: z.string().min(1).describe('`train`, `test`, or the path or glob of a file.'),
      columns: columns.optional().describe('Default: the same names.'),
    }),
  }).describe('The values stand in another dataset.'),
  rowCheck('compare', {
    columns: z.tuple([column, column]),
    operator: z.enum(['<', '<=', '=', '!=', '>=', '>']),
    'pass-over': passedOver.default('any-missing'),
  }).describe('The first column against the second.'),
  rowCheck('pairs', {
    columns: z.tuple([column, column]),
    pairs: z.array(z.tuple([Value.nullable(), Value.nullable()])).min(1),
    'pass-over': passedOver.default('all-missing'),
  }).describe('The values of both columns are one of these pairs.'),
  rowCheck('sum', {
    columns,
    total: z.union([z.number(), column]).describe('A number, or the column that holds it.'),
    tolerance: z.number().min(0).default(1e-9).describe('Relative to the total where it is above 1.'),
    'pass-over': passedOver.default('any-missing'),
  }).describe('The columns add up to the total.'),
  rowCheck('differ', { columns: z.array(column).min(2), 'pass-over': passedOver.default('all-missing') }).describe(
    'No two columns of a row hold the same value; missing equals missing.',
  ),
  rowCheck('rows', { condition: z.string().min(1) }).describe(
    'SQL condition that holds in every row; where it is unknown (NULL) the row is passed over.',
  ),
  rowCheck('row-schema', { schema: z.record(z.string(), z.unknown()) }).describe(
    'JSON Schema that each row, as the object it was read from, has to fulfil.',
  ),
  // Statistics.
  tableCheck('statistic', {
    column,
    statistic: StatisticName,
    quantile: share.optional().describe('Which one, for `quantile`.'),
    nearest: z.boolean().default(false),
    ...bounds,
  }).describe('A number or date over all values lies between the bounds.'),
  tableCheck('value-set', {
    column,
    values,
    relation: z.enum(['subset', 'superset', 'equal']).default('subset'),
  }).describe('The different values of the column as a set, against these.'),
  tableCheck('most-common', { column, values: values.min(1), ties: z.boolean().default(false) }).describe(
    'The most frequent value is one of these.',
  ),
  tableCheck('divergence', {
    column,
    expected: z
      .union([
        z.strictObject({ values: values.min(1), weights: z.array(share).min(1) }),
        z.strictObject({
          bins: z.array(z.number().nullable()).min(2).describe('Edges; null at an end is infinity.'),
          weights: z.array(share).min(1),
          tails: z.tuple([share, share]).optional(),
        }),
      ])
      .describe('Partition of the values with its weights.'),
    'tail-holdout': share.default(0),
    'inner-holdout': share.default(0),
    max: z.number().min(0),
  }).describe('Kullback–Leibler divergence (nats) of the data from the partition.'),
  tableCheck('correlation', {
    columns: z.tuple([column, column]),
    method: z.enum(['pearson', 'spearman', 'cramers-v']).default('pearson'),
    ...numberBounds,
  }).describe('Association of two columns.'),
  // The table.
  tableCheck('row-count', { ...numberBounds, 'equals-rows-of': z.string().min(1).optional() }),
  tableCheck('column-count', numberBounds),
  tableCheck('column', { column, index: count.optional().describe('Place, from 0.') }).describe('The column is there.'),
  tableCheck('columns', {
    columns: z.array(column),
    match: z.enum(['exact', 'subset', 'superset', 'partial']).default('exact'),
    ordered: z.boolean().default(false),
  }).describe('Names of the columns: the same, no others (subset), none lacking (superset), some (partial).'),
  tableCheck('volume', {
    'max-decrease': share.optional(),
    'max-increase': z.number().min(0).optional(),
  }).describe('Rows against those of the baseline.'),
  tableCheck('freshness', {
    column,
    'max-age': z.string().regex(/^[1-9][0-9]*(m|h|d|w)$/, 'use a number and m, h, d or w, such as 36h'),
  }).describe('Age of the newest value.'),
  tableCheck('not-constant', { column }).describe('The column has two different values at least.'),
  tableCheck('sql', {
    query: z
      .string()
      .min(1)
      .describe('SQL on the view `data` (also `train`, `test`): every row that it returns is bad.'),
  }).describe('A query that returns no row.'),
])
export type DataCheck = z.output<typeof DataCheck>
export type DataCheckName = DataCheck['check']
