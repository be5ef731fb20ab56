import type { ColumnProfile, DatasetProfile, Histogram } from '../../../contracts/data-profile.js'
import { round12 } from '../../engine/sql.js'
import { type Cuts, cellOf } from '../../profile/cuts.js'
import { kindOf } from '../types.js'
import {
  likelyBelow,
  likelyQuantile,
  type PooledColumn,
  poolCounts,
  poolLengths,
  poolNumbers,
  poolWords,
} from './columns.js'
import { poolMoments } from './moments.js'
import { poolSlices } from './slices.js'

const MOST_TOP = 100
const MOST_BINS = 20

/** Several profiles together. It is no document: beside what one profile can say it has what cannot be added up. */
interface PooledProfile extends DatasetProfile {
  /** How columns go together in each of them. */
  readonly associationsOfEach?: readonly DatasetProfile['associations'][]
}

/**
 * Profiles of several runs as one baseline: the profile of all of their rows together, as far as profiles can tell. Counts, extremes,
 * means and deviations add up exactly, and so do values that all of them list in full. Where a list was cut, a value is counted as
 * often as it is listed. Numbers that are not listed, lengths, words and slices are known by bounds that add up: see
 * {@link PooledColumn}. Bins are cut at the edges of all histograms, with the likeliest counts. Columns are those of the first profile; one of
 * another kind in a later profile is left out of the sum. At least one profile.
 */
export function poolProfiles(profiles: readonly DatasetProfile[]): PooledProfile {
  const [first] = profiles as [DatasetProfile]
  if (profiles.length === 1) return first
  const sum = (of: (profile: DatasetProfile) => number) => profiles.reduce((total, one) => total + of(one), 0)
  const columns = first.columns.map((column) => {
    const same = profiles.flatMap((profile) =>
      profile.columns.filter(({ name, type }) => name === column.name && kindOf(type) === kindOf(column.type)),
    )
    return poolColumns(same as [ColumnProfile, ...ColumnProfile[]])
  })
  const slices = poolSlices(profiles, columns)
  return {
    name: first.name,
    files: profiles.flatMap(({ files }) => files),
    rows: sum(({ rows }) => rows),
    duplicates: {
      extra: sum(({ duplicates }) => duplicates.extra),
      groups: sum(({ duplicates }) => duplicates.groups),
      members: sum(({ duplicates }) => duplicates.members),
    },
    columns,
    ...(slices === undefined ? {} : { slices }),
    associationsOfEach: profiles.map(({ associations }) => associations),
  }
}

/** How columns go together, in each of the profiles that a baseline is made of; undefined in one that does not tell. */
export const associationsIn = ({
  associations,
  associationsOfEach,
}: PooledProfile): readonly DatasetProfile['associations'][] => associationsOfEach ?? [associations]

/** How many profiles a baseline was put together from; 1 for one alone. */
export const profilesIn = ({ columns }: DatasetProfile): number =>
  columns.reduce((most, column: PooledColumn) => Math.max(most, column.pooled?.profiles ?? 1), 1)

function poolColumns(columns: readonly [ColumnProfile, ...ColumnProfile[]]): PooledColumn {
  if (columns.length === 1) return columns[0]
  const [first] = columns
  const add = (of: (column: ColumnProfile) => number) => columns.reduce((total, one) => total + of(one), 0)
  const values = add((one) => one.rows - one.missing - one.invalid - one.nonFinite)
  const counts = pooledValues(columns)
  const listed = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const whole = columns.every(isListed)
  // Identifiers and free text are not listed, and their sum is not either.
  const top = columns.some(({ top: one, distinct }) => one.length === 0 && distinct > 0)
    ? []
    : listed.slice(0, MOST_TOP)
  const type = columns.find((one) => one.type === 'number' || one.type === 'timestamp')?.type ?? first.type
  const { numeric, numbers } = poolNumeric(columns, type)
  const all = poolCounts(columns)
  const lengths = columns.flatMap((one) => (one.length === null ? [] : [{ ...one.length, n: presentOf(one) }]))
  const texts = lengths.reduce((total, { n }) => total + n, 0)
  return {
    name: first.name,
    type,
    rows: add(({ rows }) => rows),
    missing: add(({ missing }) => missing),
    invalid: add(({ invalid }) => invalid),
    nonFinite: add(({ nonFinite }) => nonFinite),
    distinct:
      all?.values.length ?? (whole ? counts.size : Math.max(...columns.map(({ distinct }) => distinct), counts.size)),
    numeric,
    ...(all === undefined ? {} : { counts: all }),
    length:
      texts === 0
        ? first.length
        : {
            min: Math.min(...lengths.map(({ min }) => min)),
            max: Math.max(...lengths.map(({ max }) => max)),
            mean: round12(lengths.reduce((total, { mean, n }) => total + mean * n, 0) / texts),
          },
    mostly: null,
    sensitive: columns.find(({ sensitive }) => sensitive != null)?.sensitive ?? null,
    top: top.map(([value, count]) => ({ value, count })),
    otherCount: values - top.reduce((total, [, count]) => total + count, 0),
    pooled: { profiles: columns.length, numbers, lengths: poolLengths(columns), words: poolWords(columns) },
  }
}

const presentOf = ({ rows, missing, invalid, nonFinite }: ColumnProfile): number => rows - missing - invalid - nonFinite

/** All values with their counts: as texts in `counts`, where they are few, or among the most frequent. */
function listOf({ top, counts, type }: ColumnProfile): ColumnProfile['top'] {
  if (counts === undefined || (type !== 'string' && type !== 'boolean')) return top
  return counts.values.map((value, i) => ({ value: String(value), count: counts.counts[i] ?? 0 }))
}

const isListed = (column: ColumnProfile): boolean => {
  const listed = listOf(column)
  return listed.length >= Math.min(1, column.distinct) && listed.length >= column.distinct
}

function pooledValues(columns: readonly ColumnProfile[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { value, count } of columns.flatMap(listOf)) counts.set(value, (counts.get(value) ?? 0) + count)
  return counts
}

type Numeric = NonNullable<ColumnProfile['numeric']>

function poolNumeric(
  columns: readonly ColumnProfile[],
  type: ColumnProfile['type'],
): { numeric: Numeric | null; numbers: Cuts | null } {
  const parts = columns.flatMap((one) => (one.numeric === null ? [] : [{ ...one.numeric, n: presentOf(one) }]))
  if (parts.length === 0) return { numeric: null, numbers: null }
  const histogram = pooledHistogram(
    parts.map((part) => part.histogram),
    likelyBelow(columns),
  )
  const [min, max] = [Math.min(...parts.map((part) => part.min)), Math.max(...parts.map((part) => part.max))]
  // Bins are counted between these cuts.
  const numbers = poolNumbers(columns, type, histogram.edges)
  const at = (p: number) => likelyQuantile(numbers, p, min, max)
  const quantiles = {
    p01: at(0.01),
    p05: at(0.05),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
    p99: at(0.99),
  }
  return { numeric: { min, max, ...poolMoments(parts), quantiles, histogram }, numbers }
}

/**
 * Histograms on the edges of all, then cut to at most twenty bins of about equal mass; the counts stay whole numbers. `massBelow`: how
 * many values of all of them lie below an edge.
 */
function pooledHistogram(histograms: readonly Histogram[], massBelow: (edge: number) => number): Histogram {
  const edges = [...new Set(histograms.flatMap((one) => one.edges))].sort((a, b) => a - b)
  const last = edges.length - 1
  // Mass below each edge; what lies at the last edge is added at the end.
  const below = edges.map(massBelow)
  const total = histograms.reduce((sum, one) => sum + one.counts.reduce((all, count) => all + count, 0), 0)
  const wanted = Math.min(MOST_BINS, Math.max(1, last))
  const kept = new Set([0, last])
  for (let i = 1; i < wanted; i++) {
    const target = (total * i) / wanted
    kept.add(Math.max(1, cellOf(below, target) - 1))
  }
  const chosen = [...kept].sort((a, b) => a - b).filter((index) => index <= last)
  if (chosen.length < 2) return { kind: 'equal-mass', edges: [edges[0] ?? 0, edges[0] ?? 0], counts: [total] }
  const ends = [...chosen.slice(1, -1).map((index) => Math.round(below[index] as number)), total]
  return {
    kind: 'equal-mass',
    edges: chosen.map((index) => edges[index] as number),
    counts: ends.map((end, i) => end - (i === 0 ? 0 : (ends[i - 1] as number))),
  }
}
