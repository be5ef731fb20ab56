import type { Problem } from '../../../shared/core/errors.js'
import { nearestNames } from '../../../shared/core/nearest.js'
import { shortList } from '../../../shared/report/format.js'
import type { Task } from '../../../shared/stats/sample.js'
import type { TruthKeys } from './columns.js'

/**
 * Mistakes in the keys of `data` that name the truth: those that a task needs and lacks, those that it does not know, and
 * columns that the test data do not have. For every task; the caller knows other reasons why `target` may be missing.
 */
export function taskKeyProblems(task: Task, keys: TruthKeys, columns: readonly string[]): Problem[] {
  const problems: Problem[] = []
  const need = (key: 'target' | 'query' | 'item', why: string, cure: string) => {
    if (keys[key] === undefined) problems.push({ where: `data.${key}`, message: `is missing: ${why}`, cure })
  }
  if (task === 'ranking') {
    need('query', 'nothing can be ranked without it', 'name the column with what items are ranked for, such as user_id')
    need('item', 'nothing can be ranked without it', 'name the column with the item')
  } else if (task === 'multilabel') {
    if (keys.target === undefined && keys.targets === undefined) {
      problems.push({
        where: 'data.target',
        message: 'is missing: nothing can be judged without the true values',
        cure: 'name the column that lists the classes of a row, or the columns of 0 and 1 as data.targets',
      })
    }
    if (keys.target !== undefined && keys.targets !== undefined) {
      problems.push({ where: 'data.targets', message: 'stands beside data.target', cure: 'keep one of the two' })
    }
  } else {
    need('target', 'nothing can be judged without the true values', 'name the column to predict')
  }
  const foreign = (key: 'targets' | 'query' | 'item', of: Task) => {
    if (keys[key] === undefined || task === of) return
    problems.push({
      where: `data.${key}`,
      message: `is a key of the task ${of}, and this one is ${task}`,
      cure: `remove it, or set task to ${of}`,
    })
  }
  foreign('targets', 'multilabel')
  foreign('query', 'ranking')
  foreign('item', 'ranking')
  const named = [
    ['data.target', keys.target],
    ...(keys.targets ?? []).map((name, i) => [`data.targets[${i}]`, name] as const),
    ['data.query', keys.query],
    ['data.item', keys.item],
  ] as const
  for (const [where, name] of named) {
    if (name === undefined || columns.includes(name)) continue
    const [near] = nearestNames(name, columns)
    problems.push({
      where,
      message: `the test data have no column "${name}"`,
      cure: `${near === undefined ? '' : `did you mean "${near}"? `}it has: ${shortList(columns, 20)}`,
    })
  }
  return problems
}
