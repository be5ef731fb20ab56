import type { Check } from '../../shared/contracts/common.js'
import type { Log } from '../../shared/core/context.js'
import { troubles } from '../../shared/core/verdict.js'

/** GitHub shows no more than ten of each kind per step. */
const MOST = 10

/** Findings as annotations on the line of the contract that they belong to. */
export function annotate(log: Log, checks: readonly Check[]): void {
  for (const { verdict, rule, message, where } of troubles(checks).slice(0, MOST)) {
    const place = { title: `validate-data: ${rule}`, ...(where === null ? {} : { file: where.file, line: where.line }) }
    if (verdict === 'warn') log.warning(message, place)
    else log.error(message, place)
  }
}
