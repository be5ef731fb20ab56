import type { InputRef, Verdict } from '../../shared/contracts/common.js'
import type { Evaluation } from '../../shared/contracts/evaluation.js'
import { verdictOf } from '../../shared/core/verdict.js'
import type { Assessment } from './assess.js'
import type { Subjects } from './compare.js'
import type { Settled } from './frame.js'
import { countChanges, metricResult, reliabilityOf } from './measure.js'
import type { Baseline } from './models/baseline.js'
import type { Answered } from './models/models.js'
import type { Overridden } from './override.js'
import type { Plan } from './plan.js'
import { summaryOf } from './report/words.js'
import { partitionPart } from './slices/partition.js'
import { discoveryPart } from './slices/result.js'
import { smallSliceNotes } from './slices/slices.js'
import { thinNotes } from './slices/thin.js'
import type { keepAnswers } from './stored.js'

/** All that was read, asked, measured and judged. */
export interface Gate {
  /** What was read beside the models; null for what is not there. */
  readonly sources: {
    readonly config: InputRef | null
    readonly test: readonly InputRef[]
    readonly profile: InputRef | null
    readonly training: InputRef | null
  }
  readonly settled: Settled
  /** The baseline that was asked for. */
  readonly wanted: Baseline
  readonly answered: Answered
  readonly plan: Plan
  readonly subjects: Subjects
  readonly came: Assessment
  readonly overridden: Overridden
  readonly stored: Awaited<ReturnType<typeof keepAnswers>>
  /** Level of the intervals. */
  readonly confidence: number
}

/** The document but for its header. An override turns the verdict into `warn`. */
export function evaluationBody(gate: Gate) {
  const { answered, plan, subjects, came, overridden, stored } = gate
  const { frame } = answered
  const { override } = overridden
  const checks = [...overridden.checks, ...came.checks]
  const verdict: Verdict = override === undefined ? verdictOf(checks) : 'warn'
  const { task, target, positive, classes, threshold } = frame.question
  return {
    verdict,
    summary: summaryOf(checks, came.judged, came.main, override),
    inputs: inputsOf(gate),
    checks,
    task,
    target,
    positive,
    classes: classes.length === 0 ? null : [...classes],
    threshold,
    confidence: gate.confidence,
    rows: frame.rows.n,
    rowsDigest: frame.digest,
    candidate: answered.candidate.model.ref,
    baseline: answered.baseline?.model.ref ?? answered.none?.ref ?? null,
    baselineStatus: statusOf(gate),
    metrics: came.measurements.map(metricResult),
    changes: countChanges(subjects),
    reliability: reliability(subjects),
    behaviour: [...came.behaviour.results],
    ...(came.performance.result === null ? {} : { performance: came.performance.result }),
    ...(plan.slices.partitions.length === 0 ? {} : { slices: plan.slices.partitions.map(partitionPart) }),
    ...(came.discovery === null ? {} : { discovery: discoveryPart(came.discovery) }),
    ...(came.calibration === null ? {} : { calibration: came.calibration }),
    ...(came.selfTest === null ? {} : { selfTest: came.selfTest }),
    ...(came.bias.results.length === 0 ? {} : { bias: [...came.bias.results] }),
    ...(override === undefined ? {} : { override }),
    ...(stored.file === null ? {} : { answers: stored.file }),
    notMeasured: notesOf(gate),
  }
}

function inputsOf({ sources: { config, test, profile, training }, answered }: Gate): InputRef[] {
  const { refs, candidate, baseline } = answered
  const all = [config, ...test, ...refs, profile, training, ...candidate.model.refs, ...(baseline?.model.refs ?? [])]
  return all.filter((ref) => ref !== null)
}

function notesOf({ settled, answered, plan, came, stored }: Gate): string[] {
  return [
    ...settled.notes,
    ...answered.notes,
    ...smallSliceNotes(plan.slices),
    ...thinNotes(came.measurements, plan.slices),
    ...came.behaviour.notes,
    ...came.bias.notes,
    ...came.performance.notes,
    ...stored.notes,
  ]
}

function statusOf({ answered: { none, baseline }, wanted }: Gate): Evaluation['baselineStatus'] {
  return none?.status ?? (baseline === null ? wanted.status : 'compared')
}

function reliability({ candidate, baseline }: Subjects): Evaluation['reliability'] {
  const ofCandidate = reliabilityOf(candidate)
  return ofCandidate && { candidate: ofCandidate, baseline: baseline && reliabilityOf(baseline) }
}
