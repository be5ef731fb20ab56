import type { ColumnRule } from '../../shared/contracts/data-contract.js'
import type { ColumnProfile } from '../../shared/contracts/data-profile.js'
import { asNumber, asText, isNumeric, isTemporal, typedValue } from '../../shared/data/column-types.js'
import type { DatasetColumn } from '../../shared/data/dataset.js'
import { double, literal, literalList } from '../../shared/data/sql.js'

export type TestName =
  | 'missing-value'
  | 'type-error'
  | 'unique-error'
  | 'allowed-values'
  | 'value-range'
  | 'value-length'
  | 'deviated-value'

/** SQL that finds the rows which break a rule, and what to show of them. */
export interface ColumnTest {
  readonly name: TestName
  /** True for a row that breaks the rule. */
  readonly condition: string
  /** Text shown of a bad row. */
  readonly shown: string
}

/**
 * Tests of one declared column on the type that it has. A rule that does not fit the type has no test: see `fits`.
 */
export function columnTests(rule: ColumnRule, column: DatasetColumn, profile: ColumnProfile): ColumnTest[] {
  const { sql, type, badIndex } = column
  const text = asText(type, sql)
  const tests: ColumnTest[] = []
  const add = (name: TestName, condition: string, shown = text) => tests.push({ name, condition, shown })
  if (badIndex !== null) add('type-error', `bad[${badIndex}] IS NOT NULL`, `bad[${badIndex}]`)
  if (rule.missing !== undefined) {
    const empty =
      badIndex === null ? `${sql} IS NULL` : `(${sql} IS NULL AND (bad IS NULL OR bad[${badIndex}] IS NULL))`
    add(
      'missing-value',
      type === 'number' ? `(${empty} OR NOT isfinite(${sql}))` : empty,
      type === 'number' ? `CAST(${sql} AS VARCHAR)` : 'NULL',
    )
  }
  if (rule.values !== undefined) {
    add('allowed-values', `(${text} IS NOT NULL AND ${text} NOT IN (SELECT unnest(${literalList(rule.values)})))`)
  }
  const range = rangeCondition(rule, column)
  if (range !== null) add('value-range', range)
  if (rule.length !== undefined) {
    const { min, max } = rule.length
    const parts = [
      ...(min === undefined ? [] : [`length(${text}) < ${min}`]),
      ...(max === undefined ? [] : [`length(${text}) > ${max}`]),
    ]
    if (parts.length > 0) add('value-length', `(${parts.join(' OR ')})`)
  }
  if (rule.outliers !== undefined && profile.numeric !== null && isNumeric(type)) {
    const { mean, sd } = profile.numeric
    add('deviated-value', `abs(${asNumber(type, sql)} - ${double(mean)}) > ${double(rule.outliers.z * sd)}`)
  }
  return tests
}

/** Whether a rule can be judged on a column of this type. */
export function fits(rule: ColumnRule, name: 'range' | 'outliers', type: DatasetColumn['type']): boolean {
  if (name === 'outliers') return isNumeric(type)
  const bound = rule.range?.min ?? rule.range?.max
  return typeof bound === 'number' ? isNumeric(type) : isTemporal(type)
}

function rangeCondition(rule: ColumnRule, { sql, type }: DatasetColumn): string | null {
  if (rule.range === undefined || !fits(rule, 'range', type)) return null
  const { min, max } = rule.range
  const x = isNumeric(type) ? asNumber(type, sql) : `CAST(${sql} AS TIMESTAMP)`
  const bound = (value: number | string) =>
    typeof value === 'number' ? double(value) : `(${typedValue('timestamp', literal(value))})`
  const parts: string[] = []
  if (min !== undefined) parts.push(`${x} < ${bound(min)}`)
  if (max !== undefined) {
    // A day as upper bound ends with the day, not with its midnight.
    const isDay = typeof max === 'string' && max.length === 10
    parts.push(isDay ? `${x} >= ${bound(max)} + INTERVAL 1 DAY` : `${x} > ${bound(max)}`)
  }
  return `(${parts.join(' OR ')})`
}
