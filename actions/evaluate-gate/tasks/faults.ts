import type { Problem } from '../../../shared/core/errors.js'
import { formatInteger, shortList } from '../../../shared/report/format.js'

/** Where faults of rows are noted. */
export interface FaultSink {
  /**
   * Notes a fault and returns a stand-in for the value; what is made with it is not to be used.
   * @param what in words that follow "answered with" or, of a true value, "has"
   */
  add(what: string, row: number, cure: string): 0
}

/** Notes that a row was answered with a class that the task does not have. */
export function addUnknownClass(faults: FaultSink, row: number, name: string, classes: readonly string[]): 0 {
  const cure = `classes are: ${shortList(classes, 20)}. Correct the label, or run validate-data first so that the classes of the training data are known`
  return faults.add(`the unknown class "${shortList([name])}"`, row, cure)
}

/** Rows that a message names of each kind of fault. */
const NAMED = 5
/** Kinds that are told apart; the rest is counted. */
const KINDS = 20

/** Rows that cannot be read: by what is wrong with them, how many there are and the first of them. */
export class RowFaults implements FaultSink {
  readonly #kinds = new Map<string, { count: number; readonly cure: string; readonly rows: number[] }>()
  #others = 0

  get none(): boolean {
    return this.#kinds.size === 0
  }

  add(what: string, row: number, cure: string): 0 {
    const kind = this.#kinds.get(what)
    if (kind !== undefined) {
      kind.count += 1
      if (kind.rows.length < NAMED) kind.rows.push(row)
    } else if (this.#kinds.size < KINDS) {
      this.#kinds.set(what, { count: 1, cure, rows: [row] })
    } else {
      this.#others += 1
    }
    return 0
  }

  /**
   * One problem for each kind, with the names of its first rows.
   * @param where the key in plumbline.yml, or who answered
   * @param verb `has` or `answered with`
   */
  async problems(
    where: string,
    verb: string,
    rows: { readonly n: number; namesOf(rows: Uint32Array): Promise<string[]> },
  ): Promise<Problem[]> {
    const problems: Problem[] = []
    for (const [what, { count, cure, rows: some }] of this.#kinds) {
      const names = await rows.namesOf(Uint32Array.from(some))
      const more = count > names.length ? ` and ${formatInteger(count - names.length)} more` : ''
      const share = `${formatInteger(count)} of ${formatInteger(rows.n)} rows`
      problems.push({ where, message: `${verb} ${what} on ${share}: ${shortList(names)}${more}`, cure })
    }
    if (this.#others > 0) {
      problems.push({ where, message: `has faults of other kinds on ${formatInteger(this.#others)} more rows` })
    }
    return problems
  }
}
