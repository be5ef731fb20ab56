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

/** How much a line of an output looks like the message of an error: `strong` for an exception or a fatal message. */
export function errorRank(line: string): 'strong' | 'weak' | null {
  if (NO_ERROR.test(line)) return null
  if (STRONG.some((pattern) => pattern.test(line))) return 'strong'
  return WEAK.some((pattern) => pattern.test(line)) ? 'weak' : null
}
