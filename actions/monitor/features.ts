import type { ColumnProfile } from '../../shared/contracts/data-profile.js'
import type { FeatureResult } from '../../shared/contracts/monitoring.js'
import type { Dataset } from '../../shared/data/dataset.js'
import { measureDrift } from '../../shared/data/drift/columns.js'
import type { ColumnDrift } from '../../shared/data/drift/types.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import { identifier, literal } from '../../shared/data/engine/sql.js'
import { sliceSecondsOf } from './duration.js'
import { VIEW } from './log.js'
import { between, countPresent } from './measure.js'
import type { Objective, Observation } from './observe.js'
import { onsetOf } from './onset.js'
import type { Deployed } from './release.js'
import type { Settings } from './settings.js'

/** Fewer rows than this give an index that is noise: by chance alone it is about (bins − 1) / rows. */
const FEWEST_ROWS = 100

/** Rows of a slice, on average, in which a share of missing values is looked for. */
const ONSET_ROWS = 10

export interface Where {
  readonly log: Dataset
  readonly time: string
  /** SQL for the version of a row. */
  readonly version: string
  /** The deployed version as the log calls it; null when rows are not told apart. */
  readonly current: string | null
  /** Window in milliseconds since 1970. */
  readonly after: number
  readonly until: number
}

/** Features are judged over the shortest window of the objectives: what happens now counts. */
export function featureRows(log: Dataset, settings: Settings, observed: Observation, current: string | null): Where {
  const shortest = [...observed.objectives].sort((a, b) => b.after - a.after)[0] as Objective
  return {
    log,
    time: settings.time,
    version: observed.versionSql,
    current,
    after: shortest.after,
    until: observed.until,
  }
}

export interface Features {
  readonly features: FeatureResult[]
  /** Why they were not measured, null when they were. */
  readonly reason: string | null
}

/**
 * Missing shares and drift of the features of the deployed model, on its rows in the window (all rows where versions are
 * not told apart), against the profile of its training data.
 */
export async function measureFeatures(
  engine: DataEngine,
  where: Where,
  deployed: Deployed | null,
  drift: Settings['drift'],
): Promise<Features> {
  const training = deployed?.training ?? null
  const wanted = drift.columns ?? training?.features ?? null
  if (wanted?.length === 0) return { features: [], reason: null }
  if (deployed === null)
    return { features: [], reason: 'no deployment is recorded, so there is no training profile to compare with' }
  if (training === null || wanted === null)
    return { features: [], reason: `${deployed.record.tag} carries no profile of its training data` }
  const trained = new Map(training.profile.columns.map((column) => [column.name, column]))
  const logged = wanted.filter((name) => trained.has(name) && where.log.columns.some((column) => column.name === name))
  if (logged.length === 0)
    return { features: [], reason: `the log has none of the features ${wanted.slice(0, 5).join(', ')}` }
  const window = await windowOf(engine, where)
  if (window.rows < FEWEST_ROWS) {
    return {
      features: [],
      reason: `the window has ${window.rows} rows of the deployed version, ${FEWEST_ROWS} are needed`,
    }
  }
  const missing = await missingShares(engine, window, logged)
  const drifts = await measureDrift(engine, window, training.profile, logged)
  const width = sliceSecondsOf((where.until - where.after) / 1000, window.rows, ONSET_ROWS)
  const features: FeatureResult[] = []
  for (const name of wanted) {
    const share = missing.get(name) ?? null
    const trainingMissing = missingInTraining(trained.get(name))
    const limit = (trainingMissing ?? 0) + drift['max-missing-increase']
    const broken = share !== null && share > limit
    const onset = broken ? onsetOf(await countPresent(engine, name, { ...where, width }), limit, where.current) : null
    const index = drifts.find((found) => found.column === name)
    features.push({
      name,
      psi: index?.psi ?? null,
      chance: index?.chance ?? null,
      level: levelOf(index, drift),
      missing: share,
      trainingMissing,
      broken,
      since: onset?.since == null ? null : new Date(onset.since).toISOString(),
      began: onset?.began ?? null,
    })
  }
  return { features, reason: null }
}

function missingInTraining(column: ColumnProfile | undefined): number | null {
  return column === undefined || column.rows === 0 ? null : (column.missing + column.invalid) / column.rows
}

/** An index that is not told from chance is no drift, however large. */
function levelOf(index: ColumnDrift | undefined, { warn, fail }: Settings['drift']): FeatureResult['level'] {
  if (index === undefined || index.psi === null) return 'not-measured'
  if (index.psi < warn || index.psi <= (index.chance ?? 0)) return 'none'
  return index.psi >= fail ? 'drifted' : 'shifted'
}

/** The rows that are judged, as a dataset with the column names of the files. */
async function windowOf(engine: DataEngine, { log, time, version, current, after, until }: Where): Promise<Dataset> {
  const table = 'log_window'
  const own = current === null ? '' : ` AND ${version} = ${literal(current)}`
  await engine.run(
    `CREATE OR REPLACE TABLE ${table} AS SELECT * FROM ${VIEW} WHERE ${between({ time, after, until })}${own}`,
  )
  const [row] = await engine.all(`SELECT count(*) AS n FROM ${table}`)
  const columns = log.columns.map((column) => ({ ...column, sql: identifier(column.name), badIndex: null }))
  return { ...log, table, columns, rows: Number(row?.n ?? 0), parts: [] }
}

/** What is missing, or not of the type that it had in training. */
async function missingShares(
  engine: DataEngine,
  window: Dataset,
  names: readonly string[],
): Promise<Map<string, number>> {
  const counts = names.map((name, i) => `count(*) - count(${identifier(name)}) AS m${i}`)
  const [row] = await engine.all(`SELECT ${counts.join(', ')} FROM ${window.table}`)
  return new Map(names.map((name, i) => [name, Number(row?.[`m${i}`]) / window.rows]))
}
