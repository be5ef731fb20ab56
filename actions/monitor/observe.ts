import type { DeploymentRecord } from '../../shared/contracts/deployment.js'
import type { SloConfig } from '../../shared/contracts/monitor-config.js'
import type { SloResult } from '../../shared/contracts/monitoring.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import { durationSeconds, sliceSecondsOf } from './duration.js'
import { evaluationProblem } from './log.js'
import {
  countSlices,
  countValid,
  type Extent,
  extentOf,
  type Served,
  type SliceCounts,
  servedVersions,
  versionSql,
} from './measure.js'
import type { Settings } from './settings.js'
import { attainmentOf, budgetUsed, explainState, goalOf, SLICE_ROWS, stateOf, sum } from './slo.js'

/** What the log says, before anything is judged about the deployed version. */
export interface Observation {
  readonly extent: Extent
  /** End of every window, in milliseconds since 1970. */
  readonly until: number
  readonly isStale: boolean
  readonly versionSql: string
  readonly served: readonly Served[]
  readonly objectives: readonly Objective[]
}

export interface Objective {
  readonly config: SloConfig
  readonly result: SloResult
  /** Counts by slice and version, in the window and in the whole log. */
  readonly inWindow: readonly SliceCounts[]
  readonly slices: readonly SliceCounts[]
  /** Start of the window in milliseconds since 1970. */
  readonly after: number
}

/** Counts every objective over its window and over the whole log. */
export async function observe(
  engine: DataEngine,
  settings: Settings,
  clock: Date,
  history: readonly DeploymentRecord[],
): Promise<Observation> {
  const extent = await extentOf(engine, settings.time, settings.now === 'log' ? null : clock.getTime())
  const until = settings.now === 'log' ? (extent.newest ?? clock.getTime()) : clock.getTime()
  const isStale = extent.newest === null || until - extent.newest > durationSeconds(settings.maxAge) * 1000
  const version = versionSql(settings.version, settings.time, history)
  const how = { time: settings.time, version, until }
  const objectives: Objective[] = []
  for (const config of settings.slos)
    objectives.push(await measureObjective(engine, config, settings, { ...how, isStale, newest: extent.newest }))
  return { extent, until, isStale, versionSql: version, served: await servedVersions(engine, how), objectives }
}

async function measureObjective(
  engine: DataEngine,
  config: SloConfig,
  { confidence, maxAge }: Settings,
  how: { time: string; version: string; until: number; isStale: boolean; newest: number | null },
): Promise<Objective> {
  const seconds = durationSeconds(config.window)
  const after = how.until - seconds * 1000
  const problem = await evaluationProblem(engine, config)
  const rows = problem === null ? await countValid(engine, config, { ...how, after }) : 0
  const width = sliceSecondsOf(seconds, rows, SLICE_ROWS)
  const ask = async (from: number | null) =>
    problem === null ? countSlices(engine, config, { ...how, width, after: from }) : []
  const window = await ask(after)
  const counts = sum(window)
  const goal = goalOf(config, confidence)
  const state = problem !== null ? 'error' : how.isStale ? 'stale' : stateOf(counts, goal)
  const newest = how.newest === null ? null : new Date(how.newest).toISOString()
  const result: SloResult = {
    name: config.name,
    condition: { good: config.good, valid: config.valid ?? null },
    objective: config.objective,
    window: config.window,
    from: new Date(after).toISOString(),
    to: new Date(how.until).toISOString(),
    ...counts,
    undecided: window.reduce((n, { undecided }) => n + undecided, 0),
    attainment: attainmentOf(counts, confidence),
    state,
    message:
      problem === null
        ? explainState(state, counts, goal, { newest, maxAge })
        : `the condition could not be evaluated: ${problem}`,
    budgetUsed: budgetUsed(counts, config.objective),
    sliceSeconds: width,
    series: seriesOf(window),
  }
  return { config, result, inWindow: window, slices: await ask(null), after }
}

/** Versions added up, oldest slice first. */
function seriesOf(slices: readonly SliceCounts[]): SloResult['series'] {
  const starts = [...new Set(slices.map(({ at }) => at))].sort((a, b) => a - b)
  return starts.map((start) => ({
    from: new Date(start).toISOString(),
    ...sum(slices.filter(({ at }) => at === start)),
  }))
}

/** The rows of one version in the window: their counts and what they say about the objective. */
export function judgeVersion({ config, inWindow }: Objective, version: string, { confidence, maxAge }: Settings) {
  const counts = sum(inWindow.filter((slice) => slice.version === version))
  const goal = goalOf(config, confidence)
  const state = stateOf(counts, goal)
  return { state, message: explainState(state, counts, goal, { newest: null, maxAge }), ...counts }
}
