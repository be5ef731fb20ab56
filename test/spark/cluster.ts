import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A standalone master with two workers on loopback, out of the jars of pyspark. */
export interface Cluster {
  readonly master: string
  /** What starts an application on it, up to its name. */
  readonly submit: readonly string[]
  /** Environment of that. */
  readonly env: Readonly<Record<string, string>>
  /** Ids of the processes that work on tasks now; on Linux alone. */
  executors(): number[]
  close(): Promise<void>
}

/** A Python that has pyspark and sqlglot: `.ci/run spark` makes one. */
export const PYTHON = process.env.PLUMBLINE_SPARK_PYTHON ?? 'python3'

const freePort = () =>
  new Promise<number>((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })

export async function startCluster(): Promise<Cluster> {
  const home = execFileSync(PYTHON, ['-c', 'import pyspark; print(pyspark.__path__[0])'], { encoding: 'utf8' }).trim()
  const python = execFileSync(PYTHON, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()
  const work = await mkdtemp(join(tmpdir(), 'plumbline-spark-cluster-'))
  const env = {
    PATH: `${dirname(python)}:${process.env.PATH}`,
    SPARK_HOME: home,
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_LOCAL_DIRS: work,
    PYSPARK_PYTHON: python,
    PYSPARK_DRIVER_PYTHON: python,
  }
  const started: ChildProcess[] = []
  const start = (kind: 'master.Master' | 'worker.Worker', args: readonly string[], ready: RegExp) =>
    new Promise<void>((done, failed) => {
      const child = spawn(join(home, 'bin', 'spark-class'), [`org.apache.spark.deploy.${kind}`, ...args], {
        env: { ...process.env, ...env, SPARK_DAEMON_MEMORY: '256m' },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      started.push(child)
      let said = ''
      child.stderr?.on('data', (chunk: Buffer) => {
        said = `${said}${chunk.toString('utf8')}`.slice(-20_000)
        if (ready.test(said)) done()
      })
      child.on('exit', (code) => failed(new Error(`${kind} has ended (${code}): ${said.slice(-2000)}`)))
    })
  const close = async () => {
    await Promise.all(
      started.map(
        (child) =>
          new Promise<void>((done) => {
            if (child.exitCode !== null || child.signalCode !== null) return done()
            child.removeAllListeners('exit').on('exit', () => done())
            child.kill('SIGKILL')
          }),
      ),
    )
    await rm(work, { recursive: true, force: true })
  }
  try {
    const [port, page] = [await freePort(), await freePort()]
    const master = `spark://127.0.0.1:${port}`
    const host = ['--host', '127.0.0.1']
    await start(
      'master.Master',
      [...host, '--port', String(port), '--webui-port', String(page)],
      /New state: ALIVE|I have been elected leader/,
    )
    const worker = () =>
      start(
        'worker.Worker',
        [...host, '--cores', '1', '--memory', '1g', '--webui-port', '0', '--work-dir', work, master],
        /Successfully registered with master/,
      )
    await Promise.all([worker(), worker()])
    const confs = {
      'spark.driver.host': '127.0.0.1',
      'spark.driver.bindAddress': '127.0.0.1',
      'spark.ui.enabled': 'false',
      'spark.executor.memory': '900m',
      'spark.driver.memory': '900m',
      // Small data: a second of planning for milliseconds of work.
      'spark.sql.shuffle.partitions': '2',
      'spark.sql.codegen.wholeStage': 'false',
      'spark.sql.adaptive.enabled': 'false',
      'spark.locality.wait': '0',
    }
    return {
      master,
      submit: [
        join(home, 'bin', 'spark-submit'),
        '--master',
        master,
        ...Object.entries(confs).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
      ],
      env,
      executors: () =>
        childrenOf(
          started.flatMap(({ pid }) => pid ?? []),
          'CoarseGrainedExecutorBackend',
        ),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Processes that others have started, by a word of their command; on Linux alone. */
export function childrenOf(parents: readonly number[], word: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      if (!/^\d+$/.test(name)) return []
      // The name of the program may have blanks; behind its bracket come state and parent.
      const parent = Number(
        readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[1],
      )
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8')
      return parents.includes(parent) && command.includes(word) ? [Number(name)] : []
    } catch {
      // It has ended meanwhile.
      return []
    }
  })
}
