import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Exec, Log } from '../../core/context.js'
import { UserError } from '../../core/errors.js'
import { endWith } from '../../core/exec.js'
import { plural } from '../../report/format.js'
import type { RemoteFiles } from '../engine/engine.js'

/** A request to the driver, answered by `ok`, `refused` or `unsupported`. */
export type Request =
  | { readonly ask: 'query' | 'run' | 'pull'; readonly sql: string }
  | { readonly ask: 'list'; readonly patterns: readonly string[] }
  | ({ readonly ask: 'stand-in' } & Parameters<RemoteFiles['standIn']>[0])

/** A line of the driver. */
export type Reply = Readonly<Record<string, unknown>>

export interface Connection {
  /** The first line: what was started. */
  readonly hello: Reply
  /** Requests are answered one after the other. Throws UserError when the driver is gone. */
  ask(request: Request): Promise<Reply>
  close(): void
}

export interface StartOptions {
  /** Program and arguments up to the application: `spark-submit --master …`. */
  readonly submit: readonly string[]
  /** Absolute path of driver.py. */
  readonly driver: string
  readonly oneLineRecords: boolean
  /** Seconds that a cluster may take to start the application. */
  readonly startTimeout: number
  readonly exec: Pick<Exec, 'start'>
  readonly log: Log
}

const KEPT_LINES = 30

/**
 * Starts the driver and waits until it has connected. It speaks over a socket in a folder that this user alone may enter:
 * spark-submit hands no input on to Python, and anything may be printed to its output. Throws UserError.
 */
export async function startDriver(options: StartOptions): Promise<Connection> {
  if (process.platform === 'win32') {
    throw new UserError('`engine: spark` does not run on Windows', { cure: 'run it on Linux or macOS' })
  }
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-spark-'))
  const path = join(folder, 'socket')
  const { server, connected } = await listen(path)
  const settings = JSON.stringify({ oneLineRecords: options.oneLineRecords })
  const child = options.exec.start([...options.submit, options.driver, path, settings])
  const end = endWith(child)
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      said.push(line)
      if (said.length > KEPT_LINES) said.shift()
      options.log.debug(line)
    })
  }
  child.stdin?.on('error', () => undefined).end()
  let gone: UserError | null = null
  const ended = new Promise<UserError>((done) => {
    child.on('error', (error) => done(cannotStart(options.submit, error.message)))
    child.on('exit', (code, signal) => done(hasEnded(code ?? signal, said)))
  })
  ended.then((error) => {
    gone = error
  })
  const close = async () => {
    end()
    end.release()
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const socket = await inTime(Promise.race([connected, ended]), options.startTimeout, said)
    if (socket instanceof UserError) throw socket
    const lines = readReplies(socket)
    // Another socket could be that of nobody we know.
    server.close()
    const next = async (): Promise<Reply> => {
      const reply = await Promise.race([lines.next(), ended])
      if (reply instanceof UserError) throw reply
      if (reply.done === true) throw gone ?? (await ended)
      return JSON.parse(reply.value) as Reply
    }
    const hello = await inTime(next(), options.startTimeout, said)
    let turn: Promise<unknown> = Promise.resolve()
    return {
      hello,
      ask(request) {
        const answered = turn.then(() => {
          socket.write(`${JSON.stringify(request)}\n`)
          return next()
        })
        turn = answered.catch(() => undefined)
        return answered
      },
      close() {
        socket.end()
        void close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function listen(path: string): Promise<{ server: Server; connected: Promise<Socket> }> {
  const server = createServer()
  const connected = new Promise<Socket>((done) => server.once('connection', done))
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen(path, done)
  })
  return { server, connected }
}

const readReplies = (socket: Socket): AsyncIterator<string> => {
  socket.setEncoding('utf8')
  socket.on('error', () => socket.destroy())
  return createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
}

async function inTime<T>(work: Promise<T>, seconds: number, said: readonly string[]): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, failed) => {
    timer = setTimeout(
      () =>
        failed(
          new UserError(`Spark did not start within ${plural(seconds, 'second')}${lastWords(said)}`, {
            cure: 'check that the master in `data.engine.submit` can be reached and has free cores, or raise `data.engine.start-timeout`',
          }),
        ),
      seconds * 1000,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function cannotStart(submit: readonly string[], message: string): UserError {
  return new UserError(`cannot start ${JSON.stringify(submit[0])}: ${message}`, {
    cure: 'install Spark (pip install pyspark) in an earlier step, or give the path of spark-submit in `data.engine.submit`',
  })
}

function hasEnded(how: number | string | null, said: readonly string[]): UserError {
  return new UserError(`Spark has ended (${how})${lastWords(said)}`, {
    cure: 'look at the log of the step with debug output, and at the pages of the cluster; memory of executors and a lost master are the usual causes',
  })
}

/** The last line that speaks of an error, else the last one. */
function lastWords(said: readonly string[]): string {
  const lines = said.filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
  const told = lines.findLast((line) => /error|exception|refused|denied/i.test(line)) ?? lines.at(-1)
  return told === undefined ? '' : `: ${told.trim().slice(0, 300)}`
}
