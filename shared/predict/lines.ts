import { UserError } from '../core/errors.js'

/** A longer line is no answer but a mistake, and would fill the memory. */
const MAX_LINE = 16 * 1024 * 1024

/** Cuts a stream of text into lines; `push` gives those that are complete, `rest` what came after the last line end. */
export class LineSplitter {
  #rest = ''

  push(text: string): string[] {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > MAX_LINE) {
      throw new UserError(`the model wrote a line of more than ${MAX_LINE / 1024 / 1024} MB`, {
        cure: 'answer each row with one line of JSON',
      })
    }
    return lines.map(withoutCarriageReturn)
  }

  rest(): string | null {
    const rest = this.#rest
    this.#rest = ''
    return rest === '' ? null : withoutCarriageReturn(rest)
  }
}

const withoutCarriageReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
