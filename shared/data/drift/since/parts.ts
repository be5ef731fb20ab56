import type { ColumnProfile } from '../../../contracts/data-profile.js'
import { total } from '../../../stats/numeric.js'
import { asNumber, asText } from '../../column-types.js'
import type { DatasetColumn } from '../../dataset.js'
import { double, literal, literalList } from '../../engine/sql.js'
import { HISTOGRAM_DISTINCT } from '../../histogram.js'
import type { ColumnJudgement } from '../judge.js'
import type { DriftCell } from '../types.js'
import type { Parts } from './counts.js'

const TENTHS = 10

/**
 * What periods of a drifted column are counted by: the cells of its index, or of texts what has moved. `before`: the column in the
 * baseline. Null for what cannot be counted in SQL.
 */
export function partsOf(
  judged: ColumnJudgement,
  column: DatasetColumn,
  before: ColumnProfile | undefined,
): Parts | null {
  if (judged.drift.psi === null) return partsOfText(judged, column)
  const edges = (before?.distinct ?? 0) > HISTOGRAM_DISTINCT ? before?.numeric?.histogram.edges : undefined
  return edges === undefined
    ? partsOfValues(judged.drift.cells, column)
    : partsOfBins(judged.drift.cells, column, edges)
}

function partsOfBins(cells: readonly DriftCell[], { type, sql }: DatasetColumn, edges: readonly number[]): Parts {
  return {
    baseline: cells.map(({ baseline }) => baseline),
    of: asNumber(type, sql),
    part: betweenCuts(edges.slice(1, -1).map(double), cells.length - 1),
  }
}

/** Other values and those that the baseline does not list in one part: by period the latter are too few to be expected. */
function partsOfValues(cells: readonly DriftCell[], { type, sql }: DatasetColumn): Parts {
  const named = cells.slice(0, -3)
  const [others, unlisted, missing] = cells.slice(-3).map(({ baseline }) => baseline) as [number, number, number]
  const place = `list_position(${literalList(named.map(({ label }) => label))}, x)`
  return {
    baseline: [...named.map(({ baseline }) => baseline), others + unlisted, missing],
    of: asText(type, sql),
    part: `CASE WHEN x IS NULL THEN ${named.length + 1} ELSE coalesce(nullif(${place}, 0), ${named.length + 1}) - 1 END`,
  }
}

/** SQL for how many of some ascending cuts are at most x; without `missing`, a row without x does not count. */
function betweenCuts(cuts: readonly (number | string)[], missing?: number): string {
  const cases = cuts.map((cut, i) => `WHEN x < ${cut} THEN ${i}`).join(' ')
  const part = cuts.length === 0 ? '0' : `CASE ${cases} ELSE ${cuts.length} END`
  return `CASE WHEN x IS NOT NULL THEN ${part} ${missing === undefined ? '' : `ELSE ${missing} `}END`
}

/** What moved in a column of texts: missing values, the length, or a word. */
function partsOfText({ drift, measure }: ColumnJudgement, { type, sql }: DatasetColumn): Parts | null {
  const { compared } = drift
  if (compared?.kind !== 'text' || measure === null) return null
  const text = asText(type, sql)
  const { before } = compared
  if (measure.of === 'missing values') {
    const gone = before.missing + before.nonFinite
    return { baseline: [before.rows - gone, gone], of: sql, part: 'CASE WHEN x IS NULL THEN 1 ELSE 0 END' }
  }
  if (measure.token !== undefined) {
    const all = [...(compared.text?.tokens ?? []), ...(compared.textByProfile?.words?.tokens ?? [])]
    const n = compared.text?.before ?? compared.textByProfile?.words?.before ?? 0
    const hits = all.find(({ token }) => token === measure.token)?.before ?? 0
    // A word is letters and digits alone, so that it stands for itself in a pattern.
    const pattern = `(^|[^\\p{L}\\p{N}])${measure.token}([^\\p{L}\\p{N}]|$)`
    return {
      baseline: [hits, n - hits],
      of: `lower(${text})`,
      part: `CASE WHEN x IS NOT NULL THEN CASE WHEN regexp_matches(x, ${literal(pattern)}) THEN 0 ELSE 1 END END`,
    }
  }
  if (measure.of !== 'length of the text') return null
  const known = compared.textByProfile?.lengths
  const { cuts, baseline } = known ? { cuts: known.cuts, baseline: known.before } : tenthsOf(compared.text?.lengths)
  if (cuts.length === 0) return null
  const bounds = known === null || known === undefined ? {} : { below: known.below }
  return { baseline, ...bounds, of: `length(${text})`, part: betweenCuts(cuts) }
}

/** Lengths of the baseline in about ten parts of equal size. */
function tenthsOf(lengths: { readonly values: readonly number[]; readonly before: readonly number[] } | undefined): {
  cuts: number[]
  baseline: number[]
} {
  const rows = total(lengths?.before ?? [])
  const [cuts, baseline]: [number[], number[]] = [[], [0]]
  let seen = 0
  lengths?.values.forEach((value, i) => {
    if (seen >= ((cuts.length + 1) * rows) / TENTHS && (baseline.at(-1) as number) > 0) {
      cuts.push(value)
      baseline.push(0)
    }
    baseline[baseline.length - 1] = (baseline.at(-1) as number) + (lengths.before[i] ?? 0)
    seen += lengths.before[i] ?? 0
  })
  return { cuts, baseline }
}
