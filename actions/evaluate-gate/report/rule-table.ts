import type { Check, Verdict } from '../../../shared/contracts/common.js'
import { troubles } from '../../../shared/core/verdict.js'
import {
  type Block,
  type Column,
  code,
  column,
  details,
  type Inline,
  table,
  verdictLabel,
} from '../../../shared/report/blocks.js'
import { formatInteger, missing, plural } from '../../../shared/report/format.js'
import { intervalText, valueText } from '../figures.js'
import type { Judged } from '../judge.js'
import type { Demand } from '../rules.js'
import { baselineTitle, type Facts } from './facts.js'
import { cellText, changeText, differenceHead, subjectCell } from './labels.js'

const ORDER: readonly Verdict[] = ['error', 'fail', 'inconclusive', 'warn', 'pass']
const LONGEST_MESSAGE = 400

/** Rules with what came of them, the worst first; those beyond `most` are folded. */
export function ruleTable(facts: Facts, most: number): Block[] {
  const { judged } = facts.came
  if (judged.length === 0) return []
  const sorted = [...judged].sort((a, b) => ORDER.indexOf(a.check.verdict) - ORDER.indexOf(b.check.verdict))
  const columns: Column[] = [
    column('metric'),
    column('candidate', 'right'),
    column(baselineTitle(facts), 'right'),
    column(differenceHead(facts.confidence), 'right'),
    column('rule'),
    column('verdict'),
  ]
  const rows = sorted.map(ruleRow)
  const blocks: Block[] = [
    table(columns, rows.slice(0, most), {
      // A comment begins with it, and needs no title for it.
      ...(most === Number.POSITIVE_INFINITY ? { caption: 'Rules, the worst first' } : {}),
      importance: RULES,
    }),
  ]
  if (rows.length > most) {
    const rest = sorted.slice(most)
    blocks.push(
      details(`${plural(rest.length, 'more rule')}: ${countsText(rest)}`, [table(columns, rows.slice(most))], {
        importance: 25,
      }),
    )
  }
  return blocks
}

/** Of what is cut when there is no room, the rules go last. */
const RULES = 85

function countsText(rest: readonly Judged[]): string {
  return ORDER.flatMap((verdict) => {
    const count = rest.filter(({ check }) => check.verdict === verdict).length
    return count === 0 ? [] : [`${formatInteger(count)} ${verdict}`]
  }).join(', ')
}

function ruleRow({ demand, check, decision }: Judged): Inline[] {
  const { measurement, words } = demand
  const { candidate, baseline, difference, trivial } = measurement
  const isTrivial = demand.code === 'better-than-trivial'
  // Values that are compared are shown with the same decimals.
  const common = difference?.interval ?? candidate.interval
  const other = isTrivial
    ? `${valueText({ value: trivial.value, interval: common })} (trivial)`
    : baseline === null
      ? missing
      : valueText({ value: baseline.value, interval: common })
  const change = isTrivial ? demand.estimate : difference
  const open = decision === 'open' && check.verdict !== 'pass' ? noteOf(demand, check) : ''
  return [
    subjectCell(measurement),
    candidate.interval === null || change !== null
      ? valueText({ value: candidate.value, interval: common })
      : `${valueText(candidate)} (${intervalText(candidate.interval, false)})`,
    other,
    changeText(change),
    words,
    open === '' ? verdictLabel(check.verdict) : `${verdictLabel(check.verdict)}: ${open}`,
  ]
}

/** What stands beside an open verdict: what the rows cannot show. */
function noteOf({ estimate }: Demand, check: Check): string {
  if (Number.isNaN(estimate.value)) return cellText(estimate.reason ?? 'undefined')
  const seen = check.details.detectable
  const rows = plural(estimate.n, 'row')
  return typeof seen === 'number' && estimate.interval !== null
    ? `${rows}: less than ${valueText({ value: seen, interval: estimate.interval })} cannot be seen`
    : cellText(estimate.reason ?? rows)
}

const keyOf = ({ rule, subject }: Check): string => JSON.stringify([rule, subject])

/** Findings that no row of a table of another part shows, the worst first, as a table; those beyond `most` are folded. */
export function otherTroubles({ checks, came }: Facts, most: number): Block[] {
  // By name, for a softened check is another object than the one that the part has judged.
  const shown = new Set(
    [...came.judged.map(({ check }) => check), ...came.bias.checks, ...came.behaviour.judged].map(keyOf),
  )
  for (const { check } of came.performance.judged) shown.add(keyOf(check))
  const rows = troubles(checks)
    .filter((check) => !shown.has(keyOf(check)))
    .map(({ verdict, rule, message, cure }): Inline[] => [
      verdictLabel(verdict),
      code(rule),
      cellText(message, LONGEST_MESSAGE),
      cellText(cure ?? '', LONGEST_MESSAGE),
    ])
  if (rows.length === 0) return []
  const columns = ['verdict', 'rule', 'what was found', 'what to do']
  return [
    table(columns, rows.slice(0, most), { caption: 'Other findings', importance: RULES - 1 }),
    ...(rows.length <= most
      ? []
      : [details(plural(rows.length - most, 'more finding'), [table(columns, rows.slice(most))], { importance: 24 })]),
  ]
}
