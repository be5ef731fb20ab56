import type { BiasResult } from '../../../shared/contracts/bias.js'
import { formatFixed, plural } from '../../../shared/report/format.js'
import { RATES, type Rate } from '../../../shared/stats/bias/rates.js'
import { measured as figure } from '../measure.js'
import { type Grouping, sameValues } from './groups.js'
import type { JudgedComparison, JudgedRate, Open } from './judge.js'
import type { Comparison, Measured, OfModels } from './measure.js'

/** Groups that are too small are named up to here, and counted beyond. */
const MOST_SMALL = 50

/** What the document says of one part of `evaluate.bias`. */
export function biasResult(measured: Measured, judged: readonly JudgedRate[]): BiasResult {
  const { grouping, classes } = measured
  const { config } = grouping
  const own = judged.filter((one) => one.measured === measured).flatMap(({ comparisons }) => comparisons)
  return {
    columns: [...config.columns],
    reference: typeof grouping.reference === 'object' ? [...grouping.reference.values] : grouping.reference,
    tau: config.tau,
    measures: [...new Set(config.measures)],
    level: config.level,
    minRows: config['min-rows'],
    classes: classes.map((one) => ({
      class: one.class,
      groups: one.groups.map(({ group, rates }) => ({
        values: [...group.values],
        rows: group.rows.length,
        rates: ratesOf(rates),
      })),
      overall: ratesOf(one.overall),
      comparisons: one.comparisons.map((comparison) => comparisonOf(comparison, own)),
      spreads: one.spreads.map(({ name, against, candidate, baseline }) => ({
        name,
        against,
        difference: figures({ candidate: candidate.difference, baseline: baseline?.difference ?? null }),
        ratio: figures({ candidate: candidate.ratio, baseline: baseline?.ratio ?? null }),
      })),
      parity: one.parity,
    })),
    excluded: excludedOf(grouping),
  }
}

/** Why a comparison is open, in a few words. */
export function openText(open: Open): string {
  switch (open.kind) {
    case 'few':
      return fewText(open)
    case 'small-reference':
      return `the reference has ${open.rows} rows`
    case 'undefined':
      return open.reason
    case 'interval':
      return 'the interval holds a bound'
    case 'chance':
      return 'may be chance among so many comparisons (Holm)'
  }
}

function fewText({ rows, who, what, have }: Extract<Open, { kind: 'few' }>): string {
  const below = `${rows} rows of the ${who} are below the line`
  if (what === 'clusters') return `${below}, of ${plural(have, 'cluster')}`
  return what === 'rows' ? below : `${below}, and count like ${formatFixed(have, 1)}`
}

function comparisonOf(comparison: Comparison, judged: readonly JudgedComparison[]) {
  const { rate, group, reference, ratio, difference } = comparison
  const own = judged.find((one) => one.rate === rate && one.class === comparison.class && sameValues(one.group, group))
  return {
    measure: rate,
    group: [...group],
    reference: reference && [...reference],
    ratio: figures(ratio),
    difference: figures(difference),
    decision: own?.outcome ?? null,
    reason: own?.open ? openText(own.open) : null,
  }
}

function ratesOf(rates: Readonly<Record<Rate, OfModels>>) {
  return Object.fromEntries(RATES.map((rate) => [rate, figures(rates[rate])])) as Record<
    Rate,
    ReturnType<typeof figures>
  >
}

function figures({ candidate, baseline }: OfModels) {
  return { candidate: figure(candidate), baseline: baseline && figure(baseline) }
}

function excludedOf({ small }: Grouping): BiasResult['excluded'] {
  const bySize = [...small].sort((a, b) => b.rows.length - a.rows.length)
  return {
    groups: small.length,
    rows: small.reduce((sum, { rows }) => sum + rows.length, 0),
    first: bySize.slice(0, MOST_SMALL).map(({ values, rows }) => ({ values: [...values], rows: rows.length })),
  }
}
