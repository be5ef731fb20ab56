import { double, identifier, literal, round12 } from '../../../../shared/data/engine/sql.js'
import type { CheckInput, ContractBuilder } from '../builder.js'
import { type Cursor, show } from '../cursor.js'
import { insideAnchors, toRe2 } from '../foreign/pattern.js'
import { atMost, type Comparison, comparisonSql } from './comparison.js'
import type { QualitySubject } from './quality.js'

type Common = Pick<CheckInput, 'name' | 'level'>
type Tolerance = { 'max-bad': number } | { mostly: number }

/** A metric: how many rows are bad, and the check that judges them one by one where it may. */
interface Metric {
  /** Number of bad rows, as SQL over the whole table. */
  readonly count: string
  readonly check: (tolerance: Tolerance) => CheckInput | null
}

const METRICS = ['nullValues', 'missingValues', 'invalidValues', 'duplicateValues', 'rowCount']

/**
 * The metrics of the library. A tolerance from 0 upwards becomes a check of rows, so that bad rows are shown; any other
 * comparison a query. A percentage is of all rows. Duplicates are extra copies: rows less different values.
 */
export function metricCheck(
  rule: Cursor,
  metric: string,
  comparison: Comparison,
  percent: boolean,
  { table, column }: QualitySubject,
  common: Common,
  builder: ContractBuilder,
): void {
  const args = rule.map('arguments')
  const where = rule.has('metric') ? rule.lineOf('metric') : rule.line
  const level = metric === 'rowCount' ? column === null : metric === 'duplicateValues' || column !== null
  if (!METRICS.includes(metric))
    builder.problem(where, `the metric is ${show(metric)}`, `write one of: ${METRICS.join(', ')}`)
  else if (!level)
    builder.problem(
      where,
      `${metric} stands at a ${column === null ? 'table' : 'property'}`,
      `move it to a ${column === null ? 'property' : 'table'}`,
    )
  else if (metric === 'rowCount') rowCount(rule, comparison, percent, common, builder)
  else {
    const found = metricOf(metric, rule, args, column, table, builder)
    const tolerance = found === null ? null : toleranceOf(comparison, percent)
    const check = tolerance === null ? null : (found?.check(tolerance) ?? null)
    if (check !== null) builder.check({ ...check, ...common } as CheckInput, rule.line)
    else if (found !== null) {
      const value = percent ? `100.0 * (${found.count}) / count(*)` : found.count
      builder.check(
        {
          check: 'sql',
          name: `${metric}${column === null ? '' : ` of ${column}`}`,
          ...common,
          query: `SELECT ${value} AS value FROM data HAVING (${comparisonSql(comparison, value)}) IS NOT TRUE`,
        },
        rule.line,
      )
    }
  }
  args?.rest()
}

function toleranceOf(comparison: Comparison, percent: boolean): Tolerance | null {
  const most = atMost(comparison)
  if (most === null) return null
  if (most.limit === 0 && !most.strict) return { 'max-bad': 0 }
  if (!percent) {
    const bad = most.strict ? Math.ceil(most.limit) - 1 : Math.floor(most.limit)
    return bad < 0 ? null : { 'max-bad': bad }
  }
  return most.strict || most.limit > 100 ? null : { mostly: round12(1 - most.limit / 100) }
}

function rowCount(
  rule: Cursor,
  comparison: Comparison,
  percent: boolean,
  common: Common,
  builder: ContractBuilder,
): void {
  if (percent) builder.problem(rule.lineOf('unit'), 'rowCount has no percentage', 'write `unit: rows`')
  const [first, second] = comparison.values.map(Number) as [number, number]
  const bounds = {
    mustBe: { min: first, max: first },
    mustBeGreaterThan: { min: Math.floor(first) + 1 },
    mustBeGreaterOrEqualTo: { min: Math.ceil(first) },
    mustBeLessThan: { max: Math.ceil(first) - 1 },
    mustBeLessOrEqualTo: { max: Math.floor(first) },
    mustBeBetween: { min: Math.ceil(first), max: Math.floor(second) },
    mustNotBe: null,
    mustNotBeBetween: null,
  }[comparison.operator]
  if (bounds !== null && common.level === undefined && common.name === undefined && !builder.has('rows'))
    builder.set('rows', bounds, rule.line)
  else if (bounds !== null) builder.check({ check: 'row-count', on: 'train', ...bounds, ...common }, rule.line)
  else {
    const query = `SELECT count(*) AS value FROM data HAVING (${comparisonSql(comparison, 'count(*)')}) IS NOT TRUE`
    builder.check({ check: 'sql', on: 'train', name: 'rowCount', ...common, query }, rule.line)
  }
}

function metricOf(
  metric: string,
  rule: Cursor,
  args: Cursor | undefined,
  column: string | null,
  table: QualitySubject['table'],
  builder: ContractBuilder,
): Metric | null {
  if (metric === 'duplicateValues') return duplicates(rule, args, column, table, builder)
  const name = column as string
  const value = identifier(name)
  if (metric === 'nullValues') {
    return {
      count: `count(*) FILTER (WHERE ${value} IS NULL)`,
      check: (tolerance) => ({ check: 'missing', column: name, ...tolerance }),
    }
  }
  if (metric === 'missingValues') {
    const listed = args?.list('missingValues')
    const tokens = (listed ?? []).filter((token) => token !== null && token !== '')
    if (tokens.length === 0)
      return {
        count: `count(*) FILTER (WHERE ${value} IS NULL)`,
        check: (tolerance) => ({ check: 'missing', column: name, ...tolerance }),
      }
    return rowsMetric(
      `missingValues of ${name}`,
      `${value} IS NOT NULL AND coalesce(NOT ${among(value, tokens)}, true)`,
    )
  }
  return invalid(rule, args, name, value, builder)
}

function invalid(
  rule: Cursor,
  args: Cursor | undefined,
  name: string,
  value: string,
  builder: ContractBuilder,
): Metric | null {
  // 3.0 writes them beside the rule.
  const listed = (args?.list('validValues') ?? rule.list('validValues'))?.filter((one) => one !== null && one !== '')
  // The documentation of 3.1 has an example with the pattern beside its arguments.
  const pattern = args?.text('pattern') ?? rule.text('pattern')
  if (listed === undefined && pattern === undefined) {
    builder.problem(
      rule.line,
      'invalidValues says nothing about valid ones',
      'add `arguments: { validValues: [...] }` or a pattern',
    )
    return null
  }
  const re2 = pattern === undefined ? null : toRe2(pattern)
  if (re2?.problem !== undefined) {
    builder.problem(rule.line, `the pattern ${show(pattern)}: ${re2.problem}`, 'write it for RE2')
    return null
  }
  const good = [
    ...(listed === undefined ? [] : [among(value, listed)]),
    ...(re2 === null ? [] : [`regexp_matches(CAST(${value} AS VARCHAR), ${literal(re2.pattern)})`]),
  ].join(' AND ')
  const rows = rowsMetric(`invalidValues of ${name}`, `${value} IS NULL OR coalesce(${good}, false)`)
  return {
    count: rows.count,
    check(tolerance) {
      // A percentage is of all rows, and the checks of a column count those with a value.
      if ('mostly' in tolerance) return rows.check(tolerance)
      if (re2 === null) return { check: 'values', column: name, values: (listed ?? []).map(String), ...tolerance }
      if (listed !== undefined) return rows.check(tolerance)
      const inside = insideAnchors(re2.pattern)
      return inside === null
        ? { check: 'pattern', column: name, patterns: [re2.pattern], match: 'anywhere', ...tolerance }
        : { check: 'pattern', column: name, patterns: [inside], ...tolerance }
    },
  }
}

function duplicates(
  rule: Cursor,
  args: Cursor | undefined,
  column: string | null,
  table: QualitySubject['table'],
  builder: ContractBuilder,
): Metric | null {
  if (column !== null) {
    const value = identifier(column)
    return {
      count: `count(${value}) - count(DISTINCT ${value})`,
      check: (tolerance) => ('mostly' in tolerance ? null : { check: 'unique', column, ...tolerance }),
    }
  }
  const listed = args?.texts('properties') ?? []
  const columns = listed.map((name) => table.column(name.split('.'), 'name'))
  if (columns.length === 0 || columns.includes(null)) {
    builder.problem(
      rule.line,
      columns.length === 0
        ? 'duplicateValues names no properties'
        : `there is no property ${show(listed[columns.indexOf(null)])}`,
      'add `arguments: { properties: [...] }` with properties of this table',
    )
    return null
  }
  const names = columns as string[]
  const present = `(${names.map((name) => `${identifier(name)} IS NOT NULL`).join(' OR ')})`
  return {
    count: `(count(*) FILTER (WHERE ${present}) - (SELECT count(*) FROM (SELECT DISTINCT ${names.map(identifier).join(', ')} FROM data WHERE ${present})))`,
    check: (tolerance) => ('mostly' in tolerance ? null : { check: 'key', columns: names, ...tolerance }),
  }
}

/** A condition that is true or false in every row, so that a share is one of all rows. */
const rowsMetric = (name: string, condition: string): Metric => ({
  count: `count(*) FILTER (WHERE NOT (${condition}))`,
  check: (tolerance) => ({ check: 'rows', name, condition, ...tolerance }),
})

/** Whether a value is one of these; numbers are compared as numbers. */
function among(value: string, values: readonly unknown[]): string {
  if (values.length === 0) return 'false'
  return values.every((one) => typeof one === 'number')
    ? `TRY_CAST(${value} AS DOUBLE) IN (${values.map((one) => double(one as number)).join(', ')})`
    : `CAST(${value} AS VARCHAR) IN (${values.map((one) => literal(String(one))).join(', ')})`
}
