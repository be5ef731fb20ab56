import type { Check, Verdict } from '../../shared/contracts/common.js'
import type { FeatureResult, SloResult, SloState } from '../../shared/contracts/monitoring.js'
import { checkOf } from '../../shared/core/check.js'
import { troubles } from '../../shared/core/verdict.js'
import { formatInteger, formatPercent, formatTime, plural } from '../../shared/report/format.js'
import type { Extent } from './measure.js'
import type { Settings } from './settings.js'

/** More rows than this share without an outcome are worth a note. */
const LATE_LABELS = 0.2

const VERDICTS: Readonly<Record<SloState, Verdict>> = {
  ok: 'pass',
  breach: 'fail',
  inconclusive: 'inconclusive',
  'insufficient-data': 'inconclusive',
  stale: 'inconclusive',
  error: 'error',
}

const CURES: Readonly<Record<SloState, string | null>> = {
  ok: null,
  breach: 'follow the decision of the report',
  inconclusive: 'wait for more rows, or take a longer window',
  'insufficient-data': 'wait for more rows, take a longer window, or lower min-events on purpose',
  stale: 'check the job that writes the log; monitor.max-age says how old the newest row may be',
  error: 'correct the condition of this objective in plumbline.yml',
}

export interface Judged {
  readonly slos: readonly SloResult[]
  /** Per objective, on the rows of the deployed version; null when they cannot be told apart. */
  readonly current: readonly ({
    readonly state: SloState
    readonly message: string
    readonly good: number
    readonly total: number
  } | null)[]
  readonly features: readonly FeatureResult[]
  /** Why drift was not measured, null when it was. */
  readonly driftReason: string | null
  readonly extent: Pick<Extent, 'rows' | 'untimed' | 'future'>
  /** The deployed release, when a version column is configured and no row of the log names it. */
  readonly absentVersion: string | null
}

/** Every finding of the monitoring as a check. */
export function judge(judged: Judged, drift: Settings['drift']): Check[] {
  return [
    ...judged.slos.flatMap((slo, i) => objectiveCheck(slo, judged.current[i] ?? null)),
    ...[...judged.features].sort(byDrift).flatMap((feature) => featureChecks(feature, drift)),
    ...notMeasured(judged.features),
    ...notes(judged),
  ]
}

/** The largest drift first. */
const byDrift = (a: FeatureResult, b: FeatureResult) => (b.psi ?? -1) - (a.psi ?? -1)

/** The reason of the verdict in one sentence. */
export function summarise(checks: readonly Check[], slos: readonly SloResult[]): string {
  const [first, ...rest] = troubles(checks)
  const states = slos.map(({ name, message }) => `${name}: ${message}`).join('; ')
  if (first === undefined) return states
  const more = rest.length === 0 ? '' : ` (and ${plural(rest.length, 'more finding')})`
  const isMet = slos.every(({ state }) => state === 'ok')
  return first.verdict === 'warn' && isMet
    ? `every objective is met, but ${first.message}${more}`
    : `${first.message}${more}`
}

function objectiveCheck(slo: SloResult, current: Judged['current'][number]): Check[] {
  const { name, state, message, objective, attainment, total, undecided } = slo
  const checks = [
    checkOf(VERDICTS[state], {
      rule: `objective-${state}`,
      subject: name,
      message: `${name}: ${message}`,
      measured: attainment.value,
      expected: `at least ${objective}`,
      n: total,
      interval: attainment.interval,
      details: { good: slo.good, budgetUsed: slo.budgetUsed, window: slo.window },
      cure: CURES[state],
    }),
  ]
  if (current?.state === 'breach' && state === 'ok') {
    checks.push(
      checkOf('fail', {
        rule: 'version-objective-breach',
        subject: name,
        message: `${name}, rows of the deployed version: ${current.message}; older rows still hide it in the window`,
        measured: current.good / current.total,
        expected: `at least ${objective}`,
        n: current.total,
        cure: CURES.breach,
      }),
    )
  }
  if (undecided > LATE_LABELS * (total + undecided)) {
    checks.push(
      checkOf('warn', {
        rule: 'outcomes-missing',
        subject: name,
        message: `${name}: for ${formatInteger(undecided)} of ${formatInteger(total + undecided)} rows it is not known whether they are good`,
        measured: undecided / (total + undecided),
        expected: `at most ${LATE_LABELS}`,
        n: total + undecided,
        cure: 'leave rows out by valid until their outcome is known, or let the log carry it',
      }),
    )
  }
  return checks
}

function featureChecks(feature: FeatureResult, drift: Settings['drift']): Check[] {
  const { name, psi, level, missing, trainingMissing, broken, since } = feature
  const checks: Check[] = []
  if (broken) {
    checks.push(
      checkOf('fail', {
        rule: 'feature-missing',
        subject: name,
        message: `feature ${name} is missing in ${formatPercent(missing)} of rows, ${formatPercent(trainingMissing)} in training${since === null ? '' : `, since ${formatTime(since)}`}`,
        measured: missing,
        expected: `at most ${Number(((trainingMissing ?? 0) + drift['max-missing-increase']).toFixed(4))}`,
        details: { trainingMissing, since },
        cure: 'mend the feed of this feature; predictions on empty values are guesses',
      }),
    )
  }
  if (!broken && (level === 'shifted' || level === 'drifted')) {
    checks.push(
      checkOf('warn', {
        rule: 'feature-drift',
        subject: name,
        message: `feature ${name} has moved away from the training data: PSI ${psi?.toFixed(3)}`,
        measured: psi,
        expected: `below ${drift.warn}`,
        details: { level, warn: drift.warn, fail: drift.fail },
        cure: 'look at the decision: drift without harm is watched, drift with a missed objective asks for a retraining',
      }),
    )
  }
  return checks
}

function notMeasured(features: readonly FeatureResult[]): Check[] {
  const names = features.filter(({ missing }) => missing === null).map(({ name }) => name)
  if (names.length === 0) return []
  return [
    checkOf('warn', {
      rule: 'feature-not-logged',
      subject: 'features',
      message: `not watched, because the log or the training profile has no such column: ${names.slice(0, 10).join(', ')}`,
      measured: names.length,
      expected: 'every feature in the log',
      cure: 'log these features, or name those to watch in monitor.drift.columns',
    }),
  ]
}

function notes({ driftReason, extent: { untimed, future, rows }, absentVersion }: Judged): Check[] {
  const checks: Check[] = []
  const note = (rule: string, subject: string, message: string, cure: string) =>
    checks.push(checkOf('warn', { rule, subject, message, cure }))
  if (driftReason !== null) {
    note(
      'drift-not-measured',
      'features',
      `drift and missing features were not measured: ${driftReason}`,
      'log the features of each row and deploy a release that carries data-profile.json, or set monitor.drift.columns to []',
    )
  }
  if (untimed > 0) {
    note(
      'time-unreadable',
      'log',
      `${formatInteger(untimed)} of ${formatInteger(rows)} rows have no time that can be read, and are left out`,
      'write times as 2026-01-31T12:00:00Z',
    )
  }
  if (future !== null) {
    note(
      'time-in-future',
      'log',
      `${formatInteger(future.rows)} of ${formatInteger(rows)} rows are dated after now, up to ${formatTime(new Date(future.latest).toISOString())}, and are left out`,
      'a time without an offset is taken as UTC: write times as 2026-01-31T12:00:00Z, and check the clock of what writes the log',
    )
  }
  if (absentVersion !== null) {
    note(
      'version-not-in-log',
      'log',
      `${absentVersion} is deployed, but no row of the log names it`,
      'log the release tag, version or manifest digest that answered in monitor.version',
    )
  }
  return checks
}
