import type { Check } from '../contracts/common.js'
import { clip, exactLine, oneLine } from './escape.js'
import { formatInteger, formatNumber, missing } from './format.js'

const LONGEST_VALUE = 100

/** What was measured, for a person: numbers with three digits, texts cut. */
export function measuredText({ measured }: Pick<Check, 'measured'>): string {
  if (measured === null) return missing
  return typeof measured === 'number' ? formatNumber(measured) : clip(exactLine(String(measured)), LONGEST_VALUE)
}

/** A finding in plain lines, for readers that show text alone: what was found, expected, measured, where, what to do. */
export function findingLines(check: Check): string[] {
  const { message, expected, n, examples, cure, where } = check
  const sample = n === null ? '' : ` (n = ${formatInteger(n)})`
  return [
    oneLine(message),
    ...(expected === '' ? [] : [`expected: ${oneLine(expected)}`]),
    `measured: ${measuredText(check)}${sample}`,
    ...examples.map((one) => {
      const value = one.value === null ? missing : clip(exactLine(String(one.value)), LONGEST_VALUE)
      return `  ${oneLine(one.where)}: ${value}`
    }),
    ...(where === null ? [] : [`rule: ${oneLine(where.file)}:${where.line}`]),
    ...(cure === null ? [] : [`to do: ${oneLine(cure)}`]),
  ]
}
