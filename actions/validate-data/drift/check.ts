import type { Check, Scalar, Verdict } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import { type ColumnJudgement, judgeDrift } from '../../../shared/data/drift/judge.js'
import type { DataDrift } from '../../../shared/data/drift/measure.js'
import { METHOD_FACTS } from '../../../shared/data/drift/methods.js'
import { asksMore, driftRules } from '../../../shared/data/drift/rules.js'
import { FREE_TEXT } from '../../../shared/data/drift/types.js'
import { formatFixed, plural } from '../../../shared/report/format.js'
import type { LoadedContract } from '../contract.js'
import type { Evidence } from '../evidence.js'
import type { Baseline } from './baseline.js'
import { checkDriftShare, checkJoint, checkSlices } from './check-dataset.js'
import { checkPairs } from './check-pairs.js'
import { chanceOf, moveOf, nonFiniteDetails, sinceAndNews, sizeOf } from './words.js'

/** What it means that there is no baseline; nothing when there is one. */
export function checkBaseline(baseline: Baseline): Check[] {
  if (baseline.state === 'found') return []
  const message = `drift was not measured: ${baseline.reason}`
  if (baseline.state === 'unreadable') {
    return [
      checkOf('inconclusive', {
        rule: 'baseline-unreadable',
        subject: 'baseline',
        message,
        expected: 'a data-profile.json in the deployed release',
        cure: 'package the model in a chain with validate-data, or set `data.baseline` to `none` or to a file',
      }),
    ]
  }
  if (baseline.state === 'no-rows') {
    return [
      checkOf('inconclusive', {
        rule: 'baseline-without-rows',
        subject: 'baseline',
        message,
        expected: 'rows of the same time one season earlier',
        cure: 'give a baseline that reaches back so far, or another `season`',
      }),
    ]
  }
  const rule = baseline.state === 'none' ? 'no-baseline' : 'first-run'
  return [checkOf('pass', { rule, subject: 'baseline', message })]
}

/** What the checks of drift need to know; `more` is there when `measureDataDrift` was asked. */
export type DriftEvidence = Pick<Evidence, 'profile' | 'sameAsBaseline' | 'drift'> & {
  readonly more?: DataDrift | null
}

/** Drift of a dataset against the baseline: each column and the label, their share, slices, and columns together. */
export function checkDrift(
  { profile, drift, sameAsBaseline, more = null }: DriftEvidence,
  loaded: LoadedContract,
): Check[] {
  if (sameAsBaseline) {
    const message = `the ${profile.name} data are those of the baseline, byte for byte`
    return [checkOf('pass', { rule: 'drift', subject: profile.name, message, n: profile.rows })]
  }
  const { contract } = loaded
  const columns = more?.columns ?? judgeDrift(drift ?? [], driftRules(contract))
  const about = { dataset: profile.name, loaded, more }
  const checks = columns.flatMap((column) => columnCheck('drift', column, about))
  const label = more?.label ?? null
  return [
    ...checks,
    ...(label === null ? [] : columnCheck('label-drift', label, about)),
    ...(asksMore(contract) ? checkDriftShare(columns, profile, loaded, more?.since) : []),
    ...(more === null
      ? []
      : [
          ...checkSlices(more, profile, loaded),
          ...checkJoint(more, profile, loaded),
          ...checkPairs(more, profile, loaded),
        ]),
  ]
}

interface About {
  readonly dataset: string
  readonly loaded: LoadedContract
  readonly more: DataDrift | null
}

function columnCheck(
  rule: 'drift' | 'label-drift',
  judged: ColumnJudgement,
  { dataset, loaded, more }: About,
): Check[] {
  const { warn, level } = loaded.contract.drift
  const { drift, measure, state } = judged
  const name = JSON.stringify(drift.column)
  if (state === 'unmeasured' && judged.reason === FREE_TEXT)
    return withheldCheck(rule, judged, { dataset, loaded, more })
  const rows = drift.cells.reduce((sum, { current }) => sum + current, 0)
  const facts = {
    rule,
    subject: `${dataset}: ${drift.column}`,
    measured: measure === null ? drift.psi : measure.effect,
    expected: expectedOf(judged, warn),
    n: rows,
    details: detailsOf(judged, loaded, more),
    where: loaded.place(['drift']),
  }
  const size = sizeOf(judged)
  switch (state) {
    case 'unmeasured':
      return [
        checkOf('inconclusive', {
          ...facts,
          message: `the drift of ${name} could not be measured: ${judged.reason}`,
          cure: 'declare the type of the column in the contract, or leave it out of `drift.columns`',
        }),
      ]
    case 'unproven':
      return [
        checkOf('inconclusive', {
          ...facts,
          message: `${plural(rows, 'row')} cannot show whether ${name} has drifted: ${size}, and chance alone reaches ${formatFixed(judged.byChance, 2)}`,
          cure: 'judge more rows',
        }),
      ]
    case 'none': {
      // A mean or a distance that a few far-off values make, while the values as a whole are where they were.
      const few =
        measure !== null && measure.effect >= measure.limit
          ? `, which is chance or a few values: ${chanceOf(judged)}`
          : ''
      return [checkOf('pass', { ...facts, message: `${name} has not drifted: ${size}${few}` })]
    }
    default: {
      const chance = measure === null ? '' : `, ${chanceOf(judged)}`
      const verdict: Verdict = state === 'drifted' ? level : 'warn'
      const moved = moveOf(judged)
      return [
        checkOf(verdict, {
          ...facts,
          message: `${name} has drifted: ${size}${chance}${moved === '' ? '' : `; ${moved}`}${sinceAndNews(drift.column, more)}`,
          examples: (more?.news.get(drift.column) ?? []).map(({ value, count }) => ({
            where: `new value, ${plural(count, 'row')}`,
            value: value.slice(0, 100),
          })),
          cure: 'find out what changed at the source; if the change is real, train on data that hold it',
        }),
      ]
    }
  }
}

/** A column whose values cannot be compared: that none is missing on either side is all there is to say, and it is said. */
function withheldCheck(rule: string, { drift }: ColumnJudgement, { dataset, loaded, more }: About): Check[] {
  if (more === null || drift.compared === undefined) return []
  const { sensitive, before, now } = drift.compared
  const why = sensitive
    ? 'its values are withheld'
    : 'its values are identifiers or free text, of which the baseline keeps neither words nor lengths'
  return [
    checkOf('pass', {
      rule,
      subject: `${dataset}: ${drift.column}`,
      message: `of ${JSON.stringify(drift.column)} only missing values were compared, and there are none: ${why}`,
      measured: 0,
      n: now.rows,
      details: { of: 'missing values', baselineValues: before.rows, currentValues: now.rows },
      where: loaded.place(['drift']),
    }),
  ]
}

function expectedOf({ measure, method }: ColumnJudgement, warn: number): string {
  if (measure === null) return method === null || method === 'psi' ? `a population stability index below ${warn}` : ''
  return `a ${METHOD_FACTS[measure.method].effect} below ${measure.limit}, or one that chance reaches`
}

/** Every number behind the verdict, and the formula that made it. */
function detailsOf(
  judged: ColumnJudgement,
  { contract }: LoadedContract,
  more: DataDrift | null,
): Record<string, Scalar> {
  const { drift, measure, method, adjusted, byChance } = judged
  const { warn, fail } = contract.drift
  const since = more?.since.get(drift.column)
  const common = {
    ...nonFiniteDetails(drift),
    ...(since === undefined ? {} : { since: since.since, period: since.unit }),
  }
  if (measure === null) {
    const of = method === 'psi' ? { method, formula: METHOD_FACTS.psi.formula } : {}
    return { bins: drift.cells.length, byChance, warn, fail, ...of, ...common }
  }
  return {
    method: measure.method,
    of: measure.of,
    formula: METHOD_FACTS[measure.method].formula,
    statistic: measure.statistic,
    effect: measure.effect,
    limit: measure.limit,
    ...(measure.from === undefined ? {} : { from: measure.from }),
    // How much larger or smaller the exact effect may be: only cells of the baseline are known.
    bound: measure.bound,
    pValue: measure.pValue,
    pMethod: measure.pMethod,
    adjusted,
    correction: 'Holm',
    byChance,
    psi: drift.psi,
    baselineValues: measure.n,
    currentValues: measure.m,
    ...common,
  }
}
