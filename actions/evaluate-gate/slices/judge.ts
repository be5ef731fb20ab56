import type { Check } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import { agree, formatFixed, formatInteger, formatPercent, plural } from '../../../shared/report/format.js'
import { LOSSES } from '../../../shared/stats/slices/loss.js'
import { certaintyText, differenceText, intervalText, valueText } from '../figures.js'
import { measured } from '../measure.js'
import { roundedOrNull } from '../rounding.js'
import type { Discovered, Discovery } from './discover.js'

/**
 * What the search says to the verdict: nothing at level `off`; else a check for each confirmed slice, or one that says that none
 * was. A search that could not be made, or whose finds could not be tested, has shown nothing.
 */
export function discoveryChecks(discovery: Discovery): Check[] {
  const { level } = discovery.options
  if (level === 'off') return []
  const confirmed = toldSlices(discovery)
  if (confirmed.length > 0) return confirmed.map((one) => sliceCheck(one, discovery, level))
  const untested = discovery.found.filter(({ outcome }) => outcome === 'untested').length
  const isOpen = discovery.slices === 0 || (untested > 0 && untested === discovery.found.length)
  const message = searchText(discovery)
  return [
    checkOf(isOpen ? (level === 'warn' ? 'warn' : 'inconclusive') : 'pass', {
      rule: 'slice-search',
      subject: 'discovered slices',
      message: `${message}.`,
      expected: 'no slice is confirmed to be worse',
      n: discovery.tested,
      details: { level, slices: discovery.slices, candidates: discovery.found.length, untested },
      cure: 'give more test rows, or lower min-rows of discover-slices',
    }),
  ]
}

/** The confirmed slices that are told: the first `top` of each kind. */
export function toldSlices({ found, options }: Pick<Discovery, 'found' | 'options'>): Discovered[] {
  const confirmed = found.filter(({ outcome }) => outcome === 'confirmed')
  return (['regression', 'weak'] as const).flatMap((kind) =>
    confirmed.filter(({ candidate }) => candidate.kind === kind).slice(0, options.top),
  )
}

/** What was done, in one sentence without its full stop. */
export function searchText(discovery: Discovery): string {
  const { slices, found, searched, tested, notes } = discovery
  if (slices === 0) return notes.at(-1) ?? 'nothing was searched'
  const looked = `${plural(slices, 'slice')} ${agree(slices, 'was', 'were')} looked at on one half of the rows (${formatInteger(searched)})`
  if (found.length === 0) return `${looked}, and none was worse than the others by enough to test it`
  const confirmed = found.filter(({ outcome }) => outcome === 'confirmed').length
  const untested = found.filter(({ outcome }) => outcome === 'untested').length
  const part = untested === 0 ? '' : `, and ${formatInteger(untested)} could not be tested`
  return `${looked}, ${formatInteger(found.length)} of them tested on the other (${formatInteger(tested)}): ${confirmed === 0 ? 'none was' : `${formatInteger(confirmed)} ${agree(confirmed, 'was', 'were')}`} confirmed${part}`
}

/** `1.94 (1.83 … 2.06)`. */
export function liftText({ contrast: { lift } }: Pick<Discovered, 'contrast'>): string {
  const value = formatFixed(lift.value, 2)
  return lift.interval === null
    ? value
    : `${value} (${formatFixed(lift.interval.low, 2)} … ${formatFixed(lift.interval.high, 2)})`
}

function sliceCheck(one: Discovered, discovery: Discovery, level: 'warn' | 'fail'): Check {
  const { candidate, contrast, adjusted, name } = one
  const isWeak = candidate.kind === 'weak'
  const { title } = LOSSES[discovery.kind]
  const shown = (value: number) => valueText({ value, interval: contrast.difference.interval })
  const against = isWeak ? 'of the other rows' : 'of the baseline on the same rows'
  const lift = isWeak ? 'times that of all rows' : 'times that of the baseline'
  return checkOf(level, {
    rule: isWeak ? 'weak-slice' : 'slice-regression',
    subject: `${title}, ${name}`,
    message: `${title} of ${name} is ${shown(contrast.loss)} against ${shown(contrast.against)} ${against}: ${differenceText(contrast.difference)} (${certaintyText(contrast.difference, true)}), ${liftText(one)} ${lift}. Found on one half of the rows, confirmed on the other.`,
    measured: roundedOrNull(contrast.difference.value),
    expected: 'no slice is confirmed to be worse',
    n: contrast.rows,
    interval: measured(contrast.difference).interval,
    details: {
      loss: LOSSES[discovery.kind].definition,
      lift: roundedOrNull(contrast.lift.value),
      liftFound: roundedOrNull(candidate.lift),
      effect: roundedOrNull(contrast.effect),
      sliceLine: roundedOrNull(candidate.score),
      p: roundedOrNull(contrast.p),
      adjusted: roundedOrNull(adjusted),
      slices: discovery.slices,
      tested: discovery.found.length,
      level,
    },
    cure: isWeak
      ? 'look at these rows: features that they lack, labels, how many of them the training data have; declare the slice to hold it to a rule'
      : 'look at the rows of this slice that got worse; declare the slice to hold it to a rule',
  })
}

/** What stands below a table of discovered slices. */
export function methodText({ options, kind, plainRows, changeAgainst }: Discovery): string {
  const rate = formatPercent(options['false-discovery-rate'])
  const test =
    kind === 'zero-one' && plainRows
      ? 'Newcombe’s interval, a paired one against the baseline'
      : plainRows
        ? 'Welch’s t, a paired t against the baseline'
        : 'a t test that honours weights and clusters of rows'
  const rest =
    changeAgainst === 'rest'
      ? ' The candidate’s loss is larger on the whole, so that a slice has to have lost more than the other rows.'
      : ''
  return `Loss: ${LOSSES[kind].title} (${LOSSES[kind].definition}). Slices are searched on one half of the rows, by the hash of their names, and tested on the other with ${test}; so many tests are corrected for by Benjamini and Hochberg (false discovery rate ${rate}). Lift: loss as a multiple of that of all rows, or of the baseline’s on the same rows.${rest}`
}

/** The interval of a difference, with its sign. */
export function gapText({ contrast: { difference } }: Pick<Discovered, 'contrast'>): string {
  const text = differenceText(difference)
  return difference.interval === null ? text : `${text} (${intervalText(difference.interval, true)})`
}
