import { formatInteger, plural } from '../../report/format.js'
import { holm } from '../../stats/multiple.js'
import { proportionsTest } from '../../stats/two-sample/categorical.js'
import { ksCritical } from '../../stats/two-sample/kolmogorov-smirnov.js'
import { type Measure, measureBy } from './by-method.js'
import { chooseMethod, type DriftMethod, METHOD_FACTS } from './methods.js'
import { chanceIndex } from './psi.js'
import { measureTextProfile } from './text/against-profile.js'
import { measureText } from './text/measure.js'
import { type ColumnDrift, FREE_TEXT } from './types.js'

/** Values that a side needs before anything is said of it. */
export const FEWEST_VALUES = 20
/** When chance alone reaches so many times the limit, the rows cannot tell. As 0.25 to 0.1 for the index. */
const BLIND = 2.5

/** The part of a contract that decides; `warn` and `fail` are limits of the index. */
export interface DriftRules {
  readonly warn: number
  readonly fail: number
  readonly method: DriftMethod | 'auto'
  /** Methods of single columns. */
  readonly methods: Readonly<Record<string, DriftMethod | 'auto'>>
  /** The effect from which on it is drift, for every method but PSI; default: that of the method. */
  readonly limit?: number | undefined
  /** How well a model may tell both sides apart: the area under its ROC curve. Default 0.55. */
  readonly maxAuc?: number
  /** Chance of even one column called drifted among all, when none has. */
  readonly alpha: number
}

/**
 * `drifted`: at least as large as the limit and not by chance. `slight`: PSI between warn and fail. `unproven`: the rows are too
 * few to tell. `unmeasured`: `reason` says why.
 */
export type DriftState = 'none' | 'slight' | 'drifted' | 'unproven' | 'unmeasured'

export interface ColumnJudgement {
  readonly drift: ColumnDrift
  readonly state: DriftState
  readonly reason: string | null
  readonly method: DriftMethod | 'text' | null
  /** What decides: the measure of the method, of missing values, or of a part of a text. Null with PSI. */
  readonly measure: (Measure & { readonly limit: number; readonly of: string; readonly token?: string }) | null
  /** p after Holm over all columns; null with PSI. */
  readonly adjusted: number | null
  /** The effect that chance alone reaches with these rows, in the unit of the effect for Kolmogorov–Smirnov, about so for others. */
  readonly byChance: number | null
}

interface Candidate {
  readonly of: string
  /** The word that is counted, in texts. */
  readonly token?: string
  readonly measure: Measure
  readonly limit: number
}

/**
 * Decides for every column. PSI by its limits and the index that chance alone reaches, as it always was; all else by two voices:
 * the effect is at least the limit, and its p, after Holm over everything that was tested, at most `alpha`. Holm and not
 * Benjamini–Hochberg, for one false alarm stops a gate, and Holm bounds the chance of even one whatever hangs together with
 * what. Missing values are a test of their own beside that of the values.
 */
export function judgeDrift(drifts: readonly ColumnDrift[], rules: DriftRules): ColumnJudgement[] {
  const asked = drifts.map((drift) => ({ drift, ...candidatesOf(drift, rules) }))
  const all = asked.flatMap(({ candidates }) => candidates)
  const adjusted = holm(all.map(({ measure }) => measure.pValue))
  const tests = Math.max(1, all.length)
  let at = 0
  return asked.map(({ drift, method, candidates, reason }) => {
    if (method === 'psi' && reason === null) return byIndex(drift, rules)
    const found = candidates.map((candidate) => ({ ...candidate, adjusted: adjusted[at++] as number }))
    const nothing = { drift, method, measure: null, adjusted: null, byChance: null }
    if (reason !== null) return { ...nothing, state: 'unmeasured', reason }
    const speaks = found.filter(({ measure, limit, adjusted: p }) => measure.effect >= limit && p <= rules.alpha)
    const [first] = [...(speaks.length > 0 ? speaks : found)].sort(
      (a, b) => b.measure.effect / b.limit - a.measure.effect / a.limit,
    )
    if (first === undefined) return { ...nothing, state: 'unmeasured', reason: drift.reason ?? 'nothing was compared' }
    const chance = byChanceOf(first.measure, rules.alpha / tests)
    const blind = found.some(({ measure, limit }) => byChanceOf(measure, rules.alpha / tests) >= BLIND * limit)
    return {
      drift,
      method,
      state: speaks.length > 0 ? 'drifted' : blind ? 'unproven' : 'none',
      reason: null,
      measure: {
        ...first.measure,
        limit: first.limit,
        of: first.of,
        ...(first.token === undefined ? {} : { token: first.token }),
      },
      adjusted: first.adjusted,
      byChance: chance,
    }
  })
}

/** PSI: its own two limits, and chance at one in a hundred for each column. */
function byIndex(drift: ColumnDrift, { warn, fail }: DriftRules): ColumnJudgement {
  const rest = { drift, method: 'psi', measure: null, adjusted: null, byChance: drift.chance } as const
  if (drift.psi === null || drift.chance === null) return { ...rest, state: 'unmeasured', reason: drift.reason }
  if (drift.chance >= fail) return { ...rest, state: 'unproven', reason: null }
  if (drift.psi < Math.max(warn, drift.chance)) return { ...rest, state: 'none', reason: null }
  return { ...rest, state: drift.psi >= fail ? 'drifted' : 'slight', reason: null }
}

function candidatesOf(
  drift: ColumnDrift,
  rules: DriftRules,
): { method: DriftMethod | 'text' | null; candidates: Candidate[]; reason: string | null } {
  const wanted = rules.methods[drift.column] ?? rules.method
  const { compared } = drift
  const limitOf = (method: DriftMethod) => rules.limit ?? METHOD_FACTS[method].limit
  if (compared === undefined) return { method: null, candidates: [], reason: drift.reason ?? 'nothing was compared' }
  if (compared.kind === 'text') {
    const { text, textByProfile } = compared
    const gone = missingOf(compared.before, compared.now)
    const parts: Omit<Candidate, 'limit'>[] = [
      ...(text === undefined ? [] : measureText(text)),
      ...(textByProfile === undefined ? [] : measureTextProfile(textByProfile)),
    ]
    const [few] = parts.map(({ measure }) => measure).filter(({ n, m }) => Math.min(n, m) < FEWEST_VALUES)
    if (few !== undefined) return tooFew('text', few.n, few.m)
    if (gone !== null) parts.push({ of: 'missing values', measure: gone })
    const candidates = parts.map((part) => ({ ...part, limit: limitOf(part.measure.method) }))
    return { method: 'text', candidates, reason: candidates.length === 0 ? FREE_TEXT : null }
  }
  if (wanted === 'psi') return { method: 'psi', candidates: [], reason: null }
  const values = presentOf(compared.before)
  const isNumber = compared.kind === 'number' || compared.kind === 'time'
  const method = wanted === 'auto' ? chooseMethod(isNumber, compared.distinct, values) : wanted
  const missing = missingOf(compared.before, compared.now)
  const gone = missing === null ? [] : [{ of: 'missing values', measure: missing, limit: limitOf('z-test') }]
  const measure = measureBy(drift, compared, method)
  if ('reason' in measure) {
    // A column that has lost all of its values is told by the missing ones.
    return { method, candidates: gone, reason: values === 0 || gone.length === 0 ? measure.reason : null }
  }
  if (Math.min(measure.n, measure.m) < FEWEST_VALUES) {
    const few = Math.min(compared.before.rows, compared.now.rows) < FEWEST_VALUES
    return few ? tooFew(method, measure.n, measure.m) : { method, candidates: gone, reason: null }
  }
  return { method, candidates: [{ of: 'values', measure, limit: limitOf(measure.method) }, ...gone], reason: null }
}

const tooFew = (method: DriftMethod | 'text', before: number, now: number) => ({
  method,
  candidates: [],
  reason: `the baseline has ${plural(before, 'value')} and these data ${formatInteger(now)}, at least ${FEWEST_VALUES} each are needed`,
})

const presentOf = ({ rows, missing, nonFinite }: { rows: number; missing: number; nonFinite: number }): number =>
  rows - missing - nonFinite

/** The share of rows without a usable value; null when no side has one. NaN and infinities count, and are told apart in the details. */
function missingOf(
  before: { rows: number; missing: number; nonFinite: number },
  now: { rows: number; missing: number; nonFinite: number },
): Measure | null {
  const [a, b] = [before.missing + before.nonFinite, now.missing + now.nonFinite]
  if (a + b === 0 || Math.min(before.rows, now.rows) < FEWEST_VALUES) return null
  const test = proportionsTest({ hits: a, n: before.rows }, { hits: b, n: now.rows })
  if (test === null) return null
  return {
    method: 'z-test',
    statistic: test.statistic,
    effect: Math.abs(a / before.rows - b / now.rows),
    bound: 0,
    pValue: test.pValue,
    pMethod: test.method === 'z' ? 'z-test of proportions' : 'Fisher’s exact test',
    cells: 2,
    n: before.rows,
    m: now.rows,
  }
}

/**
 * The effect that equal data of these sizes reach with probability alpha. Numbers: the bound of the limit distribution of the
 * Kolmogorov–Smirnov statistic. Cells: from the quantile Q of PSI, χ² (1/n + 1/m), as for small differences the Jensen–Shannon and
 * Hellinger's distance are √(Q / 8), Kullback–Leibler Q / 2, and differences of shares at most √Q / 2 (Pinsker); Cramér's V is √(χ² / (n + m)).
 */
export function byChanceOf(
  { method, cells, n, m }: Pick<Measure, 'method' | 'cells' | 'n' | 'm'>,
  alpha: number,
): number {
  if (cells === 0) return ksCritical(alpha, n, m)
  const index = chanceIndex(cells, n, m, alpha)
  switch (method) {
    case 'kl':
      return index / 2
    case 'z-test':
    case 'total-variation':
    case 'l-infinity':
      return Math.sqrt(index) / 2
    case 'chi-square':
      return Math.sqrt((index * n * m) / (n + m) ** 2)
    default:
      return Math.sqrt(index / 8)
  }
}
