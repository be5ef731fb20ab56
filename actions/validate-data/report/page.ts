import { type Check, VERDICTS } from '../../../shared/contracts/common.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { troubles } from '../../../shared/core/verdict.js'
import type { MissingMap } from '../../../shared/data/missing-map.js'
import {
  type Block,
  banner,
  code,
  column,
  details,
  heading,
  type Inline,
  paragraph,
  type Report,
  table,
  verdictLabel,
} from '../../../shared/report/blocks.js'
import { clip, exactLine } from '../../../shared/report/escape.js'
import { measuredText } from '../../../shared/report/finding-lines.js'
import { formatInteger, formatNumber, plural } from '../../../shared/report/format.js'
import { missingChart } from './charts-missing.js'
import { type MeasuredDrift, measuredDrifts } from './charts-summary.js'
import { distributions } from './distributions.js'
import { firstRows, withCode } from './findings.js'
import { columnTable, type Facts, HEADLINES, judged } from './render.js'

const MOST_FINDINGS = 1500
const MOST_ROWS_OF = 100
const MOST_DRIFTS = 200
const MOST_COLUMNS = 2000
const MOST_PASSED = 500

export interface PageFacts {
  readonly facts: Facts
  readonly profiles: readonly DatasetProfile[]
  /** Datasets of the baseline, none when there is no baseline. */
  readonly baseline: readonly DatasetProfile[]
  /** By dataset. */
  readonly missing: readonly { readonly dataset: string; readonly map: MissingMap }[]
}

/**
 * The page: verdict, what was judged, every finding in a table to sort and search, drift by column, where values are missing,
 * each column beside the baseline. Whatever the data, every list ends, and says where the rest is.
 */
export function renderPage({ facts, profiles, baseline, missing }: PageFacts): Report {
  return {
    title: 'validate-data',
    verdict: banner(facts.verdict, HEADLINES[facts.verdict], facts.summary),
    contents: true,
    blocks: [
      ...judged(facts, profiles),
      ...findings(facts.checks),
      ...drift(facts.checks),
      ...powers(profiles[0]),
      ...missingValues(profiles, missing),
      ...section(
        'Columns',
        profiles.flatMap((profile) => columnTable(profile, MOST_COLUMNS)),
      ),
      ...section('Distributions', distributions(profiles, baseline, facts.checks)),
      ...passed(facts.checks),
    ],
  }
}

const section = (title: string, blocks: readonly Block[]): Block[] =>
  blocks.length === 0 ? [] : [heading(2, title), ...blocks]

const subjectOf = ({ subject }: Check): string => clip(exactLine(subject), 100)

const placeOf = ({ where }: Check): string =>
  where === null ? '' : ` (${clip(exactLine(where.file), 60)}:${where.line})`

function findings(checks: readonly Check[]): Block[] {
  const found = troubles(checks)
  if (found.length === 0) return []
  const shown = found.slice(0, MOST_FINDINGS)
  const rows = shown.map((check): Inline[] => [
    verdictLabel(check.verdict),
    clip(check.message, 300),
    code(clip(check.rule, 40)),
    subjectOf(check),
    measuredText(check),
    clip(check.expected, 120) + placeOf(check),
    withCode(clip(check.cure ?? '', 300)),
  ])
  const hidden = found.length - shown.length
  return section('Findings', [
    table(
      [
        { ...column('verdict'), order: [...VERDICTS].reverse().map(verdictLabel) },
        'what was found',
        'rule',
        'subject',
        column('measured', 'right'),
        'expected',
        'what to do',
      ],
      rows,
      {
        caption: `${plural(found.length, 'finding')}, worst first`,
        importance: 70,
        tools: { choose: [0, 2], find: [3, 1] },
      },
    ),
    ...(hidden > 0 ? [paragraph(`${plural(hidden, 'more finding')} in data-validation.json.`)] : []),
    ...firstRows(found, MOST_ROWS_OF),
  ])
}

/** The columns that moved most first, by the index that was measured; one list for each kind of index. */
function drift(checks: readonly Check[]): Block[] {
  const kinds = new Map<string, MeasuredDrift[]>()
  for (const one of measuredDrifts(checks)) {
    const same = kinds.get(one.kind) ?? []
    same.push(one)
    kinds.set(one.kind, same)
  }
  return section(
    'Drift by column',
    [...kinds].flatMap(([kind, all]) => driftTable(kind, all)),
  )
}

function driftTable(kind: string, all: readonly MeasuredDrift[]): Block[] {
  const sorted = [...all].sort((a, b) => b.index - a.index)
  const shown = sorted.slice(0, MOST_DRIFTS)
  const rows = shown.map(({ check, index }): Inline[] => [
    subjectOf(check),
    formatNumber(index),
    verdictLabel(check.verdict),
    clip(check.expected, 120),
  ])
  const hidden = sorted.length - shown.length
  return [
    table(
      [
        'column',
        {
          ...column(kind),
          bar: { values: shown.map(({ index }) => index), most: shown[0]?.index ?? 1, tone: 'main' },
        },
        { ...column('verdict'), order: [...VERDICTS].reverse().map(verdictLabel) },
        'expected',
      ],
      rows,
      {
        caption: `Drift of ${plural(sorted.length, 'column')} from the baseline, largest ${kind} first`,
        tools: { choose: [2], find: [0] },
      },
    ),
    ...(hidden > 0 ? [paragraph(`${plural(hidden, 'more column')} with less drift in data-validation.json.`)] : []),
  ]
}

/** What each feature alone tells of the label, the most telling first. */
function powers(profile: DatasetProfile | undefined): Block[] {
  const known = (profile?.power ?? []).flatMap(({ feature, power, n }) =>
    power === null ? [] : [{ feature, power, n }],
  )
  const shown = known.sort((a, b) => b.power - a.power).slice(0, MOST_DRIFTS)
  if (shown.length === 0) return []
  const hidden = known.length - shown.length
  return section('What each feature alone tells about the label', [
    table(
      [
        'feature',
        { ...column('power'), bar: { values: shown.map(({ power }) => power), most: 1, tone: 'main' } },
        column('rows', 'right'),
      ],
      shown.map(({ feature, power, n }): Inline[] => [
        clip(exactLine(feature), 100),
        formatNumber(power),
        formatInteger(n),
      ]),
      { caption: 'Power of each feature: 0 tells nothing, 1 all', tools: { choose: [], find: [0] } },
    ),
    ...(hidden > 0 ? [paragraph(`${plural(hidden, 'more feature')} with less power in data-profile.json.`)] : []),
  ])
}

function missingValues(profiles: readonly DatasetProfile[], maps: PageFacts['missing']): Block[] {
  const charts = maps.flatMap(({ dataset, map }) => {
    const rows = profiles.find(({ name }) => name === dataset)?.rows ?? 0
    return missingChart(dataset, rows, map) ?? []
  })
  return section('Missing values', charts)
}

function passed(checks: readonly Check[]): Block[] {
  const all = checks.filter(({ verdict }) => verdict === 'pass')
  const rows = all
    .slice(0, MOST_PASSED)
    .map((check): Inline[] => [code(check.rule), subjectOf(check), clip(check.message, 200), clip(check.expected, 120)])
  const hidden = all.length - rows.length
  return section(
    'Passed',
    all.length === 0
      ? []
      : [
          details(`${plural(all.length, 'check')} passed`, [
            table(['rule', 'subject', 'what was found', 'expected'], rows, { tools: { choose: [0], find: [1] } }),
            ...(hidden > 0 ? [paragraph(`${formatInteger(hidden)} more in data-validation.json.`)] : []),
          ]),
        ],
  )
}
