import type { Command } from '../contracts/predict.js'
import { commandLine } from '../core/command.js'
import { UserError } from '../core/errors.js'
import { maskSecrets } from '../report/secrets.js'

const TAIL_LINES = 10
const TAIL_LENGTH = 300

/** The last lines that a process wrote on stderr, with what looks like a secret masked: they go into reports. */
export class Tail {
  readonly #lines: string[] = []

  push(text: string): void {
    const line = maskSecrets(text)
    this.#lines.push(line.length > TAIL_LENGTH ? `${line.slice(0, TAIL_LENGTH)}…` : line)
    if (this.#lines.length > TAIL_LINES) this.#lines.shift()
  }

  /** The lines as the end of an error message, or that there were none. */
  toString(): string {
    if (this.#lines.length === 0) return 'It wrote nothing on stderr.'
    return `Its last lines on stderr:\n${this.#lines.map((line) => `    ${line}`).join('\n')}`
  }
}

/** Program and arguments for people. */
export const shown = (command: readonly string[]): string =>
  command.map((word) => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')

/** Program and arguments of a command. Throws UserError when there is no program. */
export function splitCommand(command: Command): string[] {
  const words = commandLine(command)
  if (!words[0]) throw new UserError('predict.command is empty', { cure: 'write a program and its arguments' })
  return words
}

/** How a process ended: `exit code 1`, or the signal. */
export const ending = (code: number | null, signal: string | null): string =>
  signal === null
    ? `exit code ${code}`
    : `signal ${signal}${signal === 'SIGKILL' ? ' (on a small machine often for lack of memory)' : ''}`

export const rowsText = (n: number): string => `${n} ${n === 1 ? 'row' : 'rows'}`
