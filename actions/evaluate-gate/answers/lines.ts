import type { Prediction } from '../../../shared/contracts/predict.js'
import type { Context } from '../../../shared/core/context.js'
import { UserError } from '../../../shared/core/errors.js'
import { excerpt, normalise } from '../../../shared/predict/normalise.js'
import type { Task } from '../../../shared/stats/sample.js'
import { AnswerCollector } from './collector.js'
import type { AnswerColumns } from './columns.js'
import { FileFaults } from './file-faults.js'
import { linesOfFile } from './text-lines.js'

/** Predictions with the names of their rows, in the order of the file. */
export interface Named {
  readonly ids: readonly string[]
  readonly columns: AnswerColumns
}

/** JSON Lines of predictions, packed with gzip where the name ends in `.gz`. Throws one UserError with the first mistakes, each with its line. */
export async function readLines(ctx: Context, path: string, id: string, task: Task): Promise<Named> {
  if (!(await ctx.files.exists(path))) {
    throw new UserError(`there is no file ${path}`, { where: 'evaluate.predictions', cure: 'check its path' })
  }
  return parseLines(linesOfFile(ctx.files.resolve(path), path), path, id, task)
}

/**
 * Answers of lines of JSON, one each with its id under the name `id`. Throws one UserError with the first of every
 * kind of mistake.
 */
export async function parseLines(
  lines: Iterable<string> | AsyncIterable<string>,
  path: string,
  id: string,
  task: Task,
): Promise<Named> {
  const faults = new FileFaults(path)
  const ids: string[] = []
  const collected = new AnswerCollector(task)
  let line = 0
  for await (const text of lines) {
    line += 1
    const read = parseLine(line === 1 ? text.replace(/^\uFEFF/, '') : text, id, task)
    if (read === null) continue
    if ('problem' in read) {
      faults.add(`${path}:${line}`, read.problem)
      continue
    }
    ids.push(read.id)
    collected.add(read.prediction)
  }
  faults.throwAny()
  return { ids, columns: collected.columns() }
}

/** Null for an empty line. */
function parseLine(
  text: string,
  id: string,
  task: Task,
): { id: string; prediction: Prediction } | { problem: string } | null {
  if (text.trim() === '') return null
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return { problem: `${excerpt(text)} is not JSON` }
  }
  const name = (answer as Record<string, unknown> | null)?.[id]
  if (!['string', 'number', 'boolean'].includes(typeof name)) return { problem: `has no "${id}"` }
  if (typeof name === 'number' && Number.isInteger(name) && !Number.isSafeInteger(name)) {
    return { problem: `has an "${id}" of more digits than a JSON number keeps: write it as text` }
  }
  const result = normalise(answer, task)
  return 'problem' in result ? { problem: `is ${result.problem}` } : { id: String(name), prediction: result.prediction }
}
