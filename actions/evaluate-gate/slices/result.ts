import type { DiscoveredSlice, SliceDiscovery } from '../../../shared/contracts/evaluate-slices.js'
import { LOSSES } from '../../../shared/stats/slices/loss.js'
import type { Interval } from '../../../shared/stats/types.js'
import { measured } from '../measure.js'
import type { Discovered, Discovery } from './discover.js'

/** The search as a part of evaluation.json. */
export function discoveryPart(discovery: Discovery): SliceDiscovery {
  const { title, definition } = LOSSES[discovery.kind]
  return {
    loss: `${title}: ${definition}`,
    columns: discovery.columns.map(({ column, values }) => ({ column, values: [...values] })),
    predicates: discovery.predicates,
    minRows: discovery.minRows,
    searched: discovery.searched,
    tested: discovery.tested,
    slices: discovery.slices,
    slicesFound: discovery.found.map(slicePart),
    notes: [...discovery.notes],
  }
}

function slicePart({ candidate, contrast, predicates, adjusted, outcome, reason }: Discovered): DiscoveredSlice {
  return {
    kind: candidate.kind,
    predicates: predicates.map(({ column, value }) => ({ column, value })),
    rows: contrast.rows,
    loss: rounded(contrast.loss),
    against: rounded(contrast.against),
    difference: measured(contrast.difference),
    effect: orNull(contrast.effect),
    lift: {
      value: orNull(contrast.lift.value),
      interval: contrast.lift.interval && roundedInterval(contrast.lift.interval),
      found: orNull(candidate.lift),
    },
    score: candidate.score === null ? null : orNull(candidate.score),
    p: orNull(contrast.p),
    adjusted: orNull(adjusted),
    outcome: outcome === 'repeated' ? 'unconfirmed' : outcome,
    reason,
  }
}

function roundedInterval(interval: Interval): Interval {
  return { ...interval, low: rounded(interval.low), high: rounded(interval.high) }
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? rounded(value) : null
}

/** Twelve digits, as everywhere in the document; nine of a sum of millions are sure. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}
