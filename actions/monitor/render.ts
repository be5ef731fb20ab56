import type { Monitoring, SloResult } from '../../shared/contracts/monitoring.js'
import { troubles } from '../../shared/core/verdict.js'
import { overrideBlocks } from '../../shared/registry/overrides.js'
import {
  type Block,
  banner,
  code,
  column,
  details,
  heading,
  type Inline,
  list,
  paragraph,
  type Report,
  table,
} from '../../shared/report/blocks.js'
import { timeSeries } from '../../shared/report/charts/series.js'
import { findingsTable } from '../../shared/report/findings.js'
import {
  formatFixed,
  formatInteger,
  formatInterval,
  formatNumber,
  formatPercent,
  formatTime,
  plural,
} from '../../shared/report/format.js'
import { wilson } from '../../shared/stats/intervals.js'
import { sliceName } from './duration.js'
import { allowedBad, highestBurnRate, SLICE_ROWS, slicesMeeting } from './slo.js'

/** Everything that the report shows; `minEvents` and `confidence` are those of each objective. */
export interface Shown
  extends Pick<
    Monitoring,
    | 'verdict'
    | 'summary'
    | 'checks'
    | 'environment'
    | 'deployed'
    | 'rows'
    | 'newest'
    | 'slos'
    | 'versions'
    | 'features'
    | 'decision'
    | 'overrides'
  > {
  readonly confidence: number
  readonly history: readonly { readonly at: string; readonly tag: string; readonly state: string }[]
}

const DECISIONS: Readonly<Record<Monitoring['decision']['action'], string>> = {
  none: 'nothing to do',
  observe: 'keep watching',
  retrain: 'retrain',
  rollback: 'roll back',
  'fix-data': 'mend the data',
}

/** The fastest of the usual burn-rate alerts: 14.4 times the budget over one hour (SRE workbook, table 5-8). */
const FAST_BURN = 14.4

/** Decision first, then why, then each objective with its budget, then versions and features. */
export function renderMonitoring(shown: Shown): Report {
  const { verdict, summary, decision } = shown
  const to = decision.to === null ? '' : ` to ${decision.to}`
  return {
    title: 'monitor',
    verdict: banner(verdict, `${DECISIONS[decision.action]}${to}`, summary),
    blocks: [
      paragraph(subject(shown)),
      ...overrideBlocks(shown.overrides),
      heading(2, 'Why'),
      list(decision.reasons),
      ...findings(shown),
      ...shown.slos.flatMap((slo) => objective(slo, shown)),
      ...versions(shown),
      ...features(shown),
    ],
  }
}

function subject({ environment, deployed, rows, newest }: Shown): Inline {
  const what: Inline = deployed?.tag ? [code(deployed.tag), ' serves in '] : 'No deployment is recorded for '
  return [
    what,
    environment,
    `. ${formatInteger(rows)} rows in the log, the newest of ${newest === null ? 'unknown time' : formatTime(newest)}.`,
  ]
}

/** More findings than this are folded. */
const OPEN_FINDINGS = 12

function findings({ checks }: Shown): Block[] {
  const found = troubles(checks)
  const [open, folded] = [found.slice(0, OPEN_FINDINGS), found.slice(OPEN_FINDINGS)]
  return [
    ...(open.length === 0 ? [] : [findingsTable(open)]),
    ...(folded.length === 0 ? [] : [details(plural(folded.length, 'more finding'), [findingsTable(folded)])]),
  ]
}

function objective(slo: SloResult, { confidence, history }: Shown): Block[] {
  const { name, condition, objective, window, good, total, attainment, state, series } = slo
  const rows: Inline[][] = [
    ['good', code(condition.good)],
    ...(condition.valid === null ? [] : [['counted', code(condition.valid)]]),
    ['objective', `${formatPercent(objective)} of the rows of the last ${window}`],
    ['attained', `${formatPercent(attainment.value)} (${formatInteger(good)} of ${formatInteger(total)})`],
    [
      `${formatPercent(confidence)} interval (Wilson)`,
      attainment.interval === null
        ? '–'
        : `${formatInterval(attainment.interval.low * 100, attainment.interval.high * 100)} %`,
    ],
    ['state', state],
    ['error budget', budget(slo)],
    ['slices', slices(slo)],
  ]
  const blocks: Block[] = [heading(2, name), table(['', ''], rows)]
  if (highestBurnRate(objective) < FAST_BURN) {
    blocks.push(
      details('What this budget means', [
        paragraph(
          `An objective of ${formatPercent(objective)} leaves a budget of ${formatPercent(1 - objective)}: so many rows may be bad. Even when every row is bad, the budget burns only ${formatNumber(highestBurnRate(objective))} times as fast as allowed, so the usual burn-rate alert (${FAST_BURN} times over one hour) could never fire. What tells here is the attainment with its interval, and the share of slices that reach the objective.`,
        ),
      ]),
    )
  }
  if (series.length > 1) {
    blocks.push(
      timeSeries({
        title: `${name}, slices of ${sliceName(slo.sliceSeconds)}`,
        measure: name,
        percent: true,
        target: { value: objective, name: 'objective' },
        events: history
          .filter(({ at }) => at >= (slo.from ?? '') && at <= (slo.to ?? ''))
          .map(({ at, tag, state }) => ({ time: at, label: state === 'success' ? tag : `${tag} ${state}` })),
        points: series.map(({ from, good, total }) => {
          const interval = wilson(good, total, confidence)
          return {
            time: shortTime(from, slo.sliceSeconds),
            value: total === 0 ? null : good / total,
            low: interval?.low ?? null,
            high: interval?.high ?? null,
            n: total,
          }
        }),
      }),
    )
  }
  return blocks
}

/** A day is enough where slices are days or longer. */
const shortTime = (iso: string, width: number): string => (width >= 86_400 ? iso.slice(0, 10) : `${iso.slice(0, 16)}Z`)

function budget({ budgetUsed, objective, good, total }: SloResult): string {
  if (budgetUsed === null) return 'no row, so nothing is known'
  return `${formatPercent(budgetUsed)} used: ${formatInteger(total - good)} bad rows, ${formatInteger(allowedBad(total, objective))} are allowed`
}

function slices(slo: SloResult): string {
  const { met, judged, skipped } = slicesMeeting(slo)
  const width = `slices of ${sliceName(slo.sliceSeconds)} length`
  if (judged === 0) return `none of the ${skipped} ${width} has ${SLICE_ROWS} rows`
  const rest = skipped === 0 ? '' : `; ${skipped} with fewer than ${SLICE_ROWS} rows are not counted`
  return `${met} of ${judged} ${width} reach it${rest}`
}

function versions({ versions, deployed }: Shown): Block[] {
  if (versions.length === 0) return []
  const names = versions[0]?.slos.map(({ name }) => name) ?? []
  const rows = versions.map(({ value, tag, rows, from, to, slos }): Inline[] => [
    [code(tag ?? value), tag !== null && tag === deployed?.tag ? ' (deployed)' : ''],
    formatInteger(rows),
    `${from.slice(0, 10)} … ${to.slice(0, 10)}`,
    ...slos.map(({ good, total, state }) => `${formatPercent(total === 0 ? null : good / total)} ${state}`),
  ])
  return [heading(2, 'Versions in the log'), table(['version', column('rows', 'right'), 'time', ...names], rows)]
}

function features({ features }: Shown): Block[] {
  if (features.length === 0) return []
  const rank = ({ broken, psi }: (typeof features)[number]) => (broken ? 1000 : 0) + (psi ?? 0)
  const sorted = [...features].sort((a, b) => rank(b) - rank(a))
  const rows = sorted.map(({ name, psi, level, missing, trainingMissing, broken, since }): Inline[] => [
    code(name),
    formatFixed(psi, 3),
    level,
    formatPercent(trainingMissing),
    formatPercent(missing),
    broken ? `broken${since === null ? '' : ` since ${formatTime(since)}`}` : '',
  ])
  const columns = [
    'feature',
    column('PSI', 'right'),
    'drift',
    column('missing in training', 'right'),
    column('missing now', 'right'),
    '',
  ]
  return [
    heading(2, 'Features against the training data of the deployed version'),
    table(columns, rows.slice(0, 12)),
    ...(rows.length > 12 ? [details(`${rows.length - 12} more features`, [table(columns, rows.slice(12))])] : []),
  ]
}
