import type { Check } from '../../../shared/contracts/common.js'
import { troubles } from '../../../shared/core/verdict.js'
import {
  type Block,
  code,
  column,
  details,
  type Inline,
  paragraph,
  table,
  verdictLabel,
} from '../../../shared/report/blocks.js'
import { clip, exactLine } from '../../../shared/report/escape.js'
import { measuredText } from '../../../shared/report/finding-lines.js'
import { formatInteger, missing, plural, shortList } from '../../../shared/report/format.js'

/** Rows before the fold. */
const MOST_ROWS = 12
const MOST_LISTED = 100
/** Findings of one rule that are told one by one. */
const MOST_ALONE = 2
/** Findings whose rows are shown, and rows of each. */
const MOST_SHOWN = 12
const MOST_EXAMPLES = 5
const LONGEST_TEXT = 400
const LONGEST_VALUE = 100

/** Findings of one verdict and rule, in the order of the checks. */
export interface FindingGroup {
  readonly first: Check
  readonly checks: readonly Check[]
}

/** The findings, worst first, those of one rule together. */
export function groupFindings(checks: readonly Check[]): FindingGroup[] {
  const groups = new Map<string, Check[]>()
  for (const check of troubles(checks)) {
    const key = JSON.stringify([check.verdict, check.rule])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [check])
    else group.push(check)
  }
  return [...groups.values()].map((group) => ({ first: group[0] as Check, checks: group }))
}

/** What was found, with what was measured and expected; folded, the whole list and the first bad rows. Capped everywhere. */
export function findingBlocks(checks: readonly Check[]): Block[] {
  const groups = groupFindings(checks)
  const rows = groups.flatMap(({ checks: all }) => (all.length > MOST_ALONE ? [groupRow(all)] : all.map(aloneRow)))
  if (rows.length === 0) return []
  const found = groups.flatMap(({ checks: all }) => all)
  const shown = rows.slice(0, MOST_ROWS)
  return [
    table(['', 'rule', 'what was found', column('measured', 'right'), 'expected', 'what to do'], shown, {
      importance: 9,
    }),
    ...(found.length > shown.length ? [everyFinding(found)] : []),
    ...firstRows(found),
  ]
}

const aloneRow = (check: Check): Inline[] => [
  verdictLabel(check.verdict),
  code(check.rule),
  clip(check.message, LONGEST_TEXT),
  measuredText(check),
  clip(check.expected, LONGEST_VALUE),
  withCode(check.cure ?? ''),
]

function groupRow(checks: readonly Check[]): Inline[] {
  const [first, ...others] = checks as [Check, ...Check[]]
  const subjects = shortList(others.map(({ subject }) => exactLine(subject)))
  const same = checks.every(({ expected }) => expected === first.expected)
  return [
    verdictLabel(first.verdict),
    code(first.rule),
    [{ strong: plural(checks.length, 'finding') }, `: ${clip(first.message, LONGEST_TEXT)}; also ${subjects}`],
    missing,
    same ? clip(first.expected, LONGEST_VALUE) : missing,
    withCode(first.cure ?? ''),
  ]
}

/** A cure is a sentence of ours: what stands between its backticks is code. */
export const withCode = (text: string): Inline =>
  text.split('`').map((part, i) => (i % 2 === 1 ? code(part) : clip(part, LONGEST_TEXT)))

function everyFinding(found: readonly Check[]): Block {
  const rows = found
    .slice(0, MOST_LISTED)
    .map((check): Inline[] => [
      verdictLabel(check.verdict),
      code(check.rule),
      clip(exactLine(check.subject), LONGEST_VALUE),
      measuredText(check),
      clip(check.expected, LONGEST_VALUE),
    ])
  const hidden = found.length - rows.length
  return details(`All ${plural(found.length, 'finding')}`, [
    table(['', 'rule', 'subject', column('measured', 'right'), 'expected'], rows),
    ...(hidden > 0 ? [paragraph(`${formatInteger(hidden)} more in data-validation.json.`)] : []),
  ])
}

/** Place, key and value of the first bad rows. */
export function firstRows(found: readonly Check[], most = MOST_SHOWN): Block[] {
  const all = found.filter(({ examples }) => examples.length > 0)
  if (all.length === 0) return []
  const lines = all
    .slice(0, most)
    .flatMap((check) =>
      check.examples
        .slice(0, MOST_EXAMPLES)
        .map((example): Inline[] => [
          code(check.rule),
          clip(exactLine(check.subject), LONGEST_VALUE),
          clip(exactLine(example.where), 200),
          example.value === null ? missing : code(clip(exactLine(String(example.value)), LONGEST_VALUE)),
        ]),
    )
  const hidden = all.length - Math.min(all.length, most)
  return [
    details('First rows of each finding', [
      table(['rule', 'subject', 'where', 'value'], lines),
      ...(hidden > 0 ? [paragraph(`Rows of ${plural(hidden, 'more finding')} in data-validation.json.`)] : []),
    ]),
  ]
}
