import type { BiasConfig } from '../../../shared/contracts/bias.js'
import type { Problem } from '../../../shared/core/errors.js'
import type { Cell } from '../../../shared/data/engine.js'
import { clip } from '../../../shared/report/escape.js'
import { formatInteger, plural, shortList } from '../../../shared/report/format.js'
import type { Question, Row } from '../question.js'
import { MISSING } from '../slices.js'

/** Values of the columns of a group, null where the value is missing. */
export type Values = readonly (string | null)[]

export interface Group {
  readonly values: Values
  /** Indices of its rows. */
  readonly rows: Uint32Array
}

/** What groups are compared with: chosen by the data, all rows, or one group. */
export type Reference = 'majority' | 'min' | 'overall' | { readonly values: Values }

/** The groups of one part of `evaluate.bias`. */
export interface Grouping {
  /** Its place in the list. */
  readonly index: number
  readonly config: BiasConfig
  /** With at least `min-rows` rows, in the order of their values. */
  readonly groups: readonly Group[]
  /** Smaller ones: listed, never dropped. */
  readonly small: readonly Group[]
  readonly reference: Reference
}

/** Characters of a name that are shown. */
const LONGEST = 80

/** Each class of each group is compared; more are no answer to a question that a person asks. */
export const MOST_COMPARED = 400

/**
 * Cuts the rows into the declared groups. A missing value is a value like any other. Mistakes are returned: a column or
 * a reference that is not there, a regression, too many groups.
 */
export function cutGroups(
  question: Pick<Question, 'rows' | 'task' | 'classes'>,
  columns: readonly string[],
  bias: readonly BiasConfig[],
): { groupings: Grouping[]; problems: Problem[] } {
  const problems: Problem[] = []
  const groupings = bias.flatMap((config, index): Grouping[] => {
    const key = `evaluate.bias[${index}]`
    const found = mistakesOf(config, columns, question, key)
    problems.push(...found)
    if (found.length > 0) return []
    const all = groupRows(question.rows, config.columns)
    const reference = referenceOf(config)
    if (typeof reference === 'object' && !all.some((group) => sameValues(group.values, reference.values))) {
      problems.push({
        where: `${key}.reference`,
        message: `no row of the test data has ${groupText(config.columns, reference.values)}`,
        cure: `the groups are: ${shortList(all.map(({ values }) => groupText(config.columns, values)))}; or write majority, min or overall`,
      })
      return []
    }
    const groups = all.filter(({ rows }) => rows.length >= config['min-rows'])
    const small = all.filter(({ rows }) => rows.length < config['min-rows'])
    const compared = groups.length * (question.task === 'multiclass' ? question.classes.length : 1)
    if (compared > MOST_COMPARED) {
      problems.push({
        where: `${key}.columns`,
        message: `make ${plural(groups.length, 'group')} of ${config['min-rows']} rows or more, ${formatInteger(compared)} with every class; at most ${MOST_COMPARED} are compared`,
        cure: 'name columns of fewer values, bring values together in data.prepare, or raise min-rows',
      })
      return []
    }
    return [{ index, config, groups, small, reference }]
  })
  return { groupings, problems }
}

/** `sex = F`, `sex = F, age = (missing)`. A text that looks like the missing value is quoted, a long one is cut. */
export function groupText(columns: readonly string[], values: Values): string {
  return columns.map((column, i) => `${clip(column, LONGEST)} = ${valueText(values[i] ?? null)}`).join(', ')
}

export function sameValues(a: Values, b: Values): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}

function valueText(value: string | null): string {
  if (value === null) return MISSING
  return value === MISSING || value === '' ? JSON.stringify(value) : clip(value, LONGEST)
}

function mistakesOf(
  { columns: named, reference }: BiasConfig,
  columns: readonly string[],
  { task }: Pick<Question, 'task'>,
  key: string,
): Problem[] {
  if (task === 'regression') {
    return [
      {
        where: key,
        message: 'compares rates of classes, and this model answers with numbers',
        cure: 'take it out, or judge an error by group with a rule on a slice: { metric: mae, slice: …, max: … }',
      },
    ]
  }
  const problems = named.flatMap((name, i): Problem[] => {
    const where = named.length === 1 ? `${key}.columns` : `${key}.columns[${i}]`
    if (named.indexOf(name) !== i) return [{ where, message: `names "${name}" twice`, cure: 'name each column once' }]
    if (columns.includes(name)) return []
    return [{ where, message: `the test data have no column "${name}"`, cure: `it has: ${shortList(columns, 20)}` }]
  })
  const given = Array.isArray(reference) ? reference.length : isKeyword(reference) ? named.length : 1
  if (given !== named.length) {
    problems.push({
      where: `${key}.reference`,
      message: `has ${plural(given, 'value')} for ${plural(named.length, 'column')}`,
      cure: `write a list with the value of each column: [${named.map((name) => `<${name}>`).join(', ')}]`,
    })
  }
  return problems
}

function isKeyword(reference: string): reference is 'majority' | 'min' | 'overall' {
  return reference === 'majority' || reference === 'min' || reference === 'overall'
}

function referenceOf({ reference }: BiasConfig): Reference {
  if (Array.isArray(reference)) return { values: reference }
  return isKeyword(reference) ? reference : { values: [reference] }
}

/** Groups found so far that begin with some values. */
interface Branch {
  readonly next: Map<string | null, Branch>
  readonly rows: number[]
}

function groupRows(rows: readonly Row[], columns: readonly string[]): Group[] {
  const root: Branch = { next: new Map(), rows: [] }
  for (const [i, row] of rows.entries()) {
    let branch = root
    for (const column of columns) {
      const value = cellText(row[column])
      let next = branch.next.get(value)
      if (next === undefined) {
        next = { next: new Map(), rows: [] }
        branch.next.set(value, next)
      }
      branch = next
    }
    branch.rows.push(i)
  }
  return leavesOf(root, []).sort((a, b) => compareValues(a.values, b.values))
}

function leavesOf({ next, rows }: Branch, values: Values): Group[] {
  if (next.size === 0) return rows.length === 0 ? [] : [{ values, rows: Uint32Array.from(rows) }]
  return [...next].flatMap(([value, branch]) => leavesOf(branch, [...values, value]))
}

function cellText(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell)
}

/** By the first value that differs; missing ones last. */
function compareValues(a: Values, b: Values): number {
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? null
    if (x === y) continue
    if (x === null || y === null) return x === null ? 1 : -1
    return x < y ? -1 : 1
  }
  return 0
}
