import type { StageFailure, TimelineEvent, WorkflowFacts } from '../../shared/contracts/post-mortem.js'
import { type Collected, STAGES, type StageEntry } from './evidence.js'

/** What happened, in order, each with the document or history that says so. Times are those of the sources, in UTC. */
export function timelineOf(
  collected: Collected,
  entries: readonly StageEntry[],
  failure: StageFailure | null,
): TimelineEvent[] {
  const { history, releases, environment, documents } = collected
  const events: (TimelineEvent & { rank: number })[] = []
  const add = (at: string, event: string, source: string, rank: number) => events.push({ at, event, source, rank })
  for (const { stage, at, verdict, summary, source } of entries) {
    const first = failure?.stage === stage ? 'First failure. ' : ''
    add(at, `${first}${stage}: ${verdict}: ${summary}`, source, STAGES.indexOf(stage))
  }
  for (const { tag, publishedAt } of releases.values()) {
    if (publishedAt !== null) add(publishedAt, `${tag} was published`, 'registry', 10)
  }
  for (const { at, tag, action, state, reason } of history) {
    const what = action === 'rollback' ? 'rollback to' : 'deployment of'
    add(
      at,
      `${what} ${tag} to ${environment}: ${state}${reason ? ` (${reason})` : ''}`,
      `history of ${environment}`,
      11,
    )
  }
  for (const { at, event, source, rank } of workflowEvents(collected.workflow, failure)) add(at, event, source, rank)
  if (failure?.stage === 'monitor')
    for (const event of productionEvents(documents.monitoring)) add(event.at, event.event, event.source, 12)
  return events
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.rank - b.rank))
    .map(({ at, event, source }) => ({ at, event, source }))
}

function workflowEvents(workflow: WorkflowFacts | null, failure: StageFailure | null) {
  if (workflow === null) return []
  const { run, failed, lastGood, firstBad } = workflow
  const source = 'GitHub'
  const where = run.branch === null ? '' : ` on ${run.branch}`
  const events = [
    { at: run.startedAt, event: `run ${run.id} of ${run.workflow} began (${run.event}${where})`, source, rank: -2 },
  ]
  if (lastGood !== null)
    events.push({
      at: lastGood.at,
      event: `last good run: ${lastGood.id}, commit ${lastGood.commit.slice(0, 7)}`,
      source,
      rank: -4,
    })
  if (firstBad !== null && firstBad.id !== run.id)
    events.push({
      at: firstBad.at,
      event: `first bad run: ${firstBad.id}, commit ${firstBad.commit.slice(0, 7)}`,
      source,
      rank: -3,
    })
  if (failed !== null) {
    const isFirst = failure?.at === failed.at && failure.subject === failed.step ? 'First failure. ' : ''
    const step = failed.step === null ? '' : `, step ${failed.step}`
    events.push({ at: failed.at, event: `${isFirst}job ${failed.job}${step} failed`, source, rank: -1 })
  }
  return events
}

/** A slice with fewer rows is below an objective by chance. */
const SLICE_ROWS = 30

function productionEvents(monitoring: Collected['documents']['monitoring']): TimelineEvent[] {
  if (monitoring === null) return []
  const source = 'interaction log'
  const versions = monitoring.versions.map(({ value, tag, from, rows }) => ({
    at: from,
    event: `first row of ${tag ?? value} in the log (${rows} rows in all)`,
    source,
  }))
  const feeds = monitoring.features
    .filter(({ broken, since }) => broken && since !== null)
    .map(({ name, since }) => ({
      at: since as string,
      event: `first slice of the log in which ${name} is missing too often`,
      source,
    }))
  const missed = monitoring.slos.flatMap(({ name, objective, series, state }) => {
    const slice = series.find(({ good, total }) => total >= SLICE_ROWS && good / total < objective)
    if (state !== 'breach' || slice === undefined) return []
    return [
      {
        at: slice.from,
        event: `first slice of the window below the objective of ${name} (${slice.good} of ${slice.total})`,
        source,
      },
    ]
  })
  return [...versions, ...feeds, ...missed]
}
