import type { ColumnProfile, DatasetProfile } from '../../contracts/data-profile.js'
import { isTemporal } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { HISTOGRAM_DISTINCT } from '../histogram.js'
import { measureDrift, typedAsBefore } from './columns.js'
import { exactDistances } from './exact.js'
import { type JointDrift, measureJoint } from './joint.js'
import { type ColumnJudgement, type DriftRules, judgeDrift } from './judge.js'
import { measurePairs, PAIR_LIMIT, type PairsDrift } from './pairs/measure.js'
import { associationsIn } from './pool/profiles.js'
import { type Drifted, sinceOfColumns } from './since/columns.js'
import { partsOf } from './since/parts.js'
import type { Since } from './since/periods.js'
import { withSliceSince } from './since/slices.js'
import { compareSliceProfiles } from './slices/against-profile.js'
import { compareSliceRows } from './slices/against-rows.js'
import type { SliceComparison } from './slices/tests.js'
import { measureTextByProfile } from './text/against-profile.js'
import { measureTextDrift } from './text/against-rows.js'
import { type ColumnDrift, type Compared, type DriftCell, FREE_TEXT } from './types.js'
import { newValues } from './values.js'

/** Text columns that are read word by word. */
const MOST_TEXTS = 10
const NEW_VALUES = 5

export interface DriftRequest {
  readonly dataset: Dataset
  readonly profile: DatasetProfile
  readonly baseline: DatasetProfile
  /** Rows of the baseline, where there are: then values are compared one by one, words too, and the joint distribution. */
  readonly rows: Dataset | null
  /** Columns to compare, the label not among them. */
  readonly names: readonly string[]
  readonly label: string | null
  /** Column with the time of a row, for "since when"; or what to read it by where its dates are not written in ISO. */
  readonly time?: string | DatasetColumn | undefined
  readonly rules: DriftRules
  /** Whether the rows of both sides are told apart by a model. */
  readonly joint: boolean
}

/** Everything that is known about the drift of a dataset. */
export interface DataDrift {
  readonly columns: readonly ColumnJudgement[]
  readonly label: ColumnJudgement | null
  readonly since: ReadonlyMap<string, Since>
  /** Why nothing is said of when: of single columns, and of all else. */
  readonly undated: ReadonlyMap<string, string>
  readonly sinceReason: string
  /** Values that are new, of columns whose baseline lists all values. */
  readonly news: ReadonlyMap<string, readonly { readonly value: string; readonly count: number }[]>
  readonly joint: JointDrift | null
  /** Against a profile; null with the rows of the baseline, which tell more, and where the profile keeps no tables of pairs. */
  readonly pairs: PairsDrift | null
  readonly slices: SliceComparison | null
  /** Whether the rows of the baseline were there. */
  readonly withRows: boolean
}

/** Measures and judges the drift of a dataset: counts once for each column, the rest only for what has drifted. */
export async function measureDataDrift(engine: DataEngine, given: DriftRequest): Promise<DataDrift> {
  const request = { ...given, dataset: typedAsBefore(given.dataset, given.profile, given.baseline) }
  const { dataset, baseline, rows, label, rules } = request
  const names = request.names.filter((name) => name !== label)
  const asked = [...new Set([...names, ...(label === null || !hasColumn(baseline, label) ? [] : [label])])]
  const measured = await measureDrift(engine, dataset, baseline, asked)
  const told = rows === null ? measured : await withRows(engine, request, measured)
  const drifts = await withTexts(engine, request, told)
  const judged = judgeDrift(drifts, rules)
  const columns = judged.filter(({ drift }) => drift.column !== label)
  const drifted = judged.filter(({ state }) => state === 'drifted' || state === 'slight')
  const before = new Map(baseline.columns.map((column) => [column.name, column]))
  const clock = clockOf(request)
  const dated = drifted.map((one): Drifted => {
    const name = one.drift.column
    const column = dataset.columns.find((each) => each.name === name)
    return { name, parts: column === undefined ? null : partsOf(one, column, before.get(name)) }
  })
  const { since, undated } = await sinceOfColumns(engine, dataset, clock, dated, rules.warn)
  const news = new Map<string, { value: string; count: number }[]>()
  for (const { drift } of drifted) {
    const [column, old] = [dataset.columns.find(({ name }) => name === drift.column), before.get(drift.column)]
    if (column === undefined || old === undefined || drift.compared?.sensitive !== false) continue
    if (drift.compared.kind !== 'category' && old.distinct > HISTOGRAM_DISTINCT) continue
    const found = await newValues(engine, dataset, column, old, NEW_VALUES)
    if (found.length > 0) news.set(drift.column, found)
  }
  const shared = asked.filter((name) => isShared(drifts, name))
  return {
    columns,
    label: judged.find(({ drift }) => drift.column === label) ?? null,
    since,
    undated,
    sinceReason: sinceReason(request, clock),
    news,
    joint:
      rows !== null && request.joint
        ? await measureJoint(engine, rows, dataset, shared, { clock, limit: rules.maxAuc })
        : null,
    pairs: rows === null && request.joint ? await pairsOf(engine, request, shared) : null,
    slices: await slicesOf(engine, request, drifts),
    withRows: rows !== null,
  }
}

async function pairsOf(
  engine: DataEngine,
  request: DriftRequest,
  names: readonly string[],
): Promise<PairsDrift | null> {
  const { dataset, profile, baseline, rules } = request
  return measurePairs(engine, {
    dataset,
    before: associationsIn(baseline),
    now: profile.associations,
    names,
    limit: rules.limit ?? PAIR_LIMIT,
    alpha: rules.alpha,
    clock: clockOf(request),
  })
}

async function slicesOf(
  engine: DataEngine,
  request: DriftRequest,
  drifts: readonly ColumnDrift[],
): Promise<SliceComparison | null> {
  const { dataset, profile, baseline, rows, rules } = request
  const found =
    rows === null
      ? await compareSliceProfiles(engine, { baseline, profile, dataset, drifts }, rules.limit, rules.alpha)
      : await compareSliceRows(engine, { before: rows, now: dataset, profile, drifts }, rules.limit, rules.alpha)
  if (found === null) return null
  const dated = { dataset, rows, baseline, clock: clockOf(request), limit: rules.warn }
  return { ...found, drifted: await withSliceSince(engine, dated, found.drifted) }
}

/** The column with the time of a row; undefined where the data are not dated. */
function clockOf({ dataset, time }: DriftRequest): DatasetColumn | undefined {
  const clock = typeof time === 'object' ? time : dataset.columns.find(({ name }) => name === time)
  return clock !== undefined && isTemporal(clock.type) ? clock : undefined
}

function sinceReason({ time }: DriftRequest, clock: DatasetColumn | undefined): string {
  if (time === undefined) return 'the data have no `data.time`'
  return clock === undefined ? '`data.time` holds no dates' : 'no two periods have rows enough'
}

const hasColumn = ({ columns }: DatasetProfile, name: string): boolean => columns.some((column) => column.name === name)

/** Columns of values that both sides have; a model would learn identifiers by heart, and free text says nothing to it. */
const isShared = (drifts: readonly ColumnDrift[], name: string): boolean =>
  drifts.some(({ column, compared }) => column === name && compared !== undefined && compared.kind !== 'text')

/** Adds what only the rows of both sides can tell: exact distances of numbers, and words of texts. */
async function withRows(
  engine: DataEngine,
  { dataset, rows }: DriftRequest,
  drifts: readonly ColumnDrift[],
): Promise<ColumnDrift[]> {
  const found: ColumnDrift[] = []
  let texts = 0
  for (const drift of drifts) {
    const { compared } = drift
    const column = dataset.columns.find(({ name }) => name === drift.column)
    const old = rows?.columns.find(({ name }) => name === drift.column)
    if (compared === undefined || column === undefined || old === undefined || rows === null) found.push(drift)
    else if (compared.kind === 'text' && !compared.sensitive && texts < MOST_TEXTS) {
      texts += 1
      const text = await measureTextDrift(engine, rows, dataset, drift.column)
      found.push({ ...drift, compared: { ...compared, text } })
    } else if (compared.numbers?.atoms.some((atom, i) => !atom && isUsed(compared.numbers, i))) {
      const exact = await exactDistances(engine, { table: rows.table, column: old }, { table: dataset.table, column })
      found.push(
        exact === null ? drift : { ...drift, compared: { ...compared, numbers: { ...compared.numbers, exact } } },
      )
    } else found.push(drift)
  }
  return found
}

/** Adds what profiles tell of texts whose rows are not compared, and of values that are withheld: lengths, words, missing values. */
async function withTexts(
  engine: DataEngine,
  { dataset, profile, baseline }: DriftRequest,
  drifts: readonly ColumnDrift[],
): Promise<ColumnDrift[]> {
  const found: ColumnDrift[] = []
  for (const drift of drifts) {
    const column = dataset.columns.find(({ name }) => name === drift.column)
    const now = profile.columns.find(({ name }) => name === drift.column)
    const old = baseline.columns.find(({ name }) => name === drift.column)
    const isOpen = drift.reason === FREE_TEXT && drift.compared?.text === undefined
    if (!isOpen || column === undefined || now === undefined || old === undefined) found.push(drift)
    else {
      const compared = drift.compared ?? withheld(old, now)
      const cells = drift.cells.length > 0 ? drift.cells : presenceCells(compared)
      const textByProfile = await measureTextByProfile(engine, dataset, column, old, now.distinct)
      found.push({ ...drift, cells, compared: { ...compared, textByProfile } })
    }
  }
  return found
}

/** A column of which only missing values and lengths may be compared. */
function withheld(old: ColumnProfile, now: ColumnProfile): Compared {
  const presence = ({ rows, missing, invalid, nonFinite }: ColumnProfile) => ({
    rows,
    missing: missing + invalid,
    nonFinite,
  })
  const distinct = Math.max(old.distinct, now.distinct)
  return { kind: 'text', distinct, numbers: null, before: presence(old), now: presence(now), sensitive: true }
}

const presenceCells = ({ before, now }: Compared): DriftCell[] => [
  {
    label: 'present',
    baseline: before.rows - before.missing - before.nonFinite,
    current: now.rows - now.missing - now.nonFinite,
  },
  { label: 'missing', baseline: before.missing + before.nonFinite, current: now.missing + now.nonFinite },
]

const isUsed = (numbers: NonNullable<ColumnDrift['compared']>['numbers'], cell: number): boolean =>
  (numbers?.before[cell] ?? 0) + (numbers?.now[cell] ?? 0) > 0
