import { errorRank } from '../../shared/core/error-lines.js'

const TAIL_LINES = 40
const LINE_LENGTH = 500

/** Keeps of an output of any length what a report needs: the first line that looks like an error, and the end. */
export class OutputKeeper {
  lines = 0
  private strong: string | null = null
  private weak: string | null = null
  private readonly ring: string[] = []

  /** Takes the next line. */
  add(line: string): void {
    this.lines += 1
    const kept = line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)} …(${line.length} characters)` : line
    this.ring.push(kept)
    if (this.ring.length > TAIL_LINES) this.ring.shift()
    if (this.strong !== null) return
    const rank = errorRank(kept)
    if (rank === 'strong') this.strong = kept
    else if (rank === 'weak') this.weak ??= kept
  }

  /** The first exception or fatal message, else the first line that speaks of an error, else null. */
  firstError(): string | null {
    return (this.strong ?? this.weak)?.trim() ?? null
  }

  /** The last lines, oldest first. */
  tail(): string[] {
    return [...this.ring]
  }
}
