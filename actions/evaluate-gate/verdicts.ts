import type { Verdict } from '../../shared/contracts/common.js'
import type { EvaluateConfig } from '../../shared/contracts/config.js'
import type { Decision } from './decide.js'

/** What an undecided demand does: it blocks like a broken one, or passes with a warning. */
export type OpenPolicy = EvaluateConfig['inconclusive']

/**
 * An undecided demand blocks like a broken one does, unless it is said otherwise; one of level `warn` never does more than
 * warn.
 */
export function verdictOfDecision(decision: Decision, level: 'fail' | 'warn', open: OpenPolicy = 'block'): Verdict {
  if (decision === 'kept') return 'pass'
  if (level === 'warn') return 'warn'
  if (decision === 'broken') return 'fail'
  return open === 'warn' ? 'warn' : 'inconclusive'
}
