import { isNumeric } from '../../../shared/data/column-types.js'
import { double } from '../../../shared/data/sql.js'
import { type CheckOf, plain, present, type RowTest, type TestScope, type Unfit } from './row-test.js'

/** Each value against the one before it: the rows in between that have none are passed over. */
export function orderTest(check: CheckOf<'order'>, at: TestScope): RowTest {
  const column = at.column(check.column)
  const x = column.number ?? column.text
  const by = at.groups.length === 0 ? '' : `PARTITION BY ${at.groups.join(', ')} `
  const before = at.scope.own('before')
  const from = `(SELECT *, lag(${x}) OVER (${by}ORDER BY ${at.scope.row}) AS ${before} FROM ${at.source} WHERE ${x} IS NOT NULL)`
  const sign = check.direction === 'increasing' ? (check.strictly ? '<=' : '<') : check.strictly ? '>=' : '>'
  // The first value has none before it and is in order.
  return plain('true', `${before} IS NOT NULL AND ${x} ${sign} ${before}`, column.text, from)
}

/** 1 / Φ⁻¹(3/4): makes the median absolute deviation of a normal distribution its standard deviation. */
const MAD_SCALE = 1.482602218505602

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
  const numeric = at.isWhole ? column.facts.numeric : null
  const [centre, lowCentre, highCentre, width] = ['centre', 'low', 'high', 'width'].map(at.scope.own) as [
    string,
    string,
    string,
    string,
  ]
  const over = (aggregate: string, known: number | undefined) => {
    if (known !== undefined) return double(known)
    const by = at.groups.length === 0 ? '' : ` OVER (PARTITION BY ${at.groups.join(', ')})`
    return by === '' ? `(SELECT ${aggregate} FROM ${at.source})` : `(${aggregate}${by})`
  }
  const quartile = (p: number, known: number | undefined) => over(`quantile_cont(${x}, ${p})`, known)
  const sign = check.strict ? '>=' : '>'
  // Where all values are equal, none is far, whatever the limit.
  const far = (distance: string, limit: string) =>
    `(${distance} > 0 AND ${distance} ${sign} ${double(check.limit)} * ${limit})`
  const sides = (centreLow: string, centreHigh: string, spread: string) =>
    [
      ...(check.side === 'below' ? [] : [far(`${x} - ${centreHigh}`, spread)]),
      ...(check.side === 'above' ? [] : [far(`${centreLow} - ${x}`, spread)]),
    ].join(' OR ')
  const aggregated = (): { low: string; high: string; spread: string; from: string | null } => {
    if (check.method === 'z') {
      const mean = over(`avg(${x})`, numeric?.mean)
      return { low: mean, high: mean, spread: over(`stddev_samp(${x})`, numeric?.sd), from: null }
    }
    if (check.method === 'iqr') {
      const low = quartile(0.25, numeric?.quantiles.p25)
      const high = quartile(0.75, numeric?.quantiles.p75)
      return { low, high, spread: `(${high} - ${low})`, from: null }
    }
    const median = quartile(0.5, numeric?.quantiles.p50)
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
