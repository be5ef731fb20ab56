import { BehaviourCase, type CasesConfig } from '../../../shared/contracts/evaluate-behaviour.js'
import { messageOf, type Problem, UserError } from '../../../shared/core/errors.js'
import { issueProblems } from '../../../shared/core/issues.js'
import { nearestNames } from '../../../shared/core/nearest.js'
import { readYaml } from '../../../shared/core/yaml.js'
import { shortList } from '../../../shared/report/format.js'
import type { Task } from '../../../shared/stats/sample.js'
import type { Row } from '../judged-rows.js'
import type { BehaviourQuestion } from './types.js'

/** Mistakes of one file that are told; the others are counted. */
const MOST_PROBLEMS = 20

export interface NamedCase {
  readonly name: string
  /** `cases.jsonl:3`. */
  readonly where: string
  readonly row: BehaviourCase['row']
  readonly expect: BehaviourCase['expect']
}

export interface CaseFile {
  readonly part: CasesConfig
  readonly cases: readonly NamedCase[]
}

export interface CasePorts {
  /** Throws UserError when there is no such file. */
  readText(path: string): Promise<string>
  /** Rows of CSV, TSV or Parquet. Throws UserError. */
  readTable(path: string): Promise<readonly Row[]>
}

const EXPECTED: Readonly<Record<Task, readonly (keyof BehaviourCase['expect'])[]>> = {
  binary: ['label', 'score', 'probabilities'],
  multiclass: ['label', 'probabilities'],
  multilabel: ['labels', 'probabilities'],
  regression: ['value'],
  quantile: ['value'],
  ranking: ['score'],
  text: ['text'],
}

/** Reads every declared file of cases, with all mistakes in them; what a port throws as UserError is one of them. */
export async function readCases(
  parts: readonly CasesConfig[],
  question: Pick<BehaviourQuestion, 'task' | 'features'>,
  ports: CasePorts,
): Promise<{ files: CaseFile[]; problems: Problem[] }> {
  const problems: Problem[] = []
  const files: CaseFile[] = []
  for (const [i, part] of parts.entries()) {
    const found = await readFile(part.file, ports).catch((error: unknown): Found => {
      if (!(error instanceof UserError)) throw error
      return {
        given: [],
        problems: error.problems.map((problem) => ({ where: `evaluate.cases[${i}].file`, ...problem })),
      }
    })
    const { cases, problems: mistakes } = casesOf(found, part.file, question)
    if (cases.length === 0 && mistakes.length === 0) {
      mistakes.push({
        where: part.file,
        message: 'has no cases',
        cure: 'write one row with `row` and `expect` for each',
      })
    }
    const more = mistakes.length - MOST_PROBLEMS
    problems.push(...mistakes.slice(0, MOST_PROBLEMS))
    if (more > 0) problems.push({ where: part.file, message: `${more} more mistakes` })
    files.push({ part, cases })
  }
  return { files, problems }
}

interface Given {
  readonly value: unknown
  where(path: readonly PropertyKey[], key?: string): string
}

interface Found {
  readonly given: readonly Given[]
  readonly problems: readonly Problem[]
}

async function readFile(path: string, ports: CasePorts): Promise<Found> {
  if (/\.(jsonl|ndjson)$/i.test(path)) return fromLines(await ports.readText(path), path)
  if (/\.(json|ya?ml)$/i.test(path)) return fromList(await ports.readText(path), path)
  const rows = await ports.readTable(path)
  return { given: rows.map((row, i) => ({ value: caseOfRow(row), where: () => `${path} row ${i + 1}` })), problems: [] }
}

function fromLines(text: string, path: string): Found {
  const problems: Problem[] = []
  const given = text.split('\n').flatMap((line, i): Given[] => {
    if (line.trim() === '') return []
    const where = `${path}:${i + 1}`
    try {
      return [{ value: JSON.parse(line), where: () => where }]
    } catch (error) {
      problems.push({ where, message: `is no JSON: ${messageOf(error)}`, cure: 'write one object per line' })
      return []
    }
  })
  return { given, problems }
}

function fromList(text: string, path: string): Found {
  const read = readYaml(text, path)
  if (read.problems !== undefined) return { given: [], problems: read.problems }
  const { value, line } = read.value
  if (!Array.isArray(value)) {
    return { given: [], problems: [{ where: path, message: 'is no list', cure: 'write a list of cases' }] }
  }
  return {
    given: value.map((item, i) => ({ value: item, where: (at, key) => `${path}:${line([i, ...at], key)}` })),
    problems: [],
  }
}

/** A row of a table: `case` is its name, `expected_…` what is expected, all other columns are features. */
function caseOfRow(row: Row): unknown {
  const expect: Record<string, unknown> = {}
  const features: Record<string, unknown> = {}
  let name: unknown
  for (const [column, cell] of Object.entries(row)) {
    const [, key, end] = /^expected_(.+?)(?:_(min|max))?$/.exec(column) ?? []
    if (column === 'case') name = cell ?? undefined
    else if (key === undefined) features[column] = typeof cell === 'bigint' ? Number(cell) : cell
    else if (cell !== null && end === undefined) expect[key] = typeof cell === 'bigint' ? Number(cell) : cell
    else if (cell !== null) expect[key] = { ...(expect[key] as object | undefined), [end as string]: Number(cell) }
  }
  return { ...(name === undefined ? {} : { name: String(name) }), row: features, expect }
}

function casesOf(
  { given, problems }: Found,
  path: string,
  { task, features }: Pick<BehaviourQuestion, 'task' | 'features'>,
): { cases: NamedCase[]; problems: Problem[] } {
  const mistakes = [...problems]
  const cases = given.flatMap(({ value, where }, i): NamedCase[] => {
    const parsed = BehaviourCase.safeParse(value)
    if (!parsed.success) {
      mistakes.push(...issueProblems(BehaviourCase, parsed.error.issues, value, where))
      return []
    }
    const { name = `case ${i + 1}`, row, expect } = parsed.data
    for (const column of Object.keys(row)) {
      if (features.includes(column)) continue
      const [near] = nearestNames(column, features)
      const cure = near === undefined ? `features are: ${shortList(features, 20)}` : `did you mean "${near}"?`
      mistakes.push({ where: where(['row'], column), message: `"${column}" is no feature`, cure })
    }
    for (const key of Object.keys(expect)) {
      if ((EXPECTED[task] as readonly string[]).includes(key)) continue
      const cure = `expect ${EXPECTED[task].join(', ')}`
      mistakes.push({ where: where(['expect'], key), message: `a ${task} model has no ${key} to expect`, cure })
    }
    return [{ name, where: where([]) || path, row, expect }]
  })
  return { cases, problems: mistakes }
}
