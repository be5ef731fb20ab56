import type { Association, Associations, PairTables } from '../../../contracts/data-profile.js'
import { holm } from '../../../stats/multiple.js'
import { total } from '../../../stats/numeric.js'
import type { DependenceChange } from '../../../stats/two-sample/dependence.js'
import { isTemporal } from '../../column-types.js'
import type { Dataset, DatasetColumn } from '../../dataset.js'
import type { Cell, DataEngine } from '../../engine/engine.js'
import { codesOf } from '../../profile/pair-tables.js'
import { measurable } from '../../profile/values.js'
import { MOST_ROWS, sampleColumns } from '../sample.js'
import { sampledPeriods } from '../since/dated.js'
import { type Gap, rowsByPeriod, type Since, sinceWhen } from '../since/periods.js'
import { type AgainstMost, againstMost, type Compared, type PairIn, pairsIn, type Side } from './compare.js'
import { cellLabel } from './words.js'

/** The effect from which on two columns go together in another way, where nobody says another. */
export const PAIR_LIMIT = 0.1
/** Rows that each side needs: with fewer the cells of two columns are too thin. */
const FEWEST_ROWS = 500
/** Rows of a period, of which fewer say nothing. */
const FEWEST_OF_PERIOD = 100

/** Two columns that may go together in another way than in the baseline. */
export interface PairDrift {
  readonly a: string
  readonly b: string
  /** Of several profiles, against the one whose effect counts: see `againstMost`. */
  readonly change: DependenceChange
  /** The p-value against most of them, and the same by Holm over all pairs. */
  readonly pValue: number
  readonly adjusted: number
  /** The cell that moved most: its share of the rows, as it would be if the columns went together as before, and as it is. */
  readonly cell: { readonly label: string; readonly expected: number; readonly found: number }
  /** What the profiles of both sides say of the pair; null where one does not. */
  readonly before: Association | null
  readonly now: Association | null
}

/** How pairs of columns go together, as far as the profiles of a baseline tell. */
export interface PairsDrift {
  /** Pairs with a table on both sides, at least one, those that changed most first. */
  readonly pairs: readonly PairDrift[]
  /** Profiles of the baseline that tell of pairs, and those that are there. */
  readonly profiles: number
  readonly profilesOf: number
  /** Rows that the tables of the baseline are worth, and those of these data that were looked at. */
  readonly baseline: number
  readonly rows: number
  /** Since when the first pair has changed, in dated data; null else. */
  readonly since: Since | null
}

export interface PairsRequest {
  readonly dataset: Dataset
  /** Of each profile of the baseline; undefined where one keeps none. */
  readonly before: readonly (Associations | undefined)[]
  readonly now: Associations | undefined
  /** Columns of both sides. */
  readonly names: readonly string[]
  /** A pair has changed when the effect is at least `limit` and its adjusted p-value at most `alpha`. */
  readonly limit: number
  readonly alpha: number
  /** Column with the time of a row. */
  readonly clock?: DatasetColumn | undefined
}

/** Whether a pair goes together in another way than before. */
export const hasChanged = (
  { change, adjusted }: Pick<PairDrift, 'change' | 'adjusted'>,
  { limit, alpha }: Pick<PairsRequest, 'limit' | 'alpha'>,
): boolean => change.effect >= limit && adjusted <= alpha

/**
 * Compares the tables of pairs that each profile keeps with up to 10,000 rows of the data, put into its cells. Null where there is
 * nothing to compare: no profile keeps tables, as those of earlier versions, a side has fewer than 500 rows, or no two columns with
 * several values on both.
 */
export async function measurePairs(engine: DataEngine, request: PairsRequest): Promise<PairsDrift | null> {
  const told = request.before.flatMap((profile): Told[] => {
    const { tables } = profile ?? {}
    return profile === undefined || tables === undefined || tables.effective < FEWEST_ROWS ? [] : [{ profile, tables }]
  })
  const values = await valuesOf(engine, request, told)
  const rows = [...values.values()][0]?.length ?? 0
  if (rows < FEWEST_ROWS) return null
  const compared = comparedPairs(request, told, values)
  if (compared.length === 0) return null
  const adjusted = holm(compared.map(({ pValue }) => pValue))
  const all = compared
    .map((one, i) => ({ ...one, drift: driftOf(one, adjusted[i] as number, request.now) }))
    .sort(({ drift: x }, { drift: y }) => y.change.effect - x.change.effect || (x.a + x.b < y.a + y.b ? -1 : 1))
  const [worst] = all
  return {
    pairs: all.map(({ drift }) => drift),
    profiles: told.length,
    profilesOf: request.before.length,
    baseline: told.reduce((sum, { tables }) => sum + tables.effective, 0),
    rows,
    since:
      worst !== undefined && hasChanged(worst.drift, request) ? await sinceOf(engine, request, worst.pair, rows) : null,
  }
}

interface Told {
  readonly profile: Associations
  readonly tables: PairTables
}

/** Values of the columns that these data have as some profile has them, of up to 10,000 rows. */
async function valuesOf(
  engine: DataEngine,
  request: PairsRequest,
  told: readonly Told[],
): Promise<Map<string, readonly Cell[]>> {
  const names = [...new Set(told.flatMap((one) => columnsIn(request, one).flatMap((column) => column?.name ?? [])))]
  if (names.length < 2) return new Map()
  const values = await sampleColumns(engine, request.dataset, names, MOST_ROWS)
  return new Map(names.map((name, i) => [name, values[i] ?? []]))
}

/** The columns of these data in the order of a profile's; null for one that is not there, or is of another kind. */
const columnsIn = ({ dataset, names }: PairsRequest, { profile, tables }: Told): (DatasetColumn | null)[] =>
  tables.parts.map((part, i) => {
    const column = dataset.columns.find(({ name }) => name === profile.columns[i])
    const isAlike = column !== undefined && measurable(column.type) === (part.of === 'number')
    return isAlike && names.includes(column.name) ? column : null
  })

/** Each pair that a profile tells, in all of those that do, against these data. */
function comparedPairs(
  request: PairsRequest,
  told: readonly Told[],
  values: ReadonlyMap<string, readonly Cell[]>,
): (AgainstMost & { readonly pair: readonly PairIn[] })[] {
  const pairs = new Map<string, PairIn[]>()
  for (const one of told) {
    const sides = columnsIn(request, one).map((column, i): Side | null => {
      const cells = one.tables.parts[i] as PairTables['parts'][number]
      const own = column === null ? undefined : values.get(column.name)
      return own === undefined || column === null
        ? null
        : { cells, codes: codesOf(cells, own), isTime: isTemporal(column.type) }
    })
    for (const pair of pairsIn(one.profile, one.tables, sides)) {
      const key = JSON.stringify([pair.a, pair.b].sort())
      pairs.set(key, [...(pairs.get(key) ?? []), pair])
    }
  }
  const each = new Uint8Array(MOST_ROWS).fill(1)
  return [...pairs.values()].flatMap((pair) => {
    const found = againstMost(pair, each)
    return found === null ? [] : [{ ...found, pair }]
  })
}

const driftOf = ({ told, pValue }: AgainstMost, adjusted: number, now: Associations | undefined): PairDrift => ({
  a: told.a,
  b: told.b,
  change: told.change,
  pValue,
  adjusted,
  cell: movedCell(told),
  before: pairOf(told.profile, told.a, told.b),
  now: pairOf(now, told.a, told.b),
})

function movedCell({ a, b, sides: [left, right], change: { expected }, current }: Compared): PairDrift['cell'] {
  const { counts, columns } = current
  const n = total(counts)
  let most = 0
  const off = (i: number) => Math.abs((counts[i] as number) - (expected[i] as number))
  for (let i = 1; i < counts.length; i++) if (off(i) > off(most)) most = i
  const [x, y] = [cellLabel(left, Math.floor(most / columns)), cellLabel(right, most % columns)]
  const label = `${JSON.stringify(a)} ${x} with ${JSON.stringify(b)} ${y}`
  return { label, expected: (expected[most] as number) / n, found: (counts[most] as number) / n }
}

const pairOf = (all: Associations | undefined, a: string, b: string): Association | null =>
  all?.pairs.find((one) => (one.a === a && one.b === b) || (one.a === b && one.b === a)) ?? null

/**
 * Since when a pair has changed, as `hasChanged` says of the sampled rows of a period alone; periods with fewer than 100 say nothing.
 * Null where the data are not dated.
 */
async function sinceOf(
  engine: DataEngine,
  { dataset, clock, limit, alpha }: PairsRequest,
  pair: readonly PairIn[],
  rows: number,
): Promise<Since | null> {
  const dated = clock === undefined ? null : await sampledPeriods(engine, dataset, clock, rows)
  if (dated === null) return null
  const gapOf = (own: readonly number[]): Gap | null => {
    const weights = new Uint8Array(rows)
    for (const row of own) weights[row] = 1
    const found = againstMost(pair, weights)
    return found === null ? null : { effect: found.told.change.effect, isChance: () => found.pValue > alpha }
  }
  return sinceWhen(rowsByPeriod(dated.periods, FEWEST_OF_PERIOD), gapOf, { limit, unit: dated.unit })
}
