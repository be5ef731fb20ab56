import { type Problem, problemsError } from '../../../shared/core/errors.js'

/** Mistakes in a file of predictions: the first of them, and how many there are. */
export class FileFaults {
  private readonly problems: Problem[] = []
  private readonly path: string
  private count = 0

  constructor(path: string) {
    this.path = path
  }

  add(where: string, message: string): void {
    this.count += 1
    if (this.problems.length < 5) this.problems.push({ where, message })
  }

  throwAny(): void {
    if (this.count === 0) return
    const more = this.count - this.problems.length
    if (more > 0) this.problems.push({ where: this.path, message: `${more} more rows that are no predictions` })
    const last = this.problems[this.problems.length - 1] as Problem
    const cure = 'write one prediction per row with its id: {"id": …, "score": …}, or "label", "probabilities", "value"'
    this.problems[this.problems.length - 1] = { ...last, cure }
    throw problemsError(`${this.path} is no file of predictions.`, this.problems)
  }
}
