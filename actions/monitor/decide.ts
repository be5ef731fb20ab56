import type { FeatureResult, MonitorAction, SloState } from '../../shared/contracts/monitoring.js'
import { formatPercent, formatTime } from '../../shared/report/format.js'

export interface ObjectiveEvidence {
  readonly name: string
  /** State over the window, all versions. */
  readonly state: SloState
  readonly message: string
  /** The same on the rows of the deployed version in the window; null when the log does not tell versions apart. */
  readonly current: { readonly state: SloState; readonly message: string } | null
  /** State on its first rows: tells a bad release from a later decline. Null when not known. */
  readonly atFirst: SloState | null
}

export interface BrokenFeature {
  readonly name: string
  readonly missing: number
  readonly trainingMissing: number
  readonly since: string | null
  readonly began: FeatureResult['began']
}

/** An earlier version that could serve again. */
export interface Candidate {
  readonly tag: string
  /** Its state per objective in the same log. */
  readonly states: Readonly<Record<string, SloState>>
  /** Features that it reads, null when not known. */
  readonly reads: readonly string[] | null
}

export interface Evidence {
  /** Release tag of what is deployed, null when the history names none. */
  readonly deployed: string | null
  readonly objectives: readonly ObjectiveEvidence[]
  readonly broken: readonly BrokenFeature[]
  /** Features whose values moved: `drifted` beyond the limit, `shifted` worth a note. */
  readonly drifted: readonly { readonly name: string; readonly psi: number }[]
  readonly shifted: readonly { readonly name: string; readonly psi: number }[]
  /** Published versions that served before, latest first. */
  readonly candidates: readonly Candidate[]
}

export interface Decision {
  readonly action: MonitorAction
  readonly reasons: string[]
  readonly to: string | null
}

/**
 * What to do, from the evidence alone; the same evidence gives the same decision. A broken feed comes first, because
 * neither an objective nor drift can be judged on it. Drift without harm is watched, not acted on.
 */
export function decide(evidence: Evidence): Decision {
  if (evidence.broken.length > 0) return brokenFeed(evidence)
  const harmed = evidence.objectives.filter(isHarmed)
  if (harmed.length > 0) return objectiveMissed(evidence, harmed)
  const open = evidence.objectives.filter((objective) => stateNow(objective) !== 'ok')
  if (open.length > 0) {
    return { action: 'observe', reasons: [...open.map(describe), ...driftReasons(evidence)], to: null }
  }
  const late = evidence.objectives.filter(({ state }) => state !== 'ok')
  const reasons = [
    ...evidence.objectives.map(describe),
    ...late.map(({ name }) => `${name}: the rows of the deployed version meet it, older rows in the window do not`),
    ...driftReasons(evidence),
  ]
  const moved = evidence.drifted.length + evidence.shifted.length > 0
  if (moved) reasons.push('the objective is met in spite of it: drift without harm is watched, not acted on')
  return { action: moved || late.length > 0 ? 'observe' : 'none', reasons, to: null }
}

/** The state that decides: of the deployed version where the log tells, else of the whole window. */
function stateNow({ state, current }: ObjectiveEvidence): SloState {
  return judgesCurrent({ state, current }) ? (current as { state: SloState }).state : state
}

/** Rows of the deployed version decide where they are told apart, unless nothing is known about now at all. */
const judgesCurrent = ({ state, current }: Pick<ObjectiveEvidence, 'state' | 'current'>): boolean =>
  current !== null && state !== 'stale' && state !== 'error'

const isHarmed = (objective: ObjectiveEvidence): boolean => stateNow(objective) === 'breach'

function describe(objective: ObjectiveEvidence): string {
  const { name, state, message, current } = objective
  if (current === null || !judgesCurrent(objective) || current.message === message) return `${name}: ${message}`
  return current.state === state
    ? `${name}: ${current.message}`
    : `${name}, rows of the deployed version: ${current.message}`
}

function brokenFeed(evidence: Evidence): Decision {
  const { broken, deployed } = evidence
  const harmed = evidence.objectives.filter(isHarmed)
  const facts = [...broken.map((feature) => describeBroken(feature, deployed)), ...harmed.map(describe)]
  const withRelease = broken.every(({ began }) => began === 'with-version')
  const untouched = evidence.candidates.find(
    (candidate) => met(candidate, harmed) && broken.every(({ name }) => candidate.reads?.includes(name) === false),
  )
  const back = withRelease ? (evidence.candidates.find((candidate) => met(candidate, harmed)) ?? untouched) : untouched
  if (harmed.length > 0 && back) {
    const why =
      back === untouched
        ? `${back.tag} met the objective in the same log and does not read ${names(broken)}`
        : `${back.tag} met the objective in the same log with ${names(broken)} filled: the fault came with the release`
    return { action: 'rollback', reasons: [...facts, why], to: back.tag }
  }
  return { action: 'fix-data', reasons: [...facts, whyNoRollback(evidence, harmed.length > 0)], to: null }
}

function whyNoRollback({ candidates, broken, deployed }: Evidence, harmed: boolean): string {
  const release = deployed ?? 'the deployed version'
  if (!harmed) return 'no objective is surely missed yet: mend the feed before one is'
  if (broken.some(({ began }) => began === 'later')) {
    return `a rollback will not help: ${release} had served with ${names(broken)} filled before, so the feed is the cause`
  }
  if (broken.some(({ began }) => began === 'earlier')) {
    return `a rollback will not help: ${names(broken)} was missing before ${release} served, so the feed is the cause`
  }
  if (candidates.length === 0) return 'there is no earlier version to return to: the feed has to be mended'
  return `nothing shows that a rollback would help: no earlier version that met the objective in this log does without ${names(broken)}`
}

function objectiveMissed(evidence: Evidence, harmed: readonly ObjectiveEvidence[]): Decision {
  const { candidates, drifted, deployed } = evidence
  const facts = harmed.map(describe)
  const release = deployed ?? 'the deployed version'
  const back = candidates.find((candidate) => met(candidate, harmed))
  const fromStart = harmed.some(({ atFirst }) => atFirst === 'breach')
  const declined = harmed.some(({ atFirst }) => atFirst === 'ok')
  if (back && (fromStart || (!declined && drifted.length === 0))) {
    const since = fromStart
      ? `${release} missed it from its first rows on`
      : `the first rows of ${release} are too few to tell when it began, and no feature has drifted`
    return {
      action: 'rollback',
      reasons: [...facts, since, `${back.tag} met the objective in the same log`],
      to: back.tag,
    }
  }
  const fell = declined ? [`${release} met the objective at first and fell later: the release is not the cause`] : []
  if (drifted.length > 0) {
    const remedy =
      'the data have moved away from what the model was trained on: train on newer rows, and let evaluate-gate judge'
    return { action: 'retrain', reasons: [...facts, ...fell, ...driftReasons(evidence), remedy], to: null }
  }
  if (declined) {
    const remedy =
      'no feature has drifted: the relation between features and outcome may have changed. Training on newer rows is the remedy to try'
    return { action: 'retrain', reasons: [...facts, ...fell, remedy], to: null }
  }
  const nothing =
    'nothing in the log shows a remedy: no earlier version met the objective, no feature has drifted, and the deployed version never met it. Look at the objective, or at the model'
  return { action: 'observe', reasons: [...facts, ...driftReasons(evidence), nothing], to: null }
}

/** Whether a version surely met every objective that is missed now, and surely missed no other one. */
function met({ states }: Candidate, harmed: readonly ObjectiveEvidence[]): boolean {
  return harmed.every(({ name }) => states[name] === 'ok') && !Object.values(states).includes('breach')
}

function describeBroken(
  { name, missing, trainingMissing, since, began }: BrokenFeature,
  deployed: string | null,
): string {
  const release = deployed ?? 'the deployed version'
  const when = {
    'with-version': `, from the first rows of ${release} on`,
    earlier: `, already before ${release} served`,
    later: `, after ${release} had served with it filled`,
  }
  const rise = `feature ${name} is missing in ${formatPercent(missing)} of rows, ${formatPercent(trainingMissing)} in training`
  return `${rise}${since === null ? '' : `, since ${formatTime(since)}`}${began === null ? '' : when[began]}`
}

function driftReasons({ drifted, shifted }: Evidence): string[] {
  const say = (list: Evidence['drifted'], word: string) =>
    list.length === 0 ? [] : [`${word}: ${list.map(({ name, psi }) => `${name} (PSI ${psi.toFixed(2)})`).join(', ')}`]
  return [...say(drifted, 'drifted features'), ...say(shifted, 'shifted features')]
}

const names = (broken: readonly BrokenFeature[]): string => broken.map(({ name }) => name).join(', ')
