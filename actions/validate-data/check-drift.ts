import type { Check } from '../../shared/contracts/common.js'
import { checkOf } from '../../shared/core/check.js'
import { type ColumnDrift, FREE_TEXT } from '../../shared/data/drift.js'
import { formatFixed, formatPercent, plural } from '../../shared/report/format.js'
import type { Baseline } from './baseline.js'
import type { LoadedContract } from './contract.js'
import type { Evidence } from './evidence.js'

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
  const rule = baseline.state === 'none' ? 'no-baseline' : 'first-run'
  return [checkOf('pass', { rule, subject: 'baseline', message })]
}

/** Drift of each column of a dataset against the baseline. */
export function checkDrift({ profile, drift, sameAsBaseline }: Evidence, loaded: LoadedContract): Check[] {
  if (sameAsBaseline) {
    const message = `the ${profile.name} data are those of the baseline, byte for byte`
    return [checkOf('pass', { rule: 'drift', subject: profile.name, message, n: profile.rows })]
  }
  return (drift ?? []).flatMap((column) => driftCheck(column, profile.name, loaded))
}

function driftCheck(drift: ColumnDrift, dataset: string, loaded: LoadedContract): Check[] {
  const { warn, fail, level } = loaded.contract.drift
  const name = JSON.stringify(drift.column)
  const facts = {
    rule: 'drift',
    subject: `${dataset}: ${drift.column}`,
    measured: drift.psi,
    expected: `a population stability index below ${warn}`,
    n: drift.cells.reduce((sum, { current }) => sum + current, 0),
    details: { bins: drift.cells.length, byChance: drift.chance, warn, fail },
    where: loaded.place(['drift']),
  }
  if (drift.psi === null || drift.chance === null) {
    if (drift.reason === FREE_TEXT) return []
    return [
      checkOf('inconclusive', {
        ...facts,
        message: `the drift of ${name} could not be measured: ${drift.reason}`,
        cure: 'declare the type of the column in the contract, or leave it out of `drift.columns`',
      }),
    ]
  }
  const index = formatFixed(drift.psi, 3)
  if (drift.chance >= fail) {
    return [
      checkOf('inconclusive', {
        ...facts,
        message: `${plural(facts.n, 'row')} cannot show whether ${name} has drifted: its index is ${index}, and chance alone reaches ${formatFixed(drift.chance, 2)}`,
        cure: 'judge more rows',
      }),
    ]
  }
  if (drift.psi < Math.max(warn, drift.chance)) {
    return [checkOf('pass', { ...facts, message: `${name} has not drifted: its index is ${index}` })]
  }
  return [
    checkOf(drift.psi >= fail ? level : 'warn', {
      ...facts,
      message: `${name} has drifted: its index is ${index}; ${largestMove(drift)}`,
      cure: 'find out what changed at the source; if the change is real, train on data that hold it',
    }),
  ]
}

/** The cell that moved most, in shares of rows. */
function largestMove({ cells }: ColumnDrift): string {
  const [before, now] = [cells.reduce((sum, c) => sum + c.baseline, 0), cells.reduce((sum, c) => sum + c.current, 0)]
  const moves = cells.map(({ label, baseline, current }) => ({ label, from: baseline / before, to: current / now }))
  const most = moves.sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from))[0]
  if (most === undefined) return ''
  return `${JSON.stringify(most.label.slice(0, 80))} went from ${formatPercent(most.from)} to ${formatPercent(most.to)} of the rows`
}
