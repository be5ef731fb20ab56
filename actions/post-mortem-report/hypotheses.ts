import type {
  Change,
  Hypothesis,
  IncidentClass,
  StageFailure,
  WorkflowFacts,
} from '../../shared/contracts/post-mortem.js'
import { formatTime } from '../../shared/report/format.js'
import type { Documents } from './evidence.js'
import { workflowSuspects } from './workflow.js'

interface Case {
  readonly failure: StageFailure
  readonly kind: IncidentClass
  readonly changes: readonly Change[]
  readonly documents: Documents
  readonly workflow: WorkflowFacts | null
}

type Evidence = Hypothesis['evidence'][number]

/** Below this nobody should be sent searching. */
const STANDS_OUT = 3

/**
 * Possible causes, the one with most points first. Points: 5 for a thing that the failing rule names or that began with
 * the fault, 4 for a change in what the failing stage reads, 3 for a change elsewhere, 2 for what only fits. A change is
 * suspected, never a person.
 */
export function hypothesise(incident: Case): Hypothesis[] {
  const found = [
    ...trainingEnd(incident),
    ...feed(incident),
    ...release(incident),
    ...drift(incident),
    ...column(incident),
    ...changedGroup(incident, 'data', 'The change of the data caused it.'),
    ...changedGroup(incident, 'params', 'The change of parameters caused it.'),
    ...changedGroup(incident, 'features', 'The change of features caused it.'),
    ...changedGroup(incident, 'code', 'A change of code or locked packages caused it.'),
    ...changedGroup(incident, 'environment', 'The change of the environment caused it.'),
    ...target(incident),
    ...workflowSuspects(incident.workflow),
  ]
  return found
    .map(({ statement, evidence }) => ({
      statement,
      evidence,
      points: evidence.reduce((sum, { points }) => sum + points, 0),
    }))
    .sort((a, b) => b.points - a.points)
}

/** What the ranking is worth, in words: a leader, a tie, or nobody. */
export function rankingNote(hypotheses: readonly Hypothesis[]): string {
  const [first, second] = hypotheses
  if (first === undefined || first.points < STANDS_OUT) return 'No suspect stands out.'
  const tied = hypotheses.filter(({ points }) => points === first.points).length
  if (tied > 1) return `${tied} suspects tie at ${first.points} points; the evidence does not tell them apart.`
  return `The first has ${first.points} points${second ? `, the next ${second.points}` : ' and is the only one'}.`
}

type Draft = { readonly statement: string; readonly evidence: Evidence[] }
const because = (statement: string, ...evidence: (Evidence | null)[]): Draft[] => {
  const given = evidence.filter((item) => item !== null)
  return given.length === 0 ? [] : [{ statement, evidence: given }]
}
const point = (points: number, text: string): Evidence => ({ text, points })

function trainingEnd({ kind, documents }: Case): Draft[] {
  const { training } = documents
  if (kind !== 'training' || training === null) return []
  if (training.status === 'killed' && /memory/.test(training.exitMeaning)) {
    return because('The training ran out of memory.', point(5, `The command ${training.exitMeaning}.`))
  }
  return training.firstError === null
    ? []
    : because(
        'The first error of the output names the cause.',
        point(5, `${training.firstError} (${training.exitMeaning})`),
      )
}

function feed({ documents: { monitoring } }: Case): Draft[] {
  return (monitoring?.features ?? [])
    .filter(({ broken }) => broken)
    .flatMap(({ name, missing, trainingMissing, since, began }) =>
      because(
        began === 'with-version' ? `The release changed how ${name} is filled.` : `The feed of ${name} is broken.`,
        point(
          5,
          `${name} is missing in ${percent(missing)} of production rows, ${percent(trainingMissing)} in training.`,
        ),
        began === 'with-version'
          ? point(
              5,
              `It began with the first rows of ${monitoring?.deployed?.tag ?? 'the deployed version'}${since ? `, ${formatTime(since)}` : ''}.`,
            )
          : null,
        began === 'later'
          ? point(
              4,
              `It began${since ? ` at ${formatTime(since)}` : ''}, after the deployed version had served with it filled.`,
            )
          : null,
        began === 'earlier'
          ? point(4, `It was there before the deployed version served${since ? `, since ${formatTime(since)}` : ''}.`)
          : null,
      ),
    )
}

function release({ documents: { monitoring } }: Case): Draft[] {
  if (monitoring === null || monitoring.features.some(({ broken }) => broken)) return []
  const { decision, deployed, versions } = monitoring
  if (decision.action !== 'rollback') return []
  const before = versions.find(({ tag }) => tag === decision.to)
  return because(
    `The release ${deployed?.tag ?? ''} is worse in production than the version before.`,
    point(5, decision.reasons.slice(0, 2).join('; ')),
    before === undefined
      ? null
      : point(4, `${before.tag ?? before.value} met every objective in the same log, on ${before.rows} rows.`),
  )
}

function drift({ documents: { monitoring } }: Case): Draft[] {
  const drifted = (monitoring?.features ?? []).filter(({ level, broken }) => level === 'drifted' && !broken)
  if (monitoring === null || drifted.length === 0) return []
  const harmed = monitoring.slos.some(({ state }) => state === 'breach')
  return because(
    'Production data have moved away from the training data.',
    point(3, `Drifted: ${drifted.map(({ name, psi }) => `${name} (PSI ${psi?.toFixed(2)})`).join(', ')}.`),
    harmed && monitoring.decision.action === 'retrain'
      ? point(2, 'The deployed version met the objective at first and misses it now, or no earlier version met it.')
      : null,
  )
}

/** The failing rule names a column: what is known about that column is evidence. */
function column({ failure, documents, changes }: Case): Draft[] {
  const names = documents.profile?.datasets.flatMap(({ columns }) => columns.map(({ name }) => name)) ?? []
  const named = [...new Set(names)]
    .sort((a, b) => b.length - a.length)
    .find((name) => mentions(failure.subject ?? '', name))
  if (named === undefined) return []
  const changed = changes.filter((item) => item.changed && mentions(item.what, named))
  return because(
    `The data in column ${named} caused it.`,
    point(5, `The rule ${failure.rule} names it: ${failure.message}`),
    changed.length === 0 ? null : point(4, `Since the last good version: ${changed.map(describe).join('; ')}.`),
  )
}

const REACH: Readonly<Record<IncidentClass, Partial<Record<Change['group'], number>>>> = {
  data: { data: 4, schema: 4, code: 2 },
  training: { data: 3, code: 4, params: 3, environment: 3 },
  'quality-gate': { data: 4, params: 4, features: 4, code: 3, environment: 2 },
  packaging: { code: 3, features: 4 },
  deployment: { environment: 3, features: 4, code: 3 },
  objective: { data: 3, params: 3, features: 3, code: 3 },
  configuration: { code: 3 },
  workflow: {},
  none: {},
}

function changedGroup({ kind, changes, failure }: Case, group: Change['group'], statement: string): Draft[] {
  // What broke in production, after the release had been good there, is not in how the release was made.
  if (failure.stage === 'monitor' && kind === 'data') return []
  const points = REACH[kind][group]
  const changed = changes.filter((item) => item.group === group && item.changed)
  if (points === undefined || changed.length === 0) return []
  const files = changes.filter((item) => item.group === 'code' && item.what !== 'commit')
  // Another commit with the same code files hardly explains anything.
  const isOnlyCommit = group === 'code' && files.length > 0 && !files.some((item) => item.changed)
  return because(statement, point(isOnlyCommit ? 2 : points, changed.slice(0, 5).map(describe).join('; ')))
}

/** What the failing step of a deployment points to. */
const DEPLOYMENT_CAUSES: Readonly<Record<string, string>> = {
  'target-usable': 'The target could not be used.',
  'version-verified': 'The files in the registry are not those that were published.',
  'golden-before': 'The model does not run here as it did when it was packaged.',
  switched: 'The target refused the version.',
  'digest-confirmed': 'Something else was deployed meanwhile, or the target takes its versions from elsewhere.',
  'golden-after': 'The target does not run the model as it was packaged.',
}

function target({ kind, failure }: Case): Draft[] {
  const statement = DEPLOYMENT_CAUSES[failure.rule ?? '']
  if (kind !== 'deployment' || statement === undefined) return []
  return because(statement, point(5, `The step ${failure.rule} failed: ${failure.message}`))
}

const describe = ({ what, good, bad }: Change): string => `${what}: ${good ?? 'not there'} → ${bad ?? 'not there'}`
const percent = (share: number | null): string =>
  share === null ? 'an unknown share' : `${Number((share * 100).toPrecision(3))} %`

/** True when a text holds a name as a word of its own. */
function mentions(text: string, name: string): boolean {
  const at = text.indexOf(name)
  if (name === '' || at < 0) return false
  const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}_]/u.test(character)
  return !isWord(text[at - 1]) && !isWord(text[at + name.length])
}
