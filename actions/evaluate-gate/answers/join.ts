import { type Problem, problemsError } from '../../../shared/core/errors.js'
import { formatPercent, plural, shortList } from '../../../shared/report/format.js'

/** Where the answer of each row of the test data lies in a file of predictions, by id. */
export interface Match {
  /** Row of the file, -1 where it has none; null when each row has the one at its own place. */
  readonly places: Int32Array | null
  /** Ids of several predictions, the first of them by name. */
  readonly twice: Named
  /** Ids of several test rows. */
  readonly rowsTwice: Named
  /** Predictions that belong to no test row. */
  readonly unused: number
}

/** Some of counted ids. */
export interface Named {
  readonly count: number
  readonly some: readonly string[]
}

/** Ids that are told. */
export const MOST_NAMED = 6

/** Where the answers of test rows lie among predictions, when both are few enough to be held as texts. */
export function matchIds(rows: readonly string[], ids: readonly string[]): Match & { readonly places: Int32Array } {
  const placeOf = new Map<string, number>()
  const twice = new Set<string>()
  for (const [place, id] of ids.entries()) {
    if (placeOf.has(id)) twice.add(id)
    placeOf.set(id, place)
  }
  const seen = new Set<string>()
  const rowsTwice = new Set<string>()
  const places = Int32Array.from(rows, (id) => {
    if (seen.has(id)) rowsTwice.add(id)
    seen.add(id)
    return placeOf.get(id) ?? -1
  })
  const used = [...placeOf.keys()].reduce((sum, id) => sum + Number(seen.has(id)), 0)
  return { places, twice: named(twice), rowsTwice: named(rowsTwice), unused: placeOf.size - used }
}

function named(ids: ReadonlySet<string>): Named {
  return { count: ids.size, some: [...ids].sort().slice(0, MOST_NAMED) }
}

/** What the rows without a prediction are, for the message. */
export interface Gap {
  /** Rows with a true value that have no prediction, and all rows with one. */
  readonly missing: number
  readonly rows: number
  readonly some: readonly string[]
}

/** What it means that ids name several test rows. */
export function rowsTwiceProblem(twice: Named, id: string): Problem {
  return {
    where: 'data.id',
    message: `${plural(twice.count, 'value')} of "${id}" name more than one test row: ${listed(twice)}`,
    cure: 'give every row its own id, or name another column',
  }
}

function listed({ count, some }: Named): string {
  return shortList([...some, ...Array(Math.max(0, count - some.length)).fill('')])
}

/** Throws one UserError for predictions that do not name each row once, or that leave out more rows than allowed. */
export function requireMatch(match: Match, gap: Gap, source: string, id: string, minCoverage: number): void {
  const problems: Problem[] = []
  if (match.rowsTwice.count > 0) problems.push(rowsTwiceProblem(match.rowsTwice, id))
  if (match.twice.count > 0) {
    problems.push({
      where: source,
      message: `${plural(match.twice.count, 'id has', 'ids have')} more than one prediction: ${listed(match.twice)}`,
      cure: 'write one prediction per row',
    })
  }
  const covered = gap.rows === 0 ? 0 : (gap.rows - gap.missing) / gap.rows
  if (gap.missing > 0 && (covered < minCoverage || gap.missing === gap.rows)) {
    const bound = minCoverage < 1 ? `; at least ${formatPercent(minCoverage)} have to have one` : ''
    problems.push({
      where: source,
      message: `${gap.missing} of ${plural(gap.rows, 'test row')} have no prediction: ${listed({ count: gap.missing, some: gap.some })}${bound}`,
      cure: 'predict every row of data.test, and write its id beside the prediction; or set evaluate.min-coverage',
    })
  }
  if (problems.length > 0) throw problemsError(`The predictions of ${source} cannot be used.`, problems)
}
