import type { Check } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import {
  formatFixed,
  formatInteger,
  formatNumber,
  partOf,
  plural,
  quote,
  shortList,
} from '../../../shared/report/format.js'
import { daysOf, dayText } from '../dates.js'
import { groupText, type Place, subjectOf, whenEmpty, whereText } from './judge-rows.js'
import type { CheckOf } from './row-test.js'
import { CODES, type Rule } from './rule.js'
import type { SetDifference } from './sets.js'
import type { GroupValue } from './statistics.js'
import { boundsText } from './words.js'

type Bounds = Parameters<typeof boundsText>[0]
type Value = number | string

const NAMED = 5

/** How a value and its bounds are compared and shown. */
interface Scale {
  /** What is measured, such as `the mean of "cost"`. */
  readonly what: string
  /** Whether the values are days since 1970, and the bounds ISO text. */
  readonly isDate: boolean
  readonly cure: string
}

/** A number, date or text in each group against bounds; where it is undefined the check is inconclusive. */
export function judgeValues(
  rule: Rule,
  bounds: Bounds,
  values: readonly GroupValue[],
  scale: Scale,
  place: Place,
): Check {
  const { check } = rule
  const known = values.filter((one): one is GroupValue & { value: Value } => one.value !== null)
  const outside = known.filter(({ value }) => !isWithin(value, bounds, scale.isDate))
  const shown = (value: Value) =>
    typeof value === 'string' ? quote(value) : scale.isDate ? dayText(value) : formatNumber(value, 6)
  const worst = outside[0] ?? known[0]
  const n = values.reduce((sum, one) => sum + one.n, 0)
  const facts = {
    rule: CODES[check.check],
    subject: subjectOf(rule, place),
    measured: worst === undefined ? null : scale.isDate ? shown(worst.value) : worst.value,
    expected: `${boundsText(bounds)}${whereText(rule)}`,
    n,
    where: place.where,
    cure: scale.cure,
  }
  if (worst === undefined) {
    return checkOf(whenEmpty(check), {
      ...facts,
      message: `${scale.what} is undefined: there are too few values${whereText(rule)}`,
      cure: 'fill the column, or take the rule out of the contract',
    })
  }
  if (check['group-by'] === undefined) {
    return checkOf(outside.length === 0 ? 'pass' : check.level, {
      ...facts,
      message: `${scale.what} is ${shown(worst.value)}`,
    })
  }
  const named = outside.map((one) => `${groupText(check, one.group)}: ${shown(one.value)}`)
  return checkOf(outside.length === 0 ? 'pass' : check.level, {
    ...facts,
    message:
      outside.length === 0
        ? `${scale.what} is within its bounds in ${plural(known.length, 'group')}`
        : `${scale.what} is outside its bounds in ${partOf(outside.length, known.length, 'group')}: ${shortList(named, NAMED)}`,
    details: { groups: known.length, brokenGroups: outside.length },
  })
}

function isWithin(value: Value, bounds: Bounds, isDate: boolean): boolean {
  const { min, max } = bounds
  const of = (bound: Value): Value => (isDate && typeof bound === 'string' ? daysOf(bound) : bound)
  const above = min === undefined || (bounds['strict-min'] ? value > of(min) : value >= of(min))
  if (max === undefined || !above) return above
  // A day as upper bound ends with the day.
  if (isDate && typeof max === 'string' && max.length === 10 && !bounds['strict-max'])
    return Number(value) < daysOf(max) + 1
  return bounds['strict-max'] ? value < of(max) : value <= of(max)
}

export function judgeSet(rule: Rule, found: SetDifference, place: Place): Check {
  const check = rule.check as CheckOf<'value-set'>
  const name = quote(check.column)
  const tooMany = check.relation !== 'superset' && found.extraCount > 0
  const tooFew = check.relation !== 'subset' && found.lacking.length > 0
  const said = [
    ...(tooMany
      ? [`has ${plural(found.extraCount, 'value')} besides: ${shortList(found.extra.map(quote), NAMED)}`]
      : []),
    ...(tooFew ? [`lacks ${shortList(found.lacking.map(quote), NAMED)}`] : []),
  ]
  const facts = {
    rule: CODES[check.check],
    subject: subjectOf(rule, place),
    measured: found.distinct,
    expected: `${{ subset: 'no values but', superset: 'at least', equal: 'exactly' }[check.relation]} ${shortList(check.values.map(quote), 10)}${whereText(rule)}`,
    n: found.n,
    details: { extra: found.extraCount, lacking: found.lacking.length },
    where: place.where,
  }
  if (found.n === 0) {
    return checkOf(whenEmpty(check), {
      ...facts,
      message: `column ${name} has no value to judge${whereText(rule)}`,
      cure: 'fill the column, or drop the check',
    })
  }
  return checkOf(said.length === 0 ? 'pass' : check.level, {
    ...facts,
    message:
      said.length === 0
        ? `the ${plural(found.distinct, 'different value')} of ${name} are as they should be`
        : `${name} ${said.join(', and ')}`,
    cure: 'mend the values, or correct the set in the contract',
  })
}

export function judgeMostCommon(
  rule: Rule,
  found: { values: readonly string[]; wanted: number; count: number; n: number },
  place: Place,
): Check {
  const check = rule.check as CheckOf<'most-common'>
  const name = quote(check.column)
  const facts = {
    rule: CODES[check.check],
    subject: subjectOf(rule, place),
    measured: found.values[0] ?? null,
    expected: `the most frequent value is ${check.values.length === 1 ? '' : 'one of '}${shortList(check.values.map(quote), 10)}${whereText(rule)}`,
    n: found.n,
    where: place.where,
    cure: 'find out what changed at the source, or correct the set',
  }
  if (found.n === 0) {
    return checkOf(whenEmpty(check), {
      ...facts,
      message: `column ${name} has no value to judge`,
    })
  }
  // Of values that share the first place, one has to be wanted where ties are allowed, and all otherwise.
  const { wanted } = found
  const holds = check.ties ? wanted > 0 : found.values.length === 1 && wanted === 1
  const tied = found.values.length === 1 ? '' : ` (${formatInteger(found.values.length)} values as often)`
  return checkOf(holds ? 'pass' : check.level, {
    ...facts,
    message: `the most frequent value of ${name} is ${quote(found.values[0] as string)}, ${plural(found.count, 'time')}${tied}`,
  })
}

export function judgeDivergence(rule: Rule, value: number | null, n: number, place: Place): Check {
  const check = rule.check as CheckOf<'divergence'>
  const facts = {
    rule: CODES[check.check],
    subject: subjectOf(rule, place),
    measured: value === null || Number.isFinite(value) ? value : 'infinite',
    expected: `a Kullback–Leibler divergence of at most ${check.max}${whereText(rule)}`,
    n,
    details: { measure: 'Σ o·ln(o / e) of observed from expected weights, in nats' },
    where: place.where,
    cure: 'find out what changed at the source, or measure the expected weights again',
  }
  if (value === null)
    return checkOf(whenEmpty(check), { ...facts, message: `column ${quote(check.column)} has no value to judge` })
  const text = Number.isFinite(value)
    ? formatFixed(value, 4)
    : 'infinite: something stands there of which nothing was expected'
  return checkOf(value <= check.max ? 'pass' : check.level, {
    ...facts,
    message: `the divergence of ${quote(check.column)} from the expected weights is ${text}`,
  })
}
