import type { InputRef } from '../../shared/contracts/common.js'
import type { Prediction } from '../../shared/contracts/predict.js'
import type { Context } from '../../shared/core/context.js'
import { type Problem, problemsError } from '../../shared/core/errors.js'
import type { Cell } from '../../shared/data/engine.js'
import { excerpt, normalise } from '../../shared/predict/normalise.js'
import type { Task } from '../../shared/stats/sample.js'
import type { NamedPrediction } from './join.js'
import { readTable } from './rows.js'

export interface PredictionFile {
  readonly predictions: readonly NamedPrediction[]
  readonly ref: InputRef
}

/** Columns of a table of predictions: the id, any of these, and `p_<class>` for the probability of a class. */
const KEYS = ['label', 'score', 'value'] as const
const PROBABILITY = 'p_'

/**
 * Reads a file of predictions. JSON Lines: one object per row with the id and `score`, `label`, `probabilities` or
 * `value`. CSV, TSV, Parquet: the same as columns, probabilities as `p_<class>`. Throws UserError.
 */
export async function readPredictions(
  ctx: Context,
  path: string,
  id: string | null,
  task: Task,
): Promise<PredictionFile> {
  const idColumn = id ?? 'id'
  if (/\.(jsonl|ndjson)$/i.test(path)) {
    const text = await ctx.files.readText(path)
    const predictions = parseLines(text, path, idColumn, task)
    return {
      predictions,
      ref: { kind: 'file', name: path, ...(await ctx.files.digest(path)), rows: predictions.length },
    }
  }
  const table = await readTable(ctx, 'predictions', path, 'evaluate.predictions', idColumn)
  return {
    predictions: predictionsOfTable(table, path, idColumn, task),
    ref: table.files[0] as InputRef,
  }
}

/** JSON Lines as predictions. Throws one UserError with the first mistakes, each with its line. */
export function parseLines(text: string, path: string, id: string, task: Task): NamedPrediction[] {
  const faults = new Faults(path)
  const predictions = text.split('\n').flatMap((line, i): NamedPrediction[] => {
    if (line.trim() === '') return []
    const where = `${path}:${i + 1}`
    let answer: unknown
    try {
      answer = JSON.parse(line)
    } catch {
      return faults.add(where, `${excerpt(line)} is not JSON`)
    }
    const name = (answer as Record<string, unknown> | null)?.[id]
    if (!['string', 'number', 'boolean'].includes(typeof name)) return faults.add(where, `has no "${id}"`)
    if (typeof name === 'number' && Number.isInteger(name) && !Number.isSafeInteger(name)) {
      return faults.add(where, `has an "${id}" of more digits than a JSON number keeps: write it as text`)
    }
    const result = normalise(answer, task)
    if ('problem' in result) return faults.add(where, `is ${result.problem}`)
    return [{ id: String(name), prediction: result.prediction }]
  })
  faults.throwAny()
  return predictions
}

/** Rows of a table as predictions. Throws one UserError with the first mistakes, each with its row. */
export function predictionsOfTable(
  table: { readonly columns: readonly string[]; readonly rows: readonly Readonly<Record<string, Cell>>[] },
  path: string,
  id: string,
  task: Task,
): NamedPrediction[] {
  const faults = new Faults(path)
  const classes = table.columns.filter((name) => name.startsWith(PROBABILITY))
  const columns: readonly string[] = [...KEYS.filter((key) => table.columns.includes(key)), ...classes]
  if (!table.columns.includes(id)) faults.add(path, `has no column "${id}"`)
  if (columns.length === 0) faults.add(path, `has none of the columns ${KEYS.join(', ')} and ${PROBABILITY}<class>`)
  faults.throwAny()
  const predictions = table.rows.flatMap((row, i): NamedPrediction[] => {
    const answer: Record<string, unknown> = Object.fromEntries(columns.map((key) => [key, row[key]]))
    if (classes.length > 0) {
      answer.probabilities = Object.fromEntries(classes.map((key) => [key.slice(PROBABILITY.length), row[key]]))
    }
    const result = normalise(answer, task)
    if ('problem' in result) return faults.add(`${path} row ${i + 1}`, `is ${result.problem}`)
    return [{ id: String(row[id]), prediction: result.prediction as Prediction }]
  })
  faults.throwAny()
  return predictions
}

class Faults {
  private readonly problems: Problem[] = []
  private readonly path: string
  private count = 0

  constructor(path: string) {
    this.path = path
  }

  add(where: string, message: string): [] {
    this.count += 1
    if (this.problems.length < 5) this.problems.push({ where, message })
    return []
  }

  throwAny(): void {
    if (this.count === 0) return
    const more = this.count - this.problems.length
    if (more > 0) this.problems.push({ where: this.path, message: `${more} more rows that are no predictions` })
    const last = this.problems[this.problems.length - 1] as Problem
    const cure = 'write one prediction per row with its id: {"id": …, "score": …}, or "label", "probabilities", "value"'
    this.problems[this.problems.length - 1] = { ...last, cure }
    throw problemsError(`${this.path} is no file of predictions.`, this.problems)
  }
}
