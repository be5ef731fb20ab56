import type { IncidentClass, StageFailure, WorkflowFacts } from '../../shared/contracts/post-mortem.js'
import { endOf } from '../../shared/core/endings.js'
import { digestOf } from '../../shared/core/hash.js'
import type { Collected, Documents } from './evidence.js'
import { findFirst, type Sequence, signatureOf } from './first-failure.js'

export interface Incident extends Sequence {
  /** Whether what failed first is a step of the workflow and no stage. */
  readonly isWorkflow: boolean
}

/** What failed first: a stage by its document, or a step of the workflow that failed before any stage did. */
export function sequenceOf({
  entries,
  notRun,
  documents,
  workflow,
}: Pick<Collected, 'entries' | 'notRun' | 'documents' | 'workflow'>): Incident {
  const stages = findFirst(entries, notRun, answersMonitoring(documents))
  const failed = workflow?.failed ?? null
  if (workflow === null || failed === null) return { ...stages, isWorkflow: false }
  const others = workflow.others.map(({ job, step }) => ({
    stage: `job ${job}`,
    message: step === null ? 'failed' : `failed at ${step}`,
  }))
  const { first } = stages
  if (first !== null && secondOf(first.at) <= failed.at) {
    const isSame = failed.startedAt !== null && failed.startedAt <= first.at
    const own = isSame ? [] : [{ stage: placeOf(failed), message: `failed: ${messageOf(failed)}` }]
    return { ...stages, consequences: [...stages.consequences, ...own, ...others], isWorkflow: false }
  }
  const later = first === null ? [] : [{ stage: first.stage, message: `${first.verdict}: ${first.message}` }]
  return {
    ...stages,
    first: failureOf(workflow, failed),
    consequences: [...later, ...stages.consequences, ...others],
    isWorkflow: true,
  }
}

/** GitHub gives times in whole seconds, and documents in milliseconds. */
const secondOf = (time: string): string => new Date(Math.floor(Date.parse(time) / 1000) * 1000).toISOString()

type Failed = NonNullable<WorkflowFacts['failed']>

const placeOf = ({ job, step }: Failed): string => (step === null ? `job ${job}` : `${step} (job ${job})`)

/** What is known of the failure, the first error before what the exit code means. */
function messageOf({ error, exitCode, notes }: Failed): string {
  if (error !== null) return error
  if (exitCode !== null) return `its command ${endOf(exitCode).meaning}`
  return notes[0] ?? 'GitHub tells no reason'
}

function failureOf({ run }: WorkflowFacts, failed: Failed): StageFailure {
  return {
    stage: placeOf(failed),
    verdict: 'fail',
    rule: null,
    subject: failed.step,
    message: messageOf(failed),
    at: failed.at,
    source: `run ${run.id}${run.attempt > 1 ? `, attempt ${run.attempt}` : ''}`,
  }
}

/** A rollback after the monitoring, by name or by deploying the version that it names, is an answer and no new run. */
function answersMonitoring({ deployment, monitoring }: Documents): boolean {
  if (deployment === null || monitoring === null || deployment.createdAt < monitoring.createdAt) return false
  return (
    deployment.action === 'rollback' || (deployment.wanted !== null && deployment.wanted.tag === monitoring.decision.to)
  )
}

/** Twelve hex digits that are the same for the same kind of failure at the same place. */
export function signatureOfIncident(
  kind: IncidentClass,
  { first, isWorkflow }: Incident,
  workflow: WorkflowFacts | null,
): string {
  if (!isWorkflow || !workflow?.failed) return signatureOf(kind, first)
  const { job, step, error, exitCode } = workflow.failed
  const what = error === null ? `exit ${exitCode}` : plainError(error)
  const key = [kind, workflow.run.file ?? workflow.run.workflow, job, step ?? '', what].join('|')
  return digestOf(key).slice('sha256:'.length, 'sha256:'.length + 12)
}

/** An error without what changes from run to run: times, ids, addresses, temporary paths, numbers. */
export function plainError(error: string): string {
  return error
    .replace(/\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?/g, 'TIME')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, 'ID')
    .replace(/\b(?:0x)?(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/gi, 'ID')
    .replace(/(?:\/tmp|\/var\/folders|\/home\/runner\/work\/_temp)\/[^\s'":]+/g, 'TEMPORARY')
    .replace(/\d+(?:\.\d+)*/g, 'N')
}
