import type { ColumnProfile, DatasetProfile } from '../contracts/data-profile.js'
import { chisquareTail } from '../stats/distributions.js'
import { populationStabilityIndex } from '../stats/drift.js'
import { quantileSorted } from '../stats/numeric.js'
import { seededRandom } from '../stats/sampling/rng.js'
import { isNumeric, isTemporal } from './column-types.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import { type Counted, type Cuts, countNumbers, cutsOf, numberCells, regroup } from './drift/numbers.js'
import { type ColumnDrift, type DriftCell, FREE_TEXT } from './drift/types.js'
import { FEWEST_SEEN, isUntold, valueCells } from './drift/values.js'
import type { DataEngine } from './engine/engine.js'
import { HISTOGRAM_DISTINCT } from './histogram.js'

export { type ColumnDrift, type DriftCell, FREE_TEXT }

const SIMULATIONS = 500
/** An index that chance alone exceeds once in a hundred times is not told from chance. */
const CHANCE = 0.01

interface Pair {
  readonly before: ColumnProfile
  readonly now: DatasetColumn
}

/**
 * Each column against its baseline profile, and its PSI: numbers in the bins of the baseline's histogram, text and numbers
 * with at most 20 values by the commonest 20 of the baseline that both sides can be expected to hold ten times, the others
 * that its profile lists, and values that it does not list; missing is a cell of its own. The counts serve every method of
 * `drift/measures.ts`.
 */
export async function measureDrift(
  engine: DataEngine,
  dataset: Dataset,
  baseline: DatasetProfile,
  names: readonly string[],
): Promise<ColumnDrift[]> {
  const pairs = new Map<string, Pair | ColumnDrift>(
    names.map((name) => {
      const before = baseline.columns.find((column) => column.name === name)
      const now = dataset.columns.find((column) => column.name === name)
      if (before === undefined) return [name, unmeasured(name, 'the baseline has no such column')]
      if (now === undefined) return [name, unmeasured(name, 'the data have no such column')]
      if (kindOf(now.type) !== kindOf(before.type)) {
        return [name, unmeasured(name, `the type was ${before.type} and is ${now.type}`)]
      }
      return [name, { before, now }]
    }),
  )
  const numbers = await countAll(engine, dataset, [...pairs.values()])
  const drifts: ColumnDrift[] = []
  for (const name of names) {
    const pair = pairs.get(name) as Pair | ColumnDrift
    drifts.push('before' in pair ? await driftOf(engine, dataset, pair, numbers.get(pair) ?? null) : pair)
  }
  return drifts
}

const unmeasured = (column: string, reason: string): ColumnDrift => ({
  column,
  cells: [],
  psi: null,
  chance: null,
  reason,
})

interface Numbers {
  readonly cut: Cuts
  readonly counted: Counted
}

async function countAll(
  engine: DataEngine,
  { table }: Dataset,
  pairs: readonly (Pair | ColumnDrift)[],
): Promise<Map<Pair, Numbers>> {
  const asked = pairs.flatMap((pair) => {
    const cut = 'before' in pair ? cutsOf(pair.before) : null
    return cut === null ? [] : [{ pair: pair as Pair, cut }]
  })
  const counted = await countNumbers(
    engine,
    table,
    asked.map(({ pair, cut }) => ({ column: pair.now, cuts: cut.cuts })),
  )
  return new Map(asked.map(({ pair, cut }, i) => [pair, { cut, counted: counted[i] as Counted }]))
}

async function driftOf(
  engine: DataEngine,
  dataset: Dataset,
  { before, now }: Pair,
  numbers: Numbers | null,
): Promise<ColumnDrift> {
  const histogram = before.distinct > HISTOGRAM_DISTINCT ? before.numeric?.histogram : undefined
  if (before.sensitive != null && histogram === undefined) {
    // Its values are hashed or left out, so that they cannot be found again.
    return unmeasured(now.name, FREE_TEXT)
  }
  const { cells, unlisted } =
    numbers !== null && histogram !== undefined
      ? {
          cells: histogramCells(
            before.type,
            histogram,
            regroup(numbers.cut.cuts, numbers.counted.counts, histogram.edges),
          ),
          unlisted: 0,
        }
      : await valueCells(engine, dataset, now, before)
  const counted = cells.reduce((sum, { current }) => sum + current, 0)
  const values = before.rows - before.missing - before.invalid - before.nonFinite
  const nonFinite = numbers === null ? 0 : numbers.counted.present - numbers.counted.finite
  const kind = kindOf(before.type)
  const isText = isUntold(before)
  const compared = {
    kind: isText ? 'text' : kind === 'number' || kind === 'time' ? kind : 'category',
    distinct: before.distinct + unlisted,
    numbers: numbers === null ? null : numberCells(before, numbers.cut, numbers.counted),
    before: { rows: before.rows, missing: before.missing + before.invalid, nonFinite: before.nonFinite },
    now: { rows: dataset.rows, missing: dataset.rows - counted - nonFinite, nonFinite },
    sensitive: before.sensitive != null,
  } as const
  cells.push({ label: 'missing', baseline: before.rows - values, current: dataset.rows - counted })
  if (isText) return { ...unmeasured(now.name, FREE_TEXT), cells, compared }
  return { column: now.name, cells, ...indexOf(cells), compared }
}

/** The index of given cells, and how large it gets by chance. */
export function indexOf(cells: readonly DriftCell[]): Pick<ColumnDrift, 'psi' | 'chance' | 'reason'> {
  const used = cells.filter(({ baseline, current }) => baseline + current > 0)
  const index = populationStabilityIndex(
    used.map(({ baseline }) => baseline),
    used.map(({ current }) => current),
  )
  if (index.reason !== null) return { psi: null, chance: null, reason: index.reason }
  return { psi: index.value, chance: chanceOf(used), reason: null }
}

/** The index that two samples of one distribution, that of both together, stay below in 99 of 100 cases. */
function chanceOf(cells: readonly DriftCell[]): number {
  const n = cells.reduce((sum, { baseline }) => sum + baseline, 0)
  const m = cells.reduce((sum, { current }) => sum + current, 0)
  const shares = cells.map(({ baseline, current }) => (baseline + current) / (n + m))
  const fewest = Math.min(...shares) * Math.min(n, m)
  return fewest >= FEWEST_SEEN ? chanceIndex(cells.length, n, m) : simulatedChance(shares, n, m)
}

/** For cells of few rows, in which the index is larger than chi-square knows. */
function simulatedChance(shares: readonly number[], n: number, m: number): number {
  const random = seededRandom('chance')
  const draw = (rows: number) => shares.map((share) => random.poisson(share * rows))
  const indices = Float64Array.from({ length: SIMULATIONS }, () => populationStabilityIndex(draw(n), draw(m)).value)
  const known = indices.filter(Number.isFinite).sort()
  return known.length === 0 ? 0 : quantileSorted(known, 1 - CHANCE)
}

/**
 * The 99 % quantile of the index of two samples of one distribution with n and m rows in k cells: PSI · nm/(n + m) is
 * then about chi-square with k − 1 degrees of freedom (Yurdakul 2018). `alpha`: another share than one in a hundred.
 */
export function chanceIndex(k: number, n: number, m: number, alpha: number = CHANCE): number {
  if (k < 2) return 0
  let [low, high] = [0, 10 * k + 100]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (chisquareTail(middle, k - 1) > alpha) low = middle
    else high = middle
  }
  return low * (1 / n + 1 / m)
}

const kindOf = (type: ColumnProfile['type']): string => (isNumeric(type) ? 'number' : isTemporal(type) ? 'time' : type)

const histogramCells = (
  type: ColumnProfile['type'],
  { edges, counts }: NonNullable<ColumnProfile['numeric']>['histogram'],
  now: readonly number[],
): DriftCell[] => {
  const write = isTemporal(type) ? (days: number) => dateText(days, type === 'date') : numberText
  return counts.map((baseline, i) => ({
    label: `${write(edges[i] as number)} … ${write(edges[i + 1] as number)}`,
    baseline,
    current: now[i] ?? 0,
  }))
}

/** Six digits, and all of a whole number. */
const numberText = (x: number): string => String(Number.isInteger(x) ? x : Number(x.toPrecision(6)))

/** Days since 1970 as an ISO day, of a timestamp to the minute. */
function dateText(days: number, isDay: boolean): string {
  const at = new Date(Math.round(days * 1440) * 60_000)
  if (Number.isNaN(at.getTime())) return numberText(days)
  const [day = '', time = ''] = at.toISOString().split('T')
  return isDay || time.startsWith('00:00') ? day : `${day} ${time.slice(0, 5)}`
}
