import type { Check } from '../contracts/common.js'
import { code, type Inline, type TableBlock, table, verdictLabel } from './blocks.js'

/** Checks that did not pass as a table: verdict, rule, what was found, what to do. */
export function findingsTable(found: readonly Check[]): TableBlock {
  const rows = found.map(({ verdict, rule, message, cure }): Inline[] => [
    verdictLabel(verdict),
    code(rule),
    message,
    withCode(cure ?? ''),
  ])
  return table(['', 'rule', 'what was found', 'what to do'], rows)
}

/** A cure is a sentence of ours: what stands between its backticks is code. */
const withCode = (text: string): Inline => text.split('`').map((part, i) => (i % 2 === 1 ? code(part) : part))
