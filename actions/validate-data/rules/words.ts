import { formatHint } from '../../../shared/data/formats.js'
import { formatGiven, formatInteger, formatPercent, plural, quote } from '../../../shared/report/format.js'
import type { CheckOf } from './row-test.js'
import type { RowCheckName } from './row-tests.js'
import { badShare } from './rule.js'

/** What a report says of a check that is decided by rows. */
export interface Words {
  readonly expected: string
  /** Ends of `no value of "x" …`, `1 of 9 values of "x" …` and `2 of 9 values of "x" …`. */
  readonly none: string
  readonly one: string
  readonly many: string
  readonly cure: string
  /** What is counted: values of a column, or rows. */
  readonly of: 'values' | 'rows'
}

const LISTED = 10
const quoteAll = (names: readonly string[]): string => names.map(quote).join(', ')
const few = (values: readonly string[]): string =>
  values.length <= LISTED ? quoteAll(values) : `${formatInteger(values.length)} values`

/** Checks whose verdict is a count of rows. */
export type CountedName = RowCheckName | 'row-schema'

const WORDS: { [Name in CountedName]: (check: CheckOf<Name>) => Omit<Words, 'of'> } = {
  missing: () => ({
    expected: 'no value missing',
    ...same('is missing', 'are missing'),
    cure: 'find out why they are empty, or raise `missing.max-share`',
  }),
  empty: () => ({
    expected: 'no value',
    none: 'is there',
    one: 'is there',
    many: 'are there',
    cure: 'find out who fills the column, or drop the check',
  }),
  type: ({ types }) => {
    const kinds = types.join(' or ')
    return {
      expected: `values written as ${kinds}`,
      none: `is written otherwise than as ${kinds}`,
      one: `is not written as ${kinds}`,
      many: `are not written as ${kinds}`,
      cure: 'mend the values, declare another type, or name their text under `missing` of the source',
    }
  },
  values: ({ values }) => ({
    expected: `one of ${few(values)}`,
    none: 'is outside the allowed ones',
    one: 'is not an allowed one',
    many: 'are not among the allowed ones',
    cure: 'mend the values, or add the new ones to `values`',
  }),
  forbidden: ({ values }) => ({
    expected: `none of ${few(values)}`,
    ...same('is a forbidden one', 'are forbidden ones'),
    cure: 'mend the values; a stand-in for a missing one belongs under `missing` of the source',
  }),
  range: (check) => ({
    expected: boundsText(check),
    ...same('is outside the range', 'are outside the range'),
    cure: 'mend the values, or widen the range',
  }),
  length: ({ min = 0, max }) => ({
    expected:
      max === undefined
        ? `${plural(min, 'character')} or more`
        : min === max
          ? plural(min, 'character')
          : `${formatInteger(min)} to ${plural(max, 'character')}`,
    ...same('is too short or too long', 'are too short or too long'),
    cure: 'mend the values, or widen the length',
  }),
  pattern: ({ patterns, not, of }) => {
    const listed = `${patterns.length === 1 ? '' : `${of} of `}${few(patterns)}`
    return not
      ? {
          expected: `nothing that matches ${listed}`,
          ...same('matches the pattern', 'match the pattern'),
          cure: 'mend the values, or correct the pattern',
        }
      : {
          expected: `matches ${listed}`,
          none: 'fails to match the pattern',
          one: 'does not match the pattern',
          many: 'do not match the pattern',
          cure: 'mend the values, or correct the pattern',
        }
  },
  format: ({ format }) => ({
    expected: formatHint(format),
    none: `is written otherwise than as ${format}`,
    one: `is not written as ${format}`,
    many: `are not written as ${format}`,
    cure: 'mend the values, or name another format',
  }),
  'date-format': ({ format }) => ({
    expected: format === undefined ? 'a date' : `a date written as ${format}`,
    none: 'is no such date',
    one: 'is no such date',
    many: 'are no such dates',
    cure: 'mend the values, or correct the format',
  }),
  json: ({ schema }) => ({
    expected: schema === undefined ? 'JSON' : 'JSON that fulfils the schema',
    none: 'fails to be such JSON',
    one: 'is no such JSON',
    many: 'are no such JSON',
    cure: 'mend the values, or correct the schema',
  }),
  'row-schema': () => ({
    expected: 'rows that fulfil the schema',
    none: 'breaks the schema',
    one: 'breaks the schema',
    many: 'break the schema',
    cure: 'mend the rows, or correct the schema',
  }),
  unique: () => ({
    expected: 'each value once',
    none: 'stands twice',
    one: 'is a copy of another row’s',
    many: 'are copies of another row’s',
    cure: 'remove the copies, or drop `unique`',
  }),
  order: ({ direction, strictly }) => ({
    expected: `${strictly ? 'strictly ' : ''}${direction} values`,
    ...same('is out of order', 'are out of order'),
    cure: 'sort the rows where they are written, or find out which are late; or drop `order`',
  }),
  outliers: ({ method, limit, side }) => {
    const place = { both: 'from', above: 'above', below: 'below' }[side]
    const far = {
      z: `further than ${formatGiven(limit)} standard deviations ${place} the mean`,
      'robust-z': `further than ${formatGiven(limit)} scaled median deviations ${place} the median`,
      iqr: `further than ${formatGiven(limit)} interquartile ranges ${place} the quartiles`,
    }[method]
    return {
      expected: `no value ${far}`,
      ...same(`is ${far}`, `are ${far}`),
      cure: 'look at these rows: wrong units, typing errors, stand-ins such as 999999',
    }
  },
  variants: () => ({
    expected: 'one spelling of each value',
    none: 'is another spelling of a more frequent one',
    one: 'is another spelling of a more frequent one',
    many: 'are other spellings of more frequent ones',
    cure: 'write them as the most frequent spelling',
  }),
  key: ({ columns }) => ({
    expected: `each ${quoteAll(columns)} once`,
    none: 'stands twice',
    one: 'is a copy of another',
    many: 'are copies of others',
    cure: 'remove the copies (a join that multiplies rows is the usual cause), or name the columns that tell rows apart',
  }),
  'foreign-key': ({ columns, to }) => ({
    expected: `${quoteAll(columns)} stands in ${to.data}${to.columns ? ` as ${quoteAll(to.columns)}` : ''}`,
    none: `is unknown in ${to.data}`,
    one: `is not in ${to.data}`,
    many: `are not in ${to.data}`,
    cure: 'add the missing entries to the other dataset, or leave these rows out',
  }),
  compare: ({ columns: [a, b], operator }) => ({
    expected: `${quote(a)} ${operator} ${quote(b)}`,
    none: 'breaks the comparison',
    one: 'breaks the comparison',
    many: 'break the comparison',
    cure: 'mend the values: exchanged columns, wrong time zones and signs are the usual causes',
  }),
  pairs: ({ pairs }) => ({
    expected: pairs.length === 1 ? 'the one pair' : `one of ${formatInteger(pairs.length)} pairs`,
    none: 'holds another pair',
    one: 'holds another pair',
    many: 'hold other pairs',
    cure: 'mend the values, or add the new pairs',
  }),
  sum: ({ columns, total }) => ({
    expected: `${columns.map(quote).join(' + ')} = ${typeof total === 'number' ? formatGiven(total) : quote(total)}`,
    none: 'adds up to something else',
    one: 'does not add up',
    many: 'do not add up',
    cure: 'mend the parts or the total',
  }),
  differ: ({ columns }) => ({
    expected: `different values in ${quoteAll(columns)}`,
    none: 'holds a value twice',
    one: 'holds a value twice',
    many: 'hold a value twice',
    cure: 'mend the values: a column that was copied over another is the usual cause',
  }),
  rows: ({ condition }) => ({
    expected: condition.trim().slice(0, 200),
    none: 'breaks the condition',
    one: 'breaks the condition',
    many: 'break the condition',
    cure: 'mend the rows, or correct the condition',
  }),
}

const same = (one: string, many: string) => ({ none: one, one, many })

/** `at least 0, below 10`; text for dates. */
export function boundsText(bounds: {
  min?: number | string | undefined
  max?: number | string | undefined
  'strict-min': boolean
  'strict-max': boolean
}): string {
  const text = (value: number | string) => (typeof value === 'number' ? formatGiven(value) : value)
  return [
    ...(bounds.min === undefined ? [] : [`${bounds['strict-min'] ? 'above' : 'at least'} ${text(bounds.min)}`]),
    ...(bounds.max === undefined ? [] : [`${bounds['strict-max'] ? 'below' : 'at most'} ${text(bounds.max)}`]),
  ].join(', ')
}

/** The words of a check, with what it tolerates. */
export function wordsOf(check: CheckOf<CountedName>): Words {
  const words = (WORDS[check.check] as (check: CheckOf<CountedName>) => Omit<Words, 'of'>)(check)
  return { ...words, expected: tolerated(check, words.expected), of: 'column' in check ? 'values' : 'rows' }
}

function tolerated(check: CheckOf<CountedName>, expected: string): string {
  const share = badShare(check)
  const most = check['max-bad']
  const limit = most !== undefined ? formatInteger(most) : share > 0 ? formatPercent(share) : null
  if (check.check === 'missing') return limit === null ? 'at most 0 % missing' : `at most ${limit} missing`
  if (limit === null) return expected
  // What stands there already names the bad ones: `at most 1 % further than …`.
  return expected.startsWith('no value ')
    ? expected.replace('no value', `at most ${limit}`)
    : `${expected}, at most ${limit} other`
}
