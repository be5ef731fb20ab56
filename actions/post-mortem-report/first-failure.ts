import type { Check, Verdict } from '../../shared/contracts/common.js'
import type { IncidentClass, StageFailure } from '../../shared/contracts/post-mortem.js'
import { digestOf } from '../../shared/core/hash.js'
import { troubles } from '../../shared/core/verdict.js'
import type { Documents, Stage, StageEntry } from './evidence.js'
import { STAGES } from './evidence.js'

export interface Sequence {
  /** What failed first, null when nothing did. */
  readonly first: StageFailure | null
  /** Entries of this incident, in the order of the chain. */
  readonly kept: readonly StageEntry[]
  /** Entries of an earlier run, with the stage that ran again since. */
  readonly setAside: readonly { readonly entry: StageEntry; readonly newer: Stage }[]
  readonly consequences: readonly { readonly stage: string; readonly message: string }[]
}

const STOPS: ReadonlySet<Verdict> = new Set(['fail', 'error', 'inconclusive'])

/**
 * The first failure by the order of the chain. A document that is older than one of an earlier stage is left over from
 * an earlier run and is set aside. A deployment that answers the monitoring comes after it, whatever the chain says.
 */
export function findFirst(entries: readonly StageEntry[], notRun: readonly Stage[], deployAnswers: boolean): Sequence {
  const order = (stage: string) =>
    deployAnswers && stage === 'deploy' ? STAGES.length : STAGES.indexOf(stage as Stage)
  const kept: StageEntry[] = []
  const setAside: { entry: StageEntry; newer: Stage }[] = []
  let latest: StageEntry | null = null
  for (const entry of [...entries].sort((a, b) => order(a.stage) - order(b.stage))) {
    if (latest !== null && entry.at < latest.at) setAside.push({ entry, newer: latest.stage })
    else {
      kept.push(entry)
      latest = entry
    }
  }
  const failed = kept.filter(({ verdict }) => STOPS.has(verdict))
  const first = failed[0]
  if (first === undefined) return { first: null, kept, setAside, consequences: [] }
  const after = failed.slice(1).map(({ stage, verdict, summary }) => {
    // Monitoring looks at what is in production, which a stop before the deployment does not touch.
    const own = stage === 'monitor' && first.stage !== 'deploy' ? 'on its own, about what is in production: ' : ''
    return { stage, message: `${own}${verdict}: ${summary}` }
  })
  const silent = notRun
    .filter((stage) => order(stage) > order(first.stage))
    .map((stage) => ({ stage, message: 'did not run' }))
  return { first: failureOf(first), kept, setAside, consequences: [...after, ...silent] }
}

function failureOf(entry: StageEntry): StageFailure {
  // The checks of a deployment are steps in time; those of other stages stand side by side, and the worst one counts.
  const check =
    entry.stage === 'deploy' ? entry.checks.find(({ verdict }) => STOPS.has(verdict)) : troubles(entry.checks)[0]
  return {
    stage: entry.stage,
    verdict: entry.verdict,
    rule: check?.rule ?? null,
    subject: check?.subject ?? null,
    message: check === undefined ? entry.summary : messageOf(check),
    at: entry.at,
    source: entry.source,
  }
}

/** The finding, with the first error of a training output where there is one. */
function messageOf({ message, details }: Check): string {
  return typeof details.firstError === 'string' ? `${message}: ${details.firstError}` : message
}

/** What kind of incident it is: it decides which changes are suspects and which work follows. */
export function classify(failure: StageFailure | null, documents: Documents): IncidentClass {
  if (failure === null) return 'none'
  const hasDocument = failure.rule !== null
  if (failure.verdict === 'error' && (!hasDocument || failure.rule === 'training-not-started')) return 'configuration'
  switch (failure.stage as Stage) {
    case 'validate-data':
      return 'data'
    case 'train':
      return 'training'
    case 'evaluate-gate':
      return 'quality-gate'
    case 'package-model':
      return 'packaging'
    case 'deploy':
      return 'deployment'
    case 'monitor':
      return documents.monitoring?.features.some(({ broken }) => broken) ? 'data' : 'objective'
  }
}

/** Twelve hex digits that are the same for the same kind of failure of the same thing. */
export function signatureOf(kind: IncidentClass, failure: StageFailure | null): string {
  if (failure === null) return ''
  const { stage, rule, subject } = failure
  // Without a rule the message is the only mark; its numbers change from run to run.
  const what = rule === null ? failure.message.replace(/\d+(\.\d+)?/g, 'N') : `${rule}|${subject ?? ''}`
  return digestOf([kind, stage, what].join('|')).slice('sha256:'.length, 'sha256:'.length + 12)
}
