import type { Check, Example, Verdict } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import { formatInteger, formatPercent, partOf, quote, shortList } from '../../../shared/report/format.js'
import type { GroupCount } from './count-rows.js'
import type { CheckOf, Unfit } from './row-test.js'
import { allowedRows, CODES, type Rule } from './rule.js'
import { type CountedName, wordsOf } from './words.js'

/** Where a finding belongs: the dataset, and the line of the contract. */
export interface Place {
  readonly dataset: string
  readonly where: Check['where']
}

const NAMED_GROUPS = 5

/** Columns that a check is about, for its subject. */
export function columnsOf(check: Rule['check']): string[] {
  if ('column' in check) return [check.column]
  return 'columns' in check ? [...check.columns] : []
}

/** `train: cost`, or the name that the contract gives the check. */
export function subjectOf({ check }: Rule, { dataset }: Place): string {
  const about = check.name ?? columnsOf(check).join(', ')
  return about === '' ? dataset : `${dataset}: ${about}`
}

/** The rows for which a check is asked, in words. */
export const whereText = ({ check }: Rule): string => (check.where === undefined ? '' : ` where ${check.where.trim()}`)

export const groupText = (check: Rule['check'], group: readonly (string | null)[]): string =>
  (check['group-by'] ?? []).map((name, i) => `${name} = ${group[i] == null ? 'missing' : quote(group[i])}`).join(', ')

/** The verdict of a check that has nothing to judge. */
export const whenEmpty = (check: Rule['check']): Verdict =>
  check['on-empty'] === 'fail' ? check.level : check['on-empty']

/** The verdict on rows counted, in each group: one broken group breaks the check. */
export function judgeRows(
  rule: Rule,
  counts: readonly GroupCount[],
  examples: readonly Example[],
  place: Place,
): Check {
  const check = rule.check as CheckOf<CountedName>
  const words = wordsOf(check)
  const [n, bad] = [sum(counts.map((one) => one.n)), sum(counts.map((one) => one.bad))]
  const broken = counts.filter((one) => one.bad > allowedRows(check, one.n))
  const name = words.of === 'values' ? quote(columnsOf(check)[0] as string) : null
  const facts = {
    rule: CODES[check.check],
    subject: subjectOf(rule, place),
    measured: bad,
    expected: `${words.expected}${whereText(rule)}`,
    n,
    where: place.where,
  }
  if (n === 0) {
    return checkOf(rule.mayBeEmpty ? 'pass' : whenEmpty(check), {
      ...facts,
      message:
        name === null
          ? `there is no row to judge${whereText(rule)}`
          : `column ${name} has no value to judge${whereText(rule)}`,
      cure: 'fill the column, or take the rule out of the contract',
    })
  }
  const of = name === null ? '' : ` of ${name}`
  const share = `${partOf(bad, n, name === null ? 'row' : 'value')}${of} (${formatPercent(bad / n)})`
  const message =
    bad === 0
      ? `no ${name === null ? 'row' : `value of ${name}`} ${words.none}`
      : `${share} ${bad === 1 ? words.one : words.many}`
  return checkOf(broken.length === 0 ? 'pass' : check.level, {
    ...facts,
    message: `${message}${inGroups(rule, counts, broken)}`,
    details: {
      share: bad / n,
      allowed: counts.length === 1 ? allowedRows(check, n) : null,
      ...(check['group-by'] === undefined ? {} : { groups: counts.length, brokenGroups: broken.length }),
    },
    examples: [...examples],
    cure: words.cure,
  })
}

function inGroups(rule: Rule, counts: readonly GroupCount[], broken: readonly GroupCount[]): string {
  if (rule.check['group-by'] === undefined || broken.length === 0) return ''
  const worst = [...broken].sort((a, b) => b.bad / b.n - a.bad / a.n)
  const named = worst.map(
    ({ group, n, bad }) => `${groupText(rule.check, group)} (${formatInteger(bad)} of ${formatInteger(n)})`,
  )
  return `; too many in ${partOf(broken.length, counts.length, 'group')}: ${shortList(named, NAMED_GROUPS)}`
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

/** A check that cannot be asked of a column of this type. */
export function judgeUnfit(rule: Rule, unfit: Unfit, place: Place): Check {
  return checkOf(rule.check.level, {
    rule: 'type-error',
    subject: subjectOf(rule, place),
    message: `${unfit.what} of ${quote(unfit.column)} ${unfit.what.endsWith('s') ? 'need' : 'needs'} ${unfit.needs}, and the column is ${unfit.has}`,
    measured: unfit.has,
    expected: unfit.needs,
    cure: 'declare the type of the column in the contract to see the values that are not written so',
    where: place.where,
  })
}

/** A check that names a column which the data do not have. */
export function judgeAbsent(rule: Rule, absent: readonly string[], place: Place): Check {
  const names = absent.map(quote).join(', ')
  return checkOf(rule.check.level, {
    rule: 'missing-label',
    subject: subjectOf(rule, place),
    message: `${absent.length === 1 ? 'column' : 'columns'} ${names} ${absent.length === 1 ? 'is' : 'are'} not in the ${place.dataset} data, and ${CODES[rule.check.check]} asks for ${absent.length === 1 ? 'it' : 'them'}`,
    expected: absent.length === 1 ? 'the column is there' : 'the columns are there',
    cure: 'correct the name, write the column again, or drop the check',
    where: place.where,
  })
}

/** A check that needs the `train` or `test` data where there are none. */
export function judgeUnread(rule: Rule, name: string, place: Place): Check {
  return checkOf('inconclusive', {
    rule: CODES[rule.check.check],
    subject: subjectOf(rule, place),
    message: `it needs the ${name} data, and there are none`,
    expected: `the ${name} data`,
    cure: `set \`data.${name}\`, or drop the check`,
    where: place.where,
  })
}
