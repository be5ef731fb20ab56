import type { Askable } from '../../actions/evaluate-gate/askable.js'
import type { Prediction } from '../../shared/contracts/predict.js'
import { UserError } from '../../shared/core/errors.js'
import type { Cell } from '../../shared/data/engine/engine.js'
import type { Predictor } from '../../shared/predict/predictor.js'

type Row = Readonly<Record<string, Cell>>

export const answer = (given: Partial<Prediction>): Prediction => ({
  label: null,
  score: null,
  probabilities: null,
  value: null,
  ...given,
})

/** A clock that only moves when a model works. */
export interface FakeClock {
  readonly now: () => number
  pass(milliseconds: number): void
}

export function fakeClock(): FakeClock {
  let time = 0
  return {
    now: () => time,
    pass(milliseconds) {
      time += milliseconds
    },
  }
}

export interface FakeModel extends Askable {
  /** Rows of every call, in order. */
  readonly calls: (readonly Row[])[]
  /** How often it was opened and closed. */
  readonly opened: { count: number; closed: number }
}

export interface FakeOptions {
  readonly name?: string
  readonly columns?: readonly string[]
  readonly bytes?: number | null
  readonly clock?: FakeClock
  /** Milliseconds that a call takes, and an opening. */
  readonly cost?: (rows: number, call: number) => number
  readonly openCost?: number
  readonly process?: Predictor['process']
}

/** A model in this process: one function of a row. An error that it throws ends the predictor, as that of a process does. */
export function fakeModel(
  of: (row: Row, call: number, rows: readonly Row[]) => Prediction | number,
  options: FakeOptions = {},
): FakeModel {
  const calls: (readonly Row[])[] = []
  const opened = { count: 0, closed: 0 }
  return {
    name: options.name ?? 'candidate',
    columns: options.columns ?? ['x'],
    bytes: options.bytes ?? null,
    calls,
    opened,
    async open() {
      opened.count += 1
      options.clock?.pass(options.openCost ?? 0)
      let failure: UserError | null = null
      return {
        ...(options.process === undefined ? {} : { process: options.process }),
        async predict(rows) {
          if (failure !== null) throw failure
          const call = calls.push(rows) - 1
          options.clock?.pass(options.cost?.(rows.length, call) ?? 0)
          try {
            return rows.map((row) => {
              const given = of(row, call, rows)
              return typeof given === 'number' ? answer({ score: given }) : given
            })
          } catch (error) {
            if (error instanceof UserError) failure = error
            throw error
          }
        },
        async close() {
          opened.closed += 1
        },
      }
    },
  }
}
