import type { BiasConfig } from '../../../shared/contracts/bias.js'
import type { Problem } from '../../../shared/core/errors.js'
import { clip } from '../../../shared/report/escape.js'
import { formatInteger, plural, shortList } from '../../../shared/report/format.js'
import type { Codes, JudgedRows } from '../judged-rows.js'
import type { Question } from '../question.js'

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

/** Shown for an empty cell, which is a value like any other. */
const MISSING = '(missing)'

/** Characters of a name that are shown. */
const LONGEST = 80

/** Each class of each group is compared; more are no answer to a question that a person asks. */
export const MOST_COMPARED = 400

/** The rows that are grouped: names of their columns, and the values of those that make groups. */
export interface GroupColumns {
  readonly n: number
  readonly columns: readonly string[]
  readonly codes: ReadonlyMap<string, Codes>
}

/** Fetches the columns that are named in `evaluate.bias` and are there. */
export async function groupColumns(rows: JudgedRows, bias: readonly BiasConfig[]): Promise<GroupColumns> {
  const columns = rows.columns.map(({ name }) => name)
  const codes = new Map<string, Codes>()
  for (const name of new Set(bias.flatMap((config) => config.columns))) {
    if (columns.includes(name)) codes.set(name, await rows.codes(name))
  }
  return { n: rows.n, columns, codes }
}

/**
 * Cuts the rows into the declared groups. A missing value is a value like any other. Mistakes are returned: a column or
 * a reference that is not there, a regression, too many groups.
 */
export function cutGroups(
  question: Pick<Question, 'task' | 'classes'>,
  { n, columns, codes: codesOf }: GroupColumns,
  bias: readonly BiasConfig[],
): { groupings: Grouping[]; problems: Problem[] } {
  const problems: Problem[] = []
  const groupings: Grouping[] = []
  for (const [index, config] of bias.entries()) {
    const key = `evaluate.bias[${index}]`
    const found = mistakesOf(config, columns, question, key)
    problems.push(...found)
    if (found.length > 0) continue
    const all = groupRows(
      config.columns.map((name) => codesOf.get(name) as Codes),
      n,
    )
    const reference = referenceOf(config)
    if (typeof reference === 'object' && !all.some((group) => sameValues(group.values, reference.values))) {
      problems.push({
        where: `${key}.reference`,
        message: `no row of the test data has ${groupText(config.columns, reference.values)}`,
        cure: `the groups are: ${shortList(all.map(({ values }) => groupText(config.columns, values)))}; or write majority, min or overall`,
      })
      continue
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
      continue
    }
    groupings.push({ index, config, groups, small, reference })
  }
  return { groupings, problems }
}

/** `sex = F`, `sex = F, age = (missing)`. A text that looks like the missing value is quoted, a long one is cut. */
export function groupText(columns: readonly string[], values: Values): string {
  return columns.map((column, i) => `${clip(column, LONGEST)} = ${valueText(values[i] ?? null)}`).join(', ')
}

/** Whether two groups are the same: equal values in the order of the columns. */
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
  if (task !== 'binary' && task !== 'multiclass') {
    return [
      {
        where: key,
        message:
          task === 'regression' || task === 'quantile'
            ? 'compares rates of classes, and this model answers with numbers'
            : `compares rates of classes, and this is a ${task} model`,
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

/** Most rows of a table from codes to groups; with more combinations it is a map. */
const DENSE = 1_000_000

/** Groups in the order of their values. */
function groupRows(columns: readonly Codes[], n: number): Group[] {
  const widths = columns.map(({ names }) => names.length)
  const combinations = widths.reduce((product, width) => product * width, 1)
  const codeOf = (row: number): number => {
    let code = 0
    for (let k = 0; k < columns.length; k++) {
      code = code * (widths[k] as number) + ((columns[k] as Codes).codes[row] as number)
    }
    return code
  }
  const counts: Map<number, number> | Uint32Array = combinations <= DENSE ? new Uint32Array(combinations) : new Map()
  const countOf = (code: number) => (counts instanceof Map ? (counts.get(code) ?? 0) : (counts[code] as number))
  for (let row = 0; row < n; row++) {
    const code = codeOf(row)
    if (counts instanceof Map) counts.set(code, countOf(code) + 1)
    else counts[code] = (counts[code] as number) + 1
  }
  const rowsOf = new Map<number, { rows: Uint32Array; filled: number }>()
  for (const code of counts.keys()) {
    if (countOf(code) > 0) rowsOf.set(code, { rows: new Uint32Array(countOf(code)), filled: 0 })
  }
  for (let row = 0; row < n; row++) {
    const group = rowsOf.get(codeOf(row)) as { rows: Uint32Array; filled: number }
    group.rows[group.filled++] = row
  }
  return [...rowsOf]
    .map(([code, { rows }]): Group => ({ values: valuesOf(code, columns), rows }))
    .sort((a, b) => compareValues(a.values, b.values))
}

function valuesOf(code: number, columns: readonly Codes[]): Values {
  const values: (string | null)[] = []
  let rest = code
  for (const { names } of [...columns].reverse()) {
    values.unshift(names[rest % names.length] ?? null)
    rest = Math.floor(rest / names.length)
  }
  return values
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
