import type { PostMortem } from '../../shared/contracts/post-mortem.js'
import { troubles } from '../../shared/core/verdict.js'
import { compare, findingsOf, productionChanges } from './changes.js'
import { type Collected, type Documents, type Release, STAGES, type StageEntry } from './evidence.js'
import { baselineMetrics, type Fact, factsOfRelease, factsOfRun } from './facts.js'
import { classify } from './first-failure.js'
import { actionItems, questions } from './follow-up.js'
import { hypothesise } from './hypotheses.js'
import { impactOf, isGrave, workflowImpact } from './impact.js'
import { sequenceOf, signatureOfIncident } from './incident.js'
import { overridesOf } from './overrides.js'
import { proposeRollback, type Versions, versionsOf } from './rollback.js'
import { timelineOf } from './timeline.js'
import { cureOf, workflowFindings } from './workflow.js'

/** Everything of the document but its header. */
export type Analysis = Omit<PostMortem, 'schema' | 'createdAt' | 'plumblineVersion' | 'run' | 'inputs' | 'checks'>

/** What only a person, or a service that was not asked, could add. */
const NEVER_COLLECTED = [{ what: 'acknowledgement and other human actions', reason: 'no document records them' }]

/** From what was collected to the report, without I/O and clock: the same evidence gives the same report. */
export function analyse(collected: Collected, options: { title?: string; directory: string }): Analysis {
  const sequence = sequenceOf(collected)
  const { first, kept, setAside, consequences, isWorkflow } = sequence
  const { workflow } = collected
  const documents = onlyOf(collected.documents, kept)
  const current: Collected = { ...collected, documents }
  const versions = versionsOf(first, current)
  const rollback = proposeRollback(first, current, versions)
  const base = {
    consequences: [...consequences],
    workflow,
    bad: versions.bad,
    lastGood: versions.lastGood,
    timeline: timelineOf(current, kept, first),
    rollback,
    overrides: overridesOf(current, [versions.bad, versions.lastGood?.tag ?? null, rollback.to]),
  }
  const leftOver = setAside.map(({ entry, newer }) => ({
    what: `${entry.stage} in ${entry.source}`,
    reason: `it is older than ${newer}, so it belongs to an earlier run`,
  }))
  const notCollected = [...collected.notCollected, ...leftOver]
  if (first === null) {
    const nothing = nothingFailed(kept, collected)
    const title = nothing.verdict === 'pass' ? 'Nothing failed' : 'Not known whether anything failed'
    return { ...base, ...nothing, title: options.title ?? title, notCollected }
  }

  const kind = isWorkflow ? 'workflow' : classify(first, documents)
  const matrix = isWorkflow ? NO_CHANGES : changesOf(current, versions, options.directory)
  const check = troubles(kept.find(({ stage }) => stage === first.stage)?.checks ?? [])[0]
  const incident = {
    failure: first,
    kind,
    changes: matrix.changes,
    documents,
    rollback,
    grave: isGrave(kind, current),
    cure: check?.cure ?? cureOf(workflow, isWorkflow),
    workflow,
  }
  return {
    ...base,
    verdict: 'warn',
    summary: `${first.stage} failed first: ${first.message}`,
    title: options.title ?? (isWorkflow ? `${first.stage} failed` : titleOf(first)),
    failure: first,
    class: kind,
    signature: signatureOfIncident(kind, sequence, workflow),
    impact: isWorkflow ? workflowImpact(current) : impactOf(first, current, versions),
    findings: [...workflowFindings(workflow), ...matrix.findings],
    changes: matrix.changes,
    hypotheses: hypothesise(incident),
    actionItems: actionItems(incident),
    questions: questions(incident),
    notCollected: [...notCollected, ...matrix.missing, ...NEVER_COLLECTED],
  }
}

const titleOf = ({ stage, rule, verdict, subject }: NonNullable<Analysis['failure']>): string =>
  `${stage}: ${rule ?? verdict}${subject === null ? '' : ` (${subject})`}`

/** A stage that was stopped by a mistake in its configuration leaves no document, so silence is said. */
function unseen(kept: readonly StageEntry[]): string {
  const silent = STAGES.filter((stage) => !kept.some((entry) => entry.stage === stage))
  return silent.length === 0 ? '' : ` (no document of ${silent.join(', ')})`
}

const NO_CHANGES = { changes: [], findings: [], missing: [] }

/** What is to say when no document tells of a failure; that nothing was seen is not that nothing failed. */
function silence(
  kept: readonly StageEntry[],
  { unreadable, workflow }: Collected,
): readonly ['pass' | 'inconclusive', string] {
  if (unreadable.length > 0) {
    return ['inconclusive', `${unreadable.join(', ')} cannot be read, so it is not known whether anything failed`]
  }
  const run = workflow?.run
  if (run?.conclusion === 'cancelled') {
    return ['inconclusive', `run ${run.id} was cancelled, so it is not known whether anything would have failed`]
  }
  const seen = kept.map(({ stage }) => stage).join(', ')
  if (seen !== '') return ['pass', `nothing failed in ${seen}${unseen(kept)}`]
  return run?.conclusion === 'success'
    ? ['pass', `run ${run.id} of ${run.workflow} ended well; it left no document of a stage`]
    : ['inconclusive', 'there is no document of any stage to look at']
}

function nothingFailed(kept: readonly StageEntry[], collected: Collected) {
  const [verdict, summary] = silence(kept, collected)
  return {
    verdict,
    summary,
    failure: null,
    class: 'none' as const,
    signature: '',
    impact: [],
    findings: [],
    changes: [],
    hypotheses: [],
    actionItems: [],
    questions: [],
  }
}

/** Documents of stages that belong to this incident. */
function onlyOf(documents: Documents, kept: readonly StageEntry[]): Documents {
  const has = (stage: StageEntry['stage']) =>
    kept.some((entry) => entry.stage === stage && !entry.source.endsWith('chain.json'))
  const { profile, validation, training, evaluation, package: packaged, deployment, monitoring } = documents
  return {
    // The profile has no verdict of its own; it belongs to the validation, or stands for it.
    profile,
    validation: has('validate-data') ? validation : null,
    training: has('train') ? training : null,
    evaluation: has('evaluate-gate') ? evaluation : null,
    package: has('package-model') ? packaged : null,
    deployment: has('deploy') ? deployment : null,
    monitoring: has('monitor') ? monitoring : null,
  }
}

/** Without a profile this run knows only the data that it trained on, so the other files are not compared. */
function comparable(good: readonly Fact[], bad: readonly Fact[], { profile }: Documents): readonly Fact[] {
  if (profile !== null) return good
  return good.filter(
    (fact) => fact.group !== 'data' || bad.some(({ group, what }) => group === 'data' && what === fact.what),
  )
}

/** Metrics measured on the rows of this run replace those of the release, which were measured on its own. */
function withMetrics(facts: readonly Fact[], metrics: readonly Fact[]): Fact[] {
  return metrics.length === 0 ? [...facts] : [...facts.filter(({ group }) => group !== 'metrics'), ...metrics]
}

function changesOf({ documents, releases }: Collected, { bad, lastGood }: Versions, directory: string) {
  const production =
    documents.monitoring === null ? [] : productionChanges(documents.monitoring, `${directory}/monitoring.json`)
  const badRelease = bad === null ? undefined : releases.get(bad)
  const isOfThisRun = bad === null || documents.package?.model.tag === bad
  const badFacts = badRelease?.manifest
    ? factsOfRelease(badRelease)
    : isOfThisRun
      ? factsOfRun(documents, directory)
      : []
  const names = { good: lastGood?.tag ?? 'the last good version', bad: bad ?? 'this run' }
  const good: Release | undefined = lastGood === null ? undefined : releases.get(lastGood.tag)
  if (good === undefined) {
    const findings = findingsOf(production, names)
    const missing = [
      { what: 'changes since the last good version', reason: 'no earlier version was ever in production' },
    ]
    return { changes: production, findings, missing }
  }
  const metrics = isOfThisRun ? baselineMetrics(documents, good.tag, directory) : []
  const goodFacts = withMetrics(comparable(factsOfRelease(good), badFacts, documents), metrics)
  const { changes, missing } = compare(goodFacts, badFacts, names)
  const all = [...changes, ...production]
  return { changes: all, findings: findingsOf(all, names), missing }
}
