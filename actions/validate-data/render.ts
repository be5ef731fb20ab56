import type { Check } from '../../shared/contracts/common.js'
import type { DatasetProfile } from '../../shared/contracts/data-profile.js'
import type { DataValidation } from '../../shared/contracts/data-validation.js'
import { troubles } from '../../shared/core/verdict.js'
import { isTemporal } from '../../shared/data/column-types.js'
import {
  type Block,
  banner,
  type ChartBlock,
  code,
  column,
  details,
  heading,
  type Inline,
  list,
  paragraph,
  type Report,
  table,
  verdictLabel,
} from '../../shared/report/blocks.js'
import { clip, exactLine } from '../../shared/report/escape.js'
import { findingsTable } from '../../shared/report/findings.js'
import {
  formatBytes,
  formatDigest,
  formatInteger,
  formatNumber,
  formatPercent,
  missing,
  plural,
} from '../../shared/report/format.js'
import { dayText } from './dates.js'

type Facts = Pick<
  DataValidation,
  'verdict' | 'summary' | 'checks' | 'contract' | 'baseline' | 'baselineReason' | 'prepare' | 'counts'
>

const HEADLINES: Readonly<Record<Facts['verdict'], string>> = {
  pass: 'the data are fit to train on',
  warn: 'the data can be used, with a warning',
  inconclusive: 'it could not be decided whether the data are fit to train on',
  fail: 'do not train on these data',
  error: 'the data could not be judged',
}

const MOST_FINDINGS = 12
const MOST_LISTED = 100
const MOST_COLUMNS = 200

/** What was found, first; then what was looked at, and how. `charts` go into the page, the summary is words. */
export function renderValidation(
  facts: Facts,
  profiles: readonly DatasetProfile[],
  charts: readonly ChartBlock[],
): Report {
  return {
    title: 'validate-data',
    verdict: banner(facts.verdict, HEADLINES[facts.verdict], facts.summary),
    blocks: [
      ...findings(facts.checks),
      ...judged(facts, profiles),
      ...profiles.flatMap(columnTable),
      ...passed(facts.checks),
      ...pictures(charts),
    ],
  }
}

/** The comment: the findings and what was judged. Data that pass are one line. */
export function renderComment(facts: Facts, profiles: readonly DatasetProfile[]): Report {
  const found = facts.verdict === 'pass' ? [] : findings(facts.checks)
  return {
    title: 'validate-data',
    verdict: banner(facts.verdict, HEADLINES[facts.verdict], facts.summary),
    blocks: [...found, ...judged(facts, profiles)],
  }
}

function findings(checks: readonly Check[]): Block[] {
  const found = troubles(checks)
  const blocks: Block[] = found.length === 0 ? [] : [findingsTable(found.slice(0, MOST_FINDINGS), { importance: 9 })]
  const more = found.slice(MOST_FINDINGS)
  if (more.length > 0) {
    const items = more.slice(0, MOST_LISTED).map((check): Inline => [verdictLabel(check.verdict), ' ', check.message])
    const hidden = more.length - items.length
    blocks.push(
      details(plural(more.length, 'more finding'), [
        list(hidden > 0 ? [...items, `and ${formatInteger(hidden)} more in data-validation.json`] : items),
      ]),
    )
  }
  const examples = found.filter((check) => check.examples.length > 0).slice(0, MOST_FINDINGS)
  if (examples.length > 0) {
    const lines = examples.flatMap((check) =>
      check.examples.map((example): Inline[] => [
        code(check.rule),
        check.subject,
        example.where,
        example.value === null ? missing : code(clip(exactLine(String(example.value)), 100)),
      ]),
    )
    blocks.push(details('First rows of each finding', [table(['rule', 'column', 'where', 'value'], lines)]))
  }
  return blocks
}

function judged(facts: Facts, profiles: readonly DatasetProfile[]): Block[] {
  const data = profiles.map((profile): Inline => {
    const bytes = profile.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0)
    const files = profile.files.length === 1 ? code(profile.files[0]?.name ?? '') : plural(profile.files.length, 'file')
    return [
      `${profile.name}: `,
      files,
      `, ${formatBytes(bytes)}, ${plural(profile.rows, 'row')}, ${plural(profile.columns.length, 'column')}`,
    ]
  })
  const { contract, baseline, baselineReason, prepare, counts } = facts
  const basis: Inline[] = [
    contract === null
      ? 'contract: none, only the built-in checks'
      : ['contract: ', code(contract.path), `, ${formatDigest(contract.digest)}`],
    baseline === null
      ? `drift: not measured, ${baselineReason}`
      : [`drift against: ${baseline.source}, `, formatDigest(baseline.digest)],
    ...(prepare === null ? [] : [`data.prepare: ${prepare.ran ? 'ran, because' : 'did not run:'} ${prepare.reason}`]),
  ]
  const { checks, failed, warned } = counts
  return [
    paragraph(`${plural(checks, 'check')}: ${formatInteger(failed)} failed, ${formatInteger(warned)} warned.`),
    list([...data, ...basis]),
  ]
}

function columnTable(profile: DatasetProfile): Block[] {
  const rows = profile.columns
    .slice(0, MOST_COLUMNS)
    .map((c): Inline[] => [
      clip(exactLine(c.name), 60),
      c.type,
      formatPercent((c.missing + c.nonFinite) / c.rows),
      formatInteger(c.distinct),
      ...spread(c),
    ])
  const hidden = profile.columns.length - rows.length
  return [
    details(`Columns of the ${profile.name} data`, [
      table(
        [
          'column',
          'type',
          column('missing', 'right'),
          column('different values', 'right'),
          column('smallest or commonest', 'right'),
          column('median', 'right'),
          column('largest', 'right'),
        ],
        rows,
      ),
      ...(hidden > 0 ? [paragraph(`${plural(hidden, 'more column')} in data-profile.json.`)] : []),
    ]),
  ]
}

function spread(c: DatasetProfile['columns'][number]): Inline[] {
  const top = c.top[0]
  if (c.numeric === null) {
    const commonest =
      top === undefined ? missing : `${clip(exactLine(top.value), 30)} (${formatPercent(top.count / c.rows)})`
    return [commonest, missing, missing]
  }
  const text = (value: number) => (isTemporal(c.type) ? dayText(Math.floor(value)) : formatNumber(value, 4))
  return [text(c.numeric.min), text(c.numeric.quantiles.p50), text(c.numeric.max)]
}

function passed(checks: readonly Check[]): Block[] {
  const all = checks.filter(({ verdict }) => verdict === 'pass')
  if (all.length === 0) return []
  const rows = all
    .slice(0, MOST_LISTED)
    .map((check): Inline[] => [code(check.rule), check.subject, check.message, check.expected])
  const hidden = all.length - rows.length
  return [
    details(`${plural(all.length, 'check')} passed`, [
      table(['rule', 'subject', 'measured', 'expected'], rows, { importance: -1 }),
      ...(hidden > 0 ? [paragraph(`${formatInteger(hidden)} more in data-validation.json.`)] : []),
    ]),
  ]
}

const pictures = (charts: readonly ChartBlock[]): Block[] =>
  charts.length === 0 ? [] : [heading(2, 'Distributions'), ...charts]
