import type { Verdict } from '../shared/contracts/common.js'

/** Exit codes of the command, as its help and the README document them. */
export const EXIT = { ok: 0, failed: 1, usage: 2, inconclusive: 3, bug: 70 } as const

export const EXIT_HELP = `Exit codes:
  0   passed, or warned
  1   the verdict is fail
  2   the verdict is error: a mistake in flags, plumbline.yml or files; the message says where and what to do
  3   the verdict is inconclusive: the evidence does not decide
  70  a bug in Plumbline`

/** Exit code of a stage that ended with a verdict. */
export function exitCodeOf(verdict: Verdict, failed: boolean): number {
  if (!failed) return EXIT.ok
  if (verdict === 'error') return EXIT.usage
  return verdict === 'inconclusive' ? EXIT.inconclusive : EXIT.failed
}
