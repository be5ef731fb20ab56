import { round12 } from '../../../../shared/data/engine/sql.js'
import type { ColumnInput } from '../builder.js'
import type { Cursor } from '../cursor.js'
import { RULE_WORDS } from './quality.js'

/**
 * Puts a quality rule into the rule of its column, where that says the same: a set without exceptions, or a tolerance of
 * missing values. False when it has to be a check: it has a name or a level, or the place is taken.
 */
export function foldQuality(quality: Cursor, rule: ColumnInput): boolean {
  const type = quality.raw('type')
  if ((type !== undefined && type !== 'library') || (quality.has('severity') && quality.raw('severity') !== 'error'))
    return false
  const only = (...keys: readonly string[]) => {
    const allowed = new Set(['type', 'metric', 'unit', 'severity', ...RULE_WORDS, ...keys])
    return quality.keys().every((key) => allowed.has(key))
  }
  const unit = quality.raw('unit') ?? 'rows'
  if (quality.raw('metric') === 'nullValues' && rule.missing === undefined && only('mustBeLessOrEqualTo', 'mustBe')) {
    const most = quality.raw('mustBe') === 0 ? 0 : quality.has('mustBe') ? null : quality.raw('mustBeLessOrEqualTo')
    if (typeof most !== 'number' || most < 0) return false
    if (unit === 'rows' && Number.isInteger(most)) rule.missing = { 'max-count': most }
    else if (unit === 'percent' && most <= 100) rule.missing = { 'max-share': round12(most / 100) }
    else return false
    return true
  }
  if (quality.raw('metric') === 'invalidValues' && rule.values === undefined && only('arguments', 'mustBe')) {
    const given = quality.raw('arguments') as { validValues?: unknown } | null | undefined
    const values = given?.validValues
    if (quality.raw('mustBe') !== 0 || !Array.isArray(values) || Object.keys(given ?? {}).length !== 1) return false
    if (!values.every((value) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '')) return false
    rule.values = [...new Set(values.map(String))]
    return true
  }
  return false
}
