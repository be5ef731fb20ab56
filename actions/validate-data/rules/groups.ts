import type { Check } from '../../../shared/contracts/common.js'
import { UserError } from '../../../shared/core/errors.js'
import { worst } from '../../../shared/core/verdict.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { literal } from '../../../shared/data/engine/sql.js'
import { partOf } from '../../../shared/report/format.js'
import { groupText } from './judge-rows.js'
import type { TestScope } from './row-test.js'
import type { Rule } from './rule.js'

/** More groups than this are no groups: a column of identifiers stands under `group-by`. */
const MOST = 500

/** The rows of each group as a scope of its own, for checks that cannot count all groups in one query. Throws UserError. */
export async function eachGroup(
  engine: DataEngine,
  at: TestScope,
): Promise<{ group: (string | null)[]; at: TestScope }[]> {
  const names = at.groups.map((sql, i) => `${sql} AS g${i}`).join(', ')
  const rows = await engine.all(`SELECT DISTINCT ${names} FROM ${at.source} ORDER BY ALL LIMIT ${MOST + 1}`)
  if (rows.length > MOST) {
    throw new UserError(`a check has more than ${MOST} groups`, {
      cure: 'name a column with fewer values under `group-by`',
    })
  }
  return rows.map((row) => {
    const group = at.groups.map((_, i) => (row[`g${i}`] == null ? null : String(row[`g${i}`])))
    const conditions = at.groups.map((sql, i) => {
      const value = group[i] ?? null
      return value === null ? `${sql} IS NULL` : `${sql} = ${literal(value)}`
    })
    const source = `(SELECT * FROM ${at.source} WHERE ${conditions.join(' AND ')})`
    return { group, at: { ...at, source, groups: [] } }
  })
}

/** One check out of those of all groups: the worst decides, and is told. */
export function worstGroup(rule: Rule, checks: readonly (readonly [group: (string | null)[], check: Check])[]): Check {
  const verdict = worst(checks.map(([, check]) => check.verdict))
  const same = checks.filter(([, check]) => check.verdict === verdict)
  const [group, told] = same[0] as (typeof checks)[number]
  const n = checks.reduce((sum, [, check]) => sum + (check.n ?? 0), 0)
  const many = verdict === 'pass' ? '' : `; so in ${partOf(same.length, checks.length, 'group')}`
  return {
    ...told,
    verdict,
    n,
    message: `in the group ${groupText(rule.check, group)}, ${told.message}${many}`,
    details: { ...told.details, groups: checks.length, brokenGroups: verdict === 'pass' ? 0 : same.length },
  }
}
