import type { Config } from '../../shared/contracts/config.js'
import type { ColumnType } from '../../shared/contracts/data-contract.js'
import { type Problem, problemsError } from '../../shared/core/errors.js'
import { nearestNames } from '../../shared/core/nearest.js'
import type { Cell } from '../../shared/data/engine/engine.js'
import { featureNames } from '../../shared/data/features.js'
import { inferTask } from '../../shared/data/task.js'
import { plural, shortList } from '../../shared/report/format.js'
import type { Task } from '../../shared/stats/sample.js'
import { taskKeyProblems } from './tasks/keys.js'

/** What is asked of a model, and how its answers are read. */
export interface Question {
  readonly task: Task
  readonly target: string
  /** Column that names a row, null when rows have no name. */
  readonly id: string | null
  /** Classes seen so far; a binary task has the negative one first. Empty for a task without classes. */
  readonly classes: readonly string[]
  readonly positive: string | null
  readonly threshold: number | null
  readonly features: readonly string[]
  /** All classes of the training data; null when nobody knows them. */
  readonly trained: readonly string[] | null
}

/** The column of true values. */
export interface TruthFacts {
  readonly type: ColumnType
  /** Rows that have a value. */
  readonly known: number
  /** Different values. */
  readonly distinct: number
  /** Whether a number is no whole one. */
  readonly fraction: boolean
  /** Whether a number is infinite. */
  readonly infinite: boolean
  /** Each value with its rows; only the first of them when they are many. */
  readonly values: readonly (readonly [value: Cell, rows: number])[]
}

export interface Asked {
  readonly columns: readonly string[]
  /** Null when there is no one column of true values. */
  readonly truth: TruthFacts | null
  /** Classes of the training data. */
  readonly knownClasses: readonly string[]
}

/** More classes than that are no classes: the pictures, tables and rules of a task with classes have no place for them. */
export const MOST_CLASSES = 1000

/** Settles the question from configuration and test data. Throws one UserError with every mistake. */
export function frameQuestion(config: Config, { columns, truth, knownClasses }: Asked): Question {
  const { target, id } = config.data
  const problems: Problem[] = []
  const missing = (key: string, name: string) =>
    problems.push({
      where: key,
      message: `the test data have no column "${name}"`,
      cure: columnsCure(name, columns),
    })
  const { weight, targets, query, item } = config.data
  problems.push(...taskKeyProblems(config.task ?? 'binary', { target, targets, query, item }, columns))
  for (const [key, name] of [
    ['data.id', id],
    ['data.weight', weight],
  ] as const) {
    if (name !== undefined && !columns.includes(name)) missing(key, name)
  }
  const apart = new Set([weight, ...(targets ?? [])])
  const features = featureNames(config.data, columns).filter((name) => !apart.has(name))
  for (const name of features) if (!columns.includes(name)) missing('data.features', name)
  if (problems.length > 0) throw problemsError('The test rows cannot be judged.', problems)
  const trained = knownClasses.length === 0 ? null : knownClasses
  const known = { id: id ?? null, features, trained, target: target ?? targets?.join(', ') ?? (item as string) }
  if (truth === null)
    return {
      ...known,
      task: config.task as Task,
      classes: [],
      positive: null,
      threshold: thresholdOf(config, config.task as Task),
    }
  if (truth.known === 0) {
    problems.push({
      where: 'data.test',
      message: `no row has a value of "${target}"`,
      cure: 'give rows with known true values',
    })
    throw problemsError('The test rows cannot be judged.', problems)
  }
  const task = config.task ?? taskOf(truth)
  const { classes, positive } = classesOf(task, truth, config.data.positive, knownClasses, problems)
  const isQuantity = task === 'regression' || task === 'quantile'
  if (isQuantity && !(['integer', 'number'].includes(truth.type) && !truth.infinite)) {
    problems.push({
      where: 'task',
      message: `${task}, but "${target}" has values that are no finite numbers`,
      cure: 'correct the column, or set task to binary or multiclass',
    })
  }
  if (problems.length > 0) throw problemsError('The test rows cannot be judged.', problems)
  return { ...known, task, classes, positive, threshold: thresholdOf(config, task) }
}

function thresholdOf({ evaluate }: Config, task: Task): number | null {
  return task === 'binary' || task === 'multilabel' ? evaluate.threshold : null
}

/** Classes that a model names and that neither the training data nor the judged rows have, when all of the former are known. */
export function strangeClasses({ task, classes, trained }: Question, named: readonly string[]): string[] {
  if (trained === null || (task !== 'multiclass' && task !== 'binary')) return []
  return named.filter((name) => !classes.includes(classNamed(name, classes)))
}

/** The question with classes that only the models know of. */
export function withClasses(question: Question, more: Iterable<string>): Question {
  if (question.task !== 'multiclass') return question
  return { ...question, classes: sorted([...question.classes, ...more]) }
}

/** `did you mean "size"? it has: …`. */
function columnsCure(name: string, columns: readonly string[]): string {
  const [near] = nearestNames(name, columns)
  return `${near === undefined ? '' : `did you mean "${near}"? `}it has: ${shortList(columns, 20)}`
}

/** Text of a class. */
function classText(cell: Cell): string {
  return String(cell)
}

/** The class that a name means: `True` and `FALSE`, as programs write a boolean, are the classes true and false. */
export function classNamed(name: string, classes: readonly string[]): string {
  const plain = name.toLowerCase()
  const isBoolean = plain === 'true' || plain === 'false'
  return isBoolean && !classes.includes(name) && classes.includes(plain) ? plain : name
}

function taskOf({ type, distinct, fraction }: TruthFacts): Task {
  return inferTask({ distinct, numeric: type === 'integer' || type === 'number', fraction })
}

function classesOf(
  task: Task,
  { values, distinct }: TruthFacts,
  positiveName: string | undefined,
  known: readonly string[],
  problems: Problem[],
): { classes: readonly string[]; positive: string | null } {
  if (task !== 'binary' && task !== 'multiclass') return { classes: [], positive: null }
  if (distinct > MOST_CLASSES) {
    problems.push({
      where: 'task',
      message: `${task}, but the target has ${plural(distinct, 'different value')}`,
      cure: 'set task to regression, or name the column with the classes as data.target',
    })
    return { classes: [], positive: null }
  }
  const counts = new Map<string, number>(known.map((name) => [name, 0]))
  for (const [value, rows] of values) counts.set(classText(value), (counts.get(classText(value)) ?? 0) + rows)
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
