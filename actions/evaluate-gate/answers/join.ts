import { type Problem, problemsError } from '../../../shared/core/errors.js'
import { formatPercent, plural, shortList } from '../../../shared/report/format.js'
import { IdPlaces } from './id-places.js'

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

/** Where the answers of test rows, which come one after the other, lie among predictions, by ids as texts. */
export class IdMatcher {
  readonly #places: Int32Array
  readonly #of: IdPlaces
  readonly #used: Uint8Array
  readonly #twice = new Set<string>()
  readonly #rowsTwice = new Set<string>()
  /** Ids of rows without a prediction. */
  readonly #missing = new Set<string>()
  #row = 0
  #matched = 0

  /**
   * @param ids those of the predictions, in the order of the file
   * @param rows how many test rows there are
   */
  constructor(ids: readonly string[], rows: number) {
    this.#of = new IdPlaces(ids, (id) => this.#twice.add(id))
    this.#used = new Uint8Array(ids.length)
    this.#places = new Int32Array(rows)
  }

  /** The next test row. */
  add(id: string): void {
    const place = this.#of.of(id)
    this.#places[this.#row++] = place
    if (place < 0) {
      if (this.#missing.has(id)) this.#rowsTwice.add(id)
      this.#missing.add(id)
      return
    }
    if (this.#used[place] === 1) this.#rowsTwice.add(id)
    else this.#matched += 1
    this.#used[place] = 1
  }

  match(): Match & { readonly places: Int32Array } {
    return {
      places: this.#places,
      twice: named(this.#twice),
      rowsTwice: named(this.#rowsTwice),
      unused: this.#of.size - this.#matched,
    }
  }
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
