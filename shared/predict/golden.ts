import { GoldenRow, type Prediction } from '../contracts/predict.js'
import { UserError } from '../core/errors.js'
import type { Row } from './predictor.js'
import { rowJson } from './rows.js'

export interface GoldenMismatch {
  /** From 1. */
  readonly row: number
  /** `score`, `label`, `value`, `labels`, `text`, `probabilities.<class>` or `quantiles.<level>`. */
  readonly field: string
  readonly expected: string | number | null
  readonly answered: string | number | null
}

/** Text of `golden.jsonl`, the same for the same rows and answers. */
export function encodeGolden(rows: readonly Row[], predictions: readonly Prediction[]): string {
  if (rows.length !== predictions.length) throw new Error('as many predictions as rows')
  return rows.map((row, at) => `{"row":${rowJson(row)},"prediction":${JSON.stringify(predictions[at])}}\n`).join('')
}

/** Golden rows of a package. Throws UserError naming the line that is none. */
export function decodeGolden(text: string, where: string): GoldenRow[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, at) => {
      try {
        return GoldenRow.parse(JSON.parse(line))
      } catch (error) {
        throw new UserError(`${where}, line ${at + 1} is not a golden row`, {
          cure: 'package the model again; a line is {"row": {…}, "prediction": {…}}',
          cause: error,
        })
      }
    })
}

/**
 * Where answers differ from the golden ones: labels and texts must be equal, numbers may differ by `tolerance`, which is relative
 * to the golden number where that is above 1. One mismatch a field; no answer at all differs too.
 */
export function compareGolden(
  golden: readonly GoldenRow[],
  answers: readonly Prediction[],
  tolerance: number,
): GoldenMismatch[] {
  return golden.flatMap(({ prediction }, at) => {
    const [expected, answered] = [fields(prediction), fields(answers[at] ?? null)]
    return [...new Set([...expected.keys(), ...answered.keys()])].flatMap((field) => {
      const [a, b] = [expected.get(field) ?? null, answered.get(field) ?? null]
      return same(a, b, tolerance) ? [] : [{ row: at + 1, field, expected: a, answered: b }]
    })
  })
}

function fields(prediction: Prediction | null): Map<string, string | number> {
  const found = new Map<string, string | number>()
  if (prediction === null) return found
  const { label, score, value, probabilities, labels, quantiles, text } = prediction
  if (label !== null) found.set('label', label)
  if (score !== null) found.set('score', score)
  if (value !== null) found.set('value', value)
  for (const [name, p] of Object.entries(probabilities ?? {})) found.set(`probabilities.${name}`, p)
  // The order of labels says nothing.
  if (labels !== undefined) found.set('labels', JSON.stringify([...labels].sort()))
  for (const [level, quantile] of Object.entries(quantiles ?? {})) found.set(`quantiles.${level}`, quantile)
  if (text !== undefined) found.set('text', text)
  return found
}

function same(a: string | number | null, b: string | number | null, tolerance: number): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a))
}
