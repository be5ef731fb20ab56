import type {
  ActionItem,
  Change,
  IncidentClass,
  RollbackProposal,
  StageFailure,
} from '../../shared/contracts/post-mortem.js'
import { formatPercent } from '../../shared/report/format.js'
import type { Documents } from './evidence.js'

interface Case {
  readonly failure: StageFailure
  readonly kind: IncidentClass
  readonly documents: Documents
  readonly changes: readonly Change[]
  readonly rollback: RollbackProposal
  /** Asks for an item of the highest priority. */
  readonly grave: boolean
  /** The check behind the failure says what to do. */
  readonly cure: string | null
}

const MOST_ITEMS = 5

/** Work that follows from the evidence, each with an end that can be measured. Owners are for people to name. */
export function actionItems(incident: Case): ActionItem[] {
  const items = [...mitigations(incident), ...mend(incident), ...detections(incident)]
  return items.slice(0, MOST_ITEMS).map((item) => ({ ...item, owner: null }))
}

type Item = Omit<ActionItem, 'owner'>

function mitigations({ failure, rollback, grave, documents }: Case): Item[] {
  if (failure.stage !== 'monitor' && failure.stage !== 'deploy') return []
  const urgent = grave ? 'P0' : 'P1'
  const { monitoring } = documents
  const items: Item[] = []
  if (rollback.helps && rollback.command !== null) {
    items.push({
      type: 'mitigate',
      priority: 'P0',
      text: `Go back to ${rollback.to}: ${rollback.command}`,
      done: 'deploy ends with pass: the target itself reports the digest',
    })
  }
  // A release that empties a feature is undone by the rollback; any other feed has to be mended besides.
  const feeds = (monitoring?.features ?? []).filter(({ broken, began }) => broken && began !== 'with-version')
  for (const { name, trainingMissing } of feeds.slice(0, 2)) {
    items.push({
      type: 'mitigate',
      priority: rollback.helps ? 'P1' : urgent,
      text: `Restore the feed of ${name}`,
      done: `${name} is missing in about ${formatPercent(trainingMissing)} of the rows again, as in training, over one slice of the log`,
    })
  }
  if (monitoring?.decision.action === 'retrain') {
    items.push({
      type: 'mitigate',
      priority: urgent,
      text: 'Train on newer rows and let evaluate-gate judge the result',
      done: 'evaluate-gate passes the new version, and monitor ends with pass on its rows',
    })
  }
  return items
}

function mend({ failure, kind, documents, cure, rollback }: Case): Item[] {
  const subject = failure.subject ?? 'the failing rule'
  const advice = cure === null ? '' : `: ${cure}`
  const brokenFeature = documents.monitoring?.features.find(({ broken }) => broken)?.name
  switch (kind) {
    case 'data':
      return failure.stage === 'monitor'
        ? [
            {
              type: 'prevent',
              priority: 'P1',
              text: `Check ${brokenFeature} for missing values before rows are served, by a missing.max-share in the data contract`,
              done: 'rows as in this log are refused or filled before they reach the model',
            },
          ]
        : [
            {
              type: 'prevent',
              priority: 'P1',
              text: `Mend ${subject}${advice}`,
              done: `validate-data passes the rule ${failure.rule ?? 'that failed'} on the mended data`,
            },
          ]
    case 'training':
      return [
        {
          type: 'prevent',
          priority: 'P1',
          text: `Mend the training command${advice}`,
          done: 'train ends with pass on the same data, params and seed',
        },
      ]
    case 'quality-gate':
      return [
        {
          type: 'prevent',
          priority: 'P2',
          text: `Find out why ${subject} got worse, starting with the changes below`,
          done: `evaluate-gate passes the rule ${failure.rule ?? 'that failed'} on the same rows`,
        },
      ]
    case 'packaging':
      return [
        { type: 'prevent', priority: 'P2', text: `Mend the package${advice}`, done: 'package-model ends with pass' },
      ]
    case 'deployment':
      return [
        runsElsewhere(failure)
          ? {
              type: 'prevent',
              priority: 'P1',
              text: `Make the target run the model as it was packaged${advice}`,
              done: 'the golden rows give the recorded predictions on the target',
            }
          : { type: 'prevent', priority: 'P1', text: `Mend ${subject}${advice}`, done: 'deploy ends with pass' },
      ]
    case 'objective':
      return rollback.helps
        ? [
            {
              type: 'prevent',
              priority: 'P1',
              text: 'Give evaluate-gate a rule that stops this version',
              done: 'evaluate-gate fails the version that was rolled back',
            },
          ]
        : []
    case 'configuration':
      return [
        {
          type: 'prevent',
          priority: 'P1',
          text: `Mend the configuration${advice}`,
          done: `${failure.stage} ends without error`,
        },
      ]
    case 'workflow':
      return [
        {
          type: 'prevent',
          priority: 'P1',
          text: `Mend ${failure.stage}${advice}`,
          done: 'the step ends with success on the same commit, or on the one that mends it',
        },
      ]
    case 'none':
      return []
  }
}

function detections({ failure, documents, kind }: Case): Item[] {
  if (failure.stage === 'monitor') {
    const what = kind === 'data' ? 'a rise of the share of missing values' : 'the first slice below the objective'
    return [
      {
        type: 'detect',
        priority: 'P1',
        text: `Run monitor as often as the log grows by its min-events, so that ${what} is seen within one slice`,
        done: 'a replay of this log raises it in the first bad slice',
      },
    ]
  }
  if (failure.stage === 'evaluate-gate' && (documents.evaluation?.notMeasured.length ?? 0) > 0) {
    return [
      {
        type: 'detect',
        priority: 'P2',
        text: `Measure what the gate did not: ${documents.evaluation?.notMeasured[0]}`,
        done: 'the list of what was not measured is empty',
      },
    ]
  }
  return []
}

const tellsLabel = ({ rule }: StageFailure): boolean =>
  rule !== null && /label-leak$|^target-among-features$/.test(rule)
const runsElsewhere = ({ rule }: StageFailure): boolean => rule?.startsWith('golden-') === true

/** What only people know. */
export function questions({ failure, kind, documents }: Pick<Case, 'failure' | 'kind' | 'documents'>): string[] {
  const asked: string[] = []
  if (failure.stage === 'monitor') {
    asked.push('Who was affected, and how did they notice?')
    asked.push(
      'Was anything changed outside this repository (a client, a feature pipeline, an upstream service) near the first bad slice?',
    )
  }
  if (failure.stage === 'validate-data') {
    if (tellsLabel(failure))
      asked.push(`Is ${failure.subject} known at the moment when the model has to answer, or only afterwards?`)
    asked.push('Did the source of these data change on purpose?')
  }
  if (kind === 'quality-gate')
    asked.push(
      `Is the loss at ${failure.subject ?? 'the failing rule'} acceptable for what is gained elsewhere? Then the margin is to be changed on purpose, in plumbline.yml.`,
    )
  if (runsElsewhere(failure))
    asked.push(
      'Does the target have the same versions of the program and its packages as the machine that packaged the model?',
    )
  if (kind === 'training' && documents.training?.status === 'killed')
    asked.push('Was the job cancelled, or did the machine run out of memory?')
  asked.push('What went well, and where did we get lucky?')
  return asked
}
