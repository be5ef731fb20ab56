import type * as z from 'zod'
import { DataContract } from '../../../shared/contracts/data-contract.js'
import { type Problem, problemsError } from '../../../shared/core/errors.js'

type ContractInput = z.input<typeof DataContract>
export type ColumnInput = NonNullable<ContractInput['columns']>[number]
export type CheckInput = NonNullable<ContractInput['checks']>[number]
type TopKey = Exclude<keyof ContractInput, 'schema' | 'columns' | 'checks'>

/** How the data have to be read, as far as a foreign file says it: keys of a source in `plumbline.yml`. */
export interface SourceHints {
  readonly delimiter?: string
  readonly quote?: string
  readonly escape?: string
  readonly comment?: string
  readonly skip?: number
  readonly header?: boolean
  readonly columns?: readonly string[]
  readonly encoding?: 'utf-8' | 'utf-16' | 'utf-16le' | 'utf-16be' | 'latin-1' | 'windows-1252'
  /** For every column, or by column, where `*` is every column. */
  readonly missing?: readonly string[] | Readonly<Record<string, readonly string[]>>
  readonly 'strict-types'?: boolean
}

/** Something that was left out on purpose, because it is not about the data. */
export interface ContractNote {
  readonly line: number
  readonly message: string
}

/** A contract that was written in another format, with the lines of its file. */
export interface ForeignContract {
  readonly contract: DataContract
  /** Line in the foreign file that a key of the contract comes from; that of its nearest parent where it has none of its own. */
  line(path: readonly PropertyKey[]): number
  readonly notes?: readonly ContractNote[]
  readonly source?: SourceHints
}

/** Collects what a foreign file says, and everything in it that cannot be honoured. */
export interface ContractBuilder {
  column(rule: ColumnInput, line: number): void
  check(check: CheckInput, line: number): void
  set<Key extends TopKey>(key: Key, value: NonNullable<ContractInput[Key]>, line: number): void
  /** Whether a key of the contract is set. */
  has(key: TopKey): boolean
  /** Something that the format says and Plumbline cannot do, or a mistake in it. */
  problem(line: number, message: string, cure: string): void
  /** Something that the format says about operations, not about the data. */
  note(line: number, message: string): void
  /** How the data have to be read. */
  reading(hints: SourceHints): void
  /** Throws UserError with every problem and its line. */
  finish(): ForeignContract
}

/** `title` is what the file is, such as `Great Expectations suite`. */
export function createBuilder(path: string, title: string): ContractBuilder {
  const top: Partial<ContractInput> = {}
  const columns: ColumnInput[] = []
  const checks: CheckInput[] = []
  const problems: Problem[] = []
  const notes: ContractNote[] = []
  let source: SourceHints = {}
  const lines = new Map<string, number>()
  const remember = (at: readonly PropertyKey[], line: number) => void lines.set(at.join('\0'), line)
  return {
    column(rule, line) {
      remember(['columns', columns.length], line)
      columns.push(rule)
    },
    check(check, line) {
      remember(['checks', checks.length], line)
      checks.push(check)
    },
    set(key, value, line) {
      remember([key], line)
      top[key] = value
    },
    has: (key) => top[key] !== undefined,
    problem(line, message, cure) {
      problems.push({ where: `${path}:${line}`, message, cure })
    },
    note(line, message) {
      notes.push({ line, message })
    },
    reading(hints) {
      source = { ...source, ...hints }
    },
    finish() {
      const parsed = DataContract.safeParse({
        schema: 'plumbline.data-contract/1',
        // A foreign file most often names some columns and leaves the others open.
        'extra-columns': 'allow',
        ...top,
        columns,
        checks,
      })
      const lineOf = (at: readonly PropertyKey[]): number => {
        for (let length = at.length; length > 0; length--) {
          const line = lines.get(at.slice(0, length).join('\0'))
          if (line !== undefined) return line
        }
        return 1
      }
      for (const { path: at, message } of parsed.error?.issues ?? []) {
        problems.push({
          where: `${path}:${lineOf(at)}`,
          message: `${at.map(String).join('.')}: ${message}`,
          cure: 'correct the value',
        })
      }
      if (problems.length > 0 || !parsed.success) throw problemsError(`${path} (${title}) has mistakes`, problems)
      return { contract: parsed.data, line: lineOf, notes, source }
    },
  }
}
