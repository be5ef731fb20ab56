import { readCases } from '../../../actions/evaluate-gate/behaviour/case-files.js'
import { runBehaviour } from '../../../actions/evaluate-gate/behaviour/run.js'
import type { BehaviourQuestion } from '../../../actions/evaluate-gate/behaviour/types.js'
import type { JudgedRows, Row } from '../../../actions/evaluate-gate/judged-rows.js'
import { BehaviourConfig } from '../../../shared/contracts/evaluate-behaviour.js'
import { problemsError, UserError } from '../../../shared/core/errors.js'
import type { FakeModel } from '../../support/fake-models.js'

export const BINARY: BehaviourQuestion = {
  task: 'binary',
  classes: ['no', 'yes'],
  positive: 'yes',
  threshold: 0.5,
  id: 'id',
  features: ['x'],
}

export const evaluate = (given: Record<string, unknown>): BehaviourConfig => BehaviourConfig.parse(given)

interface Options {
  readonly question?: Partial<BehaviourQuestion>
  readonly baseline?: FakeModel | null
  readonly compared?: boolean
  readonly files?: Readonly<Record<string, string>>
  readonly seed?: string
}

/** Runs the declared tests as the gate does: features are the columns of the candidate. */
export async function run(
  given: Record<string, unknown>,
  rows: JudgedRows,
  candidate: FakeModel | null,
  options: Options = {},
) {
  const config = evaluate(given)
  const question = { ...BINARY, ...(candidate === null ? {} : { features: candidate.columns }), ...options.question }
  const cases = await readCases(config.cases, question, ports(options.files ?? {}))
  if (cases.problems.length > 0) throw problemsError('cases', cases.problems)
  const baseline = options.baseline ?? null
  return runBehaviour(
    config,
    { question, rows, candidate, baseline, compared: options.compared ?? baseline !== null, cases: cases.files },
    {
      level: 0.95,
      seed: options.seed ?? 'seed',
      placeOf: (at) => ({ file: 'plumbline.yml', line: 10 + Number(at[2] ?? 0) }),
    },
  )
}

export function ports(files: Readonly<Record<string, string>>, tables: Readonly<Record<string, readonly Row[]>> = {}) {
  return {
    async readText(path: string) {
      const text = files[path]
      if (text === undefined) throw new UserError(`${path} does not exist`)
      return text
    },
    async readTable(path: string) {
      const rows = tables[path]
      if (rows === undefined) throw new UserError(`${path} does not exist`)
      return rows
    },
  }
}
