import type { Check } from '../../../shared/contracts/common.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { checkOf } from '../../../shared/core/check.js'
import { isTemporal } from '../../../shared/data/column-types.js'
import { profilesIn } from '../../../shared/data/drift/pool/profiles.js'
import { formatInteger, formatPercent, plural, quote, shortList } from '../../../shared/report/format.js'
import { dayText } from '../dates.js'
import { groupText, type Place, subjectOf, whenEmpty, whereText } from './judge-rows.js'
import type { CheckOf } from './row-test.js'
import { CODES, type Rule } from './rule.js'
import type { GroupValue } from './statistics.js'
import { boundsText } from './words.js'

const NAMED = 10

/** What checks of the table need to know besides the profile. */
export interface TableFacts {
  readonly profile: DatasetProfile
  /** The same dataset in the baseline; null without one. */
  readonly before: DatasetProfile | null
  readonly now: Date
  /** Rows of other datasets, by the name that a check gives them. */
  rowsOf(name: string): number
}

const DECIDERS = {
  'row-count': rowCount,
  'column-count': columnCount,
  column: columnIsThere,
  columns: columnNames,
  volume,
  freshness,
  'not-constant': notConstant,
}
export type TableCheckName = keyof typeof DECIDERS
export const isTableCheck = (name: string): name is TableCheckName => name in DECIDERS

/** The verdict of a check that the profile decides. Pure. */
export function judgeTable(rule: Rule, facts: TableFacts, place: Place): Check {
  return DECIDERS[rule.check.check as TableCheckName](rule, facts, place)
}

const header = (rule: Rule, place: Place) => ({
  rule: CODES[rule.check.check],
  subject: subjectOf(rule, place),
  where: place.where,
})

const within = (value: number, { min, max, ...strict }: CheckOf<'column-count'>): boolean =>
  (min === undefined || (strict['strict-min'] ? value > min : value >= min)) &&
  (max === undefined || (strict['strict-max'] ? value < max : value <= max))

function rowCount(rule: Rule, { profile, rowsOf }: TableFacts, place: Place): Check {
  const check = rule.check as CheckOf<'row-count'>
  const other = check['equals-rows-of']
  const wanted = other === undefined ? null : rowsOf(other)
  const holds =
    within(profile.rows, check as unknown as CheckOf<'column-count'>) && (wanted === null || wanted === profile.rows)
  return checkOf(holds ? 'pass' : check.level, {
    ...header(rule, place),
    message: `the ${profile.name} data have ${plural(profile.rows, 'row')}${wanted === null ? '' : `, ${other} has ${formatInteger(wanted)}`}`,
    measured: profile.rows,
    expected: [
      ...(boundsText(check) === '' ? [] : [boundsText(check)]),
      ...(wanted === null ? [] : [`as many as ${other}`]),
    ].join(', '),
    n: profile.rows,
    cure: 'check whether the source was cut off or read twice, or correct the check',
  })
}

function columnCount(rule: Rule, { profile }: TableFacts, place: Place): Check {
  const check = rule.check as CheckOf<'column-count'>
  const n = profile.columns.length
  return checkOf(within(n, check) ? 'pass' : check.level, {
    ...header(rule, place),
    message: `the ${profile.name} data have ${plural(n, 'column')}`,
    measured: n,
    expected: boundsText(check),
    cure: 'check the delimiter and the source, or correct the check',
  })
}

function columnIsThere(rule: Rule, { profile }: TableFacts, place: Place): Check {
  const { column, index, level } = rule.check as CheckOf<'column'>
  const at = profile.columns.findIndex(({ name }) => name === column)
  const holds = at >= 0 && (index === undefined || index === at)
  return checkOf(holds ? 'pass' : level, {
    ...header(rule, place),
    message:
      at < 0
        ? `column ${quote(column)} is not in the ${profile.name} data`
        : `column ${quote(column)} is the ${ordinal(at + 1)}`,
    measured: at < 0 ? null : at,
    expected: index === undefined ? 'the column is there' : `it is the ${ordinal(index + 1)}`,
    cure: 'write the column again, or correct its name',
  })
}

function columnNames(rule: Rule, { profile }: TableFacts, place: Place): Check {
  const check = rule.check as CheckOf<'columns'>
  const names = profile.columns.map(({ name }) => name)
  const extra = names.filter((name) => !check.columns.includes(name))
  const lacking = check.columns.filter((name) => !names.includes(name))
  const common = names.filter((name) => check.columns.includes(name))
  const inOrder = common.every((name, i) => name === check.columns.filter((one) => names.includes(one))[i])
  const said = [
    ...(['exact', 'superset'].includes(check.match) && lacking.length > 0
      ? [`lack ${shortList(lacking.map(quote), NAMED)}`]
      : []),
    ...(['exact', 'subset'].includes(check.match) && extra.length > 0
      ? [`have ${shortList(extra.map(quote), NAMED)} besides`]
      : []),
    ...(check.match === 'partial' && common.length === 0 ? ['have none of these columns'] : []),
    ...(check.ordered && !inOrder ? ['have their columns in another order'] : []),
  ]
  return checkOf(said.length === 0 ? 'pass' : check.level, {
    ...header(rule, place),
    message: `the ${profile.name} data ${said.length === 0 ? 'have the columns that they should' : said.join(', and ')}`,
    measured: names.length,
    expected: `${{ exact: 'exactly', subset: 'no columns but', superset: 'at least', partial: 'some of' }[check.match]} ${shortList(check.columns.map(quote), NAMED)}${check.ordered ? ', in this order' : ''}`,
    details: { extra: extra.length, lacking: lacking.length },
    cure: 'write the columns as they were, or correct the check',
  })
}

/** Rows against those of the baseline; of several profiles put together, against their mean. */
function volume(rule: Rule, { profile, before }: TableFacts, place: Place): Check {
  const check = rule.check as CheckOf<'volume'>
  const [down, up] = [check['max-decrease'], check['max-increase']]
  const facts = {
    ...header(rule, place),
    expected: [
      ...(down === undefined ? [] : [`at most ${formatPercent(down)} fewer rows`]),
      ...(up === undefined ? [] : [`at most ${formatPercent(up)} more rows`]),
    ].join(', '),
    n: profile.rows,
    cure: 'check whether the source was cut off or read twice',
  }
  if (before === null) {
    return checkOf('pass', {
      ...facts,
      message: `there is no baseline to compare the ${plural(profile.rows, 'row')} with`,
    })
  }
  const runs = profilesIn(before)
  const usual = before.rows / runs
  const change = usual === 0 ? null : profile.rows / usual - 1
  const holds =
    change !== null && (down === undefined || -change <= down + 1e-9) && (up === undefined || change <= up + 1e-9)
  const word =
    change === null || change === 0
      ? 'as many as'
      : change < 0
        ? `${formatPercent(-change)} fewer than`
        : `${formatPercent(change)} more than`
  return checkOf(holds ? 'pass' : check.level, {
    ...facts,
    message: `the ${profile.name} data have ${plural(profile.rows, 'row')}, ${word} the baseline (${formatInteger(Math.round(usual))}${runs === 1 ? '' : `, the mean of ${runs} profiles`})`,
    measured: change,
    details: { baseline: usual },
  })
}

const DAYS = { m: 1 / 1440, h: 1 / 24, d: 1, w: 7 } as const

/** The newest value of a column, by the profile. */
function freshness(rule: Rule, facts: TableFacts, place: Place): Check {
  const check = rule.check as CheckOf<'freshness'>
  const column = facts.profile.columns.find(({ name }) => name === check.column)
  if (column === undefined || !isTemporal(column.type) || column.numeric === null) {
    return judgeFreshness(rule, facts, [], place)
  }
  const n = column.rows - column.missing - column.invalid - column.nonFinite
  return judgeFreshness(rule, facts, [{ group: [], n, value: column.numeric.max }], place)
}

/** Age of the newest value, of the group whose newest is oldest. One that lies ahead of the clock is not fresh but wrong. */
export function judgeFreshness(
  rule: Rule,
  { profile, now }: Pick<TableFacts, 'profile' | 'now'>,
  newest: readonly GroupValue[],
  place: Place,
): Check {
  const check = rule.check as CheckOf<'freshness'>
  const limit = check['max-age']
  const facts = {
    ...header(rule, place),
    expected: `a newest value not older than ${limit}${whereText(rule)}`,
    cure: 'find out why no newer rows arrive, or raise `max-age`',
  }
  const type = profile.columns.find(({ name }) => name === check.column)?.type
  const known = newest.filter((one): one is GroupValue & { value: number } => typeof one.value === 'number')
  const [oldest] = [...known].sort((a, b) => a.value - b.value)
  if (oldest === undefined) {
    const reason =
      type === undefined ? 'is not there' : isTemporal(type) ? 'has no value' : `holds no dates (it is ${type})`
    return checkOf(whenEmpty(check), {
      ...facts,
      message: `the age of the data is unknown: ${quote(check.column)} ${reason}${whereText(rule)}`,
    })
  }
  const age = now.getTime() / 86_400_000 - oldest.value
  // The newest day lasts until its end.
  const slack = type === 'date' ? 1 : 0
  const most = Number(limit.slice(0, -1)) * DAYS[limit.slice(-1) as keyof typeof DAYS]
  const isAhead = age < -1
  const group = check['group-by'] === undefined ? '' : ` where ${groupText(check, oldest.group)}`
  return checkOf(!isAhead && age <= most + slack ? 'pass' : check.level, {
    ...facts,
    message: `the newest ${quote(check.column)} of the ${profile.name} data${group} is ${dayText(oldest.value)}${isAhead ? ', which lies in the future' : `, ${ageText(age)} ago`}`,
    measured: Number((age * 24).toFixed(2)),
    details: { unit: 'hours' },
    n: known.reduce((sum, one) => sum + one.n, 0),
  })
}

const ageText = (days: number): string =>
  days < 2 ? plural(Math.max(0, Math.floor(days * 24)), 'hour') : plural(Math.floor(days), 'day')

function notConstant(rule: Rule, { profile }: TableFacts, place: Place): Check {
  const check = rule.check as CheckOf<'not-constant'>
  const column = profile.columns.find(({ name }) => name === check.column) as DatasetProfile['columns'][number]
  const facts = {
    ...header(rule, place),
    measured: column.distinct,
    expected: 'two different values at least',
    n: column.rows - column.missing,
    cure: 'leave the column out: it tells nothing; or find out why it never changes',
  }
  if (column.distinct === 0)
    return checkOf(whenEmpty(check), { ...facts, message: `column ${quote(check.column)} has no value to judge` })
  return checkOf(column.distinct > 1 ? 'pass' : check.level, {
    ...facts,
    message:
      column.distinct > 1
        ? `${quote(check.column)} has ${plural(column.distinct, 'different value')}`
        : `every value of ${quote(check.column)} is the same`,
  })
}

function ordinal(n: number): string {
  const last = n % 100
  const suffix = last >= 11 && last <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${suffix} column`
}
