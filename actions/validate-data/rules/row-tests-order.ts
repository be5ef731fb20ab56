import type { ColumnProfile } from '../../../shared/contracts/data-profile.js'
import { isNumeric } from '../../../shared/data/column-types.js'
import { double } from '../../../shared/data/engine/sql.js'
import { type CheckOf, plain, present, type RowTest, type TestScope, type Unfit } from './row-test.js'

/** Each value against the one before it: the rows in between that have none are passed over. */
export function orderTest(check: CheckOf<'order'>, at: TestScope): RowTest {
  const column = at.column(check.column)
  // Not as a double: that would make neighbours among large integers equal.
  const x = column.value
  const by = at.groups.length === 0 ? '' : `PARTITION BY ${at.groups.join(', ')} `
  const before = at.scope.own('before')
  const from = `(SELECT *, lag(${x}) OVER (${by}ORDER BY ${at.scope.row}) AS ${before} FROM ${at.source} WHERE ${x} IS NOT NULL)`
  const sign = check.direction === 'increasing' ? (check.strictly ? '<=' : '<') : check.strictly ? '>=' : '>'
  // The first value has none before it and is in order.
  return plain('true', `${before} IS NOT NULL AND ${x} ${sign} ${before}`, column.text, from)
}

/** 1 / Φ⁻¹(3/4): makes the median absolute deviation of a normal distribution its standard deviation. */
const MAD_SCALE = 1.482602218505602

/** How much farther from 0 than they are spread values may lie: facts of a profile have twelve digits. */
const COARSE = 1e3

/** Whether the facts of a profile tell how far values are from the others, to nine digits. */
export function isFine(method: CheckOf<'outliers'>['method'], facts: NonNullable<ColumnProfile['numeric']>): boolean {
  const { mean, sd } = facts
  const { p25, p75 } = facts.quantiles
  if (method === 'z') return Math.abs(mean) <= COARSE * sd
  return Math.max(Math.abs(p25), Math.abs(p75)) <= COARSE * (p75 - p25)
}

/**
 * Values far from the others. `z`: |x − mean| over the sample standard deviation; `robust-z`: |x − median| over 1.4826·MAD
 * (Iglewicz and Hoaglin); `iqr`: beyond the quartiles by so many interquartile ranges (Tukey).
 */
export function outlierTest(check: CheckOf<'outliers'>, at: TestScope): RowTest | Unfit {
  const column = at.column(check.column)
  const x = column.number
  if (x === null || !isNumeric(column.type)) {
    return { kind: 'unfit', column: column.name, what: 'the outliers', needs: 'numbers', has: column.type }
  }
  const { numeric } = column.facts
  const known = at.isWhole && numeric !== null && isFine(check.method, numeric) ? numeric : null
  const [centre, lowCentre, highCentre, width] = ['centre', 'low', 'high', 'width'].map(at.scope.own) as [
    string,
    string,
    string,
    string,
  ]
  const over = (aggregate: string, value: number | undefined) => {
    if (value !== undefined) return double(value)
    const by = at.groups.length === 0 ? '' : ` OVER (PARTITION BY ${at.groups.join(', ')})`
    return by === '' ? `(SELECT ${aggregate} FROM ${at.source})` : `(${aggregate}${by})`
  }
  const quartile = (p: number, value: number | undefined) => over(`quantile_cont(${x}, ${p})`, value)
  const sign = check.strict ? '>=' : '>'
  // Where all values are equal, none is far, whatever the limit; their mean may differ from them in its last digit.
  const far = (distance: string, spread: string) =>
    `(${check.method === 'z' ? spread : distance} > 0 AND ${distance} > 0 AND ${distance} ${sign} ${double(check.limit)} * ${spread})`
  const sides = (centreLow: string, centreHigh: string, spread: string) =>
    [
      ...(check.side === 'below' ? [] : [far(`${x} - ${centreHigh}`, spread)]),
      ...(check.side === 'above' ? [] : [far(`${centreLow} - ${x}`, spread)]),
    ].join(' OR ')
  const aggregated = (): { low: string; high: string; spread: string; from: string | null } => {
    if (check.method === 'z') {
      const mean = over(`avg(${column.value})`, known?.mean)
      return { low: mean, high: mean, spread: over(`stddev_samp(${x})`, known?.sd), from: null }
    }
    if (check.method === 'iqr') {
      const low = quartile(0.25, known?.quantiles.p25)
      const high = quartile(0.75, known?.quantiles.p75)
      return { low, high, spread: `(${high} - ${low})`, from: null }
    }
    const median = quartile(0.5, known?.quantiles.p50)
    const from = `(SELECT *, ${median} AS ${centre} FROM ${at.source})`
    const by = at.groups.length === 0 ? '' : ` OVER (PARTITION BY ${at.groups.join(', ')})`
    const deviation =
      by === ''
        ? `(SELECT quantile_cont(abs(${x} - ${median}), 0.5) FROM ${at.source})`
        : `quantile_cont(abs(${x} - ${centre}), 0.5)${by}`
    return { low: centre, high: centre, spread: `(${double(MAD_SCALE)} * ${deviation})`, from }
  }
  const { low, high, spread, from } = aggregated()
  // Window functions cannot stand in a condition, so what they give is a column first.
  const inner = from ?? at.source
  const measured = `(SELECT *, ${low} AS ${lowCentre}, ${high} AS ${highCentre}, ${spread} AS ${width} FROM ${inner})`
  return plain(present(column), sides(lowCentre, highCentre, width), column.text, measured)
}
