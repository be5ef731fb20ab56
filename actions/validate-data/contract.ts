import type { InputRef } from '../../shared/contracts/common.js'
import { type ColumnRule, type ColumnType, DataContract } from '../../shared/contracts/data-contract.js'
import type { Files } from '../../shared/core/context.js'
import { type Problem, problemsError, UserError } from '../../shared/core/errors.js'
import { digestOf } from '../../shared/core/hash.js'
import { parseYaml } from '../../shared/core/yaml.js'
import { dateIsWritten } from './dates.js'

/** The contract to judge by, and where each of its lines stands. */
export interface LoadedContract {
  readonly contract: DataContract
  readonly path: string
  /** Null when there is no file and the defaults are used. */
  readonly ref: InputRef | null
  /** Line of a key of the contract, null without a file. */
  place(path: readonly PropertyKey[]): { file: string; line: number } | null
}

/** What is checked without a contract: nothing about columns, but what is wrong in any data. */
export const DEFAULT_CONTRACT: DataContract = DataContract.parse({
  schema: 'plumbline.data-contract/1',
  duplicates: { 'max-share': 0.05, level: 'warn' },
  'extra-columns': 'allow',
  label: { 'min-share': 0.01, level: 'warn' },
})

/** Where `data.contract` points when nobody has named another file. */
const USUAL_PATH = 'data-contract.yml'

/** Reads the contract; without the usual file the defaults hold. Throws UserError with every mistake and its line. */
export async function loadContract(files: Files, path: string): Promise<LoadedContract> {
  if (!(await files.exists(path))) {
    if (path === USUAL_PATH) return { contract: DEFAULT_CONTRACT, path, ref: null, place: () => null }
    throw new UserError(`${path} is not there`, {
      where: 'data.contract',
      cure: 'check the path, or let `plumbline infer` write it',
    })
  }
  const text = await files.readText(path)
  const parsed = parseYaml(DataContract, text, path)
  if (parsed.problems) throw problemsError(`${path} has mistakes`, parsed.problems)
  const { value: contract, source } = parsed
  const line = (at: readonly PropertyKey[]) => source?.line(at) ?? 1
  const problems = contract.columns.flatMap((rule, i) =>
    mistakes(rule, contract.columns.slice(0, i)).map(({ key, ...problem }) => ({
      ...problem,
      where: `${path}:${line(['columns', i, ...key])}`,
    })),
  )
  const { min, max } = contract.rows
  if (min !== undefined && max !== undefined && min > max) {
    problems.push({
      where: `${path}:${line(['rows'])}`,
      message: '`rows.min` is larger than `rows.max`',
      cure: 'exchange them',
    })
  }
  if (contract.drift.warn > contract.drift.fail) {
    problems.push({
      where: `${path}:${line(['drift'])}`,
      message: '`drift.warn` is larger than `drift.fail`',
      cure: 'exchange them',
    })
  }
  if (problems.length > 0) throw problemsError(`${path} has mistakes`, problems)
  return {
    contract,
    path,
    ref: { kind: 'file', name: path, digest: digestOf(text) },
    place: (at) => ({ file: path, line: line(at) }),
  }
}

type Mistake = Problem & { readonly key: readonly PropertyKey[] }

/** What the schema cannot see: keys that contradict each other. */
function mistakes(rule: ColumnRule, earlier: readonly ColumnRule[]): Mistake[] {
  const name = JSON.stringify(rule.name)
  const found: Mistake[] = []
  if (earlier.some((other) => other.name === rule.name)) {
    found.push({ key: ['name'], message: `column ${name} is declared twice`, cure: 'keep one of them' })
  }
  if (rule.range !== undefined) found.push(...rangeMistakes(rule, name))
  if (rule.length !== undefined) {
    const { min, max } = rule.length
    if (rule.type !== undefined && rule.type !== 'string') {
      found.push({
        key: ['length'],
        message: `column ${name} has a length, but its type is ${rule.type}`,
        cure: 'only text has a length',
      })
    }
    if (min !== undefined && max !== undefined && min > max) {
      found.push({
        key: ['length'],
        message: `\`length.min\` of ${name} is larger than \`length.max\``,
        cure: 'exchange them',
      })
    }
  }
  if (rule.outliers !== undefined && rule.type !== undefined && !['integer', 'number'].includes(rule.type)) {
    found.push({
      key: ['outliers'],
      message: `column ${name} has outliers, but its type is ${rule.type}`,
      cure: 'only numbers have outliers',
    })
  }
  if (rule.values !== undefined && new Set(rule.values).size < rule.values.length) {
    found.push({ key: ['values'], message: `\`values\` of ${name} names a value twice`, cure: 'name each value once' })
  }
  return found
}

function rangeMistakes({ range, type }: ColumnRule, name: string): Mistake[] {
  const bounds = [range?.min, range?.max].filter((bound) => bound !== undefined)
  const key = ['range'] as const
  if (bounds.length === 0)
    return [{ key, message: `the range of ${name} has neither min nor max`, cure: 'write one of them' }]
  const wanted = kindOfRange(type)
  if (wanted === null) {
    return [
      {
        key,
        message: `column ${name} has a range, but its type is ${type}`,
        cure: 'only numbers, dates and timestamps have a range',
      },
    ]
  }
  const kinds = bounds.map((bound) => (typeof bound === 'number' ? 'number' : dateIsWritten(bound) ? 'time' : 'other'))
  if (kinds.includes('other') || new Set(kinds).size > 1 || (wanted !== 'any' && kinds[0] !== wanted)) {
    return [
      {
        key,
        message: `the range of ${name} is ${bounds.map((bound) => JSON.stringify(bound)).join(' to ')}`,
        cure:
          wanted === 'number'
            ? 'write numbers'
            : wanted === 'time'
              ? 'write ISO dates such as "2024-01-31"'
              : 'write two numbers, or two ISO dates such as "2024-01-31"',
      },
    ]
  }
  const [min, max] = bounds
  if (min !== undefined && max !== undefined && min > max) {
    return [{ key, message: `\`range.min\` of ${name} is larger than \`range.max\``, cure: 'exchange them' }]
  }
  return []
}

/** What kind of bounds a type takes; null when it has no range. */
function kindOfRange(type: ColumnType | undefined): 'number' | 'time' | 'any' | null {
  if (type === undefined) return 'any'
  if (type === 'integer' || type === 'number') return 'number'
  return type === 'date' || type === 'timestamp' ? 'time' : null
}
