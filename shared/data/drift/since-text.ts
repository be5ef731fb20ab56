import type { BelowBounds } from '../../stats/two-sample/kolmogorov-smirnov.js'
import { asText } from '../column-types.js'
import type { DatasetColumn } from '../dataset.js'
import { literal } from '../engine/sql.js'
import type { ColumnJudgement } from './judge.js'

/** Parts of a column that periods are counted by: SQL for the index of the part of a row, NULL for rows that do not count. */
export interface Parts {
  readonly baseline: readonly number[]
  /** Where the counts of the baseline are only likely, bounds of them: its rows up to the end of each part but the last. */
  readonly below?: BelowBounds
  readonly sql: string
}

const TENTHS = 10

/** What moved in a column of texts, as parts: missing values, the length, or a word. Null for what cannot be counted in SQL. */
export function partsOfText({ drift, measure }: ColumnJudgement, { type, sql }: DatasetColumn): Parts | null {
  const { compared } = drift
  if (compared?.kind !== 'text' || measure === null) return null
  const text = asText(type, sql)
  const { before } = compared
  if (measure.of === 'missing values') {
    const gone = before.missing + before.nonFinite
    return { baseline: [before.rows - gone, gone], sql: `CASE WHEN ${sql} IS NULL THEN 1 ELSE 0 END` }
  }
  if (measure.token !== undefined) {
    const all = [...(compared.text?.tokens ?? []), ...(compared.textByProfile?.words?.tokens ?? [])]
    const n = compared.text?.before ?? compared.textByProfile?.words?.before ?? 0
    const hits = all.find(({ token }) => token === measure.token)?.before ?? 0
    // A word is letters and digits alone, so that it stands for itself in a pattern.
    const pattern = `(^|[^\\p{L}\\p{N}])${measure.token}([^\\p{L}\\p{N}]|$)`
    return {
      baseline: [hits, n - hits],
      sql: `CASE WHEN ${text} IS NOT NULL THEN CASE WHEN regexp_matches(lower(${text}), ${literal(pattern)}) THEN 0 ELSE 1 END END`,
    }
  }
  if (measure.of !== 'length of the text') return null
  const known = compared.textByProfile?.lengths
  const { cuts, baseline } = known ? { cuts: known.cuts, baseline: known.before } : tenthsOf(compared.text?.lengths)
  if (cuts.length === 0) return null
  const cases = cuts.map((cut, i) => `WHEN length(${text}) < ${cut} THEN ${i}`)
  const bounds = known === null || known === undefined ? {} : { below: known.below }
  return {
    baseline,
    ...bounds,
    sql: `CASE WHEN ${text} IS NOT NULL THEN CASE ${cases.join(' ')} ELSE ${cuts.length} END END`,
  }
}

/** Lengths of the baseline in about ten parts of equal size. */
function tenthsOf(lengths: { readonly values: readonly number[]; readonly before: readonly number[] } | undefined): {
  cuts: number[]
  baseline: number[]
} {
  const total = (lengths?.before ?? []).reduce((sum, count) => sum + count, 0)
  const [cuts, baseline]: [number[], number[]] = [[], [0]]
  let seen = 0
  lengths?.values.forEach((value, i) => {
    if (seen >= ((cuts.length + 1) * total) / TENTHS && (baseline.at(-1) as number) > 0) {
      cuts.push(value)
      baseline.push(0)
    }
    baseline[baseline.length - 1] = (baseline.at(-1) as number) + (lengths.before[i] ?? 0)
    seen += lengths.before[i] ?? 0
  })
  return { cuts, baseline }
}
