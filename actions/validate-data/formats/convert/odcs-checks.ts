import type { DataCheck } from '../../../../shared/contracts/data-checks.js'
import { identifier, round12 } from '../../../../shared/data/engine/sql.js'
import type { Loss } from './convert.js'
import { anchored } from './odcs-column.js'

type Plain = Record<string, unknown>

/** A check as a quality rule of a column, or of the table (null); null after a loss. */
export function qualityOf(
  check: DataCheck,
  at: readonly PropertyKey[],
  lose: (path: Loss['path'], message: string) => void,
): { readonly column: string | null; readonly rule: Plain } | null {
  const give = (message: string): null => {
    lose(at, message)
    return null
  }
  if (check.where !== undefined) return give(`a row filter (\`where\`) of ${check.check}`)
  if (check['group-by'] !== undefined) return give(`groups (\`group-by\`) of ${check.check}`)
  if (check.on === 'test' || (check.on === 'train' && check.check !== 'row-count'))
    return give(`one dataset (\`on\`) of ${check.check}`)
  const common: Plain = {
    ...(check.name === undefined ? {} : { name: check.name }),
    ...(check.level === 'warn' ? { severity: 'warning' } : {}),
  }
  const limit = 'max-bad' in check || 'mostly' in check ? limitOf(check) : { mustBe: 0 }
  const rule = (column: string | null, body: Plain) => ({ column, rule: { ...common, ...body } })
  switch (check.check) {
    case 'missing':
      return rule(check.column, { metric: 'nullValues', ...limit })
    case 'values':
      // A share of the standard is one of all rows, ours of those with a value.
      if ('unit' in limit) return give('a share of the rows with a value')
      return rule(check.column, { metric: 'invalidValues', arguments: { validValues: check.values }, ...limit })
    case 'pattern': {
      const [pattern, other] = check.patterns
      if (check.syntax !== 'regex' || check.not || pattern === undefined || other !== undefined)
        return give('patterns but one plain expression')
      if ('unit' in limit) return give('a share of the rows with a value')
      const written = check.match === 'whole' ? anchored(pattern) : pattern
      return rule(check.column, { metric: 'invalidValues', arguments: { pattern: written }, ...limit })
    }
    case 'unique':
      if (check.count === 'members') return give('every member of a group of equal values')
      return 'unit' in limit ? give('a share of copies') : rule(check.column, { metric: 'duplicateValues', ...limit })
    case 'key':
      if (check.count === 'members' || check['pass-over'] !== 'all-missing' || 'unit' in limit)
        return give('keys but those whose copies are counted, rows without any value left out')
      return rule(null, { metric: 'duplicateValues', arguments: { properties: check.columns }, ...limit })
    case 'row-count': {
      const { min, max } = check
      if (check['equals-rows-of'] !== undefined) return give('rows as many as those of another dataset')
      if (min === undefined && max === undefined) return give('a row count without bounds')
      const low =
        min === undefined ? {} : { [check['strict-min'] ? 'mustBeGreaterThan' : 'mustBeGreaterOrEqualTo']: min }
      const high = max === undefined ? {} : { [check['strict-max'] ? 'mustBeLessThan' : 'mustBeLessOrEqualTo']: max }
      if (min === undefined || max === undefined) return rule(null, { metric: 'rowCount', ...low, ...high })
      if (check['strict-min'] || check['strict-max']) return give('two bounds of which one is outside')
      return rule(null, { metric: 'rowCount', ...(min === max ? { mustBe: min } : { mustBeBetween: [min, max] }) })
    }
    case 'compare': {
      if ('unit' in limit) return give('a share of the rows that are compared')
      // Braces in a query are placeholders.
      if (check.columns.some((name) => /[{}\0]/.test(name)))
        return give('a comparison of columns with braces in their names')
      return rule(null, { type: 'sql', query: comparisonQuery(check), ...limit })
    }
    case 'sql': {
      const query = check.query.trim().replace(/;$/, '')
      const written = query.replaceAll(/\b(from|join)\s+data\b/gi, '$1 {object}')
      if (written === query || /\b(from|join)\s+(train|test)\b/i.test(query))
        return give('a query on other views than data')
      return rule(null, { type: 'sql', query: `SELECT count(*) FROM (\n${written}\n) AS bad`, mustBe: 0 })
    }
    default:
      return give(`the check ${check.check}`)
  }
}

/** The rows that break a comparison, counted; rows that it passes over are not among them. */
function comparisonQuery(check: Extract<DataCheck, { check: 'compare' }>): string {
  const [a, b] = check.columns.map(identifier) as [string, string]
  const holds = `${a} ${check.operator === '!=' ? '<>' : check.operator} ${b}`
  const broken = {
    'any-missing': `NOT (${holds})`,
    'all-missing': `(${holds}) IS NOT TRUE AND (${a} IS NOT NULL OR ${b} IS NOT NULL)`,
    never: `(${holds}) IS NOT TRUE`,
  }[check['pass-over']]
  return `SELECT count(*) FROM {object} WHERE ${broken}`
}

function limitOf({ mostly, 'max-bad': bad }: { mostly?: number | undefined; 'max-bad'?: number | undefined }): Plain {
  if (bad !== undefined && bad > 0) return { mustBeLessOrEqualTo: bad }
  if (mostly === undefined || mostly === 1 || bad === 0) return { mustBe: 0 }
  return { mustBeLessOrEqualTo: round12((1 - mostly) * 100), unit: 'percent' }
}
