import type { Check, RunRef, Verdict } from '../../shared/contracts/common.js'
import { checkOf } from '../../shared/core/check.js'
import { troubles } from '../../shared/core/verdict.js'
import { plural } from '../../shared/report/format.js'
import type { Ending } from './exit.js'
import type { Ignored } from './metrics.js'
import type { Written } from './outputs.js'

export interface Facts {
  readonly ending: Ending
  /** The run that trained, when the outputs were restored and the command did not run. */
  readonly restoredFrom: RunRef | null
  readonly firstError: string | null
  readonly outputs: readonly Written[]
  /** Null when no metrics file is configured; `problem` is why it could not be read. */
  readonly metrics: {
    readonly file: string
    readonly problem: string | null
    readonly notFinite: readonly Ignored[]
  } | null
  /** Verdict and summary of validate-data's document in the run directory, null when there is none. */
  readonly validation: { readonly verdict: Verdict; readonly summary: string } | null
  /** Training files whose content is not what validate-data saw; null when it saw none. */
  readonly changedData: readonly string[] | null
  readonly dataFiles: number
}

/** The verdict on a training run, one check per finding. A run without findings has one check that says so. */
export function judge(facts: Facts): Check[] {
  const { ending } = facts
  if (ending.status !== 'succeeded') return [endingCheck(facts), ...dataChecks(facts)]
  const checks = [...outputChecks(facts.outputs), ...metricChecks(facts.metrics), ...dataChecks(facts)]
  return [facts.restoredFrom === null ? endedCheck(ending) : restoredCheck(facts.restoredFrom), ...checks]
}

const endedCheck = (ending: Ending): Check =>
  checkOf('pass', {
    rule: 'training-ended',
    subject: 'command',
    message: `the command ${ending.meaning}`,
    measured: ending.exitCode,
    expected: 'exit code 0',
  })

function restoredCheck(run: RunRef): Check {
  const trainer = run.kind === 'github' ? `run ${run.runId} (${run.url})` : 'an earlier run'
  return checkOf('pass', {
    rule: 'training-restored',
    subject: 'command',
    message: `the command did not run: its outputs were restored from the cache, as ${trainer} left them`,
    expected: 'an entry with the digests of command, code, data, params, seed and environment',
  })
}

/** The reason of the verdict in one sentence: the worst finding, and how many more there are. */
export function summarise(checks: readonly Check[]): string {
  const [first, ...rest] = troubles(checks)
  if (first === undefined) return checks[0]?.message ?? 'nothing was checked'
  const error = first.details.firstError
  const reason = typeof error === 'string' ? `${first.message}: ${error}` : first.message
  return rest.length === 0 ? reason : `${reason} (and ${plural(rest.length, 'more finding')})`
}

const ENDING_RULES = {
  failed: 'training-failed',
  killed: 'training-killed',
  'timed-out': 'training-timed-out',
  'not-started': 'training-not-started',
} as const

function endingCheck({ ending, firstError }: Facts): Check {
  const status = ending.status as keyof typeof ENDING_RULES
  return checkOf(status === 'not-started' ? 'error' : 'fail', {
    rule: ENDING_RULES[status],
    subject: 'command',
    message: `the command ${ending.meaning}`,
    measured: ending.exitCode,
    expected: 'exit code 0',
    details: firstError === null ? {} : { firstError },
    cure: ending.cure,
  })
}

function outputChecks(outputs: readonly Written[]): Check[] {
  return outputs.flatMap(({ pattern, files, fresh }) => {
    if (files.length === 0) {
      return [
        checkOf('fail', {
          rule: 'output-missing',
          subject: pattern,
          message: `the command ended without error, but ${pattern} is not there: no model came out of it`,
          measured: 0,
          expected: 'at least 1 file',
          cure: 'let the command write it, or correct train.outputs',
        }),
      ]
    }
    if (fresh) return []
    return [
      checkOf('warn', {
        rule: 'output-not-written',
        subject: pattern,
        message: `${pattern} lay there before and was not written by this run: it may be an older model`,
        measured: files.length,
        expected: 'written by the command',
        cure: 'correct train.outputs, or delete old outputs before training',
      }),
    ]
  })
}

function metricChecks(metrics: Facts['metrics']): Check[] {
  if (metrics === null) return []
  if (metrics.problem !== null) {
    return [
      checkOf('warn', {
        rule: 'metrics-unreadable',
        subject: metrics.file,
        message: `${metrics.file} ${metrics.problem}: no metric of the training is recorded`,
        expected: 'a JSON object of names and numbers',
        cure: 'let the command write it, or remove train.metrics',
      }),
    ]
  }
  return metrics.notFinite.map(({ key, reason }) =>
    checkOf('warn', {
      rule: 'metric-not-finite',
      subject: key,
      message: `metric ${key} ${reason}: the training may have diverged`,
      expected: 'a finite number',
      cure: 'look at the learning rate, at missing values and at divisions by zero',
    }),
  )
}

function dataChecks({ validation, changedData, dataFiles }: Facts): Check[] {
  const checks: Check[] = []
  if (validation !== null && ['fail', 'error', 'inconclusive'].includes(validation.verdict)) {
    checks.push(
      checkOf('warn', {
        rule: 'data-failed-validation',
        subject: 'data',
        message: `validate-data did not pass these data (${validation.verdict}): ${validation.summary}`,
        measured: validation.verdict,
        expected: 'pass or warn',
        cure: 'mend the data or the contract, then run validate-data again',
      }),
    )
  }
  if (changedData !== null && changedData.length > 0) {
    checks.push(
      checkOf('warn', {
        rule: 'data-changed-since-validation',
        subject: 'data',
        message: `the training data are not those that validate-data saw: ${changedData.slice(0, 5).join(', ')}`,
        measured: changedData.length,
        expected: 'the digests of data-profile.json',
        cure: 'run validate-data again before training',
      }),
    )
  }
  if (dataFiles === 0) {
    checks.push(
      checkOf('warn', {
        rule: 'data-not-recorded',
        subject: 'data',
        message: 'no training data are recorded, so nobody can tell later what this model was trained on',
        measured: 0,
        expected: 'files under data.train',
        cure: 'name the training data under data.train in plumbline.yml',
      }),
    )
  }
  return checks
}
