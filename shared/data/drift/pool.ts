import type { ColumnProfile, DatasetProfile, Histogram } from '../../contracts/data-profile.js'
import { isNumeric, isTemporal } from '../column-types.js'
import { round12 } from '../sql.js'
import { cellOf } from './numbers.js'

const MOST_TOP = 100
const MOST_BINS = 20

/**
 * Profiles of several runs as one baseline: the profile of all of their rows together, as far as profiles can tell. Counts, extremes,
 * means and deviations add up exactly, and so do values that all of them list in full. Where a list was cut, a value is counted as
 * often as it is listed; bins are cut at the edges of all histograms, their values taken as evenly spread, so that a share is off by
 * at most the share of the bin that was cut. Columns are those of the first profile; one of another kind in a later profile is left
 * out of the sum. At least one profile.
 */
export function poolProfiles(profiles: readonly DatasetProfile[]): DatasetProfile {
  const [first] = profiles as [DatasetProfile]
  if (profiles.length === 1) return first
  const sum = (of: (profile: DatasetProfile) => number) => profiles.reduce((total, one) => total + of(one), 0)
  return {
    name: first.name,
    files: profiles.flatMap(({ files }) => files),
    rows: sum(({ rows }) => rows),
    duplicates: {
      extra: sum(({ duplicates }) => duplicates.extra),
      groups: sum(({ duplicates }) => duplicates.groups),
      members: sum(({ duplicates }) => duplicates.members),
    },
    columns: first.columns.map((column) => {
      const same = profiles.flatMap(({ columns }) =>
        columns.filter(({ name, type }) => name === column.name && kindOf(type) === kindOf(column.type)),
      )
      return poolColumns(same as [ColumnProfile, ...ColumnProfile[]])
    }),
  }
}

const kindOf = (type: ColumnProfile['type']): string => (isNumeric(type) ? 'number' : isTemporal(type) ? 'time' : type)

function poolColumns(columns: readonly [ColumnProfile, ...ColumnProfile[]]): ColumnProfile {
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
  const lengths = columns.flatMap((one) => (one.length === null ? [] : [{ ...one.length, n: presentOf(one) }]))
  const texts = lengths.reduce((total, { n }) => total + n, 0)
  return {
    name: first.name,
    type: columns.find(({ type }) => type === 'number' || type === 'timestamp')?.type ?? first.type,
    rows: add(({ rows }) => rows),
    missing: add(({ missing }) => missing),
    invalid: add(({ invalid }) => invalid),
    nonFinite: add(({ nonFinite }) => nonFinite),
    distinct: whole ? counts.size : Math.max(...columns.map(({ distinct }) => distinct), counts.size),
    numeric: pooledNumbers(columns),
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
  }
}

const presentOf = ({ rows, missing, invalid, nonFinite }: ColumnProfile): number => rows - missing - invalid - nonFinite

const isListed = ({ top, otherCount, distinct }: ColumnProfile): boolean =>
  otherCount === 0 && top.length >= Math.min(1, distinct)

function pooledValues(columns: readonly ColumnProfile[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { top } of columns) for (const { value, count } of top) counts.set(value, (counts.get(value) ?? 0) + count)
  return counts
}

type Numeric = NonNullable<ColumnProfile['numeric']>

/** Means and deviations as Chan, Golub and LeVeque (1983) put them together; quantiles from the pooled histogram. */
function pooledNumbers(columns: readonly ColumnProfile[]): Numeric | null {
  const parts = columns.flatMap((one) => (one.numeric === null ? [] : [{ ...one.numeric, n: presentOf(one) }]))
  if (parts.length === 0) return null
  const n = parts.reduce((total, part) => total + part.n, 0)
  const mean = parts.reduce((total, part) => total + (part.mean * part.n) / n, 0)
  const squares = parts.reduce(
    (total, part) => total + part.sd ** 2 * (part.n - 1) + part.n * (part.mean - mean) ** 2,
    0,
  )
  const histogram = pooledHistogram(parts.map((part) => part.histogram))
  const [min, max] = [Math.min(...parts.map((part) => part.min)), Math.max(...parts.map((part) => part.max))]
  const at = (p: number) => Math.min(max, Math.max(min, quantileOf(histogram, p)))
  return {
    min,
    max,
    mean: round12(mean),
    sd: n < 2 ? 0 : round12(Math.sqrt(squares / (n - 1))),
    quantiles: {
      p01: at(0.01),
      p05: at(0.05),
      p25: at(0.25),
      p50: at(0.5),
      p75: at(0.75),
      p95: at(0.95),
      p99: at(0.99),
    },
    histogram,
  }
}

/** Histograms on the edges of all, then cut to at most twenty bins of about equal mass; the counts stay whole numbers. */
export function pooledHistogram(histograms: readonly Histogram[]): Histogram {
  const edges = [...new Set(histograms.flatMap((one) => one.edges))].sort((a, b) => a - b)
  const last = edges.length - 1
  // Mass below each edge; what lies at the last edge is added at the end.
  const below = edges.map((edge) => histograms.reduce((sum, one) => sum + massBelow(one, edge), 0))
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

/** Values below x, those of a bin spread evenly over it. */
function massBelow({ edges, counts }: Histogram, x: number): number {
  return counts.reduce((sum, count, i) => {
    const [from, to] = [edges[i] as number, edges[i + 1] as number]
    if (x >= to && to > from) return sum + count
    return x <= from ? sum : sum + (count * (x - from)) / (to - from)
  }, 0)
}

function quantileOf({ edges, counts }: Histogram, p: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  let rest = p * total
  for (const [i, count] of counts.entries()) {
    const [from, to] = [edges[i] as number, edges[i + 1] as number]
    if (rest <= count) return round12(count === 0 ? from : from + ((to - from) * rest) / count)
    rest -= count
  }
  return edges[edges.length - 1] as number
}
