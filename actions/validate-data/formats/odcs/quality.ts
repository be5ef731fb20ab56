import type { CheckInput, ContractBuilder } from '../builder.js'
import { type Cursor, show } from '../cursor.js'
import { type Comparison, readComparison } from './comparison.js'
import { readCustom } from './custom.js'
import { metricCheck } from './metrics.js'
import { readQuery } from './query.js'
import type { OdcsTable } from './tables.js'

export interface QualitySubject {
  readonly table: OdcsTable
  /** Null for a rule of the table. */
  readonly column: string | null
}

/** What a rule says for people and schedulers. */
export const RULE_WORDS = [
  'id',
  'authoritativeDefinitions',
  'businessImpact',
  'customProperties',
  'description',
  'dimension',
  'method',
  'schedule',
  'scheduler',
  'tags',
]
/** Names of 3.0, where the library was called by `rule`. */
const RULES: Readonly<Record<string, string>> = {
  nullCheck: 'nullValues',
  nullValues: 'nullValues',
  duplicateCount: 'duplicateValues',
  duplicateCheck: 'duplicateValues',
  validValues: 'invalidValues',
  countCheck: 'rowCount',
}

/** One quality rule: `library`, `sql`, `text` (words alone) or `custom`. */
export function readQuality(rule: Cursor, subject: QualitySubject, builder: ContractBuilder): void {
  rule.skip(...RULE_WORDS)
  const metric = metricOf(rule)
  const type = rule.text('type') ?? (rule.has('query') ? 'sql' : 'library')
  const common: Pick<CheckInput, 'name' | 'level'> = {
    ...(rule.has('name') ? { name: rule.text('name') as string } : {}),
    ...(/^(warn|warning|info)$/i.test(rule.text('severity') ?? '') ? { level: 'warn' as const } : {}),
  }
  if (type === 'text') {
    rule.skip('unit', 'name', 'severity')
  } else if (type === 'custom') readCustom(rule, builder)
  else if (type === 'sql') {
    const comparison = comparisonOf(rule, null, builder)
    rule.skip('unit')
    if (comparison !== null) readQuery(rule, subject, comparison, common, builder)
  } else if (type === 'library') {
    const comparison = comparisonOf(rule, metric, builder)
    const unit = rule.text('unit') ?? 'rows'
    if (!['rows', 'percent', '%'].includes(unit))
      builder.problem(rule.lineOf('unit'), `the unit is ${show(unit)}`, 'write rows or percent')
    if (comparison !== null) metricCheck(rule, metric, comparison, unit !== 'rows', subject, common, builder)
  } else builder.problem(rule.lineOf('type'), `the type is ${show(type)}`, 'write library, sql, text or custom')
  rule.rest()
}

function metricOf(rule: Cursor): string {
  const metric = rule.text('metric')
  const old = rule.text('rule')
  if (metric !== undefined) return metric
  return old === undefined ? '' : (RULES[old] ?? old)
}

function comparisonOf(rule: Cursor, metric: string | null, builder: ContractBuilder): Comparison | null {
  const comparison = readComparison(rule, builder)
  if (comparison !== null) return comparison
  // 3.0 has rules that are their own threshold.
  if (metric !== null && rule.has('rule') && !rule.has('metric')) return { operator: 'mustBe', values: [0] }
  builder.problem(rule.line, 'the rule says nothing to compare with', 'add an operator, such as `mustBe: 0`')
  return null
}
