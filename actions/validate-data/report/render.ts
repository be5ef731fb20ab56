import type { Check } from '../../../shared/contracts/common.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import type { DataValidation } from '../../../shared/contracts/data-validation.js'
import { isTemporal } from '../../../shared/data/column-types.js'
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
} from '../../../shared/report/blocks.js'
import { clip, exactLine } from '../../../shared/report/escape.js'
import {
  formatBytes,
  formatDigest,
  formatInteger,
  formatNumber,
  formatPercent,
  missing,
  plural,
} from '../../../shared/report/format.js'
import { dayText } from '../dates.js'
import { findingBlocks } from './findings.js'
import { NOT_SHOWN } from './sensitive.js'

/** What reports are made of. */
export type Facts = Pick<
  DataValidation,
  'verdict' | 'summary' | 'checks' | 'contract' | 'baseline' | 'baselineReason' | 'prepare' | 'counts'
>

export const HEADLINES: Readonly<Record<Facts['verdict'], string>> = {
  pass: 'the data are fit to train on',
  warn: 'the data can be used, with a warning',
  inconclusive: 'it could not be decided whether the data are fit to train on',
  fail: 'do not train on these data',
  error: 'the data could not be judged',
}

const MOST_LISTED = 100
const MOST_DATASETS = 20
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
      ...findingBlocks(facts.checks),
      ...judged(facts, profiles),
      ...profiles.flatMap((profile) => columnTable(profile)),
      ...passed(facts.checks),
      ...pictures(charts),
    ],
  }
}

/** The comment: the findings and what was judged. Data that pass are one line. */
export function renderComment(facts: Facts, profiles: readonly DatasetProfile[]): Report {
  const found = facts.verdict === 'pass' ? [] : findingBlocks(facts.checks)
  return {
    title: 'validate-data',
    verdict: banner(facts.verdict, HEADLINES[facts.verdict], facts.summary),
    blocks: [...found, ...judged(facts, profiles)],
  }
}

/** What was looked at, and against what. */
export function judged(facts: Facts, profiles: readonly DatasetProfile[]): Block[] {
  const data = profiles.slice(0, MOST_DATASETS).map((profile): Inline => {
    const bytes = profile.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0)
    const files = profile.files.length === 1 ? code(profile.files[0]?.name ?? '') : plural(profile.files.length, 'file')
    return [
      `${clip(profile.name, 60)}: `,
      files,
      `, ${formatBytes(bytes)}, ${plural(profile.rows, 'row')}, ${plural(profile.columns.length, 'column')}`,
    ]
  })
  const others = profiles.length - data.length
  const more: Inline[] = others > 0 ? [plural(others, 'more dataset')] : []
  const { contract, baseline, baselineReason, prepare, counts } = facts
  const basis: Inline[] = [
    contract === null
      ? 'contract: none, only the built-in checks'
      : ['contract: ', code(contract.path), `, ${formatDigest(contract.digest)}`],
    baseline === null
      ? `drift: not measured, ${baselineReason}`
      : [`drift against: ${baseline.source}, `, formatDigest(baseline.digest), ...withoutRows(facts.checks, profiles)],
    ...(prepare === null ? [] : [`data.prepare: ${prepare.ran ? 'ran, because' : 'did not run:'} ${prepare.reason}`]),
  ]
  const { checks, failed, warned } = counts
  return [
    paragraph(`${plural(checks, 'check')}: ${formatInteger(failed)} failed, ${formatInteger(warned)} warned.`),
    list([...data, ...more, ...basis]),
  ]
}

/** That columns were compared, and not how they hang together: a profile does not say. */
function withoutRows(checks: readonly Check[], profiles: readonly DatasetProfile[]): Inline[] {
  const names = new Set(profiles.map(({ name }) => name))
  const isCompared = checks.some(({ rule, subject }) => rule === 'drift' && !names.has(subject))
  if (!isCompared || checks.some(({ rule }) => rule === 'joint-drift')) return []
  const what = checks.some(({ rule }) => rule === 'pair-drift')
    ? 'its columns and pairs of them, not the joint distribution of all'
    : 'its columns one by one, not their joint distribution'
  return [`; ${what}, as a profile holds no rows: `, code('data.baseline: { data: … }'), ' names some']
}

/** The columns of a dataset, folded; at most `most`. Values of sensitive columns are not shown. */
export function columnTable(profile: DatasetProfile, most = MOST_COLUMNS): Block[] {
  const shown = profile.columns.slice(0, most)
  const kinds = shown.map(missingKinds)
  const told = kinds.some((text) => text !== null)
  const rows = shown.map((c, i): Inline[] => [
    clip(exactLine(c.name), 60),
    c.type,
    formatPercent((c.missing + c.nonFinite) / c.rows),
    ...(told ? [kinds[i] ?? missing] : []),
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
          ...(told ? ['missing by kind'] : []),
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

const KINDS = [
  ['empty', 'empty'],
  ['null', 'null'],
  ['token', 'text for missing'],
  ['unknown', 'other'],
] as const

/** What the missing values of a column are made of; null where all are what missing ones of such a source are. */
function missingKinds({ missingBy, rows }: DatasetProfile['columns'][number]): string | null {
  if (missingBy === undefined) return null
  const there = KINDS.filter(([kind]) => missingBy[kind] > 0)
  if (there.length < 2 && missingBy.token === 0) return null
  return there.map(([kind, word]) => `${formatPercent(missingBy[kind] / rows)} ${word}`).join(', ')
}

function spread(c: DatasetProfile['columns'][number]): Inline[] {
  if (c.sensitive != null) return [NOT_SHOWN, NOT_SHOWN, NOT_SHOWN]
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
