import type { JudgedRows } from '../judged-rows.js'
import type { RankingColumns } from './ranking-truth.js'

/** Names of the columns that hold the truth of a task. */
export interface TruthKeys {
  readonly target: string | undefined
  /** Multilabel: columns of 0 and 1. */
  readonly targets: readonly string[] | undefined
  /** Ranking. */
  readonly query: string | undefined
  readonly item: string | undefined
}

/** The truth of the judged rows as it stands in the data. */
export type TruthColumns =
  | { readonly kind: 'lists'; readonly lists: Awaited<ReturnType<JudgedRows['codes']>> }
  | { readonly kind: 'indicators'; readonly indicators: ReadonlyMap<string, Float64Array> }
  | { readonly kind: 'numbers'; readonly numbers: Float64Array }
  | { readonly kind: 'ranking'; readonly ranking: RankingColumns }
  | { readonly kind: 'texts'; readonly texts: Awaited<ReturnType<JudgedRows['codes']>> }

type TaskName = 'multilabel' | 'quantile' | 'ranking' | 'text'

/** Reads the columns of the truth. Throws RangeError for keys that are not there: `taskKeyProblems` tells of them before. */
export async function readTruth(task: TaskName, keys: TruthKeys, rows: JudgedRows): Promise<TruthColumns> {
  const { target, targets, query, item } = keys
  if (task === 'ranking' && query !== undefined && item !== undefined) {
    const relevance = target === undefined ? null : await rows.numbers(target)
    return { kind: 'ranking', ranking: { queries: await rows.codes(query), items: await rows.codes(item), relevance } }
  }
  if (task === 'multilabel' && targets !== undefined) {
    const indicators = new Map<string, Float64Array>()
    for (const name of targets) indicators.set(name, await rows.numbers(name))
    return { kind: 'indicators', indicators }
  }
  if (target === undefined) throw new RangeError(`a ${task} model needs a column of true values`)
  if (task === 'quantile') return { kind: 'numbers', numbers: await rows.numbers(target) }
  if (task === 'text') return { kind: 'texts', texts: await rows.codes(target) }
  return { kind: 'lists', lists: await rows.codes(target) }
}
