import type { Check, Verdict } from '../../shared/contracts/common.js'
import type { Evaluation } from '../../shared/contracts/evaluation.js'
import { troubles } from '../../shared/core/verdict.js'
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
  strong,
  table,
  verdictLabel,
} from '../../shared/report/blocks.js'
import { formatDigest, formatInteger, formatPercent, missing, plural } from '../../shared/report/format.js'
import { biasComment, biasPage } from './bias/render.js'
import type { BiasReport } from './bias/run.js'
import { boundText, differenceText, intervalText, subjectText, valueText } from './figures.js'
import type { Measurement } from './measure.js'
import type { Demand, Judged } from './rules.js'

type Body = Pick<
  Evaluation,
  | 'verdict'
  | 'summary'
  | 'checks'
  | 'rows'
  | 'rowsDigest'
  | 'changes'
  | 'behaviour'
  | 'notMeasured'
  | 'baselineStatus'
  | 'confidence'
  | 'threshold'
  | 'positive'
  | 'task'
  | 'candidate'
>

export interface Facts extends Body {
  readonly model: string
  readonly baselineName: string
  readonly environment: string
  /** Whether the baseline is what the environment serves. */
  readonly deployed: boolean
  readonly testFiles: readonly string[]
  /** What the trivial model answers with. */
  readonly trivialName: string
  readonly htmlPath: string
  readonly judged: readonly Judged[]
  readonly measurements: readonly Measurement[]
  readonly biasReport: BiasReport
}

const MOST_ROWS = 12

/** The comment: verdict, reason, how sure, where to look. One that passes has four lines. */
export function renderComment(facts: Facts, charts: readonly ChartBlock[]): Report {
  const short = facts.verdict === 'pass'
  return {
    title: 'evaluate-gate',
    verdict: banner(facts.verdict, headlineOf(facts), facts.summary),
    blocks: short
      ? [paragraph(scopeOf(facts)), paragraph(whereToLook(facts))]
      : [
          ...ruleTable(facts, MOST_ROWS),
          ...otherTroubles(facts),
          ...biasComment(facts.biasReport),
          paragraph(scopeOf(facts)),
          ...sliceDetails(facts),
          ...behaviourDetails(facts),
          ...(charts.length === 0 ? [] : [details('Calibration and confusion', charts, { importance: 1 })]),
          ...notMeasured(facts),
          paragraph(whereToLook(facts)),
        ],
  }
}

/** Everything, with pictures and the definition of every number. */
export function renderFull(facts: Facts, charts: readonly ChartBlock[]): Report {
  return {
    title: 'evaluate-gate',
    verdict: banner(facts.verdict, headlineOf(facts), facts.summary),
    blocks: [
      paragraph(scopeOf(facts)),
      heading(2, 'Rules'),
      ...ruleTable(facts, Number.POSITIVE_INFINITY),
      ...otherTroubles(facts),
      heading(2, 'Metrics on all rows'),
      metricTable(
        facts.measurements.filter(({ slice }) => slice === null),
        facts,
      ),
      ...sliceDetails(facts),
      ...biasPage(facts.biasReport, facts.confidence),
      ...(charts.length === 0 ? [] : [heading(2, 'Charts'), ...charts]),
      ...behaviourDetails(facts),
      ...notMeasured(facts),
      heading(2, 'How each number is defined'),
      definitionTable(facts.measurements),
      paragraph(`The trivial model looks at no feature: it answers with ${facts.trivialName} of the judged rows.`),
      paragraph(whereToLook(facts)),
    ],
  }
}

function headlineOf({ verdict, baselineStatus, baselineName, model, environment, deployed }: Facts): Inline {
  const other: Inline = deployed
    ? [code(baselineName), `, deployed in ${environment}`]
    : baselineStatus === 'compared'
      ? code(baselineName)
      : []
  if (baselineStatus === 'same-as-candidate') return ['the candidate is ', code(baselineName), ' itself']
  const compared = baselineStatus === 'compared'
  const words: Record<Verdict, Inline> = {
    pass: compared ? ['may replace ', other] : ['good enough to be a version of ', code(model)],
    warn: compared ? ['may replace ', other, ', with warnings'] : ['good enough, with warnings'],
    inconclusive: compared ? [strong('not proven'), ' fit to replace ', other] : [strong('not proven'), ' good enough'],
    fail: compared
      ? [strong('do not replace'), ' ', other]
      : [strong('not good enough'), ' to be a version of ', code(model)],
    error: 'could not be judged',
  }
  return words[verdict]
}

/** The reason in one sentence: the worst finding, or what holds. */
export function summaryOf(checks: readonly Check[], judged: readonly Judged[], main: Measurement): string {
  const [worst, ...others] = troubles(checks)
  if (worst !== undefined) {
    const more = others.filter(({ verdict }) => verdict === worst.verdict).length
    const isPart = judged.some(({ check, demand }) => check === worst && demand.measurement.slice !== null)
    const average =
      isPart && isBetter(main) ? `Better on average (${main.metric.title} ${changeText(main.difference)}), but: ` : ''
    return `${average}${worst.message}${more === 0 ? '' : ` And ${plural(more, 'more finding')} of this kind.`}`
  }
  const same = checks.find(({ rule }) => rule === 'same-model')
  if (same !== undefined) return same.message
  const told = judged.find(({ demand }) => demand.code === 'metric-loss') ?? judged[judged.length - 1]
  const first = told?.check.message.split('; ')[0] ?? ''
  return `${first}; ${checks.length === 1 ? 'the one check holds' : `all ${checks.length} checks hold`}`
}

function isBetter({ difference, metric }: Measurement): boolean {
  if (!difference?.interval) return false
  return metric.direction === 'higher-is-better' ? difference.interval.low > 0 : difference.interval.high < 0
}

function scopeOf({ rows, testFiles, changes, baselineStatus, task }: Facts): Inline {
  const asked = baselineStatus === 'compared' ? ' on which both models answered' : ''
  const files = testFiles.flatMap((file, i): Inline[] => (i === 0 ? [code(file)] : [', ', code(file)])).slice(0, 7)
  const moved =
    changes === null
      ? ''
      : task === 'regression'
        ? ` · ${plural(changes.improved, 'value')} nearer to the truth, ${plural(changes.worsened, 'value')} further from it`
        : ` · ${plural(changes.improved, 'label')} became right, ${plural(changes.worsened, 'label')} became wrong`
  return [plural(rows, 'row'), ' of ', files, asked, moved]
}

function whereToLook({ htmlPath, candidate, rowsDigest, confidence }: Facts): Inline {
  const digest = candidate.digest === null ? [] : [' · candidate ', code(formatDigest(candidate.digest))]
  return [
    'Full report with charts and definitions: ',
    code(htmlPath),
    digest,
    ' · rows ',
    code(formatDigest(rowsDigest)),
    ` · intervals ${formatPercent(confidence)}`,
  ]
}

const ORDER: readonly Verdict[] = ['error', 'fail', 'inconclusive', 'warn', 'pass']

function ruleTable(facts: Facts, most: number): Block[] {
  const sorted = [...facts.judged].sort((a, b) => ORDER.indexOf(a.check.verdict) - ORDER.indexOf(b.check.verdict))
  const columns = [
    'metric',
    column('candidate', 'right'),
    column(baselineTitle(facts), 'right'),
    column(`difference (${formatPercent(facts.confidence)})`, 'right'),
    'rule',
    'verdict',
  ]
  const rows = sorted.map(ruleRow)
  const blocks: Block[] = [table(columns, rows.slice(0, most))]
  if (rows.length > most) {
    blocks.push(details(`${plural(rows.length - most, 'more rule')}`, [table(columns, rows.slice(most))]))
  }
  return blocks
}

function baselineTitle({ baselineStatus, deployed }: Facts): string {
  if (baselineStatus !== 'compared') return 'baseline'
  return deployed ? 'deployed' : 'baseline'
}

function ruleRow({ demand, check, decision }: Judged): Inline[] {
  const { measurement, words } = demand
  const { metric, slice, candidate, baseline, difference, trivial } = measurement
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
    subjectText(metric.title, slice),
    candidate.interval === null || change !== null
      ? valueText({ value: candidate.value, interval: common })
      : `${valueText(candidate)} (${intervalText(candidate.interval, false)})`,
    other,
    change === null ? missing : changeText(change),
    words,
    open === '' ? verdictLabel(check.verdict) : `${verdictLabel(check.verdict)}: ${open}`,
  ]
}

function changeText(change: Demand['estimate'] | null): string {
  if (change === null || Number.isNaN(change.value)) return missing
  const interval = change.interval === null ? '' : ` (${intervalText(change.interval, true)})`
  return `${differenceText(change)}${interval}`
}

/** What stands beside an open verdict: what the rows cannot show. */
function noteOf({ estimate }: Demand, check: Check): string {
  if (Number.isNaN(estimate.value)) return estimate.reason ?? 'undefined'
  const seen = check.details.detectable
  const rows = plural(estimate.n, 'row')
  return typeof seen === 'number' && estimate.interval !== null
    ? `${rows}: less than ${valueText({ value: seen, interval: estimate.interval })} cannot be seen`
    : (estimate.reason ?? rows)
}

/** Findings that no row of a table shows. */
function otherTroubles({ checks, judged, biasReport }: Facts): Block[] {
  const shown = new Set([...judged.map(({ check }) => check), ...biasReport.checks])
  const items = troubles(checks.filter((check) => !shown.has(check)))
  return items.length === 0
    ? []
    : [
        list(
          items.map(
            (check): Inline => [
              verdictLabel(check.verdict),
              ' ',
              check.message,
              check.cure === null ? '' : `. ${check.cure}.`,
            ],
          ),
        ),
      ]
}

function metricTable(measurements: readonly Measurement[], facts: Facts): Block {
  return table(
    [
      'metric',
      column('candidate', 'right'),
      column(baselineTitle(facts), 'right'),
      column('difference', 'right'),
      column('trivial model', 'right'),
      column('rows', 'right'),
    ],
    measurements.map(({ metric, slice, candidate, baseline, difference, trivial }): Inline[] => [
      subjectText(metric.title, slice),
      withInterval(candidate),
      baseline === null
        ? missing
        : valueText({ value: baseline.value, interval: difference?.interval ?? candidate.interval }),
      changeText(difference),
      valueText({ value: trivial.value, interval: candidate.interval }),
      formatInteger(candidate.n),
    ]),
  )
}

function withInterval(estimate: Demand['estimate']): string {
  if (Number.isNaN(estimate.value)) return `${missing} (${estimate.reason ?? 'undefined'})`
  return estimate.interval === null
    ? valueText(estimate)
    : `${valueText(estimate)} (${intervalText(estimate.interval, false)})`
}

function sliceDetails(facts: Facts): Block[] {
  const sliced = facts.measurements.filter(({ slice }) => slice !== null)
  if (sliced.length === 0) return []
  const moved = sliced.filter(({ difference }) => difference?.interval && excludesZero(difference.interval)).length
  const title =
    facts.baselineStatus === 'compared' ? `Slices: ${moved} of ${sliced.length} comparisons moved` : 'Slices'
  return [details(title, [metricTable(sliced.slice(0, 200), facts)], { importance: 2 })]
}

function excludesZero({ low, high }: { low: number; high: number }): boolean {
  return low > 0 || high < 0
}

function behaviourDetails({ behaviour }: Facts): Block[] {
  if (behaviour.length === 0) return []
  return [
    details(
      'Behaviour tests',
      behaviour.flatMap((test): Block[] => {
        const share = test.rate === null ? missing : formatPercent(test.rate)
        const line = `${test.name}: the answer moved by more than ${boundText(test.tolerance)} on ${test.failed} of ${plural(test.changed, 'changed row')} (${share}); ${plural(test.rows, 'row')} were picked.`
        const rows = test.examples.map((example): Inline[] => [
          code(example.id),
          example.column,
          String(example.before),
          String(example.after),
          valueText({ value: example.scoreBefore, interval: null }),
          valueText({ value: example.scoreAfter, interval: null }),
        ])
        const columns = ['row', 'column', 'before', 'after', column('answer before', 'right'), column('after', 'right')]
        return rows.length === 0 ? [paragraph(line)] : [paragraph(line), table(columns, rows)]
      }),
      { importance: 3 },
    ),
  ]
}

function notMeasured({ notMeasured }: Facts): Block[] {
  return notMeasured.length === 0 ? [] : [details('What was not measured', [list(notMeasured)], { importance: 4 })]
}

function definitionTable(measurements: readonly Measurement[]): Block {
  const metrics = [...new Set(measurements.map(({ metric }) => metric))]
  return table(
    ['metric', 'definition', 'interval of a value', 'interval of a difference'],
    metrics.map(({ title, name, definition, methods }) => [
      [title, ' ', code(name)],
      definition,
      methods.single,
      methods.difference,
    ]),
  )
}
