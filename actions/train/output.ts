const TAIL_LINES = 40
const LINE_LENGTH = 500

/** An exception or fatal message as programs print it; the first one is nearly always the cause. */
const STRONG = [
  /^\s*(?:[A-Za-z_$][\w$]*[.:])*[A-Za-z_$][\w$]*(?:Error|Exception|Interrupt|Exit)\b(?:\s*[:([]|$)/,
  /^\s*(?:Uncaught|Unhandled)\b.*(?:Error|Exception|rejection)/i,
  /^\s*(?:fatal|panic|FATAL ERROR|Fatal Python error)\b\s*:?/i,
  /^(?:##\[error\]|::error)/,
  /^Error in .*:|^Execution halted/,
  /\bCUDA(?: error)?:? out of memory|\bout of memory\b|^Killed$|Segmentation fault/i,
  /(?:command not found|No such file or directory|Permission denied)\s*$/,
]
const WEAK = [/^\s*\[?(?:error|critical)\b\]?\s*[:\]|-]/i, /\b(?:ERROR|CRITICAL)\b/, /\berror:\s/i, /\bfailed\b/i]
const NO_ERROR =
  /\b(?:0|no) (?:errors?|failures?)\b|non-fatal|without errors?|error[_ ]?rate|Process completed with exit code/i

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
    if (this.strong !== null || NO_ERROR.test(kept)) return
    if (STRONG.some((pattern) => pattern.test(kept))) this.strong = kept
    else if (this.weak === null && WEAK.some((pattern) => pattern.test(kept))) this.weak = kept
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
