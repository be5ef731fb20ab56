import type { Config } from '../../shared/contracts/config.js'
import type { Problem } from '../../shared/core/errors.js'
import { problemsError } from '../../shared/core/errors.js'
import { digestOf } from '../../shared/core/hash.js'
import type { Cell } from '../../shared/data/engine.js'
import { featureNames } from '../../shared/data/features.js'
import { inferTask } from '../../shared/data/task.js'
import { rowJson } from '../../shared/predict/rows.js'
import { shortList } from '../../shared/report/format.js'
import type { Task } from '../../shared/stats/sample.js'
import { hashBlocks } from '../../shared/stats/sampling/bootstrap.js'
import type { Table } from './rows.js'

export type Row = Readonly<Record<string, Cell>>

/** What is asked of a model: rows with a known truth, and how its answers are read. */
export interface Question {
  readonly task: Task
  readonly target: string
  /** Column that names a row, null when rows have no name. */
  readonly id: string | null
  /** Classes seen so far; a binary task has the negative one first. Empty for a regression. */
  readonly classes: readonly string[]
  readonly positive: string | null
  readonly threshold: number | null
  readonly features: readonly string[]
  /** Rows that have a value of the target. */
  readonly rows: readonly Row[]
  /** Name of each row: its id, or `row 12`. */
  readonly names: readonly string[]
  readonly truth: readonly Cell[]
  readonly withoutTruth: number
  /** Bootstrap block of each row. */
  readonly blocks: Uint16Array
  readonly rowsDigest: string
}

/** Text of a class. */
export function classText(cell: Cell): string {
  return String(cell)
}

/** The class that a name means: `True` and `FALSE`, as programs write a boolean, are the classes true and false. */
export function classNamed(name: string, classes: readonly string[]): string {
  const plain = name.toLowerCase()
  const isBoolean = plain === 'true' || plain === 'false'
  return isBoolean && !classes.includes(name) && classes.includes(plain) ? plain : name
}

/**
 * Settles the question from configuration and test rows. `knownClasses` are those of the training data.
 * Throws one UserError with every mistake.
 */
export function frameQuestion(config: Config, table: Table, knownClasses: readonly string[]): Question {
  const { target, id } = config.data
  const problems: Problem[] = []
  const missing = (key: string, name: string) =>
    problems.push({ where: key, message: `the test data have no column "${name}"`, cure: columnsCure(table.columns) })
  if (target === undefined) {
    problems.push({
      where: 'data.target',
      message: 'is missing: nothing can be judged without the true values',
      cure: 'name the column to predict',
    })
  } else if (!table.columns.includes(target)) missing('data.target', target)
  if (id !== undefined && !table.columns.includes(id)) missing('data.id', id)
  const features = featureNames(config.data, table.columns)
  for (const name of features) if (!table.columns.includes(name)) missing('data.features', name)
  if (problems.length > 0 || target === undefined) throw problemsError('The test rows cannot be judged.', problems)

  const kept = table.rows.flatMap((row, i) => (row[target] === null || row[target] === undefined ? [] : [i]))
  const rows = kept.map((i) => table.rows[i] as Row)
  const truth = rows.map((row) => row[target] as Cell)
  if (rows.length === 0) {
    problems.push({
      where: 'data.test',
      message: table.rows.length === 0 ? 'has no rows' : `no row has a value of "${target}"`,
      cure: 'give rows with known true values',
    })
    throw problemsError('The test rows cannot be judged.', problems)
  }
  const names = rows.map((row, i) => (id === undefined ? `row ${(kept[i] as number) + 1}` : String(row[id])))
  if (id !== undefined) problems.push(...duplicateProblems(names, id))
  const task = config.task ?? taskOf(truth)
  const { classes, positive } = classesOf(task, truth, config.data.positive, knownClasses, problems)
  if (task === 'regression' && truth.some((value) => typeof value !== 'number' || !Number.isFinite(value))) {
    problems.push({
      where: 'task',
      message: `regression, but "${target}" has values that are no finite numbers`,
      cure: 'correct the column, or set task to binary or multiclass',
    })
  }
  if (problems.length > 0) throw problemsError('The test rows cannot be judged.', problems)
  const lines = rows.map(rowJson)
  return {
    task,
    target,
    id: id ?? null,
    classes,
    positive,
    threshold: task === 'binary' ? config.evaluate.threshold : null,
    features,
    rows,
    names,
    truth,
    withoutTruth: table.rows.length - rows.length,
    blocks: hashBlocks(id === undefined ? lines : names),
    rowsDigest: digestOf([...lines].sort().join('\n')),
  }
}

/** The question with classes that only the models know of. */
export function withClasses(question: Question, more: Iterable<string>): Question {
  if (question.task !== 'multiclass') return question
  return { ...question, classes: sorted([...question.classes, ...more]) }
}

function taskOf(truth: readonly Cell[]): Task {
  const values = [...new Set(truth)]
  const numeric = values.every((value) => typeof value === 'number' || typeof value === 'bigint')
  return inferTask({
    distinct: values.length,
    numeric,
    fraction: values.some((value) => !Number.isInteger(Number(value))),
  })
}

function classesOf(
  task: Task,
  truth: readonly Cell[],
  positiveName: string | undefined,
  known: readonly string[],
  problems: Problem[],
): { classes: readonly string[]; positive: string | null } {
  if (task === 'regression') return { classes: [], positive: null }
  const counts = new Map<string, number>(known.map((name) => [name, 0]))
  for (const value of truth) counts.set(classText(value), (counts.get(classText(value)) ?? 0) + 1)
  const classes = sorted(counts.keys())
  if (task === 'multiclass') return { classes, positive: null }
  if (classes.length > 2) {
    problems.push({
      where: 'task',
      message: `binary, but the target has ${classes.length} values: ${shortList(classes)}`,
      cure: 'set task to multiclass, or make the target two-valued in data.prepare',
    })
    return { classes, positive: null }
  }
  const given = positiveName && classNamed(positiveName, classes)
  if (given !== undefined && classes.length === 2 && !classes.includes(given)) {
    problems.push({
      where: 'data.positive',
      message: `"${given}" is no value of the target`,
      cure: `it is one of: ${shortList(classes)}`,
    })
  }
  const usual = classes.find((name) => /^(1|true|yes)$/i.test(name))
  const rarer = [...classes].sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0))[0]
  const positive = given ?? usual ?? (rarer as string)
  const negative = classes.find((name) => name !== positive) ?? `not ${positive}`
  return { classes: [negative, positive], positive }
}

function duplicateProblems(names: readonly string[], id: string): Problem[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) twice.add(name)
    seen.add(name)
  }
  if (twice.size === 0) return []
  return [
    {
      where: 'data.id',
      message: `${twice.size} values of "${id}" name more than one test row: ${shortList([...twice])}`,
      cure: 'give every row its own id, or name another column',
    },
  ]
}

function columnsCure(columns: readonly string[]): string {
  return `it has: ${shortList(columns, 20)}`
}

/** Numbers in their order, then texts in theirs, each once. */
function sorted(names: Iterable<string>): string[] {
  const number = (name: string) => (name.trim() !== '' && Number.isFinite(Number(name)) ? Number(name) : null)
  return [...new Set(names)].sort((a, b) => {
    const [x, y] = [number(a), number(b)]
    if (x !== null && y !== null) return x - y
    if (x !== null || y !== null) return x !== null ? -1 : 1
    return a < b ? -1 : 1
  })
}
