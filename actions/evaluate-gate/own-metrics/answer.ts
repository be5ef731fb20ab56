import { excerpt } from '../../../shared/predict/normalise.js'
import type { WholeValue } from '../../../shared/stats/sample.js'

/** What a metric command printed: a value, perhaps with an interval, or a value for each row, whose mean is the metric. */
export type OwnAnswer = Float64Array | WholeValue

/**
 * Reads the output of a metric command: a number, `{"value": v}`, `{"value": v, "low": a, "high": b}`, or `{"rows": [v, …]}`
 * with one number for each line of the input. What stands before the last line is taken as talk.
 * Returns what is wrong in words that follow "printed".
 */
export function readOwnAnswer(output: string, rows: number): OwnAnswer | { readonly problem: string } {
  const parsed = parse(output)
  if (parsed === undefined) {
    return { problem: output.trim() === '' ? 'nothing' : `${excerpt(output.trim())}, which is not JSON` }
  }
  if (typeof parsed === 'number') return wholeAnswer({ value: parsed })
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) {
    return { problem: `${excerpt(parsed)}, which is neither a number nor an object with "value" or "rows"` }
  }
  const answer = parsed as Record<string, unknown>
  if (answer.rows !== undefined) return rowsOf(answer.rows, rows)
  if (answer.value === undefined) return { problem: `${excerpt(parsed)}, which has neither "value" nor "rows"` }
  return wholeAnswer(answer)
}

/** The whole output, else its last line. */
function parse(output: string): unknown {
  const lines = output.trim().split('\n')
  for (const text of [output, lines[lines.length - 1] ?? '']) {
    try {
      return JSON.parse(text) as unknown
    } catch {}
  }
  return undefined
}

function wholeAnswer({ value, low, high }: Record<string, unknown>): OwnAnswer | { readonly problem: string } {
  if (!isNumber(value)) return { problem: `a value of ${excerpt(value)}, which is not a finite number` }
  if (low === undefined && high === undefined) return { value, interval: null }
  if (!isNumber(low) || !isNumber(high) || low > value || value > high) {
    return {
      problem: `an interval of ${excerpt(low ?? null)} … ${excerpt(high ?? null)} that does not hold the value ${value}`,
    }
  }
  return { value, interval: { low, high } }
}

function rowsOf(given: unknown, rows: number): OwnAnswer | { readonly problem: string } {
  if (!Array.isArray(given)) return { problem: `"rows" of ${excerpt(given)}, which is not a list` }
  if (given.length !== rows) return { problem: `${given.length} values in "rows" for ${rows} lines of input` }
  const at = given.findIndex((value) => !isNumber(value))
  if (at >= 0) return { problem: `${excerpt(given[at])} in "rows" for line ${at + 1}, which is not a finite number` }
  return Float64Array.from(given as number[])
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
