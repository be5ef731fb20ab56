import pc from 'picocolors'
import type { Verdict } from '../shared/contracts/common.js'
import type { Log, Place } from '../shared/core/context.js'

/** Where text goes: colours and progress only when it is a terminal. */
export interface Terminal {
  readonly out: NodeJS.WritableStream
  readonly err: NodeJS.WritableStream & { isTTY?: boolean }
  readonly color: boolean
  readonly quiet: boolean
}

type Colors = ReturnType<typeof pc.createColors>

export const colors = (terminal: Terminal): Colors => pc.createColors(terminal.color)

const MARKS: Record<Verdict, [mark: string, paint: (c: Colors) => (text: string) => string]> = {
  pass: ['✓', (c) => c.green],
  warn: ['!', (c) => c.yellow],
  inconclusive: ['?', (c) => c.yellow],
  fail: ['✗', (c) => c.red],
  error: ['✗', (c) => c.red],
}

/** `✗ evaluate-gate: fail: reason`; the word is always there, the mark and colour are extra. */
export function verdictLine(terminal: Terminal, name: string, verdict: Verdict, summary: string): string {
  const [mark, paint] = MARKS[verdict]
  const color = colors(terminal)
  return `${paint(color)(`${mark} ${name}: ${verdict}`)}: ${plain(summary)}`
}

/** Control characters of data or logs must not steer the terminal. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
}

/** Log lines on stderr, so that stdout stays a result. */
export function terminalLog(terminal: Terminal): Log {
  const color = colors(terminal)
  let progressing = false
  const clear = () => {
    if (progressing) terminal.err.write('\r\u001b[2K')
    progressing = false
  }
  const line = (text: string) => {
    clear()
    terminal.err.write(`${text}\n`)
  }
  const at = (place: Place | undefined) => (place?.file ? ` (${place.file}${place.line ? `:${place.line}` : ''})` : '')
  return {
    debug: () => undefined,
    info: (message) => (terminal.quiet ? undefined : line(plain(message))),
    notice: (message, place) => (terminal.quiet ? undefined : line(color.cyan(plain(message)) + at(place))),
    warning: (message, place) => line(`${color.yellow('warning')}: ${plain(message)}${at(place)}`),
    error: (message, place) => line(`${color.red('error')}: ${plain(message)}${at(place)}`),
    group: async (title, body) => {
      if (!terminal.quiet) line(color.bold(`── ${plain(title)}`))
      return body()
    },
    progress: (message) => {
      if (!terminal.err.isTTY || terminal.quiet) return
      terminal.err.write(`\r\u001b[2K${color.dim(plain(message).slice(0, 100))}`)
      progressing = true
    },
  }
}
