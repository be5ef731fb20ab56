import type { WorkflowFacts } from '../../shared/contracts/post-mortem.js'
import { errorRank } from '../../shared/core/error-lines.js'
import { clip, visible } from '../../shared/report/escape.js'
import { maskSecrets } from '../../shared/report/secrets.js'

/** The step whose part of a log is looked at; times in whole seconds, as GitHub gives them. */
export interface StepTimes {
  readonly startedAt: string | null
  readonly completedAt: string | null
}

export type LogFacts = Pick<NonNullable<WorkflowFacts['failed']>, 'command' | 'exitCode' | 'error' | 'excerpt'>

const [BEFORE, AFTER, TAIL] = [6, 12, 6]
const LONGEST_LINE = 400
const LONGEST_EXCERPT = 8000

/** A line near an error, with what comes before and after it. */
interface Finding {
  readonly line: string
  readonly before: readonly string[]
  readonly after: string[]
  readonly number: number
}

/**
 * Keeps of the log of a job what a report needs of one step: its command, the first error with the lines around it, its
 * exit code and its end. The log of a job has no marks of its steps, so they are told by their times.
 */
export class LogReader {
  private readonly from: number
  private readonly until: number
  private command: string | null = null
  private exitCode: number | null = null
  private inCommand = false
  private strong: Finding | null = null
  private weak: Finding | null = null
  private isEnded = false
  private number = 0
  private recent: string[] = []
  /** What comes after an error, as it is told by GitHub itself. */
  private told = false

  constructor({ startedAt, completedAt }: StepTimes) {
    this.from = startedAt === null ? Number.NEGATIVE_INFINITY : Date.parse(startedAt)
    // The end is cut to a whole second.
    this.until = completedAt === null ? Number.POSITIVE_INFINITY : Date.parse(completedAt) + 1000
  }

  /** Takes the next line; false when no other one is needed. */
  take(line: string): boolean {
    const [, time, rest] = /^\uFEFF?(\d{4}-\d\d-\d\dT[\d:.]+Z) ?(.*)$/s.exec(line) ?? []
    const at = time === undefined ? null : Date.parse(time)
    if (at !== null && at < this.from) return true
    if (at !== null && at >= this.until) return false
    this.read(clip(visible(rest ?? line).trimEnd(), LONGEST_LINE))
    return !this.isEnded
  }

  private read(text: string): void {
    const command = /^##\[group\]Run (.*)$/.exec(text)?.[1]
    if (command !== undefined) {
      this.begin(command)
      return
    }
    if (text === '##[endgroup]') {
      this.inCommand = false
      return
    }
    if (this.inCommand || /^##\[(?:debug|warning|command|group)\]|^Post job cleanup\.$/.test(text)) return
    const exit = /^##\[error\]Process completed with exit code (\d+)\.?$/.exec(text)
    if (exit) {
      this.exitCode = Number(exit[1])
      this.isEnded = true
      return
    }
    this.note(text)
  }

  /** A command: of this step, of one before it in the same second, or of one after it. */
  private begin(command: string): void {
    if (this.told) {
      this.isEnded = true
      return
    }
    this.command = command
    this.inCommand = true
    this.strong = null
    this.weak = null
    this.recent = []
  }

  private note(text: string): void {
    this.number += 1
    const isTold = text.startsWith('##[error]')
    const line = isTold ? text.slice('##[error]'.length) : text
    this.told ||= isTold
    for (const found of [this.strong, this.weak]) if (found && found.after.length < AFTER) found.after.push(line)
    const rank = isTold ? 'strong' : errorRank(line)
    const finding = () => ({ line, before: this.recent.slice(-BEFORE), after: [], number: this.number })
    if (rank === 'strong') this.strong ??= finding()
    else if (rank === 'weak') this.weak ??= finding()
    this.recent.push(line)
    if (this.recent.length > BEFORE + TAIL) this.recent.shift()
  }

  /** What was found, masked. Without an error the end of the step is the excerpt. */
  facts(): LogFacts {
    const found = this.strong ?? this.weak
    const lines = found === null ? this.recent : [...found.before, found.line, ...found.after, ...this.end(found)]
    const text = clip(maskSecrets(lines.join('\n')).trim(), LONGEST_EXCERPT)
    return {
      command: this.command === null ? null : maskSecrets(this.command),
      exitCode: this.exitCode,
      error: found === null ? null : maskSecrets(found.line.trim()),
      excerpt: text === '' ? null : text,
    }
  }

  /** The last lines, as far as they are not shown already. */
  private end(found: Finding): string[] {
    const unseen = this.number - found.number - found.after.length
    if (unseen <= 0) return []
    const shown = this.recent.slice(-Math.min(TAIL, unseen))
    return shown.length < unseen ? ['…', ...shown] : shown
  }
}
