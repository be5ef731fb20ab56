import { join } from 'node:path'
import type { SparkEngine } from '../../contracts/config.js'
import { commandLine } from '../../core/command.js'
import type { Exec, Log } from '../../core/context.js'
import { UserError } from '../../core/errors.js'
import type { DataEngine } from '../engine/engine.js'
import { programFolder } from '../program-folder.js'
import { startDriver } from './connection.js'
import { sparkEngine } from './engine.js'

export interface OpenSparkOptions {
  /** The engine at hand, for what looks at no data. It stays open. */
  readonly desk: DataEngine
  readonly exec: Pick<Exec, 'start'>
  readonly log: Log
}

/** Starts the Spark of the user. Throws UserError when it cannot be had, with what it said. */
export async function openSpark(choice: SparkEngine, { desk, exec, log }: OpenSparkOptions): Promise<DataEngine> {
  const submit = commandLine(choice.submit)
  requireClientMode(submit)
  log.progress('starting Spark')
  const connection = await startDriver({
    submit,
    driver: join(programFolder(), 'spark', 'driver', 'driver.py'),
    oneLineRecords: choice['one-line-records'],
    startTimeout: choice['start-timeout'],
    exec,
    log,
  })
  const { missing, message, python, spark, master } = connection.hello
  if (missing !== undefined) {
    connection.close()
    throw new UserError(`the Python package ${missing} is not there: ${message}`, {
      where: 'data.engine',
      cure: `install it for the Python of the driver: ${python} -m pip install "sqlglot>=30,<31"; or hand over its wheel with --py-files in \`submit\``,
    })
  }
  log.info(`Spark ${spark} on ${master}`)
  return sparkEngine(connection, desk)
}

/** The driver answers on this machine. Throws UserError for an application that would run elsewhere. */
function requireClientMode(submit: readonly string[]): void {
  const at = submit.findIndex((part) => /^--deploy-mode(=|$)/.test(part))
  const mode = at < 0 ? 'client' : (submit[at]?.split('=')[1] ?? submit[at + 1])
  const inConfig = submit.some((part) => /spark\.submit\.deployMode=cluster/.test(part))
  if (mode !== 'cluster' && !inConfig) return
  throw new UserError('`--deploy-mode cluster` runs the driver elsewhere, where nobody can ask it', {
    where: 'data.engine.submit',
    cure: 'leave it out: in client mode the driver runs in this job, and the executors in the cluster',
  })
}
