import { type Problem, problemsError } from '../../../shared/core/errors.js'
import type { Cell } from '../../../shared/data/engine/engine.js'
import { shortList } from '../../../shared/report/format.js'
import type { JudgedRows } from '../judged-rows.js'
import { readList } from './lists.js'
import type { RankedLists } from './ranking.js'
import type { TaskSample } from './usual.js'

/** How the rows of a table of predictions become answers for `normalise`. */
export interface AnswerReader {
  /** Columns that are read, as the table has them. */
  readonly columns: readonly string[]
  /** @param cells of those columns, in their order */
  answer(cells: readonly Cell[]): Record<string, unknown>
}

const PROBABILITY = 'p_'
const QUANTILE = 'q_'

/** Columns that hold the answers of a task, in words. */
export const ANSWER_COLUMNS: Readonly<Record<TaskSample['task'], string>> = {
  multilabel: 'labels, p_<class>',
  quantile: 'q_<level>, such as q_0.1',
  ranking: 'score, rank',
  text: 'text',
}

/** The reader of a table with these columns; null when none of them holds an answer of the task. */
export function answerReader(
  task: TaskSample['task'],
  columns: readonly string[],
  separator: string,
): AnswerReader | null {
  const own = columns.filter((name) => holdsAnswer(task, name))
  if (own.length === 0) return null
  return { columns: own, answer: (cells) => answerOf(own, cells, separator) }
}

function holdsAnswer(task: TaskSample['task'], name: string): boolean {
  switch (task) {
    case 'multilabel':
      return name === 'labels' || name.startsWith(PROBABILITY)
    case 'quantile':
      return (
        name.startsWith(QUANTILE) && name.length > QUANTILE.length && !Number.isNaN(Number(name.slice(QUANTILE.length)))
      )
    case 'ranking':
      return name === 'score' || name === 'rank'
    case 'text':
      return name === 'text'
  }
}

function answerOf(columns: readonly string[], cells: readonly Cell[], separator: string): Record<string, unknown> {
  const answer: Record<string, unknown> = {}
  const parts: Record<'probabilities' | 'quantiles', Record<string, unknown>> = {
    // A class may be called as what every object has.
    probabilities: Object.create(null),
    quantiles: {},
  }
  for (const [k, name] of columns.entries()) {
    const cell = cells[k] ?? null
    if (name.startsWith(PROBABILITY)) parts.probabilities[name.slice(PROBABILITY.length)] = cell
    else if (name.startsWith(QUANTILE)) parts.quantiles[name.slice(QUANTILE.length)] = cell
    else if (name === 'labels') answer.labels = cell === null ? null : (readList(String(cell), separator) ?? cell)
    else answer[name] = cell
  }
  for (const key of ['probabilities', 'quantiles'] as const) {
    // A row without any of its numbers has none: a number that is missing among others is told by `normalise`.
    if (Object.values(parts[key]).some((cell) => cell !== null)) answer[key] = parts[key]
  }
  return answer
}

/**
 * The ranked lists of a file: columns of query and item, named as in the test rows, and `score` or `rank`.
 * Throws one UserError for columns that are not there.
 */
export async function readRankedLists(
  file: JudgedRows,
  { query, item }: { readonly query: string; readonly item: string },
  path: string,
): Promise<RankedLists> {
  const names = file.columns.map(({ name }) => name)
  const problems: Problem[] = []
  const cure = `it has: ${shortList(names, 20)}`
  for (const name of [query, item]) {
    if (!names.includes(name)) problems.push({ where: path, message: `has no column "${name}"`, cure })
  }
  const by = ['score', 'rank'].find((name) => names.includes(name))
  if (by === undefined) problems.push({ where: path, message: 'has neither "score" nor "rank"', cure })
  if (problems.length > 0 || by === undefined) throw problemsError(`${path} has no ranked lists.`, problems)
  const numbers = await file.numbers(by)
  const score = by === 'score' ? numbers : numbers.map((rank) => -rank)
  return { queries: await file.codes(query), items: await file.codes(item), score }
}
