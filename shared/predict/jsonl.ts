import type { ChildProcess } from 'node:child_process'
import { isAbsolute } from 'node:path'
import type { Prediction, PredictSpec } from '../contracts/predict.js'
import { codeOf, UserError } from '../core/errors.js'
import { killGroup } from '../core/exec.js'
import { LineSplitter } from './lines.js'
import { excerpt, parseAnswer } from './normalise.js'
import type { Predictor, PredictPorts, Row } from './predictor.js'
import { rowJson } from './rows.js'
import { ending, rowsText, shown, splitCommand, Tail } from './words.js'

type JsonlSpec = Extract<PredictSpec, { command: unknown }>

/** Whether a program is named by a path relative to the working directory, such as that of a virtual environment. */
const isPath = (program: string): boolean => /[/\\]/.test(program) && !isAbsolute(program)

const WRITE_SIZE = 64 * 1024
/** How long a process may take to end after its last row, and to let go of its pipes after its end. */
const END_MS = 10_000
const PIPE_MS = 2_000
const KILL_MS = 1_000

interface Batch {
  readonly wanted: number
  readonly answers: Prediction[]
  readonly done: (answers: Prediction[]) => void
  readonly failed: (error: unknown) => void
}

/** A command that answers each row on stdin with a line on stdout; one process, kept alive between batches. */
export function openJsonl(spec: JsonlSpec, ports: PredictPorts): Predictor {
  const command = splitCommand(spec.command)
  if (command.some((word) => word.includes('{input}') || word.includes('{output}'))) {
    throw new UserError(`predict.command \`${shown(command)}\` names files, which protocol jsonl does not hand over`, {
      cure: 'write `protocol: files`, or read rows on stdin and answer on stdout',
    })
  }
  return new JsonlPredictor(command, spec.timeout, ports)
}

class JsonlPredictor implements Predictor {
  readonly #command: readonly string[]
  readonly #timeoutSeconds: number
  readonly #ports: PredictPorts
  readonly #tail = new Tail()
  #child: ChildProcess | null = null
  #ended: Promise<void> = Promise.resolve()
  #queue: Promise<unknown> = Promise.resolve()
  #batch: Batch | null = null
  #answered = 0
  #unasked = 0
  #firstUnasked = ''
  #failure: UserError | null = null
  #closing = false
  #timer: NodeJS.Timeout | undefined
  /** Continues the writer that waits for the process to read. */
  #resume: (() => void) | null = null

  constructor(command: readonly string[], timeoutSeconds: number, ports: PredictPorts) {
    this.#command = command
    this.#timeoutSeconds = timeoutSeconds
    this.#ports = ports
  }

  predict(rows: readonly Row[]): Promise<Prediction[]> {
    const answers = this.#queue.then(() => this.#ask(rows))
    this.#queue = answers.catch(() => undefined)
    return answers
  }

  failure(): UserError | null {
    return this.#failure
  }

  process(): { readonly pid: number } | null {
    const pid = this.#child?.pid
    return pid === undefined ? null : { pid }
  }

  async close(): Promise<void> {
    await this.#queue
    this.#closing = true
    if (this.#child !== null) await this.#end(this.#child)
    if (this.#failure === null && this.#unasked > 0) throw this.#tooMany()
  }

  async #ask(rows: readonly Row[]): Promise<Prediction[]> {
    if (this.#closing) throw new Error('predict() after close()')
    if (this.#failure !== null) throw this.#failure
    if (rows.length === 0) return []
    this.#child ??= this.#start()
    if (this.#unasked > 0) this.#fail(this.#tooMany())
    const answers = new Promise<Prediction[]>((done, failed) => {
      this.#batch = { wanted: rows.length, answers: [], done, failed }
    })
    answers.catch(() => undefined)
    if (this.#failure === null) {
      this.#watch()
      await this.#write(this.#child, rows)
    } else this.#batch?.failed(this.#failure)
    try {
      return await answers
    } finally {
      clearTimeout(this.#timer)
      this.#batch = null
    }
  }

  async #write(child: ChildProcess, rows: readonly Row[]): Promise<void> {
    let text = ''
    for (const [index, row] of rows.entries()) {
      text += `${rowJson(row)}\n`
      if (text.length < WRITE_SIZE && index < rows.length - 1) continue
      if (this.#failure !== null) return
      if (child.stdin?.write(text) === false) {
        await new Promise<void>((resume) => {
          this.#resume = resume
        })
      }
      text = ''
    }
  }

  #start(): ChildProcess {
    const { exec, cwd, env, signals } = this.#ports
    // Python keeps what it prints to a pipe until 8 KB are full, and both sides would wait for each other.
    const child = exec.start(this.#command, { cwd, env: { PYTHONUNBUFFERED: '1', ...env } })
    const kill = () => killGroup(child, 'SIGKILL')
    const onSignal = (signal: NodeJS.Signals) => {
      kill()
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
    process.once('exit', kill)
    if (signals !== 'caller') process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
    this.#ended = this.#listen(child).then(() => {
      process.off('exit', kill).off('SIGINT', onSignal).off('SIGTERM', onSignal)
      kill()
    })
    return child
  }

  /** Wires the streams of the process; settles when it has ended. */
  #listen(child: ChildProcess): Promise<void> {
    const answers = new LineSplitter()
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      try {
        for (const line of answers.push(text)) this.#answer(line)
      } catch (error) {
        this.#fail(error as UserError)
      }
    })
    const messages = new LineSplitter()
    const note = (line: string) => {
      this.#tail.push(line)
      this.#ports.log.debug(line)
    }
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of messages.push(text)) note(line)
    })
    child.stdin?.on('drain', () => this.#resume?.())
    return new Promise((ended) => {
      let over = false
      const finish = (code: number | null, signal: NodeJS.Signals | null) => {
        if (over) return
        over = true
        const [lastAnswer, lastMessage] = [answers.rest(), messages.rest()]
        if (lastMessage !== null) note(lastMessage)
        if (lastAnswer !== null) this.#answer(lastAnswer)
        this.#gone(code, signal)
        ended()
      }
      child.on('error', (error) => {
        if (child.pid === undefined) {
          over = true
          this.#fail(this.#cannotStart(error))
          ended()
        }
      })
      child.stdin?.on('error', () => {
        // Most often the process has just died, which says more; else it has closed its input and lives on.
        setTimeout(() => {
          if (!over) this.#fail(this.#error('closed its input before it had read all rows'))
        }, PIPE_MS).unref()
      })
      child.on('exit', (code, signal) => setTimeout(() => finish(code, signal), PIPE_MS).unref())
      child.on('close', finish)
    })
  }

  #answer(line: string): void {
    if (this.#failure !== null) return
    const batch = this.#batch
    if (batch === null || batch.answers.length === batch.wanted) {
      this.#unasked += 1
      if (this.#unasked === 1) this.#firstUnasked = line
      return
    }
    const result = parseAnswer(line, this.#ports.task)
    if ('problem' in result) {
      this.#fail(
        this.#error(`answered row ${this.#answered + 1} with ${result.problem}`, {
          cure: 'print one line of JSON per row on stdout and nothing else; messages belong on stderr',
        }),
      )
      return
    }
    this.#answered += 1
    batch.answers.push(result.prediction)
    if (batch.answers.length === batch.wanted) {
      clearTimeout(this.#timer)
      batch.done(batch.answers)
    } else this.#timer?.refresh()
  }

  /** Starts the clock for the next answer. */
  #watch(): void {
    this.#timer = setTimeout(() => {
      const batch = this.#batch
      if (batch === null || batch.answers.length === batch.wanted) return
      this.#fail(
        this.#error(`gave no answer to row ${this.#answered + 1} within ${this.#timeoutSeconds} seconds`, {
          cure: 'answer each row as soon as it is read and flush stdout after it; a command that needs all rows first has `protocol: files`, one that is slow a higher predict.timeout',
        }),
      )
    }, this.#timeoutSeconds * 1000)
  }

  #gone(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#failure !== null) return
    const how = ending(code, signal)
    const batch = this.#batch
    if (batch !== null && batch.answers.length < batch.wanted) {
      const place = `after ${batch.answers.length} of ${rowsText(batch.wanted)}; row ${this.#answered + 1} has no answer`
      this.#fail(this.#error(`ended with ${how} ${place}`))
    } else if (!this.#closing) {
      this.#fail(
        this.#error(`ended by itself with ${how} after ${rowsText(this.#answered)}`, {
          cure: 'read rows until the end of input',
        }),
      )
    } else if (code !== 0) {
      this.#ports.log.warning(`The predict command answered every row and then ended with ${how}.`)
    }
  }

  #fail(error: UserError): void {
    if (this.#failure !== null) return
    this.#failure = error
    clearTimeout(this.#timer)
    this.#batch?.failed(error)
    this.#resume?.()
    if (this.#child !== null) this.#kill(this.#child)
  }

  #kill(child: ChildProcess): void {
    killGroup(child, 'SIGTERM')
    setTimeout(() => killGroup(child, 'SIGKILL'), KILL_MS).unref()
  }

  async #end(child: ChildProcess): Promise<void> {
    if (this.#failure === null) child.stdin?.end()
    const timer = setTimeout(() => {
      this.#ports.log.warning(
        `The predict command did not end ${END_MS / 1000} seconds after its last row and was stopped.`,
      )
      this.#kill(child)
    }, END_MS)
    const last = setTimeout(() => killGroup(child, 'SIGKILL'), END_MS + KILL_MS)
    await this.#ended
    clearTimeout(timer)
    clearTimeout(last)
  }

  #error(what: string, options: { cure?: string } = {}): UserError {
    return new UserError(`the predict command \`${shown(this.#command)}\` ${what}. ${this.#tail}`, options)
  }

  #tooMany(): UserError {
    return this.#error(
      `wrote ${this.#unasked} more ${this.#unasked === 1 ? 'line' : 'lines'} than the ${rowsText(this.#answered)} it was given, the first being ${excerpt(this.#firstUnasked)}`,
      { cure: 'print one line of JSON per row on stdout and nothing else; messages belong on stderr' },
    )
  }

  #cannotStart(error: Error): UserError {
    const reason = codeOf(error) === 'ENOENT' ? 'no such program, or no such working directory' : error.message
    return new UserError(`the predict command \`${shown(this.#command)}\` cannot be started: ${reason}`, {
      cure: isPath(this.#command[0] ?? '')
        ? 'write a program of the PATH, or an absolute path: a package is asked inside its own folder'
        : 'install the program in an earlier step, or correct predict.command',
      cause: error,
    })
  }
}
