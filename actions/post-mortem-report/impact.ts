import type { SloResult } from '../../shared/contracts/monitoring.js'
import type { IncidentClass, StageFailure } from '../../shared/contracts/post-mortem.js'
import { lastSuccess } from '../../shared/registry/resolve.js'
import { formatDuration, formatInteger, formatPercent, formatTime } from '../../shared/report/format.js'
import { decimal } from '../../shared/stats/numeric.js'
import type { Collected } from './evidence.js'
import type { Versions } from './rollback.js'

/** A single incident that used more of the budget than this asks for a P0 item (SRE workbook, example error budget policy). */
const BUDGET_SHARE_FOR_P0 = 0.2

/** Who was affected, in numbers of the documents; nothing is estimated that was not measured. */
export function impactOf(
  failure: StageFailure,
  { documents, history, environment }: Collected,
  versions: Versions,
): string[] {
  if (failure.stage !== 'monitor') {
    if (versions.inProduction)
      return [
        `${versions.bad} serves in ${environment} although its deployment did not succeed. How many requests it answered was not measured.`,
      ]
    const serving = lastSuccess(history)?.tag
    return [
      `Caught before production by ${failure.stage}${serving ? `; ${serving} went on serving in ${environment}` : ''}.`,
    ]
  }
  const { monitoring } = documents
  if (monitoring === null) return []
  return [...monitoring.slos.filter(({ total }) => total > 0).map(lost), ...delays(monitoring)]
}

function lost({ name, good, total, objective, budgetUsed, window }: SloResult): string {
  const short = Math.ceil(decimal(objective * total)) - good
  const gap =
    short > 0
      ? `${formatInteger(short)} good interactions short of the objective`
      : `${formatInteger(Math.abs(short))} good interactions above the objective`
  return `${name}, last ${window}: ${formatInteger(good)} of ${formatInteger(total)} good, ${gap}; ${formatPercent(budgetUsed)} of the error budget used.`
}

/** From the first bad slice to the newest row that was judged: how long it went on before this report. */
function delays({ features, newest }: NonNullable<Collected['documents']['monitoring']>): string[] {
  const since = features
    .filter(({ broken }) => broken)
    .flatMap(({ since }) => since ?? [])
    .sort()[0]
  if (since === undefined || newest === null) return []
  const span = Date.parse(newest) - Date.parse(since)
  return span < 0 ? [] : [`From the first bad slice of the log to its newest row: ${formatDuration(span)}.`]
}

/** A step that is no stage may have done anything; what serves is known all the same. */
export function workflowImpact({ history, environment }: Pick<Collected, 'history' | 'environment'>): string[] {
  const serving = lastSuccess(history)
  const state =
    serving === null
      ? `Nothing was ever deployed to ${environment}`
      : `${serving.tag} serves in ${environment}, deployed ${formatTime(serving.at)}`
  return [`${state}; the step that failed is no stage, so what it did to users is not known from here.`]
}

/** Whether the incident asks for an item of the highest priority: users were affected beyond a fifth of the budget. */
export function isGrave(kind: IncidentClass, { documents }: Pick<Collected, 'documents'>): boolean {
  if (kind !== 'objective' && kind !== 'data') return false
  return (documents.monitoring?.slos ?? []).some(
    ({ state, budgetUsed }) => state === 'breach' && (budgetUsed ?? 0) > BUDGET_SHARE_FOR_P0,
  )
}
