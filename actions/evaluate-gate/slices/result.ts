import type { DiscoveredSlice, SliceDiscovery } from '../../../shared/contracts/evaluate-slices.js'
import { LOSSES } from '../../../shared/stats/slices/loss.js'
import { measured } from '../measure.js'
import { rounded, roundedInterval, roundedOrNull } from '../rounding.js'
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
    effect: roundedOrNull(contrast.effect),
    lift: {
      value: roundedOrNull(contrast.lift.value),
      interval: contrast.lift.interval && roundedInterval(contrast.lift.interval),
      found: roundedOrNull(candidate.lift),
    },
    score: candidate.score === null ? null : roundedOrNull(candidate.score),
    p: roundedOrNull(contrast.p),
    adjusted: roundedOrNull(adjusted),
    outcome: outcome === 'repeated' ? 'unconfirmed' : outcome,
    reason,
  }
}
