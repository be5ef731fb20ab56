import { excerpt } from './normalise.js'
import type { Row } from './predictor.js'
import { cellJson } from './rows.js'

/** Body of `POST /invocations`: rows as `dataframe_split`. */
export function invocationsBody(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const data = rows.map((row) => `[${columns.map((name) => cellJson(row[name])).join(',')}]`)
  return `{"dataframe_split":{"columns":${JSON.stringify(columns)},"data":[${data.join(',')}]}}`
}

/** Answers of a reply: `{"predictions": […]}`, or the bare list of MLflow 1. */
export function readInvocations(reply: unknown, error: (problem: string) => Error): unknown[] {
  if (Array.isArray(reply)) return reply
  const predictions = (reply as { predictions?: unknown } | null)?.predictions
  if (!Array.isArray(predictions)) throw error(`the answer has no list of predictions: ${excerpt(reply)}`)
  return predictions
}
