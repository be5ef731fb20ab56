import type { Check } from '../../../shared/contracts/common.js'
import type { PerformanceConfig, PerformanceResult } from '../../../shared/contracts/evaluate-performance.js'
import type { Problem } from '../../../shared/core/errors.js'
import { formatNumber } from '../../../shared/report/format.js'
import type { IntervalSettings } from '../../../shared/stats/types.js'
import type { Askable } from '../askable.js'
import { chooseRows } from '../behaviour/choose.js'
import type { JudgedRows } from '../judged-rows.js'
import { estimatesOf, type Measurement, OF_BATCH } from './estimates.js'
import { hasRatio, type JudgedPerformance, judgePerformance, unmeasured } from './judge.js'
import { ModelFailed, measureModels, type PerformancePorts, type Plan, type Runner } from './measure.js'
import { performanceResult } from './result.js'

/** Processes of one model differ, and an interval of a ratio has to cover that. */
const STARTS = 5
/** Starts that a rule on the cold start needs: a median of fewer has no interval at 97.5 %. */
const STARTS_FOR_RULE = 7

/** What came of `evaluate.performance`. */
export interface PerformanceReport {
  /** Null when nothing was measured. */
  readonly result: PerformanceResult | null
  readonly checks: readonly Check[]
  /** The same checks with what was found. */
  readonly judged: readonly JudgedPerformance[]
  readonly notes: readonly string[]
}

export interface PerformanceSubjects {
  readonly rows: JudgedRows
  /** Column that names a row; null when rows are called by their numbers. */
  readonly id: string | null
  /** Null when it is known by a file of predictions only. */
  readonly candidate: Askable | null
  /** Null when there is none, or it is known by a file only. */
  readonly baseline: Askable | null
  /** Whether there is a baseline at all. */
  readonly compared: boolean
}

/** Mistakes in the rules: batch sizes that are not measured, or of measures that have none. */
export function performanceProblems(config: PerformanceConfig | null): Problem[] {
  if (config === null) return []
  const sizes = config['batch-sizes']
  return config.rules.flatMap(({ measure, batch }, i): Problem[] => {
    if (batch === undefined) return []
    const where = `evaluate.performance.rules[${i}].batch`
    if (!OF_BATCH.includes(measure)) {
      return [{ where, message: `${measure} has no batch size`, cure: 'take `batch` away' }]
    }
    if (sizes.includes(batch)) return []
    const cure = `it is one of: ${sizes.map((size) => formatNumber(size)).join(', ')}; or add it to batch-sizes`
    return [{ where, message: `batches of ${formatNumber(batch)} are not measured`, cure }]
  })
}

/**
 * Measures candidate and baseline in turns and judges the rules. Throws UserError when the candidate does not answer; a
 * baseline that does not is left out, and rules on ratios stay open. `placeOf` is the line of the i-th rule.
 */
export async function runPerformance(
  config: PerformanceConfig | null,
  subjects: PerformanceSubjects,
  settings: IntervalSettings,
  ports: PerformancePorts,
  placeOf: (rule: number) => Check['where'],
): Promise<PerformanceReport> {
  if (config === null) return { result: null, checks: [], judged: [], notes: [] }
  const { candidate, baseline, compared, rows } = subjects
  if (candidate === null || rows.n === 0) {
    const because = candidate === null ? 'the candidate is known by a file of predictions only' : 'there are no rows'
    const checks = config.rules.map((rule, i) =>
      unmeasured(rule, because, 'add `predict` to plumbline.yml', placeOf(i)),
    )
    return {
      result: null,
      checks,
      judged: checks.map((check) => ({ check, found: null })),
      notes: [`Performance was not measured, because ${because}.`],
    }
  }
  const chosen = await chooseRows(rows, config.rows, settings.seed, subjects.id)
  const runnerOf = async (askable: Askable): Promise<Runner> => {
    return { askable, rows: await rows.pick(chosen.rows, askable.columns) }
  }
  const plan = planOf(config)
  const measurement = await measureBoth(
    await runnerOf(candidate),
    baseline && (await runnerOf(baseline)),
    plan,
    ports,
    compared,
  )
  const counts = { starts: plan.starts, rows: chosen.rows.length }
  const estimates = estimatesOf(measurement, settings)
  const judged = judgePerformance(config, estimates, measurement.baseline, placeOf)
  return {
    result: performanceResult(config, estimates, counts),
    checks: judged.map(({ check }) => check),
    judged,
    notes: notesOf(config, measurement),
  }
}

function planOf(config: PerformanceConfig): Plan {
  const judged = config.rules.some(({ measure }) => measure === 'cold_start')
  return {
    'batch-sizes': [...new Set(config['batch-sizes'])],
    requests: config.requests,
    seconds: config.seconds,
    'warm-up': config['warm-up'],
    starts: config.starts ?? (judged ? STARTS_FOR_RULE : STARTS),
  }
}

async function measureBoth(
  candidate: Runner,
  baseline: Runner | null,
  plan: Plan,
  ports: PerformancePorts,
  compared: boolean,
): Promise<Measurement> {
  let absent: Measurement['baseline'] = compared
    ? { because: 'the baseline is known by a file of predictions only' }
    : null
  try {
    if (baseline !== null) {
      try {
        const [ours, theirs] = await measureModels([candidate, baseline], plan, ports)
        if (ours !== undefined && theirs !== undefined) return { candidate: ours, baseline: theirs }
      } catch (error) {
        if (!(error instanceof ModelFailed) || error.model === 0) throw error
        absent = { because: `the baseline did not answer: ${error.message}` }
      }
    }
    const [ours] = await measureModels([candidate], plan, ports)
    if (ours === undefined) throw new Error('one model, one measurement')
    return { candidate: ours, baseline: absent }
  } catch (error) {
    throw error instanceof ModelFailed ? error.cause : error
  }
}

function notesOf(config: PerformanceConfig, { baseline }: Measurement): string[] {
  if (baseline === null) {
    return config.rules.some(hasRatio)
      ? ['Ratios of performance were not judged, for there is no baseline to compare with.']
      : []
  }
  return 'because' in baseline ? [`Performance of the baseline was not measured, because ${baseline.because}.`] : []
}
