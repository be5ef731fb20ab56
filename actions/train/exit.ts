import type { TrainingRun } from '../../shared/contracts/training-run.js'
import type { ExecResult } from '../../shared/core/context.js'
import { endOf } from '../../shared/core/endings.js'

export interface Ending {
  readonly status: TrainingRun['status']
  readonly exitCode: number | null
  /** What the end means, in words that complete "the command …". */
  readonly meaning: string
  readonly cure: string | null
}

/**
 * What the end of a training command means. Exit codes above 128 are signals by the convention of shells, 124 is what
 * `timeout` of coreutils returns.
 */
export function explainExit(result: Omit<ExecResult, 'durationSeconds'>, timeoutSeconds: number): Ending {
  const { code, timedOut } = result
  if (timedOut) {
    return {
      status: 'timed-out',
      exitCode: code,
      meaning: `was stopped after the time limit of ${timeoutSeconds} s`,
      cure: 'raise train.timeout, or train less',
    }
  }
  if (code === 0) return { status: 'succeeded', exitCode: 0, meaning: 'ended without error', cure: null }
  if (code === 124) {
    return {
      status: 'timed-out',
      exitCode: 124,
      meaning: 'was stopped by a time limit of its own (exit code 124, as `timeout` returns it)',
      cure: 'raise the limit inside the command, or train less',
    }
  }
  const { signal, meaning, cure } = endOf(code, result.signal)
  return { status: signal === null ? 'failed' : 'killed', exitCode: code, meaning, cure }
}
