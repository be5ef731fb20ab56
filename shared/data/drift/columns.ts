import type { ColumnProfile, DatasetProfile, Histogram } from '../../contracts/data-profile.js'
import { isTemporal } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { HISTOGRAM_DISTINCT } from '../histogram.js'
import { type Cuts, cutsOf } from '../profile/cuts.js'
import { SQL_TYPES } from '../profile/types.js'
import { type Counted, countNumbers, numberCells, regroup } from './numbers.js'
import { indexOf } from './psi.js'
import { type ColumnDrift, type DriftCell, FREE_TEXT, kindOf } from './types.js'
import { isUntold, valueCells } from './values.js'

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
        const reason = hasValues(before)
          ? `the type was ${before.type} and is ${now.type}`
          : 'the baseline has no values'
        return [name, unmeasured(name, reason)]
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
            numbers.counted,
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

/** Whether a column has values at all, NaN and infinities among them. */
const hasValues = ({ rows, missing, invalid }: ColumnProfile): boolean => rows > missing + invalid

/**
 * A dataset whose columns without a single value have the type that the baseline knows: nothing but what is missing tells of it, and
 * a type that was found by no value is no other type.
 */
export function typedAsBefore(dataset: Dataset, profile: DatasetProfile, baseline: DatasetProfile): Dataset {
  const columns = dataset.columns.map((column) => {
    const [now, before] = [profile, baseline].map((one) => one.columns.find(({ name }) => name === column.name))
    if (now === undefined || before === undefined || hasValues(now) || kindOf(now.type) === kindOf(before.type))
      return column
    return { ...column, type: before.type, sql: `CAST(NULL AS ${SQL_TYPES[before.type]})` }
  })
  return { ...dataset, columns }
}

/** The outer bins are open, which their labels say where values of these data lie outside. */
function histogramCells(
  type: ColumnProfile['type'],
  { edges, counts }: Histogram,
  now: readonly number[],
  { min, max }: Pick<Counted, 'min' | 'max'>,
): DriftCell[] {
  const isTime = isTemporal(type)
  const texts = isTime ? edges.map((days) => dateText(days, type === 'date')) : numberTexts(edges)
  const last = counts.length - 1
  const isBelow = min !== null && min < (edges[0] as number)
  const isAbove = max !== null && max > (edges[last + 1] as number)
  return counts.map((baseline, i) => {
    const [from, to] = [texts[i] as string, texts[i + 1] as string]
    const [open, end] = [i === 0 && isBelow, i === last && isAbove]
    const closed = open ? `${isTime ? 'before' : 'below'} ${to}` : `${from} … ${to}`
    const label = open && end ? 'any value' : end ? `${from} or ${isTime ? 'later' : 'more'}` : closed
    return { label, baseline, current: now[i] ?? 0 }
  })
}

/** All digits of a whole number, six of another, or as many as place it to a hundredth of the bins beside it. */
function numberTexts(edges: readonly number[]): string[] {
  const write = (digits: number) => edges.map((x) => (Number.isInteger(x) ? x : Number(x.toPrecision(digits))))
  const isClose = (written: readonly number[]) =>
    edges.every((edge, i) => {
      const gaps = [edges[i - 1], edges[i + 1]].flatMap((other) => (other === undefined ? [] : Math.abs(other - edge)))
      return Math.abs((written[i] as number) - edge) <= Math.min(...gaps.filter((gap) => gap > 0)) / 100
    })
  let digits = 6
  while (digits < 17 && !isClose(write(digits))) digits += 1
  return write(digits).map(String)
}

/** Days since 1970 as an ISO day, of a timestamp to the minute. */
function dateText(days: number, isDay: boolean): string {
  const at = new Date(Math.round(days * 1440) * 60_000)
  if (Number.isNaN(at.getTime())) return String(days)
  const [day = '', time = ''] = at.toISOString().split('T')
  return isDay || time.startsWith('00:00') ? day : `${day} ${time.slice(0, 5)}`
}
