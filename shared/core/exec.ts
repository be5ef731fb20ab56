import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Exec } from './context.js'
import { codeOf, UserError } from './errors.js'

const GRACE_MS = 5000

/** Child processes in their own group, so that an end reaches the whole tree. */
export function createExec(root: string, environment: NodeJS.ProcessEnv): Exec {
  const launch = (
    command: readonly string[],
    cwd: string | undefined,
    env: Readonly<Record<string, string>> | undefined,
  ) => {
    const [program, ...args] = command
    if (!program) throw new UserError('the command is empty', { cure: 'write a program and its arguments' })
    return spawn(program, args, {
      cwd: cwd ?? root,
      env: { ...environment, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
  }
  return {
    start: (command, options = {}) => launch(command, options.cwd, options.env),
    async run(command, options = {}) {
      const started = process.hrtime.bigint()
      const child = launch(command, options.cwd, options.env)
      child.stdin?.on('error', () => undefined).end()
      const end = endWith(child)
      let timedOut = false
      const timer =
        options.timeoutSeconds === undefined
          ? undefined
          : setTimeout(() => {
              timedOut = true
              end()
            }, options.timeoutSeconds * 1000)
      // Settled, for what a listener throws must not go unheard while the command still runs.
      const reading = Promise.allSettled([lines(child.stdout, 'stdout'), lines(child.stderr, 'stderr')])
      async function lines(stream: NodeJS.ReadableStream | null, name: 'stdout' | 'stderr') {
        if (!stream) return
        for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
          options.onLine?.(line, name)
      }
      try {
        const [code, signal] = await new Promise<[number | null, string | null]>((done, failed) => {
          child.on('error', (error) => failed(startError(error, command)))
          child.on('exit', (...result) => done(result))
        })
        // The time is the command's: what it left behind may hold the pipes open a little longer.
        clearTimeout(timer)
        if (!timedOut) killGroup(child, 'SIGTERM')
        await Promise.race([reading, new Promise((go) => setTimeout(go, GRACE_MS).unref())])
        return { code, signal, timedOut, durationSeconds: Number(process.hrtime.bigint() - started) / 1e9 }
      } finally {
        clearTimeout(timer)
        end.release()
        killGroup(child, 'SIGKILL')
      }
    },
  }
}

/** Ends the tree of a child: SIGTERM now and when this process is told to stop, SIGKILL after the grace time. */
export function endWith(child: ChildProcess): (() => void) & { release(): void } {
  const stop = () => {
    killGroup(child, 'SIGTERM')
    setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS).unref()
  }
  const onSignal = (signal: NodeJS.Signals) => {
    killGroup(child, 'SIGKILL')
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  const onExit = () => killGroup(child, 'SIGKILL')
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal).once('exit', onExit)
  return Object.assign(stop, {
    release: () => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('exit', onExit)
    },
  })
}

/** Sends a signal to the child's process group. A group that is gone is fine. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch (error) {
    if (codeOf(error) !== 'ESRCH' && codeOf(error) !== 'EPERM') throw error
  }
}

function startError(error: Error, command: readonly string[]): unknown {
  const code = codeOf(error)
  if (code === 'ENOENT') {
    return new UserError(`cannot start ${JSON.stringify(command[0])}: no such program`, {
      cure: 'install it in an earlier step, or check the spelling of the command and its working directory',
      cause: error,
    })
  }
  if (code === 'EACCES') {
    return new UserError(`cannot start ${JSON.stringify(command[0])}: not executable`, {
      cure: 'make it executable, or name the interpreter first',
      cause: error,
    })
  }
  return error
}
